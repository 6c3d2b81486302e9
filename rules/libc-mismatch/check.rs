use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "libc-mismatch",
    summary: "Compiled packages are copied between Alpine and a system with another C library.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for carried in &project.carried {
        let [made, used] = &carried.libraries;
        let (Some(made), Some(used), Some(package)) =
            (made.known(), used.known(), carried.compiled.known())
        else {
            continue;
        };
        if made.value == used.value {
            continue;
        }
        let message = format!(
            "`{}` is compiled for {}, but is copied to a stage with {}",
            package.value,
            made.value.name(),
            used.value.name()
        );
        let finding = RULE
            .finding(message, used, format!("has {}", used.value.name()))
            .against(made, "the packages are installed here")
            .see(carried.at, "copied here")
            .against(package, format!("needs `{}`, which is compiled", package.value))
            .help("install the packages in a stage of the same system as the one that runs them");
        findings.push(finding);
    }
}
