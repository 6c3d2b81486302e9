use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::deployment::unloaded::UnloadedImage;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "image-not-loaded",
    summary: "`docker` is to push an image that stays in the cache of the builder.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for UnloadedImage { image, command, made, because } in project.unloaded_images() {
        let message =
            format!("`{command}` is given image `{}`, which `docker` does not have", image.value);
        let finding = RULE
            .finding(message, image, "is not there")
            .see(made, "is made here, and neither loaded nor pushed")
            .because([because]);
        if !project.sources.text(made).ends_with("build") {
            findings.push(finding.help("set `load: true`, or let the action push it"));
            continue;
        }
        let behind = Edit::before(Span { start: made.end, ..made }, " --load");
        findings.push(finding.help("build with `--load`, or push with `--push`").fix(
            "Load the image",
            Safety::Unsafe,
            [behind],
        ));
    }
}
