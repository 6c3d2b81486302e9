use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::secret::MissingSecret;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "secret-not-in-terraform",
    summary: "A secret is referenced by a name that the Terraform which manages secrets never creates.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for misplaced in project.misplaced_secrets() {
        let (name, created) = (&misplaced.name.value, &misplaced.created.value);
        let message = match misplaced.named.literal() {
            Some("global") => format!(
                "secret `{name}` is read as a global one, but Terraform creates it in `{created}`"
            ),
            _ => format!(
                "secret `{name}` is read of `{}`, but Terraform creates it in `{created}`",
                misplaced.named
            ),
        };
        let help = match created.literal() {
            Some("global") => format!("name it `projects/PROJECT/secrets/{name}/versions/VERSION`"),
            _ => format!(
                "name it `projects/PROJECT/locations/{created}/secrets/{name}/versions/VERSION`"
            ),
        };
        let finding = RULE.finding(message, misplaced.name, misplaced.use_);
        findings.push(finding.against(misplaced.created, "is created here").help(help));
    }
    for missing in project.missing_secrets() {
        let name = missing.name;
        let finding = match missing.near {
            Some(near) => RULE
                .finding(
                    format!(
                        "secret `{}` does not exist: Terraform creates `{}`",
                        name.value, near.value
                    ),
                    name,
                    missing.use_,
                )
                .against(near, "created under this name")
                .help(format!("use `{}`, or create `{}`", near.value, name.value)),
            // Somebody may have created it by hand.
            None => RULE
                .finding(
                    format!(
                        "secret `{}` is not among the {} that Terraform creates",
                        name.value, missing.created
                    ),
                    name,
                    missing.use_,
                )
                .severity(Severity::Warning)
                .help(format!(
                    "create `{}` in Terraform, or look it up there with `data`",
                    name.value
                )),
        };
        findings.push(with_fix(finding, project, &missing));
    }
}

/// A fix edits the literal. One that is reached through a variable has other readers.
fn with_fix(finding: Finding, project: &Project, missing: &MissingSecret<'_>) -> Finding {
    let MissingSecret { name, near, .. } = missing;
    let stands_there = name.value.literal() == Some(project.sources.text(name.at));
    match near.and_then(|near| near.value.literal()) {
        Some(near) if name.via.is_empty() && stands_there => {
            let edit = Edit::replace(name.at, near);
            finding.fix(format!("Use `{near}`"), Safety::Unsafe, vec![edit])
        }
        _ => finding,
    }
}
