use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "empty-continuation",
    summary: "An empty line stands inside an instruction that goes on.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["NoEmptyContinuation"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for at in &image.empty_continuations {
            let line = project.sources.line_span(Span { end: at.start, ..*at });
            let message = "an empty line follows a line that goes on";
            findings.push(
                RULE.finding_at(message, *at, "the instruction goes on behind it")
                    .help("remove the line, or the `\\` before it")
                    .fix("Remove the line", Safety::Safe, [Edit::replace(line, "")]),
            );
        }
    }
}
