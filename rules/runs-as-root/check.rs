use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::instruction::{Instruction, is_root};
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
        let name = first(text);
        let starts = image.lineage(last).any(|stage| !stage.commands.is_empty());
        let program = last.process.as_ref().and_then(|process| process.program());
        // A script may give up its rights.
        let may_drop = starts && program.is_none_or(|program| program.ends_with(".sh"));
        if is_root(name) && !may_drop {
            let finding = RULE
                .finding(format!("the image runs as `{text}`"), user, "the last `USER`")
                .help("end with a `USER` that has no more rights than it needs");
            let known = users.filter_map(|user| user.literal_text());
            let other = known.into_iter().find(|text| !is_root(first(text)));
            let below = || last.written.instructions.iter().filter(|i| i.at.start > user.at.end);
            let starts = |i: &&Instruction| matches!(i.name, "CMD" | "ENTRYPOINT");
            let start = below().find(starts).filter(|_| below().all(|i| i.name != "RUN"));
            findings.push(match other.zip(start) {
                Some((other, start)) => {
                    let edit = Edit::before(start.at, format!("USER {other}\n"));
                    finding.fix(format!("Go back to `{other}`"), Safety::Unsafe, [edit])
                }
                None => finding,
            });
        }
    }
}

/// The user of `user:group`.
fn first(text: &str) -> &str {
    text.split(':').next().unwrap_or(text)
}
