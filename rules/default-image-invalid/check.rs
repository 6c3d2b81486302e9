use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::reference::is_reference;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "default-image-invalid",
    summary: "Without build arguments, a `FROM` names no valid image.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["InvalidDefaultArgInFrom"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        let Some(base) = stage.written.default_base.known() else { continue };
        let Some(name) = base.value.literal().filter(|name| !is_reference(name)) else { continue };
        let written = project.sources.text(stage.at);
        let what = if name.is_empty() { "empty".into() } else { format!("`{name}`") };
        let message =
            format!("without build arguments `FROM {written}` names no image: it is {what}");
        findings.push(
            RULE.finding(message, base, "no image by default").help("give the `ARG` a default"),
        );
    }
}
