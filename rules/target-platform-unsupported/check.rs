use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::Builder;
use crate::model::build::target::lacks_target_platform;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "target-platform-unsupported",
    summary: "`FROM --platform=$TARGETPLATFORM` is read by a builder that gives the variable no value.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for build in project.builds.iter().filter(|build| lacks_target_platform(build.builder)) {
        let Some(link) = &build.image else { continue };
        let Some(image) = project.image(link.to).filter(|image| !image.own_syntax) else {
            continue;
        };
        for flag in image.stages.iter().filter_map(|stage| stage.platform.as_ref()) {
            let Some(name) = flag.automatic() else { continue };
            if image.gives(name) || build.arguments.iter().any(|(given, _)| given == name) {
                continue;
            }
            let (builder, help) = match build.builder {
                Builder::Kaniko => ("kaniko", "build with BuildKit, or leave the flag out"),
                _ => (
                    "the builder that Docker had before BuildKit",
                    "set `DOCKER_BUILDKIT=1` for the build, or leave the flag out",
                ),
            };
            let message = format!(
                "`{name}` is empty in `--platform={}`: {builder} gives it no value",
                flag.written
            );
            let finding = RULE
                .finding_at(message, flag.at, "fails to parse")
                .see(build.at, "built without BuildKit here")
                .because(&link.because)
                .help(help);
            if !findings.iter().any(|known: &Finding| known.at == finding.at) {
                findings.push(finding);
            }
        }
    }
}
