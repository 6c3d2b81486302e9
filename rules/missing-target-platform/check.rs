use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::{Base, Image, ImageId};
use crate::model::target::knows_target_platform;
use crate::rule::Rule;
use crate::value::Step;

pub static RULE: Rule = Rule {
    id: "missing-target-platform",
    summary: "A `FROM` lacks the `--platform=$TARGETPLATFORM` that the project writes elsewhere.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let written = project.images.iter().find_map(|image| {
        let flags = image.stages.iter().filter_map(|stage| stage.platform.as_ref());
        flags.into_iter().find(|flag| flag.follows_target())
    });
    for (i, image) in project.images.iter().enumerate() {
        let id = ImageId(i);
        // Without BuildKit the variable has no value and the flag fails.
        if project.possible_builds_of(id).any(|build| !knows_target_platform(build.builder))
            || image.own_syntax
        {
            continue;
        }
        let reason = match written {
            Some(flag) => Reason::WrittenElsewhere(flag.at),
            None => match deployed(project, id) {
                Some(steps) => Reason::Deployed(steps),
                None => continue,
            },
        };
        findings.extend(missing(image, &reason));
    }
}

enum Reason<'a> {
    WrittenElsewhere(crate::source::Span),
    Deployed(Vec<&'a Step>),
}

/// Why an image runs on one architecture, if it does and none of its builds says which.
fn deployed(project: &Project, id: ImageId) -> Option<Vec<&Step>> {
    let mut builds = project.builds_of(id).peekable();
    builds.peek()?;
    if builds.any(|build| !build.platform.is_unset()) {
        return None;
    }
    project.containers().find_map(|(deployment, container)| {
        deployment.architecture.known()?;
        let running = project.image_of(container)?;
        std::ptr::eq(running.image, project.image(id)?).then_some(running.because)
    })
}

fn missing(image: &Image, reason: &Reason<'_>) -> Vec<Finding> {
    let stages = image.stages.iter().filter(|stage| stage.platform.is_none());
    let from_registry = stages.filter_map(|stage| match &stage.base {
        Base::Image(base) => Some((stage, base.known()?)),
        Base::Stage(_) => None,
    });
    let named = from_registry.filter(|(_, base)| base.value.literal() != Some("scratch"));
    named
        .map(|(stage, base)| {
            let message = format!("`FROM {}` has no `--platform=$TARGETPLATFORM`", base.value);
            let finding = RULE.finding(message, base, "is of the platform that the build is for, unsaid");
            let finding = match reason {
                Reason::WrittenElsewhere(at) => finding.see(*at, "written here, in this project"),
                Reason::Deployed(steps) => {
                    finding.severity(Severity::Note).because(steps.iter().copied())
                }
            };
            let edit = Edit::before(stage.at, "--platform=$TARGETPLATFORM ");
            finding
                .help("write the flag, and build with BuildKit: the classic builder gives it no value")
                .fix("Add `--platform=$TARGETPLATFORM`", Safety::Unsafe, vec![edit])
        })
        .collect()
}
