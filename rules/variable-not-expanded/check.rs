use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::BuildFile;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "variable-not-expanded",
    summary: "A step hands on a variable as it is written, since no shell reads it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unexpanded in project.build_files.iter().flat_map(BuildFile::unexpanded) {
        let (name, program) = (&unexpanded.name, &unexpanded.program);
        let what = if unexpanded.is_secret { "secret" } else { "variable" };
        let message = format!("`{program}` gets the text `${name}`, and not the {what}");
        let finding = RULE.finding(message, unexpanded.argument, "no shell reads this");
        findings.push(finding.help(format!(
            "set `entrypoint: bash`, and write `args: [-c, '{program} ... \"$${name}\"']`"
        )));
    }
}
