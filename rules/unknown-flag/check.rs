use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::command::{Known, Refusal};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unknown-flag",
    summary: "A command has a flag that its program does not take.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for misuse in &project.misuses {
        let Some(word) = misuse.word.known() else { continue };
        let command = &misuse.command;
        findings.push(match &misuse.why {
            Refusal::NoFlag { flag, .. } if project.policy.extra_flags.contains(flag) => continue,
            Refusal::NoFlag { flag, known } => {
                let message = format!("`{command}` has no flag `{flag}`");
                let finding = RULE.finding(message, word, "is no flag of this command");
                match known {
                    Known::Slip(meant) => {
                        finding.meant(meant, misuse.place_of(flag, &project.sources))
                    }
                    // A later version may have it here, too.
                    Known::Of(other) => finding
                        .severity(Severity::Warning)
                        .help(format!("leave it out: it is a flag of `{other}`")),
                }
            }
            Refusal::Glued { flag, rest } => {
                let message =
                    format!("`{flag} {rest}` is one argument, and no flag of `{command}`");
                let finding = RULE.finding(message, word, "is one word");
                finding.help(format!("write two: `{flag}`, `{rest}`"))
            }
            Refusal::NoValue => {
                let message = format!("`{}` of `{command}` has no value", word.value);
                RULE.finding(message, word, "needs a value").help("give it one, or leave it out")
            }
            _ => continue,
        });
    }
}
