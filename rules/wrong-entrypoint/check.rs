use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::program::Why;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "wrong-entrypoint",
    summary: "A step starts a program that its image does not have, or hands it over wrongly.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for misstart in project.misstarts() {
        let (image, word) = (&misstart.image.value, &misstart.word.value);
        let short = word.to_string();
        let short = short.trim().lines().next().unwrap_or_default();
        let (message, label, help) = match misstart.why {
            Why::Lacking => (
                format!("image `{image}` has no `{short}`"),
                "is not there",
                match short {
                    "bash" => "use `sh`, or run the step in an image that has `bash`".to_owned(),
                    _ => format!("run the step in an image that has `{short}`"),
                },
            ),
            Why::NoEntrypoint(None) => (
                format!("image `{image}` has no entrypoint, so `{short}` is taken for a program"),
                "is no program",
                "name the program with `entrypoint`".to_owned(),
            ),
            Why::NoEntrypoint(Some(program)) => (
                format!("image `{image}` has no entrypoint, so `{short}` is taken for a program"),
                "is no program",
                format!("add `entrypoint: {program}`"),
            ),
            Why::Twice => (
                format!("the step runs `{short} {short}`: `{short}` is what it starts already"),
                "is taken for a command of it",
                format!("leave out `{short}`"),
            ),
            Why::NoScript => (
                format!("the shell looks for a file named `{short}`"),
                "is no file",
                "write `-c` before it".to_owned(),
            ),
            Why::OnlyFirst => (
                format!("the shell runs only the word behind `-c`, and not `{short}`"),
                "is no part of the command",
                "write the command as one word".to_owned(),
            ),
        };
        let finding = RULE.finding(message, misstart.word, label).help(help);
        findings.push(finding.see(misstart.image.at, "the image of the step"));
    }
}
