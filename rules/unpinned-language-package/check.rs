use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::script::package::{Manager, Unpinned, unpinned};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unpinned-language-package",
    summary: "A package of a language is installed without a version.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3013", "DL3016", "DL3028", "DL3062", "DF051", "DF053", "DF054"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

const OF_LANGUAGES: &[Manager] =
    &[Manager::Pip, Manager::Pipx, Manager::Uv, Manager::Npm, Manager::Gem, Manager::Go];

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for Unpinned { package, manager } in unpinned(project, OF_LANGUAGES) {
        let name = project.sources.text(package.at);
        let message = format!("`{name}` is installed without a version");
        let finding = RULE.finding_at(message, package.at, "whatever is newest");
        findings.push(finding.of(manager).help("name a version, or install from a lock file"));
    }
}
