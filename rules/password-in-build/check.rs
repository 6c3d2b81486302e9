use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::{Run, Stage};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "password-in-build",
    summary: "A build sets the password of a user.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["CKV2_DOCKER_17"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for stage in stages {
        for run in &stage.runs {
            let Some((program, rest)) = run.program() else { continue };
            let mut texts = rest.iter().filter_map(|word| word.as_str());
            let sets = match program {
                "chpasswd" => !draws(stage, run),
                "passwd" => texts.any(|text| text == "--stdin"),
                "useradd" | "usermod" => texts.any(|text| matches!(text, "-p" | "--password")),
                _ => false,
            };
            if sets {
                let message =
                    format!("`{program}` sets a password that everyone gets with the image");
                findings.push(
                    RULE.finding_at(message, run.command.at, "in the history of the image")
                        .help("leave it out, or let what starts the container set it"),
                );
            }
        }
    }
}

/// Whether a command of the same instruction makes the password, so that nobody knows it.
fn draws(stage: &Stage, run: &Run) -> bool {
    stage.runs.iter().any(|other| other.order == run.order && other.substitutes())
}
