use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "useless-command",
    summary: "A command makes no sense while an image is built.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3001", "DF060"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for run in project.all_runs() {
        let Some((program, _)) = run.program() else { continue };
        const USELESS: &[&str] =
            &["free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"];
        if USELESS.contains(&program) {
            let message = format!("`{program}` makes no sense while an image is built");
            findings.push(RULE.finding_at(message, run.command.at, "of no use here"));
        }
    }
}
