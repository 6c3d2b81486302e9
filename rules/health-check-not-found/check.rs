use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "health-check-not-found",
    summary: "A container is asked whether it is well by a program that its image does not hold.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for lacking in project.lacking_clients() {
        let (client, base) = (lacking.client, lacking.base);
        let message = format!(
            "{} is asked for its health by `{}`, which its image does not hold",
            lacking.asked, client.value
        );
        let finding = RULE.finding(message, client, "always fails");
        let label = format!("has no `{}`, and nothing installs it", client.value);
        let finding = finding.against(base, label).because(lacking.because);
        findings.push(finding.help(format!(
            "install `{}`, or ask by what the image holds, such as its own language",
            client.value
        )));
    }
}
