use crate::finding::{Finding, Severity};
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
        let undefined = project.undefined_substitutions(file);
        let (started, open): (Vec<_>, Vec<_>) =
            undefined.into_iter().partition(|undefined| undefined.starter.is_some());
        findings.extend(started.iter().filter_map(|undefined| lacking(file, undefined)));
        // Somebody may start the build by hand, or by a trigger that is made elsewhere. Where a
        // declared name is like it, or none uses one, it is more likely a slip.
        let is_unused = open.len() == 1 && !project.refused_gifts(file).is_empty();
        let (slips, rest): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|undefined| is_unused || undefined.near.is_some());
        for undefined in slips {
            let name = &undefined.name.value;
            let message = format!("`{name}` has no default, and nothing here gives it a value");
            let finding = RULE.finding(message, undefined.name, "is used here");
            findings.push(finding.severity(Severity::Warning).help(help(&undefined)));
        }
        let names: Vec<String> = rest.iter().map(|u| format!("`{}`", u.name.value)).collect();
        if let Some(first) = rest.first() {
            let message = format!(
                "the build needs {} of whoever starts it, since nothing here gives it",
                names.join(", ")
            );
            let finding = RULE.finding(message, first.name, "has no default");
            findings.push(finding.severity(Severity::Note).help(help(first)));
        }
    }
}

fn lacking(file: &BuildFile, undefined: &UndefinedSubstitution<'_>) -> Option<Finding> {
    let name = &undefined.name.value;
    let is_loose = file.is_loose.known().is_none_or(|loose| loose.value);
    let starter = undefined.starter?;
    let (by, at, then) = match starter {
        Starter::Trigger(trigger) => ("trigger", trigger.at, "so that it is empty"),
        // It is one of Cloud Build's own, which are empty where there are none.
        Starter::Submission(s) if is_loose || undefined.is_of_pull_requests => {
            ("command", s.at, "so that it is empty")
        }
        Starter::Submission(submission) => ("command", submission.at, "and is refused"),
    };
    let message = format!("`{name}` has no default, and the {by} does not give it");
    let finding = RULE
        .finding(message, undefined.name, "is used here")
        .see(at, format!("starts the build without it, {then}"))
        .because(starter.switch())
        .help(help(undefined));
    Some(if then == "and is refused" { finding } else { finding.severity(Severity::Warning) })
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
