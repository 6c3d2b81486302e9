use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::CopyKind;
use crate::model::image::instruction::is_root;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "copy-owned-by-root",
    summary: "What is copied below a `USER` belongs to root all the same.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["tally/copy-after-user-without-chown"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        for stage in image.lineage(last) {
            for copy in stage.copies.iter().filter(|copy| copy.kind != CopyKind::Mount) {
                let owned =
                    copy.flags.iter().any(|flag| matches!(flag.as_str(), "chown" | "chmod"));
                let Some(user) = image.user_at(stage, copy.at.start).filter(|_| !owned) else {
                    continue;
                };
                let name = user.value.literal().map(|text| text.split(':').next().unwrap_or(text));
                let Some(name) = name.filter(|name| !name.is_empty() && !is_root(name)) else {
                    continue;
                };
                let keyword = copy.kind.name();
                let start = copy.at.start + keyword.len() as u32;
                let after = Span { start, end: start, ..copy.at };
                let edit = Edit::before(after, format!(" --chown={name}"));
                let message = format!("these files belong to root, though the user is `{name}`");
                findings.push(
                    RULE.finding_at(message, copy.at, "belongs to root")
                        .against(user, "who runs the process")
                        .help(format!("write `--chown={name}` where it has to change them"))
                        .fix("Give them to the user", Safety::Unsafe, [edit]),
                );
            }
        }
    }
}
