use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "deprecated-in-build",
    summary: "A build uses what Cloud Build or its makers have given up.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for dated in project.build_files.iter().flat_map(|file| &file.dated) {
        findings
            .push(RULE.finding_at(&*dated.message, dated.at, "is past its time").help(dated.help));
    }
}
