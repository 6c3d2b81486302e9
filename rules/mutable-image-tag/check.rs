use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::deployment::rollout::{Kept, Unnoticed};
use crate::model::reference::ImageReference;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "mutable-image-tag",
    summary: "An image keeps its tag when it changes: Terraform rolls nothing out, and a repository with immutable tags refuses it.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for Unnoticed { deployment, image, build, link } in project.unnoticed_images() {
        let reference = ImageReference::parse(&image.value);
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
    for Kept { deployment, image, policy, build, link } in project.kept_images() {
        let reference = ImageReference::parse(&image.value);
        let name = reference.name().unwrap_or("the image");
        let message = format!(
            "{} goes on running the `{name}:latest` that a node has, whatever is built since",
            deployment.title()
        );
        let finding = RULE
            .finding(message, image, "stays the same with every build")
            .against(policy, "a node that has the image does not pull it")
            .see(build.at, "this build makes another image of the name")
            .because(&link.because)
            .help("deploy a tag or a digest that each build changes, or pull with `imagePullPolicy: Always` and restart the pods");
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
