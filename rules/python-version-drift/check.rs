use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::contents::python::carried::{Carried, Drift};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "python-version-drift",
    summary: "Packages of one minor version of Python are copied to where another looks for its own.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    findings.extend(project.carried.iter().filter_map(drift));
}

fn drift(carried: &Carried) -> Option<Finding> {
    let installs = "the packages are installed with this";
    let looks = "looks for packages in a folder of its own version";
    let everywhere = "name the same minor version of Python everywhere, by one `ARG`";
    Some(match carried.drift()? {
        Drift::From(named, has) => {
            let message = format!(
                "packages are copied from a folder of Python {}, but that stage has Python {}",
                named.value, has.value
            );
            let finding = RULE.finding(message, named, "names the version");
            finding.against(has, installs).help(everywhere)
        }
        Drift::To(named, has) => {
            let message = format!(
                "packages are copied to a folder of Python {}, but this stage has Python {}",
                named.value, has.value
            );
            let finding = RULE.finding(message, named, "names the version");
            finding.against(has, looks).help(everywhere)
        }
        Drift::Between(made, used) => {
            let message = format!(
                "what Python {} installed is copied to a stage with Python {}",
                made.value, used.value
            );
            let finding = RULE.finding(message, used, looks).against(made, installs);
            let finding = finding.see(carried.at, "copied here");
            finding.help("start both stages from the same minor version of Python")
        }
    })
}
