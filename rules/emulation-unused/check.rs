use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::target::Target;
use crate::model::platform::Architecture;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "emulation-unused",
    summary: "A job sets up the emulation of one architecture, and builds its image for another.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for build in &project.builds {
        let (Some(emulated), Some(made)) = (&build.emulated, &build.image) else { continue };
        let platform = emulated.value.literal().and_then(Architecture::of_platform);
        let (Some(wanted), Some(image)) = (platform, project.image(made.to)) else { continue };
        let Some(stage) = image.stage(&build.target) else { continue };
        let Target::Decided(decision) = Target::of(build, image, stage) else { continue };
        // A stage that names its platform may be what is emulated.
        let follows = image.stages.iter().all(|stage| stage.platform.is_none());
        if !build.platform.is_unset() || decision.architecture == wanted || !follows {
            continue;
        }
        let message = format!(
            "image `{}` is built for {}, but the job sets up the emulation of {wanted}",
            image.name(),
            decision.architecture
        );
        findings.push(
            RULE.finding_at(message, build.at, "no platform is named here")
                .against(emulated, "this is emulated")
                .because(&made.because)
                .help(build.pin(wanted)),
        );
    }
}
