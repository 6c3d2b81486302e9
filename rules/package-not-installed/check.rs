use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::contents::python::OwnPackage;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "package-not-installed",
    summary: "The final stage starts the project's own package, which is neither installed nor importable there.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for package in &project.own_packages {
        let Some(module) = package.module.known() else { continue };
        let name = &module.value;
        let message = match package.lies_in.first() {
            Some(folder) => format!(
                "package `{name}` is not installed in the final stage, and Python looks in {} but not in {folder}",
                package.searched.join(", ")
            ),
            None => format!(
                "package `{name}` is neither installed in the final stage nor copied to where Python looks, {}",
                package.searched.join(", ")
            ),
        };
        let mut finding = RULE.finding(message, module, "cannot be imported");
        if let Some(carried) = package.carried {
            finding = finding.see(carried, "carries installed packages over, but not this one");
        }
        finding = finding.because(&package.because).help(help(package));
        if let Some(folder) = package.lies_in.first() {
            let line = project.sources.line_span(package.starts);
            let edit = Edit::before(line, format!("ENV PYTHONPATH={folder}\n"));
            finding = finding.fix(format!("Look for packages in {folder}"), Safety::Unsafe, [edit]);
        }
        findings.push(finding);
    }
}

fn help(package: &OwnPackage) -> String {
    match package.lies_in.first() {
        Some(folder) => format!(
            "set `PYTHONPATH={folder}`, or copy the project there and run `pip install --no-deps .`"
        ),
        None => format!(
            "install it in the final stage, or copy `{}` there and set `PYTHONPATH` to where it lies",
            package.folder
        ),
    }
}
