use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::Starter;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "build-logs-unset",
    summary: "A build runs with a service account, and says nowhere where its logs go.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unlogged in project.unlogged_starts() {
        let path = &unlogged.file.path;
        let by = unlogged.starter.noun();
        let is_inline = matches!(unlogged.starter, Starter::Trigger(trigger) if trigger.is_inline);
        let what = if is_inline { "its build".to_owned() } else { format!("`{path}`") };
        let message = format!(
            "{by} runs {what} with a service account, and the build does not say where its logs go"
        );
        let place = if is_inline { "build" } else { "build file" };
        let help =
            format!("set `options.logging: CLOUD_LOGGING_ONLY` in the {place}, or `logsBucket`");
        let help = project.in_words_of(unlogged.file.at, help);
        let finding = RULE
            .finding(message, unlogged.account, "Cloud Build refuses the build for it")
            .see(unlogged.file.at, "the build that chooses no logs")
            .because(unlogged.starter.switch());
        findings.push(finding.help(help));
    }
}
