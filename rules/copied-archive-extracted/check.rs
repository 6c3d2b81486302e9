use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "copied-archive-extracted",
    summary: "An archive is copied, and a later command unpacks it.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3010", "DF067"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for copy in project.unpacked_copies() {
        let message = format!("`{}` is copied, and unpacked afterwards", copy.file);
        let finding = RULE.finding(message, copy.source, "stays in its layer");
        let finding = finding.see(copy.run.command.at, "unpacked here");
        findings.push(finding.help("let `ADD` unpack it, or mount it for the command"));
    }
}
