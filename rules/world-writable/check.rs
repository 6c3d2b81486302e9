use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "world-writable",
    summary: "An image holds files that every user may write.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF034", "tally/world-writable-state-path-workaround"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        for opened in image.opened_to_all(last) {
            let message = format!("the mode `{}` lets every user write", opened.mode);
            findings.push(
                RULE.finding_at(message, opened.at, "not the owner only")
                    .help("give the files to the user that needs them: `chown`, `COPY --chown`"),
            );
        }
    }
}
