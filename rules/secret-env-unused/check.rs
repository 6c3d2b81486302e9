use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::{Comparison, Sourced, Text};

pub static RULE: Rule = Rule {
    id: "secret-env-unused",
    summary: "A build makes a secret available that no step asks for.",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for secrets in &project.build_secrets {
        let asked_for: Option<Vec<&Sourced<Text>>> =
            secrets.asked_for.iter().map(|name| name.known()).collect();
        // One that is not known may be any.
        let Some(asked_for) = asked_for else { continue };
        for name in secrets.available.iter().filter_map(|name| name.known()) {
            if asked_for.iter().any(|a| a.value.compare(&name.value) != Comparison::Different) {
                continue;
            }
            let message =
                format!("secret `{}` is made available, but no step asks for it", name.value);
            let help = format!(
                "add `secretEnv: [{}]` to the step that needs it, or remove the entry",
                name.value
            );
            let label = "Cloud Build refuses a secret that is not used";
            findings.push(RULE.finding(message, name, label).help(help));
        }
    }
}
