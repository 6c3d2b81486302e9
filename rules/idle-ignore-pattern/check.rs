use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::context::ignore_file::IdleReason;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "idle-ignore-pattern",
    summary: "A line of an ignore file does nothing, although it is meant to.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for idle in project.ignore_files.iter().flat_map(|file| &file.idle) {
        let Some(pattern) = idle.pattern.known() else { continue };
        let text = &pattern.value;
        findings.push(match &idle.why {
            IdleReason::Comment(length) => {
                let message = format!("`{text}` is a pattern as a whole, and matches nothing");
                let end = Span { start: pattern.at.start + *length as u32, ..pattern.at };
                RULE.finding(message, pattern, "a comment needs a line of its own").fix(
                    "Remove the comment",
                    Safety::Unsafe,
                    [Edit::replace(end, "")],
                )
            }
            IdleReason::NothingToBringBack => {
                let message = format!("`{text}` brings nothing back: no line above leaves it out");
                RULE.finding(message, pattern, "stands too early, or for nothing")
                    .severity(Severity::Note)
                    .help("write it below the line that leaves its file out")
            }
            IdleReason::NotAtTheTop(deeper) => {
                let message = format!("`{text}` means the top only, and leaves `{deeper}` in");
                RULE.finding(message, pattern, "not what git does")
                    .severity(Severity::Note)
                    .help(format!("write `**/{text}`"))
                    .fix(
                        format!("Write `**/{text}`"),
                        Safety::Unsafe,
                        [Edit::before(pattern.at, "**/")],
                    )
            }
        });
    }
}
