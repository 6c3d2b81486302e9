use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::test::{BrokenTest, TestSlip};
use crate::rule::Rule;

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
        findings.extend(script.broken_tests(&project.sources).iter().map(finding));
    }
}

fn finding(test: &BrokenTest) -> Finding {
    let word = &test.word;
    let (message, label) = match test.why {
        TestSlip::Redirection => (format!("`[` takes `{word}` for a file"), "a redirection"),
        TestSlip::Glued => {
            (format!("a blank is missing before the `]` of `{word}`"), "the test always fails")
        }
        TestSlip::Open => ("this `[` has no `]`".to_owned(), "the test always fails"),
        TestSlip::OneWord => (
            format!("`{word}` is one word: blanks are missing around `=`"),
            "the test always holds",
        ),
        TestSlip::NoNumber => {
            (format!("`{word}` is no number, but numbers are compared"), "the test fails")
        }
        TestSlip::GluedStart => {
            (format!("a blank is missing after the `[` of `{word}`"), "taken for a command")
        }
    };
    let finding = RULE.finding_at(message, test.at, label);
    match (test.why, test.blanks()) {
        (TestSlip::NoNumber, _) => finding.help("compare texts by `=` and `!=`"),
        (TestSlip::Redirection, _) => finding.help("compare numbers by `-gt` and `-lt`"),
        // The test has always had the same end, so that more than itself changes.
        (_, Some((at, text))) => {
            finding.fix("Write the blanks", Safety::Unsafe, [Edit::replace(at, text)])
        }
        (_, None) => finding,
    }
}
