use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::Build;
use crate::model::deployment::BuildLink;
use crate::model::deployment::rollout::{Kept, Unnoticed};
use crate::model::reference::ImageReference;
use crate::rule::Rule;
use crate::value::{Sourced, Text};

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
        let (title, name) = (deployment.title(), name(image));
        let message = format!(
            "{title} runs `{name}:latest`, which Terraform does not see change when the image does"
        );
        let finding = again(stays(message, image), build, link);
        findings.push(finding.help(
            "deploy a tag or a digest that each build changes, or deploy it from the build and \
             ignore the change of `image` here",
        ));
    }
    for Kept { deployment, image, policy, build, link } in project.kept_images() {
        let (title, name) = (deployment.title(), name(image));
        let message = format!(
            "{title} goes on running the `{name}:latest` that a node has, whatever is built since"
        );
        let finding =
            stays(message, image).against(policy, "a node that has the image does not pull it");
        let finding = again(finding, build, link);
        findings.push(finding.help(
            "deploy a tag or a digest that each build changes, or pull with \
             `imagePullPolicy: Always` and restart the pods",
        ));
    }
    for tag in project.repeated_tags() {
        let name = &tag.name.value;
        let message =
            format!("`latest` is pushed with each build to `{name}`, which takes a tag only once");
        let finding = RULE.finding(message, tag.image, "always the same tag");
        let finding = finding.severity(Severity::Error);
        let finding = finding.against(tag.name, "pushed to this repository");
        let finding = finding.against(tag.immutable, "its tags are immutable");
        findings.push(finding.help("push a tag that each build changes, such as the commit"));
    }
}

fn name(image: &Sourced<Text>) -> String {
    ImageReference::parse(&image.value).name().unwrap_or("the image").to_owned()
}

fn stays(message: String, image: &Sourced<Text>) -> Finding {
    RULE.finding(message, image, "stays the same with every build")
}

fn again(finding: Finding, build: &Build, link: &BuildLink) -> Finding {
    finding.see(build.at, "this build makes another image of the name").because(&link.because)
}
