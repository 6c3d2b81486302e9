use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Step;

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
    for contested in project.contested_services() {
        let (pipeline, name) = contested.by_pipeline;
        let (declared, other) = contested.by_terraform;
        let message = format!(
            "{} is deployed here and by Terraform, without `ignore_changes`: each undoes the other",
            pipeline.title()
        );
        let mut finding = RULE
            .finding(message, name, format!("{} deploys it", pipeline.manager.name()))
            .against(other, "Terraform manages it");
        if let Some(image) = declared.containers.first().and_then(|c| c.image.at()) {
            finding = finding.see(image, "each apply sets the image back to this");
            if contested.holds_place {
                let told = "a sample, which holds the place of what a pipeline deploys";
                finding = finding.because(&[Step::default(image, told)]);
            }
        }
        findings.push(finding.help(format!(
            "let one of them deploy; or add the {} to `lifecycle {{ ignore_changes }}` of the resource",
            declared.platform.content()
        )));
    }
}
