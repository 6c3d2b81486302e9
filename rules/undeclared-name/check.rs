use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::nearest::nearest;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "undeclared-name",
    summary: "A command or pipeline names a script, a profile or a target that its file lacks.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in project.missing_names.iter().filter(|missing| !missing.is_of_docker()) {
        let Some(name) = missing.name.known() else { continue };
        let kind = missing.kind.text();
        let message = format!("`{}` has no {kind} `{}`", missing.file, name.value);
        let listed = missing.listed.iter().map(String::as_str);
        let near = name.value.literal().and_then(|name| nearest(name, listed));
        let help = match (near, missing.listed.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, true) => format!("add the {kind}, or leave the name out"),
            (None, false) => format!("name one of {}", quoted(&missing.listed)),
        };
        findings.push(RULE.finding(message, name, format!("no such {kind}")).help(help));
    }
}
