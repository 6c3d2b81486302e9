use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "sudo-in-build",
    summary: "A command of a build uses `sudo`.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3004", "DF010", "CKV2_DOCKER_1", "DS010"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for run in stages.flat_map(|stage| &stage.runs) {
        if run.command.program() == Some("sudo")
            && let Some(word) = run.command.words.first()
        {
            findings.push(
                RULE.finding_at(
                    "a command of the build uses `sudo`",
                    word.at,
                    "not needed by root",
                )
                .help("leave it out, or write `USER root` before it"),
            );
        }
    }
}
