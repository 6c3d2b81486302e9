use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::secret::{MisplacedSecret, MissingSecret};
use crate::rule::Rule;
use crate::value::{Sourced, Text};

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
        findings.push(match missing.near {
            Some(near) => misspelt(project, &missing, near),
            None => uncreated(&missing),
        });
    }
}

fn misspelt(project: &Project, missing: &MissingSecret<'_>, near: &Sourced<Text>) -> Finding {
    let (name, text, other) = (missing.name, &missing.name.value, &near.value);
    let message = format!("secret `{text}` does not exist: Terraform creates `{other}`");
    let finding = RULE.finding(message, name, missing.use_);
    let finding = finding.against(near, "created under this name");
    let finding = finding.help(format!("use `{other}`, or create `{text}`"));
    match other.literal().filter(|_| project.is_written_out(name)) {
        Some(other) => {
            let edit = Edit::replace(name.at, other);
            finding.fix(format!("Use `{other}`"), Safety::Unsafe, [edit])
        }
        None => finding,
    }
}

/// Somebody may have created it by hand.
fn uncreated(missing: &MissingSecret<'_>) -> Finding {
    let (text, created) = (&missing.name.value, missing.created);
    let message = format!("secret `{text}` is not among the {created} that Terraform creates");
    let finding = RULE.finding(message, missing.name, missing.use_).severity(Severity::Warning);
    finding.help(format!("create `{text}` in Terraform, or look it up there with `data`"))
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
