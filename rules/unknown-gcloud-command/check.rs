use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::gcloud::Meant;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unknown-gcloud-command",
    summary: "A `gcloud` command names a command that there is not.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for command in &project.gcloud_commands {
        let Some(unknown) = command.unknown_command() else { continue };
        let message = format!("`{}` has no command `{}`", unknown.group, unknown.word.value);
        let finding = RULE.finding(message, unknown.word, "is no command");
        findings.push(finding.help(match unknown.meant {
            Meant::Name(meant) => format!("did you mean `{meant}`?"),
            Meant::Words(words) => {
                format!("write each as a word of its own: `{}`", words.join("`, `"))
            }
        }));
    }
}
