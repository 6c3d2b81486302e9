use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::script::package::Manager;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unpinned-system-package",
    summary: "A package of the distribution is installed without a version.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3008", "DL3018", "DL3033", "DL3037", "DL3041", "DF005", "DF052"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for run in stages.flat_map(|stage| &stage.runs) {
        let Some(install) = run.install() else { continue };
        let of_system = [Manager::Apt, Manager::Apk, Manager::Dnf, Manager::Zypper];
        for package in
            install.unpinned().into_iter().filter(|_| of_system.contains(&install.manager))
        {
            let name = package.as_str().unwrap_or_default();
            findings.push(
                RULE.finding_at(
                    format!("`{name}` is installed without a version"),
                    package.at,
                    "whatever is newest",
                )
                .help("name a version"),
            );
        }
    }
}
