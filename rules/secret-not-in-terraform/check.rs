use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::secret::{MisplacedSecret, MissingSecret};
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
    findings.extend(project.misplaced_secrets().iter().map(misplaced));
    for missing in project.missing_secrets() {
        let MissingSecret { name, near, created, use_, .. } = &missing;
        let text = &name.value;
        let finding = match near {
            Some(near) => {
                let other = &near.value;
                let message =
                    format!("secret `{text}` does not exist: Terraform creates `{other}`");
                let finding = RULE.finding(message, name, *use_);
                let finding = finding.against(near, "created under this name");
                finding.help(format!("use `{other}`, or create `{text}`"))
            }
            // Somebody may have created it by hand.
            None => {
                let message =
                    format!("secret `{text}` is not among the {created} that Terraform creates");
                let finding = RULE.finding(message, name, *use_).severity(Severity::Warning);
                finding
                    .help(format!("create `{text}` in Terraform, or look it up there with `data`"))
            }
        };
        findings.push(with_fix(finding, project, &missing));
    }
}

fn misplaced(secret: &MisplacedSecret<'_>) -> Finding {
    let (name, created) = (&secret.name.value, &secret.created.value);
    let read = match secret.named.literal() {
        Some("global") => "read as a global one".to_owned(),
        _ => format!("read of `{}`", secret.named),
    };
    let message = format!("secret `{name}` is {read}, but Terraform creates it in `{created}`");
    let finding = RULE.finding(message, secret.name, secret.use_);
    let finding = finding.against(secret.created, "is created here");
    finding.help(format!("name it `{}`", secret.version()))
}

/// A fix edits the literal. One that is reached through a variable has other readers.
fn with_fix(finding: Finding, project: &Project, missing: &MissingSecret<'_>) -> Finding {
    let MissingSecret { name, near, .. } = missing;
    let stands_there = name.value.literal() == Some(project.sources.text(name.at));
    match near.and_then(|near| near.value.literal()) {
        Some(near) if name.via.is_empty() && stands_there => {
            let edit = Edit::replace(name.at, near);
            finding.fix(format!("Use `{near}`"), Safety::Unsafe, [edit])
        }
        _ => finding,
    }
}
