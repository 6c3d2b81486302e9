use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::{Base, Stage};
use crate::rule::Rule;
use crate::source::Span;

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
            let finding = RULE
                .finding_at(format!("two stages are called `{name}`"), named.at, "used again")
                .see(first.at, "first used here")
                .help("give each stage a name of its own");
            let uses = |other: &Stage| {
                matches!(other.base, Base::Stage(base) if base == i)
                    || other.origins.iter().any(|origin| origin.stage == Some(i))
            };
            findings.push(match image.stages.iter().any(uses) {
                true => finding,
                false => {
                    let end = Span { start: stage.at.end, ..stage.at.to(named.at) };
                    let edit = Edit::replace(end, "");
                    finding.fix("Remove the name that nothing uses", Safety::Unsafe, [edit])
                }
            });
        }
    }
}
