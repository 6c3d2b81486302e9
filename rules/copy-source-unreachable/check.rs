use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

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
    for wrong in project.wrong_contexts() {
        let (path, exists) = (wrong.first.path, wrong.first.exists);
        let context = wrong.first.source.context();
        let (is, them) = match &wrong.others[..] {
            [] => ("is".to_owned(), "it"),
            [other] => (format!("and `{}` are", other.path.value), "the first"),
            more => (format!("and {} other sources are", more.len()), "the first"),
        };
        let message = format!(
            "`{}` {is} outside of the build context, which is {context}: the repository has {them} at `{exists}`",
            path.value
        );
        let mut finding = RULE.finding(message, path, "the build cannot reach this");
        for other in &wrong.others {
            let label = format!("nor this: the repository has it at `{}`", other.exists);
            finding = finding.see(other.path.at, label);
        }
        if let Some(build) = wrong.build {
            let at = build.context.at().unwrap_or(build.at);
            finding = finding.see(at, format!("the context is {context}"));
        }
        let help = match wrong.first.holder() {
            Some("") => "build from the root of the project".to_owned(),
            Some(folder) => format!("build with the context `{folder}`"),
            None => "build from a folder that holds it, or copy it from inside of the context"
                .to_owned(),
        };
        findings.push(finding.because(&wrong.first.source.because).help(help));
    }
}
