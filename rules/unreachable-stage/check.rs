use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use std::collections::BTreeSet;

pub static RULE: Rule = Rule {
    id: "unreachable-stage",
    summary: "A stage that nothing needs.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["tally/no-unreachable-stages"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.len().checked_sub(1) else { continue };
        let needed = image.needed_by(last);
        let unneeded = |i: &usize| !needed.contains(i);
        // Of several stages that build on each other only the last is named.
        let used: BTreeSet<usize> = (0..last)
            .filter(unneeded)
            .flat_map(|i| image.needed_by(i).into_iter().filter(move |j| *j != i))
            .collect();
        for i in (0..last).filter(unneeded).filter(|i| !used.contains(i)) {
            let Some(stage) = image.stages.get(i) else { continue };
            let is_target = |name: &String| {
                project.may_be_target(image, name) || project.may_start_from(image, name)
            };
            if stage.name.as_ref().is_some_and(is_target) {
                continue;
            }
            let name = stage.name.as_ref().map_or(format!("{i}"), |name| format!("`{name}`"));
            let message = format!("nothing needs stage {name}, so it is never built");
            let at = stage.written.named.map_or(stage.at, |named| named.at);
            findings.push(
                RULE.finding_at(message, at, "left out, unless it is the target of a build")
                    .help("copy from it, remove it, or build it with `--target`"),
            );
        }
    }
}
