use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "gcloud-argument-count",
    summary: "A `gcloud` command has an argument too many, or lacks one that it needs.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for command in &project.gcloud_commands {
        for wrong in command.miscounted(&project.sources) {
            let finding = RULE.finding(wrong.message, &wrong.at, wrong.label).help(wrong.help);
            findings.push(match wrong.may_be_newer {
                true => finding.severity(Severity::Warning),
                false => finding,
            });
        }
    }
}
