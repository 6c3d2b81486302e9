use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::leak::leaks;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "build-platform-leak",
    summary: "A stage of the machine that builds makes files for its own architecture, and the image copies them.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (id, image) in project.images_with_ids() {
        for unmoved in project.unmoved_stages(id) {
            let message = format!(
                "the image is pushed for `{}`, and its stage is of the machine that builds on each",
                unmoved.platforms.value
            );
            let finding = RULE.finding_at(message, unmoved.flag, "is the platform of the machine");
            let finding = finding.against(unmoved.platforms, "the platforms of the build");
            findings.push(finding.help("leave `--platform` out of the stage that is the image"));
        }
        if image.own_syntax || !project.is_cross_built(id) {
            continue;
        }
        for leak in leaks(image) {
            let message = format!(
                "`{}` is made by `{}` for the machine that builds, not for the platform of the image",
                leak.source.value, leak.program
            );
            findings.push(
                RULE.finding(message, leak.source, "copied into the image")
                    .see(leak.made, "made here")
                    .see(leak.platform, "runs on the machine that builds")
                    .help(leak.help),
            );
        }
    }
}
