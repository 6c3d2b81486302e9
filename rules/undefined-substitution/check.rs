use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::model::build::build_file::substitution::UndefinedSubstitution;
use crate::model::build::build_file::{BuildFile, Starter};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "undefined-substitution",
    summary: "A build uses a substitution that nothing gives a value.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for file in &project.build_files {
        let mut open = Vec::new();
        for undefined in project.undefined_substitutions(file) {
            match undefined.starter {
                Some(starter) => findings.push(lacking(file, &undefined, starter)),
                None if undefined.is_slip => findings.push(slip(&undefined)),
                // Somebody may start the build by hand, or by a trigger that is made elsewhere.
                None => open.push(undefined),
            }
        }
        if let Some(first) = open.first() {
            let names = quoted(open.iter().map(|undefined| &undefined.name.value));
            let message = format!(
                "the build needs {names} of whoever starts it, since nothing here gives it"
            );
            let finding = RULE.finding(message, first.name, "has no default");
            findings.push(finding.severity(Severity::Note).help(help(first)));
        }
    }
}

fn slip(undefined: &UndefinedSubstitution<'_>) -> Finding {
    let name = &undefined.name.value;
    let message = format!("`{name}` has no default, and nothing here gives it a value");
    let finding = RULE.finding(message, undefined.name, "is used here");
    finding.severity(Severity::Warning).help(help(undefined))
}

fn lacking(
    file: &BuildFile,
    undefined: &UndefinedSubstitution<'_>,
    starter: Starter<'_>,
) -> Finding {
    let (name, by) = (&undefined.name.value, starter.noun());
    let (severity, then) = match undefined.is_refused(file) {
        true => (Severity::Error, "and is refused"),
        false => (Severity::Warning, "so that it is empty"),
    };
    let message = format!("`{name}` has no default, and {by} does not give it");
    let finding = RULE.finding(message, undefined.name, "is used here").severity(severity);
    let finding = finding.see(starter.at(), format!("starts the build without it, {then}"));
    finding.because(starter.switch()).help(help(undefined))
}

fn help(undefined: &UndefinedSubstitution<'_>) -> String {
    match &undefined.near {
        Some(near) => format!("did you mean `{near}`?"),
        None if undefined.is_of_pull_requests => {
            "only triggers of pull requests give it: add one, or leave it out".to_owned()
        }
        None => format!("give `{}` a default under `substitutions`", undefined.name.value),
    }
}
