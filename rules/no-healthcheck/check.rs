use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "no-healthcheck",
    summary: "An image has no `HEALTHCHECK`.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3057", "DF012", "CKV_DOCKER_2", "DS026"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        let has =
            image.lineage(last).any(|stage| stage.written.all("HEALTHCHECK").next().is_some());
        if !has {
            findings.push(
                RULE.finding_at(
                    "the image has no `HEALTHCHECK`",
                    last.keyword.to(last.at),
                    "never asked",
                )
                .help("write `HEALTHCHECK CMD ...`, or `HEALTHCHECK NONE`"),
            );
        }
    }
}
