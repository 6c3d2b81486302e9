use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::request::unselected::Unselected;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "service-selects-nothing",
    summary: "The selector of a Service fits no pods.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    findings.extend(project.unselected_services().map(|unselected| nothing(&unselected)));
}

fn nothing(unselected: &Unselected<'_>) -> Finding {
    let Unselected { service, key, wanted, has, deployment } = unselected;
    let message = format!(
        "Service `{}` sends to pods with `{key}: {}`, but those of {} have `{key}: {}`",
        service.value,
        wanted.value,
        deployment.title(),
        has.value
    );
    RULE.finding(message, wanted, "no pods of the project have this")
        .against(has, "the pods have this")
        .help("ask for the labels of the pods: without any the Service answers nothing")
}
