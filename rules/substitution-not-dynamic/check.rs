use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "substitution-not-dynamic",
    summary: "A default of a substitution refers to another one, but stays as it is written.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for file in &project.build_files {
        for literal in project.literal_names(file) {
            let nested = literal.nested;
            let (default, name) = (&nested.default.value, &nested.name.value);
            let message = format!(
                "the default of `{default}` keeps `${name}` as a text, since \
                 `dynamicSubstitutions` is not set"
            );
            let finding = RULE.finding(message, &nested.name, "is not replaced");
            let finding = finding.see(literal.command, "starts the build, and is no trigger");
            findings.push(finding.help("set `options.dynamicSubstitutions: true`"));
        }
    }
}
