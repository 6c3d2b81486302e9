use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::secret::BuildSecrets;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "secret-env-unused",
    summary: "A build makes a secret available that no step asks for.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for name in project.build_secrets.iter().flat_map(BuildSecrets::unused) {
        let message = format!("secret `{}` is made available, but no step asks for it", name.value);
        let help = format!(
            "add `secretEnv: [{}]` to the step that needs it, or remove the entry",
            name.value
        );
        let help = project.in_words_of(name.at, help);
        let label = "Cloud Build refuses a secret that is not used";
        findings.push(RULE.finding(message, name, label).help(help));
    }
}
