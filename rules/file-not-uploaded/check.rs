use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::left_behind::Needed;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "file-not-uploaded",
    summary: "A build on Cloud Build needs a file that gcloud does not send there.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for left in project.left_behind() {
        let ignore_file = &project.sources.get(left.line.at.source).path;
        let line = project.sources.text(left.line.at);
        let (use_, label) = match left.needed {
            Needed::Copied => ("is copied", "the builder does not find this"),
            Needed::Dockerfile => ("is the Dockerfile of a build", "the builder does not find it"),
            Needed::Run => ("is run by a step", "the step does not find it"),
            Needed::Read => ("is read by a step", "the step does not find this"),
        };
        let no_own = if left.by_git { ", which it follows without a `.gcloudignore`" } else { "" };
        let message = format!(
            "`{}` {use_}, but gcloud does not send it to Cloud Build, by `{line}` in \
             `{ignore_file}`{no_own}",
            left.name
        );
        let help = match (left.by_git, left.line.by_folder) {
            (true, _) => "make it in a step, or say in a `.gcloudignore` what not to send".into(),
            (false, true) => format!("remove the line from `{ignore_file}`"),
            (false, false) => format!("remove the line, or add `!{}` below it", left.inner),
        };
        findings.push(
            RULE.finding_at(message, left.at, label)
                .see(left.line.at, "left out here")
                .see(left.upload.at, "sends the rest")
                .because(&left.because)
                .help(help),
        );
    }
}
