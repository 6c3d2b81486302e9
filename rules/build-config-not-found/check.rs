use crate::finding::{Finding, Severity, quoted};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "build-config-not-found",
    summary: "A command or a trigger starts the build of a file that does not exist.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for submission in project.missing_submissions() {
        let file = submission.files.first().map(String::as_str).unwrap_or_default();
        let message = format!("build file `{file}` does not exist");
        let finding = match submission.config.known() {
            Some(config) => RULE.finding(message, config, "the repository has no such file"),
            None => RULE.finding_at(message, submission.at, "takes its steps from there"),
        };
        findings.push(match submission.config.known() {
            Some(_) => finding.help(help(project, file)),
            None => finding.help("name the build file with `--config`, or an image with `--tag`"),
        });
    }
    for trigger in project.missing_triggers() {
        let message = format!("build file `{}` does not exist", trigger.build);
        let at = trigger.named.unwrap_or(trigger.at);
        let finding = RULE.finding_at(message, at, "the repository has no such file");
        findings.push(finding.help(help(project, &trigger.build)));
    }
}

fn help(project: &Project, path: &str) -> String {
    match &project.build_files_like(path)[..] {
        [] => "name a build file that exists".to_owned(),
        [only] => format!("did you mean `{only}`?"),
        several => format!("name one that exists: {}", quoted(several)),
    }
}
