use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "missing-label",
    summary: "An image lacks a label that the configuration asks for.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3049", "DF074"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        for (label, kind) in &project.policy.labels {
            if image.labels(last).all(|(key, _)| key != label && !key.contains('$')) {
                let message = format!("the image has no label `{label}`");
                findings.push(
                    RULE.finding_at(message, last.at, "nothing after this sets it")
                        .help(format!("add `LABEL {label}=`, with {}", kind.phrase())),
                );
            }
        }
    }
}
