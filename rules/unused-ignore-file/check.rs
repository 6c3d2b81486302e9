use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::context::ignore_file::Unread;
use crate::rule::Rule;
use crate::source::{Span, folder};

pub static RULE: Rule = Rule {
    id: "unused-ignore-file",
    summary: "No build reads an ignore file.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for file in &project.ignore_files {
        let path = &*project.sources.get(file.source).path;
        let at = Span::new(file.source, 0..0);
        findings.push(match &file.unread {
            None => continue,
            Some(Unread::NoDockerfile(near)) => {
                let dockerfile = path.strip_suffix(".dockerignore").unwrap_or(path);
                let message = format!("`{path}` is read for `{dockerfile}`, which does not exist");
                let finding = RULE.finding_at(message, at, "read by no build");
                match near {
                    Some(near) => finding.help(format!("call it `{near}.dockerignore`")),
                    None => finding.help("call it `.dockerignore`, or like its Dockerfile"),
                }
            }
            Some(Unread::OtherContext(context, build)) => {
                let context = match &**context {
                    "" => "the root of the project".to_owned(),
                    context => format!("`{context}`"),
                };
                let own = folder(path);
                let message =
                    format!("no build has `{own}` as its context, so none reads `{path}`");
                RULE.finding_at(message, at, "read by no build")
                    .severity(Severity::Note)
                    .see(*build, format!("builds from {context}"))
                    .help(format!("move its lines to that of {context}, below `{own}`"))
            }
        });
    }
}
