use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::deployment::kustomization::Lack;
use crate::model::deployment::named_path::MissingPath;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "manifest-not-found",
    summary: "A kustomization or a command reads a file or folder that does not exist.",
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
    for missing in project.missing_paths() {
        let (MissingPath { named, path, .. }, Some(written)) =
            (&missing, missing.named.written.known())
        else {
            continue;
        };
        let program = &named.program;
        let (message, label) = match missing.is_bare {
            true => (
                format!("`{program}` reads `{path}`, which has no files of Terraform"),
                "the folder has none",
            ),
            false => (
                format!("`{program}` reads `{path}`, which does not exist"),
                "the repository has nothing of this name",
            ),
        };
        let help = match &missing.near {
            Some(near) => format!("did you mean `{near}`?"),
            None if missing.is_bare => "name a folder with files of Terraform".to_owned(),
            None => "name a file or folder that exists".to_owned(),
        };
        findings.push(RULE.finding(message, written, label).help(help));
    }
}
