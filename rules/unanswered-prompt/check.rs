use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::command::Refusal;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unanswered-prompt",
    summary: "A job runs a command that asks before it goes on.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for misuse in &project.misuses {
        let (Refusal::Unanswered { flag }, Some(word)) = (&misuse.why, misuse.word.known()) else {
            continue;
        };
        if !project.applies_itself() {
            continue;
        }
        let message = format!("`{}` asks before it goes on, and has no `{flag}`", misuse.command);
        let finding = RULE.finding(message, word, "nobody is there to answer");
        findings.push(finding.help(format!("write `{flag}`, or give it the plan to carry out")));
    }
}
