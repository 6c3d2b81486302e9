use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "shell-replaced",
    summary: "`/bin/sh` is replaced by a link.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL4005"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for run in project.all_runs() {
        let last = run.command.words.last().and_then(|word| word.as_str());
        if run.command.program() == Some("ln") && last == Some("/bin/sh") {
            findings.push(
                RULE.finding_at(
                    "`/bin/sh` is replaced by a link",
                    run.command.at,
                    "for all programs",
                )
                .help("write `SHELL [\"/bin/bash\", \"-c\"]`"),
            );
        }
    }
}
