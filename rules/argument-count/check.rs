use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::command::Refusal;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "argument-count",
    summary: "A command has more words than its program takes, or lacks what it needs.",
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
            Refusal::TooMany { most, takes_file } => {
                let takes = match most {
                    0 => "no words besides flags".to_owned(),
                    most => counted(*most),
                };
                let message =
                    format!("`{command}` takes {takes}, and `{}` is one more", word.value);
                let finding = RULE.finding(message, word, "is a word too many");
                finding.help(match takes_file {
                    true => format!("write `-f {}`", word.value),
                    false => "leave it out, or quote what belongs together".to_owned(),
                })
            }
            Refusal::TooFew { least, found } => {
                let has = match found {
                    0 => "none".to_owned(),
                    1 => "one".to_owned(),
                    found => found.to_string(),
                };
                let message = format!("`{command}` needs {}, and has {has}", counted(*least));
                RULE.finding(message, word, "lacks a word").help("name what it is to work on")
            }
            Refusal::NoneOf(flags) => {
                let flags = flags.join("` or `");
                let message = format!("`{command}` needs `{flags}`");
                RULE.finding(message, word, "lacks it").help("say what it is to work on")
            }
            Refusal::Alone { given, lacking } => {
                let message = format!("`{command}` has `{given}` and no `{lacking}`");
                RULE.finding(message, word, "takes both or none").help(format!("give `{lacking}`"))
            }
            _ => continue,
        });
    }
}

fn counted(words: usize) -> String {
    match words {
        1 => "one word".to_owned(),
        words => format!("{words} words"),
    }
}
