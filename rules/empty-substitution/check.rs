use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "empty-substitution",
    summary: "A build that a command starts names an image by a substitution that only triggers fill.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for empty in project.empty_tags() {
        let name = &empty.name.value;
        let message =
            format!("`{name}` is empty in a build that a command starts, and no tag of an image");
        let finding = RULE.finding(message, empty.name, "is all of the tag");
        let finding = finding.see(empty.command, "starts the build without it");
        findings.push(finding.help(format!(
            "give it with `--substitutions={name}=...`, or use `$BUILD_ID`, which every build has"
        )));
    }
}
