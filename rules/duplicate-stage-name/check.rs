use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "duplicate-stage-name",
    summary: "Two stages have the same name.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["DuplicateStageName", "DL3024", "DF042", "CKV_DOCKER_11", "DS012"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for (i, stage) in image.stages.iter().enumerate() {
            let (Some(name), Some(named)) = (&stage.name, &stage.written.named) else { continue };
            let earlier = image.stages.iter().take(i).find(|earlier| {
                earlier.name.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(name))
            });
            let Some(first) = earlier.and_then(|earlier| earlier.written.named) else { continue };
            findings.push(
                RULE.finding_at(format!("two stages are called `{name}`"), named.at, "used again")
                    .see(first.at, "first used here")
                    .help("give each stage a name of its own"),
            );
        }
    }
}
