use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::instruction::Evidence;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "variable-of-same-env",
    summary: "`ENV` uses a variable that the same instruction sets, and sees what it was before.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["DL3044", "UndefinedVar", "DF062"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (undefined, name) in project.undefined_variables() {
        let Evidence::Same(at) = &undefined.because else { continue };
        let message =
            format!("`{}` is not what this `ENV` sets, but what it was before", name.value);
        let finding = RULE.finding(message, name, "read before anything is set");
        findings
            .push(finding.see(*at, "set by the same instruction").help("write two instructions"));
    }
}
