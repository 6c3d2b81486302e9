use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "duplicate-step-id",
    summary: "Two steps of a build have the same id.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (again, first) in project.build_files.iter().flat_map(|file| file.repeated_ids()) {
        let message = match again.value.is_empty() {
            Some(true) => "the step id is empty, as that of a step before".to_owned(),
            _ => format!("step id `{}` is not unique", again.value),
        };
        let finding = RULE.finding(message, again, "a step before has this id");
        findings.push(finding.against(first, "the step before").help("name the steps differently"));
    }
}
