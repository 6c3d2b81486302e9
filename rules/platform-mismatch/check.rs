use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::target::Target;
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "platform-mismatch",
    summary: "An image is built for another architecture than its deployment runs.",
    severity: Severity::Error,
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
            let Target::Decided(decision) = Target::of(build, image, stage) else { continue };
            if decision.architecture == wanted {
                continue;
            }
            let Some(runs) = container.image.known() else { continue };
            let platform = deployment.platform.name();
            let message = format!(
                "image `{}` is built for {}, but {platform} runs {wanted}",
                image.name(),
                decision.architecture
            );
            let decided = Sourced { value: (), at: decision.at, via: decision.via };
            let mut finding = RULE
                .finding(message, &decided, decision.by)
                .see(runs.at, format!("{platform} runs it here"))
                .because(&architecture.via)
                .because(link.because.iter().chain(&made.because))
                .help(format!("build for `linux/{wanted}`"));
            if let Some(at) = deployment.names_architecture() {
                finding = finding.see(at, format!("{platform} is asked for {wanted} here"));
            }
            if let Some((_, pinned)) = build.pinned_architecture()
                && pinned.at == decision.at
                && pinned.via.is_empty()
                && let Some(written) = pinned.value.literal()
                && project.sources.text(pinned.at).ends_with(written)
            {
                let start = pinned.at.end - written.len() as u32;
                let edit = Edit::replace(
                    crate::source::Span { start, ..pinned.at },
                    format!("linux/{wanted}"),
                );
                finding = finding.fix(format!("Build for linux/{wanted}"), Safety::Unsafe, [edit]);
            }
            findings.push(finding);
        }
    }
}
