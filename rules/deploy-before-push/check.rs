use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::order::PushTime;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "deploy-before-push",
    summary: "A step deploys an image that is pushed only later.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for early in project.early_deploys() {
        let (pushed, label, help) = match early.when {
            PushTime::AtEnd => (
                "pushed only after all steps",
                "is pushed after all steps",
                "push it in a step of its own before, and wait for that",
            ),
            PushTime::InAnotherStep => (
                "pushed by a step that is not waited for",
                "is pushed here",
                "let the deploy wait for the push",
            ),
        };
        let message = format!("image `{}` is deployed here, but {pushed}", early.image.value);
        let then = match early.is_new {
            true => "the registry has no such image yet",
            false => "the registry has at most the image of the build before",
        };
        let finding = RULE
            .finding(message, early.image, then)
            .see(early.made, "is made here")
            .see(early.push, label)
            .help(help);
        let waits = early.waits.filter(|_| early.when == PushTime::InAnotherStep);
        let finding = match waits {
            Some(waits) => finding.see(waits, "waits for this only"),
            None => finding,
        };
        findings.push(match early.is_new {
            true => finding,
            false => finding.severity(Severity::Warning),
        });
    }
}
