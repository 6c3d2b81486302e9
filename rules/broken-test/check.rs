use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::slip::{BrokenTest, TestSlip};
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "broken-test",
    summary: "A test of the shell is not closed, or compares by a redirection.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[
        "SC1020", "SC1035", "SC1080", "SC2071", "SC2107", "SC2108", "SC1014", "SC1069", "SC2077",
        "SC2170",
    ],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (_, script) in project.scripts() {
        for test in script.broken_tests(&project.sources) {
            let word = &test.word;
            let (message, label) = match test.why {
                TestSlip::Redirection => {
                    (format!("`[` takes `{word}` for a file"), "a redirection")
                }
                TestSlip::Glued => {
                    let message = format!("a blank is missing before the `]` of `{word}`");
                    (message, "the test always fails")
                }
                TestSlip::Open => ("this `[` has no `]`".to_owned(), "the test always fails"),
                TestSlip::OneWord => {
                    let message = format!("`{word}` is one word: blanks are missing around `=`");
                    (message, "the test always holds")
                }
                TestSlip::NoNumber => {
                    (format!("`{word}` is no number, but numbers are compared"), "the test fails")
                }
                TestSlip::GluedStart => {
                    let message = format!("a blank is missing after the `[` of `{word}`");
                    (message, "taken for a command")
                }
            };
            let finding = RULE.finding_at(message, test.at, label);
            findings.push(match test.why {
                TestSlip::NoNumber => finding.help("compare texts by `=` and `!=`"),
                TestSlip::Redirection => finding.help("compare numbers by `-gt` and `-lt`"),
                _ => match blanks(&test) {
                    // The test has always had the same end, so that more than itself changes.
                    Some(edit) => finding.fix("Write the blanks", Safety::Unsafe, vec![edit]),
                    None => finding,
                },
            });
        }
    }
}

/// The edit that writes the blanks that are missing, where it is clear where they do.
fn blanks(test: &BrokenTest) -> Option<Edit> {
    let at = test.at;
    match test.why {
        TestSlip::Glued => {
            let bracket = at.end.checked_sub(1)?;
            Some(Edit::before(Span { start: bracket, ..at }, " "))
        }
        TestSlip::GluedStart => Some(Edit::before(Span { start: at.start + 1, ..at }, " ")),
        TestSlip::OneWord => {
            let (left, right) = test.word.split_once('=')?;
            let is_plain = !left.ends_with('!') && !right.contains('=');
            is_plain.then(|| Edit::replace(at, format!("{left} = {right}")))
        }
        TestSlip::Redirection | TestSlip::Open | TestSlip::NoNumber => None,
    }
}
