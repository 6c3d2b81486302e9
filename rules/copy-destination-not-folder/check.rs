use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::CopyKind;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "copy-destination-not-folder",
    summary: "Several files are copied to what is no folder by its name.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["DL3021", "DF048", "DS011"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for stage in stages {
        for copy in stage.copies.iter().filter(|copy| copy.kind != CopyKind::Mount) {
            if let Some(word) = copy.shell_word() {
                let message =
                    format!("`{}` is taken for a path, since no shell reads this", word.value);
                findings.push(RULE.finding(message, word, "of a shell").help(
                    "copy what exists; a pattern may match nothing beside a file that is there",
                ));
                continue;
            }
            let count = copy.sources.len() + copy.remote.len() + copy.heredocs;
            let Some(to) = copy.to.known().filter(|_| count > 1) else { continue };
            let Some(text) = to.value.literal() else { continue };
            let is_folder = matches!(text, "" | "." | "..")
                || ["/", "\\", "/.", "/.."].iter().any(|end| text.ends_with(end));
            // A template, which something fills in first.
            if is_folder || text.contains("}}") {
                continue;
            }
            let severity = match stage.has_folder(text) {
                true => Severity::Warning,
                false => Severity::Error,
            };
            let message = format!("{count} sources are copied to `{text}`, which ends in no slash");
            let finding = RULE.finding(message, to, "a file by its name").severity(severity);
            let finding = finding.help(format!("write `{text}/`"));
            let is_plain = project.sources.text(to.at) == text;
            findings.push(match is_plain {
                true => {
                    let end = Span { start: to.at.end, ..to.at };
                    finding.fix("Add the slash", Safety::Unsafe, [Edit::before(end, "/")])
                }
                false => finding,
            });
        }
    }
}
