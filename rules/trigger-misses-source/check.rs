use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "trigger-misses-source",
    summary: "A trigger does not watch files that the image which it builds copies.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for source in project.unwatched_sources() {
        let real = if source.real.is_empty() { "." } else { &source.real };
        let argument = source.watch.value;
        let (why, help) = match argument {
            "included_files" | "paths" => (
                format!("no pattern of `{argument}` covers it"),
                format!("add a pattern for `{real}` to `{argument}`"),
            ),
            "paths-ignore" => (
                format!("`{argument}` leaves all of it out"),
                format!("take `{real}` out of `{argument}`"),
            ),
            _ => (
                format!("`{argument}` reads nothing of it"),
                format!("add a hash of `{real}` to `{argument}`"),
            ),
        };
        let message =
            format!("`{real}` is copied into the image, but a change of it starts no build: {why}");
        let finding = RULE
            .finding(message, source.path, "copied here")
            .against(&source.watch, "watches other files")
            .because(&source.because)
            .help(help);
        findings.push(finding);
    }
    for build in project.single_builds() {
        let (resource, argument) = (&build.rebuild.resource, build.rebuild.argument);
        let message = format!(
            "`{resource}` builds its image once: it has no `{argument}`, so no change of what the image copies starts a build"
        );
        let finding = RULE
            .finding_at(message, build.rebuild.at, "builds the image")
            .against(build.path, "copied here")
            .because(build.because)
            .help(format!("add `{argument}` with a hash of what the image copies"));
        findings.push(finding);
    }
}
