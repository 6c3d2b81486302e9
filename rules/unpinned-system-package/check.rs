use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::script::package::{Manager, Unpinned, unpinned};
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

const OF_DISTRIBUTIONS: &[Manager] = &[Manager::Apt, Manager::Apk, Manager::Dnf, Manager::Zypper];

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for Unpinned { package, manager } in unpinned(project, OF_DISTRIBUTIONS) {
        let name = project.sources.text(package.at);
        let message = format!("`{name}` is installed without a version");
        let finding = RULE.finding_at(message, package.at, "whatever is newest");
        findings.push(finding.of(manager).help("name a version"));
    }
}
