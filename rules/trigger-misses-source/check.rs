use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "trigger-misses-source",
    summary: "A trigger does not watch files that the image which it builds copies.",
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for source in project.unwatched_sources() {
        let message = format!(
            "`{}` is copied into the image, but a change of it starts no build: no pattern of `included_files` covers it",
            source.real
        );
        let finding = RULE
            .finding(message, source.path, "copied here")
            .against(source.pattern, "watches other files")
            .because(&source.because)
            .help(format!("add a pattern for `{}` to `included_files`", source.real));
        findings.push(finding);
    }
}
