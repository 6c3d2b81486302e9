use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

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
    let captured = project.all_stages().flat_map(|stage| &stage.captured);
    for run in project.all_runs().chain(captured) {
        let [sudo, command, ..] = &run.command.words[..] else { continue };
        if run.command.program() != Some("sudo") {
            continue;
        }
        let message = "a command of the build uses `sudo`";
        let finding = RULE
            .finding_at(message, sudo.at, "not needed by root")
            .help("leave it out, or write `USER root` before it");
        // Options of its own, and variables, would be left behind.
        let plain =
            command.as_str().is_some_and(|word| !word.starts_with('-') && !word.contains('='));
        findings.push(match plain {
            true => {
                let edit = Edit::replace(Span { end: command.at.start, ..sudo.at }, "");
                finding.fix("Leave it out", Safety::Unsafe, [edit])
            }
            false => finding,
        });
    }
}
