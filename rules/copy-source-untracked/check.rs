use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::context::copy::Absence;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "copy-source-untracked",
    summary: "A job, or a build of a trigger, copies a file that git ignores, and that no step makes.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for source in &project.copy_sources {
        let (Absence::Untracked(pattern), Some(path)) = (&source.absence, source.path.known())
        else {
            continue;
        };
        let ignore_file = &project.sources.get(pattern.source).path;
        let build = source.build.and_then(|id| project.builds.get(id.0));
        let by_trigger = build.is_some_and(|build| build.trigger.is_some());
        let who = if by_trigger { "build" } else { "job" };
        let message = format!(
            "`{}` is copied, but git ignores it by `{}` in `{ignore_file}`, and the {who} has only what git has",
            path.value,
            project.sources.text(*pattern)
        );
        findings.push(
            RULE.finding(message, path, "a checkout does not have this")
                .see(*pattern, "ignored here")
                .because(&source.because)
                .help(
                    "make it in a step before the build, from the same context, or let git have it",
                ),
        );
    }
}
