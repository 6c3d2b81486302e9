use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::Refuser;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "invalid-build-file",
    summary: "A build file has a field, a value or a combination that Cloud Build refuses.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for refused in project.refused_in_builds.iter().filter_map(|refused| refused.as_ref()) {
        let finding = RULE.finding_at(&*refused.message, refused.at, refused.label);
        let finding = finding.help(&*refused.help);
        findings.push(match refused.by {
            Refuser::Everybody => finding,
            Refuser::Perhaps => finding.severity(Severity::Warning),
            Refuser::OlderGcloud => finding.severity(Severity::Note),
        });
    }
}
