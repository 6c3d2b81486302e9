use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "curl-and-wget",
    summary: "A stage uses both `curl` and `wget`.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL4001", "DF058", "DS014"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for stage in stages {
        let calls = |name: &'static str| {
            stage.runs.iter().find(move |run| run.program().is_some_and(|(p, _)| p == name))
        };
        let (Some(curl), Some(wget)) = (calls("curl"), calls("wget")) else { continue };
        let (first, second) = match curl.command.at < wget.command.at {
            true => (curl, wget),
            false => (wget, curl),
        };
        findings.push(
            RULE.finding_at(
                "this stage uses both `curl` and `wget`",
                second.command.at,
                "the other one",
            )
            .see(first.command.at, "the first one")
            .help("use one of them"),
        );
    }
}
