use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::target::{Decision, Target};
use crate::model::deployment::placement::Placement;
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
    for placement in project.placements() {
        match &placement.target {
            Target::Decided(decision) if decision.architecture != placement.wanted => {
                findings.push(mismatch(project, &placement, decision));
            }
            _ => {}
        }
    }
}

fn mismatch(project: &Project, placement: &Placement<'_>, decision: &Decision) -> Finding {
    let Placement { deployment, wanted, build, .. } = placement;
    let (image, platform) = (placement.image.name(), deployment.platform.name());
    let built = decision.architecture;
    let message = format!("image `{image}` is built for {built}, but {platform} runs {wanted}");
    let decided = Sourced { value: (), at: decision.at, via: decision.via.clone() };
    let mut finding = RULE
        .finding(message, &decided, decision.by)
        .see(placement.runs.at, format!("{platform} runs it here"))
        .because(placement.because.iter().copied())
        .help(format!("build for `linux/{wanted}`"));
    if let Some(at) = deployment.names_architecture() {
        finding = finding.see(at, format!("{platform} is asked for {wanted} here"));
    }
    let written = project.written_platform(build);
    match written.filter(|_| build.platform.at() == Some(decision.at)) {
        Some(written) => {
            let edit = Edit::replace(written, format!("linux/{wanted}"));
            finding.fix(format!("Build for linux/{wanted}"), Safety::Unsafe, [edit])
        }
        None => finding,
    }
}
