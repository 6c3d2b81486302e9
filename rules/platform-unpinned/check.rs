use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::target::Target;
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
    for (deployment, container) in project.containers() {
        let Some(architecture) = deployment.architecture.known() else { continue };
        let wanted = architecture.value;
        for link in &container.builds {
            let Some(build) = project.build(link.to) else { continue };
            let Some(made) = &build.image else { continue };
            let Some(image) = project.image(made.to) else { continue };
            let Some(stage) = image.stage(&build.target) else { continue };
            let (Target::Host, Some(runs)) =
                (Target::of(build, image, stage), container.image.known())
            else {
                continue;
            };
            let platform = deployment.platform.name();
            let message = format!(
                "image `{}` is built for {}, but {platform} runs {wanted} only",
                image.name(),
                build.runner.host()
            );
            let mut finding = RULE
                .finding_at(message, build.at, "no platform is named here, nor in the Dockerfile")
                .see(runs.at, format!("{platform} runs it here"))
                .because(&architecture.via)
                .because(link.because.iter().chain(&made.because))
                .help(build.pin(wanted));
            if let Some(at) = deployment.names_architecture() {
                finding = finding.see(at, format!("{platform} is asked for {wanted} here"));
            }
            if !findings.iter().any(|known: &Finding| known.at == finding.at) {
                findings.push(finding);
            }
        }
    }
}
