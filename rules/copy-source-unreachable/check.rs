use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::copy::Absence;
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
    for source in &project.copy_sources {
        let (Absence::Outside(exists), Some(path)) = (&source.absence, source.path.known()) else {
            continue;
        };
        let message = format!(
            "`{}` is outside of the build context, which is {}: the repository has it at `{exists}`",
            path.value,
            source.context()
        );
        let mut finding = RULE.finding(message, path, "the build cannot reach this");
        if let Some(build) = source.build.and_then(|id| project.build(id)) {
            let at = build.context.at().unwrap_or(build.at);
            finding = finding.see(at, format!("the context is {}", source.context()));
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
