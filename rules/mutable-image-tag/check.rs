use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::Runner;
use crate::model::deployment::{Deployment, Manager, Platform};
use crate::model::reference::ImageReference;
use crate::rule::Rule;
use crate::value::Confidence;

pub static RULE: Rule = Rule {
    id: "mutable-image-tag",
    summary: "An image keeps its tag when it changes: Terraform rolls nothing out, and a repository with immutable tags refuses it.",
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (deployment, container) in project.containers() {
        let declared = deployment.manager == Manager::Terraform
            && matches!(deployment.platform, Platform::CloudRunService | Platform::Kubernetes);
        if !declared || deployment.ignores_image || deployment.changes_otherwise {
            continue;
        }
        let (Some(image), Some(link)) = (container.image.known(), container.builds.first()) else {
            continue;
        };
        let reference = ImageReference::parse(&image.value);
        let tag = reference.tag.as_ref().map_or(Some("latest"), |tag| tag.literal());
        let Some(build) = project.build(link.to).filter(|_| tag == Some("latest")) else {
            continue;
        };
        // An apply that builds gets the variable of the tag, too.
        let is_given =
            build.runner == Runner::Terraform && image.confidence() < Confidence::Certain;
        if reference.digest || is_given || deployed_by_a_command(project, deployment) {
            continue;
        }
        let name = reference.name().unwrap_or("the image");
        let message = format!(
            "{} runs `{name}:latest`, which Terraform does not see change when the image does",
            deployment.title()
        );
        let finding = RULE
            .finding(message, image, "stays the same with every build")
            .see(build.at, "this build makes another image of the name")
            .because(&link.because)
            .help("deploy a tag or a digest that each build changes, or deploy it from the build and ignore the change of `image` here");
        findings.push(finding);
    }
    for tag in project.repeated_tags() {
        let message = format!(
            "`latest` is pushed with each build to `{}`, which takes a tag only once",
            tag.name.value
        );
        let finding = RULE
            .finding(message, tag.image, "always the same tag")
            .severity(Severity::Error)
            .against(tag.name, "pushed to this repository")
            .see(tag.immutable, "its tags are immutable")
            .help("push a tag that each build changes, such as the commit");
        findings.push(finding);
    }
}

/// Whether a build deploys the service too, which rolls it out.
fn deployed_by_a_command(project: &Project, declared: &Deployment) -> bool {
    let mut commands = project.deployments.iter().filter(|d| d.manager.is_pipeline());
    commands.any(|command| command.name.may_be(&declared.name))
}
