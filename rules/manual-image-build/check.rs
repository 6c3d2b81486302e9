use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "manual-image-build",
    summary: "A script builds and pushes by hand an image that Terraform builds.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for manual in project.manual_builds() {
        let message = format!(
            "`{}` is built and pushed by hand here, and by Terraform as well",
            manual.tag.value
        );
        findings.push(
            RULE.finding_at(
                message,
                manual.by_hand.at,
                "pushes an image that Terraform does not know of",
            )
            .against(manual.tag, "the same name")
            .see(manual.by_terraform.at, "Terraform builds it here")
            .because(manual.because)
            .help("let Terraform build it: `terraform apply -target=...`"),
        );
    }
}
