use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::empty::Named;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "empty-substitution",
    summary: "A build names an image or a service by a substitution that what starts it leaves empty.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for empty in project.empty_parts() {
        let name = &empty.name.value;
        let (build, help) = match empty.event {
            None if empty.kind == Named::Tag => (
                "a build that a command starts",
                format!(
                    "give it with `--substitutions={name}=...`, or use `$BUILD_ID`, which every build has"
                ),
            ),
            None => (
                "a build that a command starts",
                format!("give it with `--substitutions={name}=...`, or write the name without it"),
            ),
            Some(event) => (
                event.value.text(),
                "use `$SHORT_SHA`, which builds of every event have, or let the trigger wait for \
                 another event"
                    .to_owned(),
            ),
        };
        let whole = empty.whole;
        let (then, label) = match empty.kind {
            Named::Tag => ("and no tag of an image".to_owned(), "is all of the tag"),
            Named::Image => (
                format!("and without it `{whole}` is no name of an image"),
                "is a part of the name",
            ),
            Named::Service => (
                format!("and without it `{whole}` is no name of a service"),
                "is a part of the name",
            ),
        };
        let message = format!("`{name}` is empty in {build}, {then}");
        let finding = RULE.finding(message, empty.name, label);
        let (at, by) = match empty.event {
            Some(event) => (event.at, "is what starts the build"),
            None => (empty.starter.at(), "starts the build without it"),
        };
        let finding = finding.see(at, by).because(empty.starter.switch());
        findings.push(finding.help(help));
    }
}
