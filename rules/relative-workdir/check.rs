use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "relative-workdir",
    summary: "The first `WORKDIR` is relative, so that the base image decides where it is.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["WorkdirRelativePath", "DL3000", "DF009", "CKV_DOCKER_10", "DS009"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for stage in stages.filter(|stage| !stage.written.inherits_workdir) {
        let Some(path) = stage.written.workdirs.first().and_then(|path| path.known()) else {
            continue;
        };
        let Some(text) = path.value.literal() else { continue };
        let is_windows = text.chars().nth(1) == Some(':') || text.starts_with('\\');
        if text.starts_with('/') || text.is_empty() || is_windows {
            continue;
        }
        let message = format!("`WORKDIR {text}` is relative to the base image's working directory");
        let finding = RULE.finding(message, path, "relative").help("write an absolute path");
        let plain = project.sources.text(path.at) == text && !text.starts_with('.');
        findings.push(match plain {
            true => {
                let edit = Edit::before(path.at, "/");
                finding.fix(format!("Write `/{text}`"), Safety::Unsafe, [edit])
            }
            false => finding,
        });
    }
}
