use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::BuildKind;
use crate::model::deployment::Platform;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "lambda-image-index",
    summary: "An image for Lambda is pushed as an index of manifests, which Lambda refuses.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let functions = project.containers().filter(|(d, _)| d.platform == Platform::Lambda);
    for (_, container) in functions {
        for link in &container.builds {
            let Some(build) = project.build(link.to) else { continue };
            let (Some(index), Some(runs)) = (&build.index, container.image.known()) else {
                continue;
            };
            let Some(tag) = build.tags.first() else { continue };
            let message =
                format!("image `{}` is pushed as an index, which Lambda refuses", tag.value);
            let attests = Some(index.at) != build.platform.at();
            let help = match build.kind {
                _ if !attests => "build for the one platform that the function has",
                BuildKind::Action => "set `provenance: false` and `sbom: false`",
                _ => "build with `--provenance=false --sbom=false`",
            };
            let finding = RULE
                .finding_at(message, build.at, "an index is pushed here")
                .see(runs.at, "Lambda runs it here")
                .because([index])
                .because(&link.because)
                .help(help);
            if !findings.iter().any(|known: &Finding| known.at == finding.at) {
                findings.push(finding);
            }
        }
    }
}
