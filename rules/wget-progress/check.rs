use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "wget-progress",
    summary: "`wget` fills the log with its progress.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3047", "DF056"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for wget in project.loud_downloads() {
        let message = "`wget` fills the log with its progress";
        let finding = RULE.finding_at(message, wget, "a line for each few kilobytes");
        let edit = Edit::before(Span { start: wget.end, ..wget }, " --progress=dot:giga");
        let finding = finding.help("write `--progress=dot:giga`");
        findings.push(finding.fix("Add `--progress=dot:giga`", Safety::Unsafe, [edit]));
    }
}
