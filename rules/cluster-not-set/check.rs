use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "cluster-not-set",
    summary: "A step of Cloud Build runs `kubectl` and is not told for which cluster.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for untold in project.build_files.iter().flat_map(|file| file.untold()) {
        let variables = untold.variables.join("` or `");
        let message = format!("`{}` is not told the {}", untold.image.value, untold.what);
        let finding = RULE.finding(message, untold.image, "ends unless it is told");
        findings.push(finding.help(format!("set `{variables}` in `env` of the step")));
    }
}
