use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::deployment::{Container, Deployment, Manager};
use crate::rule::Rule;
use crate::value::{Comparison, Step, Text, Value};

pub static RULE: Rule = Rule {
    id: "service-deployed-twice",
    summary: "Terraform and a pipeline both deploy the same service, and each undoes what the other did.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let all = || project.deployments.iter();
    for pipeline in all().filter(|d| d.manager.is_pipeline()) {
        for declared in all().filter(|d| d.manager == Manager::Terraform) {
            let (Some(name), Some(other)) = (pipeline.name.known(), declared.name.known()) else {
                continue;
            };
            if name.value.literal().is_none()
                || declared.ignores_image
                || !pipeline.names_image()
                || !(same_place(pipeline, declared) || holds_place(declared, pipeline))
            {
                continue;
            }
            if name.value.compare(&other.value) != Comparison::Equal {
                continue;
            }
            let message = format!(
                "{} is deployed here and by Terraform, without `ignore_changes`: each undoes the other",
                pipeline.title()
            );
            let mut finding = RULE
                .finding(message, name, format!("{} deploys it", pipeline.manager.name()))
                .against(other, "Terraform manages it");
            if let Some(image) = declared.containers.first().and_then(|c| c.image.at()) {
                finding = finding.see(image, "each apply sets the image back to this");
                if !same_place(pipeline, declared) {
                    let told = "a sample, which holds the place of what a pipeline deploys";
                    finding = finding.because(&[Step::default(image, told)]);
                }
            }
            let finding = finding
                .help(
                    "let one of them deploy; or add the image to `lifecycle { ignore_changes }` of the resource",
                );
            findings.push(finding);
        }
    }
}

/// Whether Terraform deploys a sample only so that another may follow, perhaps this one.
fn holds_place(declared: &Deployment, pipeline: &Deployment) -> bool {
    declared.containers.iter().any(Container::is_placeholder)
        && declared.platform == pipeline.platform
        && declared.region.may_be(&pipeline.region)
        && declared.project.may_be(&pipeline.project)
}

/// Whether two deployments are of one platform, region and project. What is written nowhere
/// is a default of the machine and taken to be the same.
fn same_place(a: &Deployment, b: &Deployment) -> bool {
    let same = |a: &Value<Text>, b: &Value<Text>| match (a, b) {
        (Value::Known(a), Value::Known(b)) => a.value.compare(&b.value) == Comparison::Equal,
        (a, b) => a.is_unset() || b.is_unset(),
    };
    a.platform == b.platform
        && same(&a.region, &b.region)
        && same(&a.project, &b.project)
        && same(&a.namespace, &b.namespace)
}
