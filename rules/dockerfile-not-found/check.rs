use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::build::missing_dockerfile::{Instead, NamedBy};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "dockerfile-not-found",
    summary: "A build names a Dockerfile that does not exist.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in project.missing_dockerfiles() {
        let path = missing.path;
        let label = match missing.named_by {
            NamedBy::Dockerfile => "this file does not exist",
            NamedBy::Context => "this folder has no Dockerfile",
            NamedBy::Start => "no Dockerfile is found for this build",
        };
        let (message, help) = match missing.instead {
            Instead::OtherCase { path: real, .. } => (
                format!("there is no `{path}`: the repository has `{real}`"),
                match missing.named_by {
                    NamedBy::Dockerfile => format!(
                        "write `{real}`: builders look on a file system that tells cases apart"
                    ),
                    _ => format!(
                        "rename it to `{path}`: builders look on a file system that tells cases apart"
                    ),
                },
            ),
            Instead::Similar(similar) => (
                format!("there is no `{path}`"),
                format!("name a Dockerfile that exists, such as `{similar}`"),
            ),
            Instead::Nothing => (format!("there is no `{path}`"), "add the Dockerfile".to_owned()),
        };
        let finding = RULE.finding_at(message, missing.at, label);
        let finding = finding.because(&missing.because).help(help);
        findings.push(match missing.instead {
            Instead::OtherCase { rewritten: Some(end), .. } => {
                let edit = Edit::replace(missing.at, end);
                finding.fix(format!("Write `{end}`"), Safety::Safe, [edit])
            }
            _ => finding,
        });
    }
}
