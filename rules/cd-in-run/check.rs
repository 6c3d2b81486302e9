use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "cd-in-run",
    summary: "`cd` changes the folder of one `RUN` only.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3003", "DF008", "DS013"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for run in project.all_runs() {
        if run.command.program() != Some("cd") {
            continue;
        }
        findings.push(
            RULE.finding_at(
                "`cd` counts for this `RUN` only",
                run.command.at,
                "changes the folder",
            )
            .help("write `WORKDIR`"),
        );
    }
}
