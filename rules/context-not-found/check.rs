use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::{Build, Prepared};
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "context-not-found",
    summary: "A build takes its context from a folder that does not exist.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    named_contexts(project, findings);
    let missing = |build: &&Build| !build.context_exists(&project.sources);
    for build in project.builds_after(Prepared::No).filter(missing) {
        let Some(place) = build.places.first() else { continue };
        let (at, label) = named(build);
        let finding = RULE
            .finding_at(format!("folder `{}` does not exist", place.context), at, label)
            .help(help(project, &place.context));
        findings.push(match build.context.at().filter(|context| *context != at) {
            Some(context) => finding.see(context, "the context of this build"),
            None => finding,
        });
    }
}

/// The folders that builds give names, and that do not exist.
fn named_contexts(project: &Project, findings: &mut Vec<Finding>) {
    let contexts = project.builds_after(Prepared::No).flat_map(|build| &build.contexts);
    for context in contexts.filter(|context| !context.exists(&project.sources)) {
        let (Some(folder), Some(written)) = (context.folders.first(), context.written.known())
        else {
            continue;
        };
        let message = format!("folder `{folder}`, the context `{}`, does not exist", context.name);
        let finding = RULE.finding(message, written, "the repository has no such folder");
        findings.push(finding.help(help(project, folder)));
    }
}

fn help(project: &Project, folder: &str) -> String {
    match project.beside(folder) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "build in a folder that exists".to_owned(),
    }
}

/// Where the folder is named: by the context, or by the folder from which that is `.`.
fn named(build: &Build) -> (Span, &'static str) {
    match (build.context.known(), build.dir) {
        (Some(context), Some(dir)) if context.value.literal() == Some(".") => {
            (dir, "the repository has no such folder")
        }
        (Some(context), _) => (context.at, "the repository has no such folder"),
        (None, dir) => (dir.unwrap_or(build.at), "starts in a folder that does not exist"),
    }
}
