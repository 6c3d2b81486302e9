use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::target::Target;
use crate::model::deployment::placement::Placement;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "platform-unpinned",
    summary: "A deployment needs one architecture, and the machine that builds its image decides which it gets.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let placements = project.placements();
    for placement in placements.iter().filter(|placement| matches!(placement.target, Target::Host))
    {
        let Placement { deployment, wanted, build, .. } = placement;
        let (image, platform) = (placement.image.name(), deployment.platform.name());
        let host = build.runner.host();
        let message =
            format!("image `{image}` is built for {host}, but {platform} runs {wanted} only");
        let mut finding = RULE
            .finding_at(message, build.at, "no platform is named here, nor in the Dockerfile")
            .see(placement.runs.at, format!("{platform} runs it here"))
            .because(placement.because.iter().copied())
            .help(build.pin(*wanted));
        if let Some(at) = deployment.names_architecture() {
            finding = finding.see(at, format!("{platform} is asked for {wanted} here"));
        }
        if !findings.iter().any(|known: &Finding| known.at == finding.at) {
            findings.push(finding);
        }
    }
}
