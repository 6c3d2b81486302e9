use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "constant-platform",
    summary: "`FROM --platform` has a fixed value, so that the image cannot be built for another.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["FromPlatformFlagConstDisallowed", "DL3029", "DF061"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project
        .images
        .iter()
        .flat_map(|image| image.stages.iter().map(move |stage| (image, stage)));
    for (image, stage) in stages {
        let Some(flag) = &stage.platform else { continue };
        let fixed = flag.value.literal_text().filter(|_| !flag.written.contains('$'));
        let Some(platform) = fixed else { continue };
        let name = stage.name.as_deref().unwrap_or_default();
        let mut parts = platform.split('/').take(2).filter(|part| !part.is_empty()).peekable();
        let is_said = parts.clone().any(|part| name.contains(part)) || says(&image.path, platform);
        if parts.peek().is_none() || is_said {
            continue;
        }
        let gap = Span { end: stage.at.start, ..flag.at };
        let message =
            format!("this base is of the platform `{platform}`, whatever the build is for");
        findings.push(
            RULE.finding_at(message, flag.at, "fixed")
                .help("give the platform to the build, or name the stage after it")
                .fix("Remove the platform", Safety::Unsafe, [Edit::replace(gap, "")]),
        );
    }
}

/// Whether the path of a Dockerfile tells that it is for one platform, by the machine or by
/// Windows. What is built for Windows may be built on Linux.
fn says(path: &str, platform: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let names: &[&str] = match platform.split('/').take(2).collect::<Vec<_>>().as_slice() {
        ["windows", ..] => &[],
        [.., "amd64"] => &["amd64", "x86_64", "x86-64", "x64"],
        [.., "arm64"] => &["arm64", "aarch64"],
        [.., "arm"] => &["arm32", "armhf", "armv"],
        _ => &[],
    };
    names.iter().any(|name| path.contains(name)) || path.contains("windows")
}
