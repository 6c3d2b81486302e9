use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::context::copy::{Absence, CopySource};
use crate::rule::Rule;
use crate::value::{Sourced, Text};

pub static RULE: Rule = Rule {
    id: "copy-source-unreachable",
    summary: "A file that is copied exists in the repository, but outside of the build context.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let sources: Vec<_> = project.copy_sources.iter().filter_map(outside).collect();
    // A context that is wrong lacks them all.
    for group in sources
        .chunk_by(|a, b| a.source.image == b.source.image && a.source.build == b.source.build)
    {
        let Some((Outside { source, path, exists }, others)) = group.split_first() else {
            continue;
        };
        let context = source.context();
        let (is, them) = match others {
            [] => ("is".to_owned(), "it"),
            [other] => (format!("and `{}` are", other.path.value), "the first"),
            more => (format!("and {} other sources are", more.len()), "the first"),
        };
        let message = format!(
            "`{}` {is} outside of the build context, which is {context}: the repository has {them} at `{exists}`",
            path.value
        );
        let mut finding = RULE.finding(message, path, "the build cannot reach this");
        for other in others {
            finding = finding.see(
                other.path.at,
                format!("nor this: the repository has it at `{}`", other.exists),
            );
        }
        if let Some(build) = source.build.and_then(|id| project.build(id)) {
            let at = build.context.at().unwrap_or(build.at);
            finding = finding.see(at, format!("the context is {context}"));
        }
        let context = exists.strip_suffix(path.value.to_string().trim_end_matches('/'));
        let help = match context.map(|folder| folder.trim_end_matches('/')) {
            Some("") => "build from the root of the project".to_owned(),
            Some(folder) => format!("build with the context `{folder}`"),
            None => "build from a folder that holds it, or copy it from inside of the context"
                .to_owned(),
        };
        findings.push(finding.because(&source.because).help(help));
    }
}

/// A source that the repository has elsewhere.
struct Outside<'a> {
    source: &'a CopySource,
    path: &'a Sourced<Text>,
    exists: &'a str,
}

fn outside(source: &CopySource) -> Option<Outside<'_>> {
    match (&source.absence, source.path.known()) {
        (Absence::Outside(exists), Some(path)) => Some(Outside { source, path, exists }),
        _ => None,
    }
}
