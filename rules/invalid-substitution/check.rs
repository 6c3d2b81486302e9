use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::build_file::misnamed::Misnamed;
use crate::model::build::build_file::substitution::InvalidUse;
use crate::rule::Rule;

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
        findings.extend(file.invalid_substitutions(&project.sources).iter().map(unknown));
    }
    findings.extend(project.misnamed_substitutions().map(|misnamed| refused(&misnamed)));
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

fn refused(misnamed: &Misnamed<'_>) -> Finding {
    let text = &misnamed.name.value;
    let rule = "names begin with `_`, and have capitals, digits and `_` only";
    let (message, help) = match &misnamed.own {
        _ if misnamed.is_built_in => (
            format!("`{text}` is set by Cloud Build, and takes no other value"),
            format!("leave it out, or give the value to a name that begins with `_`: `_{text}`"),
        ),
        Some(own) => {
            (format!("`{text}` is no name of a substitution"), format!("write `{own}`: {rule}"))
        }
        None => (format!("`{text}` is no name of a substitution"), rule.to_owned()),
    };
    let label = if misnamed.is_given { "is given here" } else { "is declared here" };
    RULE.finding(message, misnamed.name, label).help(help)
}
