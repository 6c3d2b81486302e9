use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::secret::{Origin, SecretReference};
use crate::rule::Rule;
use crate::value::{Comparison, Sourced, Text, Value};

pub static RULE: Rule = Rule {
    id: "secret-not-in-terraform",
    summary: "A secret is referenced by a name that the Terraform which manages secrets never creates.",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let declared: Option<Vec<&Sourced<Text>>> =
        project.secrets.iter().map(|secret| secret.name.known()).collect();
    // A secret of any name may be created, so nothing can be said.
    let Some(declared) = declared else { return };
    if !project.secrets.iter().any(|secret| secret.origin == Origin::Terraform) {
        return;
    }
    let is_declared = |name: &Sourced<Text>| {
        declared.iter().any(|d| d.value.compare(&name.value) != Comparison::Different)
    };
    // Where Terraform creates few of the secrets, somebody creates the others by hand.
    let created = project
        .secret_references
        .iter()
        .filter(|reference| reference.name.known().is_some_and(is_declared));
    let manages_most = 2 * created.count() >= project.secret_references.len();
    for reference in &project.secret_references {
        let Some(name) = reference.name.known().filter(|_| !is_foreign(project, reference)) else {
            continue;
        };
        if is_declared(name) {
            continue;
        }
        let similar = nearest(name, &declared, manages_most);
        if similar.is_none() && !manages_most {
            continue;
        }
        let message = match similar {
            Some(near) => format!(
                "secret `{}` does not exist: Terraform creates `{}`",
                name.value, near.value
            ),
            None => format!(
                "secret `{}` is not among the {} that Terraform creates",
                name.value,
                declared.len()
            ),
        };
        let mut finding = RULE.finding(message, name, reference.use_);
        finding = match similar {
            Some(near) => finding.against(near, "created under this name"),
            // Somebody may have created it by hand.
            None => finding.severity(Severity::Warning),
        };
        finding = finding.help(match similar {
            Some(near) => format!("use `{}`, or create `{}`", near.value, name.value),
            None => {
                format!("create `{}` in Terraform, or look it up there with `data`", name.value)
            }
        });
        if let Some(near) = similar.and_then(|near| near.value.literal())
            && name.via.is_empty()
            && name.value.literal().is_some_and(|text| text == project.sources.text(name.at))
        {
            let edit = Edit::replace(name.at, near);
            finding = finding.fix(format!("Use `{near}`"), Safety::Unsafe, vec![edit]);
        }
        findings.push(finding);
    }
}

/// A reference that names a project means one that others may manage, unless Terraform
/// creates secrets in it by that name.
fn is_foreign(project: &Project, reference: &SecretReference) -> bool {
    let Value::Known(named) = &reference.project else { return !reference.project.is_unset() };
    // The substitution is the project of the build.
    let Some(named) = named.value.literal() else { return false };
    !project.secrets.iter().any(|secret| secret.project.literal_text() == Some(named))
}

/// The created name that is most like a missing one: it has an affix more or less, or differs
/// in a few letters if that may count.
fn nearest<'a>(
    name: &Sourced<Text>,
    declared: &[&'a Sourced<Text>],
    letters: bool,
) -> Option<&'a Sourced<Text>> {
    let name = name.value.to_string();
    let score = |other: &str| {
        let (short, long) =
            if name.len() < other.len() { (&*name, other) } else { (other, &*name) };
        let rest = long.strip_prefix(short).or(long.strip_suffix(short)).unwrap_or_default();
        let affix = short.len() >= 4 && rest.trim_matches(['-', '_']).len() < rest.len();
        let alike = strsim::normalized_levenshtein(&name, other);
        // Numbers tell secrets apart on purpose.
        let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
        let slip = name.len() >= 6
            && digits(&name) == digits(other)
            && strsim::damerau_levenshtein(&name, other) <= 2;
        match affix || slip {
            true => alike + 0.75,
            false if letters => alike,
            false => 0.0,
        }
    };
    let scored = declared.iter().map(|d| (score(&d.value.to_string()), *d));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= 0.75).then_some(best.1)
}
