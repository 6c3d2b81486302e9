use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::build_file::substitution::{built_in, is_built_in, is_own};
use crate::nearest::nearest;
use crate::rule::Rule;
use crate::source::Span;
use crate::value::{Sourced, Text};

pub static RULE: Rule = Rule {
    id: "invalid-substitution",
    summary: "A build uses, or is given, a substitution that Cloud Build refuses.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for file in &project.build_files {
        for name in file.invalid_substitutions() {
            let written = project.sources.text(name.at);
            let text = name.value.to_string();
            let behind = project.sources.get(name.at.source).text.get(name.at.end as usize..);
            let rest = behind
                .unwrap_or_default()
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next();
            // Names end before the first small letter.
            let rest = rest.filter(|_| !written.ends_with('}')).unwrap_or_default();
            let message = match rest {
                "" => format!("`{text}` is no substitution of Cloud Build"),
                _ => format!(
                    "`{written}{rest}` is read as `{written}`, which is no substitution of Cloud Build"
                ),
            };
            let finding = RULE.finding(message, name, "is substituted before the step runs");
            let escaped = format!("${written}{rest}");
            // Only a slip of more than the letters in common is one.
            let near = nearest(&text, built_in()).filter(|_| text.len() > 4);
            let near = file.declared_like(&text).or(near).filter(|_| rest.is_empty());
            let help = match near {
                Some(near) => {
                    format!("did you mean `{near}`? a variable of the shell is `{escaped}`")
                }
                None => format!("write `{escaped}` if the step is to read a variable of its own"),
            };
            let start = Span { end: name.at.start, ..name.at };
            findings.push(match written.starts_with('$') && near.is_none() {
                true => finding.help(help).fix(
                    format!("Write `{escaped}`"),
                    Safety::Unsafe,
                    vec![Edit::replace(start, "$")],
                ),
                false => finding.help(help),
            });
        }
        for name in file.invalid_keys() {
            findings.push(misnamed(name, "is declared here"));
        }
    }
    for name in project.invalid_gifts() {
        findings.push(misnamed(name, "is given here"));
    }
}

fn misnamed(name: &Sourced<Text>, label: &str) -> Finding {
    let text = &name.value;
    let (message, help) = match text.literal().is_some_and(is_built_in) {
        true => (
            format!("`{text}` is set by Cloud Build, and takes no other value"),
            format!("leave it out, or give the value to a name that begins with `_`: `_{text}`"),
        ),
        false => {
            let capitals = text.to_string().to_ascii_uppercase().replace(['-', '.'], "_");
            let name = format!("_{}", capitals.trim_start_matches('_'));
            let message = format!("`{text}` is no name of a substitution");
            let rule = "names begin with `_`, and have capitals, digits and `_` only";
            (
                message,
                if is_own(&name) { format!("write `{name}`: {rule}") } else { rule.to_owned() },
            )
        }
    };
    RULE.finding(message, name, label).help(help)
}
