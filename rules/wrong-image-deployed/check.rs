use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::deployment::mistaken_image::MistakenImage;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "wrong-image-deployed",
    summary: "A job makes the image of a service and deploys the image of another.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for MistakenImage { deployment, image, own, other } in project.mistaken_images() {
        let message = format!(
            "{} gets image `{}`, though the job makes `{}`, which nothing runs",
            deployment.title(),
            image.value,
            own.value
        );
        findings.push(
            RULE.finding(message, image, "is deployed")
                .see(own.at, "is made for it")
                .see(other.at, "the image that is deployed is made here")
                .help(format!("deploy `{}`", own.value)),
        );
    }
}
