use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::Image;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "redundant-target-platform",
    summary: "`--platform=$TARGETPLATFORM` says what holds anyway.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["RedundantTargetPlatform", "DL3065", "DF083"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let declares = |image: &Image| image.arguments.iter().any(|(name, _)| name == "TARGETPLATFORM");
    let images = project.images.iter().filter(|image| !declares(image));
    for stage in images.flat_map(|image| &image.stages) {
        let platform = stage.platform.as_ref().filter(|platform| platform.follows_target());
        let Some(platform) = platform else { continue };
        let message = format!("`--platform={}` says what holds anyway", platform.written);
        findings.push(RULE.finding_at(message, platform.at, "redundant").help("leave it out"));
    }
}
