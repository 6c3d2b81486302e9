use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "image-not-built",
    summary: "A build pushes an image after its steps that none of them makes.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unmade in project.unmade_images() {
        let image = &unmade.image.value;
        let (message, help) = match unmade.is_elsewhere {
            true => (
                format!("`{image}` is pushed after all steps, but Kaniko keeps no image to push"),
                "leave it out of `images`: Kaniko has pushed it already",
            ),
            false => (
                format!("`{image}` is pushed after all steps, but no step makes it"),
                "name an image that a step builds or tags",
            ),
        };
        let finding = RULE.finding(message, unmade.image, "does not exist then").help(help);
        findings.push(match unmade.near {
            Some(near) => finding.against(near, format!("makes `{}`", near.value)),
            None => finding,
        });
    }
}
