use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::context::copy::Absence;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "copy-source-ignored",
    summary: "A file that is copied is left out of the build context by an ignore file.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["CopyIgnoredFile", "DF077"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for source in &project.copy_sources {
        let (Absence::LeftOut(pattern), Some(path)) = (source.absence.clone(), source.path.known())
        else {
            continue;
        };
        let ignore_file = &project.sources.get(pattern.source).path;
        let message = format!(
            "`{}` is copied, but `{}` in `{ignore_file}` leaves it out of the build context",
            path.value,
            project.sources.text(pattern)
        );
        let finding = RULE
            .finding(message, path, "the builder does not find this")
            .see(pattern, "left out here")
            .because(&source.because)
            .help(format!("remove the pattern, or add `!{}` below it", path.value));
        findings.push(match path.value.literal().filter(|_| !source.wildcard) {
            Some(literal) => {
                let below = Span { start: pattern.end, ..pattern };
                let edit = Edit::replace(below, format!("\n!{}", literal.trim_start_matches("./")));
                finding.fix("Bring it back", Safety::Unsafe, [edit])
            }
            None => finding,
        });
    }
}
