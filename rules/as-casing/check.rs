use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "as-casing",
    summary: "`AS` is not written as its `FROM` is.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["FromAsCasing", "DF079"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        let Some(named) = &stage.written.named else { continue };
        let from = project.sources.text(stage.keyword);
        let written = project.sources.text(named.keyword);
        let expected = match from {
            "FROM" => "AS",
            "from" => "as",
            _ => continue,
        };
        if written != expected {
            let edit = Edit::replace(named.keyword, expected);
            findings.push(
                RULE.finding_at(
                    format!("`{written}` stands behind `{from}`"),
                    named.keyword,
                    "differs",
                )
                .help(format!("write `{expected}`"))
                .fix(format!("Write `{expected}`"), Safety::Safe, [edit]),
            );
        }
    }
}
