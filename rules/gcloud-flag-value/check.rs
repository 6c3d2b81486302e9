use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "gcloud-flag-value",
    summary: "A `gcloud` command gives a flag a value that is refused, or flags that exclude each other.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for command in &project.gcloud_commands {
        for refused in command.refused() {
            let mut finding =
                RULE.finding(refused.message, &refused.at, refused.label).help(refused.help);
            if let Some(other) = refused.against {
                finding = finding.see(other, "together with this");
            }
            findings.push(match refused.may_be_newer {
                true => finding.severity(Severity::Warning),
                false => finding,
            });
        }
    }
    for odd in project.odd_variables() {
        let finding = RULE.finding_at(odd.message, odd.at, odd.label).help(odd.help);
        findings.push(finding.against(odd.file, "this command reads the file"));
    }
}
