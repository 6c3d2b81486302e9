use crate::finding::{Edit, Finding, Safety, Severity, quoted};
use crate::model::Project;
use crate::model::repository::MissingRepository;
use crate::rule::Rule;
use std::collections::BTreeSet;

pub static RULE: Rule = Rule {
    id: "repository-not-in-terraform",
    summary: "An image is pushed to a registry repository that the Terraform which manages repositories never creates.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in project.missing_repositories() {
        let names: BTreeSet<String> =
            missing.created.iter().map(|name| name.value.to_string()).collect();
        let message = format!(
            "the image is pushed to repository `{}`, but Terraform creates {}",
            missing.name,
            quoted(names)
        );
        let finding = RULE.finding(message, missing.image, "this repository is created nowhere");
        findings.push(match missing.near {
            Some(near) => with_fix(
                finding
                    .severity(Severity::Error)
                    .against(near, "created under this name")
                    .help(format!("push to `{}`, or create `{}`", near.value, missing.name)),
                project,
                &missing,
            ),
            None => finding.help(format!("create `{}` in Terraform", missing.name)),
        });
    }
}

/// A fix edits the literal. One that is reached through a variable has other readers, and what
/// another command pushes is named there too.
fn with_fix(finding: Finding, project: &Project, missing: &MissingRepository<'_>) -> Finding {
    let image = missing.image;
    let written = project.sources.text(image.at);
    let near = missing.near.and_then(|near| near.value.literal());
    match (near, image.via.is_empty() && missing.alone) {
        (Some(near), true) if written.matches(&missing.name).count() == 1 => {
            let edit = Edit::replace(image.at, written.replace(&missing.name, near));
            finding.fix(format!("Push to `{near}`"), Safety::Unsafe, [edit])
        }
        _ => finding,
    }
}
