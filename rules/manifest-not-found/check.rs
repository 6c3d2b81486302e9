use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::deployment::kustomization::Lack;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "manifest-not-found",
    summary: "A kustomization names a file or folder that does not exist.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in &project.missing_files {
        let Some(written) = missing.written.known() else { continue };
        let path = &missing.path;
        let (message, label, help) = match missing.lack {
            Lack::Missing => (
                format!("there is no `{path}`"),
                "the repository has nothing of this name",
                "name a file that exists, or remove the line",
            ),
            Lack::NoKustomization => (
                format!("`{path}` has no `kustomization.yaml`"),
                "a folder is gathered by its kustomization",
                "name the files of the folder, or add a kustomization to it",
            ),
        };
        findings.push(RULE.finding(message, written, label).help(help));
    }
}
