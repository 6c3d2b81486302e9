use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::build_file::substitution::{InvalidUse, is_built_in, is_own};
use crate::rule::Rule;
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
        for invalid in file.invalid_substitutions(&project.sources) {
            findings.push(unknown(&invalid));
        }
        for name in file.invalid_keys() {
            findings.push(misnamed(name, "is declared here"));
        }
    }
    for name in project.invalid_gifts() {
        findings.push(misnamed(name, "is given here"));
    }
}

fn unknown(invalid: &InvalidUse<'_>) -> Finding {
    let InvalidUse { name, read, whole, near } = invalid;
    let message = match read == whole {
        true => format!("`{}` is no substitution of Cloud Build", name.value),
        false => format!("`{whole}` is read as `{read}`, which is no substitution of Cloud Build"),
    };
    let finding = RULE.finding(message, name, "is substituted before the step runs");
    if let Some(near) = near {
        let help = format!("did you mean `{near}`? a variable of the shell is `${whole}`");
        return finding.help(help);
    }
    let help = format!("write `${whole}` if the step is to read a variable of its own");
    let finding = finding.help(help);
    if !read.starts_with('$') {
        return finding;
    }
    let edit = Edit::before(name.at, "$");
    finding.fix(format!("Write `${whole}`"), Safety::Unsafe, [edit])
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
