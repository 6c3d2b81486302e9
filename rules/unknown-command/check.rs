use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::command::Refusal;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unknown-command",
    summary: "A command line names a command that its program does not have.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for misuse in &project.misuses {
        let (Refusal::NoCommand { meant, all }, Some(word)) = (&misuse.why, misuse.word.known())
        else {
            continue;
        };
        let message = format!("`{}` has no command `{}`", misuse.command, word.value);
        let finding = RULE.finding(message, word, "is no command");
        let program = word.value.literal().filter(|_| misuse.command == "npm");
        findings.push(match (program.filter(|name| project.is_of_npm(name)), meant) {
            (Some(program), _) => {
                finding.help(format!("a program of a package is `npx {program}`"))
            }
            (None, Some(meant)) => {
                let written = misuse.place_of(&word.value.to_string(), &project.sources);
                finding.meant(meant, written)
            }
            (None, None) => finding.help(format!("it has {}", all.join(", "))),
        });
    }
}
