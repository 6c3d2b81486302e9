use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::deployment::function_image::ReferenceFault;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "lambda-image-reference",
    summary: "The image of a Lambda function has no tag, or a tag and a digest, which Lambda refuses.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for refused in project.refused_references() {
        let image = &refused.image.value;
        let (message, help) = match refused.fault {
            ReferenceFault::NoTag => (
                format!("image `{image}` of a function has neither a tag nor a digest"),
                "name the tag or, better, the digest that the function is to run",
            ),
            ReferenceFault::TagAndDigest => (
                format!("image `{image}` of a function has a tag and a digest"),
                "name one of them only",
            ),
        };
        findings.push(RULE.finding(message, refused.image, "Lambda refuses this").help(help));
    }
}
