use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::model::build::missing_stage::MissingStage;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "stage-not-found",
    summary: "A build asks for a stage that its Dockerfile lacks.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    findings.extend(project.missing_stages().map(|missing| lacking(&missing)));
}

fn lacking(missing: &MissingStage<'_>) -> Finding {
    let (target, path) = (missing.target, &missing.image.path);
    let message = format!("`{path}` has no stage `{}`", target.value);
    let finding = RULE.finding(message, target, "the stage to build").because(missing.because);
    match missing.meant {
        Some(meant) => finding.meant(meant, missing.written),
        None if missing.names.is_empty() => finding.help("leave it out, or name a stage by `AS`"),
        None => finding.help(format!("name one of {}", quoted(&missing.names))),
    }
}
