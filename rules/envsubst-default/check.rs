use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "envsubst-default",
    summary: "A template that `envsubst` fills in has a default, which `envsubst` does not know.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unfilled in project.unfilled_expressions() {
        let message =
            format!("`{}` stays as it is: `envsubst` replaces plain names only", unfilled.written);
        let name = unfilled.written.trim_start_matches("${");
        let name = name.split([':', '-', '=', '+', '?']).next().unwrap_or_default();
        let filled = match unfilled.by_nginx {
            true => "the image of nginx fills it in from here",
            false => "is filled in here",
        };
        findings.push(
            RULE.finding_at(message, unfilled.at, "is not replaced")
                .see(unfilled.filled, filled)
                .help(format!(
                    "write `${{{name}}}`, and set the default with `ENV` or before `envsubst`"
                )),
        );
    }
}
