use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "no-shell",
    summary: "A text is given to a shell, but the image holds none.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["tally/shell-run-in-scratch"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (script, shell) in project.scripts_without_shell() {
        let message = format!("`{}` needs a shell, and the image has none", script.instruction);
        let at = Sourced { value: (), at: script.text.at, via: shell.via.clone() };
        let finding = RULE.finding(message, &at, "given to `/bin/sh -c`");
        findings
            .push(finding.help("write the JSON form, or copy what is needed from another stage"));
    }
}
