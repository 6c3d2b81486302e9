use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "runs-as-root",
    summary: "The last `USER` of an image is root.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3002", "DF002", "CKV_DOCKER_8", "DS002"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        let mut users = image.lineage(last).flat_map(|stage| stage.written.users.iter().rev());
        let Some(user) = users.next().and_then(|user| user.known()) else { continue };
        let Some(text) = user.value.literal() else { continue };
        let name = text.split(':').next().unwrap_or(text);
        let starts = image.lineage(last).any(|stage| !stage.commands.is_empty());
        let program = last.process.as_ref().and_then(|process| process.program());
        // A script may give up its rights.
        let may_drop = starts && program.is_none_or(|program| program.ends_with(".sh"));
        if matches!(name, "root" | "0") && !may_drop {
            findings.push(
                RULE.finding(format!("the image runs as `{text}`"), user, "the last `USER`")
                    .help("end with a `USER` that has no more rights than it needs"),
            );
        }
    }
}
