use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "untrusted-registry",
    summary: "An image comes from a registry that the configuration does not trust.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["DL3026", "DF065", "DF073"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let trusted: Vec<&str> =
        project.policy.trusted_registries.iter().flatten().map(|t| &*t.pattern).collect();
    for untrusted in project.untrusted_images() {
        let message = format!(
            "`{}` comes from `{}`, which is no trusted registry",
            untrusted.image.value, untrusted.registry
        );
        let finding = RULE.finding(message, untrusted.image, "from another registry");
        findings.push(match trusted.is_empty() {
            true => finding.help("no registry is trusted"),
            false => finding.help(format!("trusted are {}", quoted(&trusted))),
        });
    }
}
