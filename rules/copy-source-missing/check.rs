use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::context::copy::Absence;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "copy-source-missing",
    summary: "A file that is copied does not exist.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for source in &project.copy_sources {
        let Some(path) = source.path.known() else { continue };
        let finding = match &source.absence {
            Absence::OtherCase(real) => {
                let message = format!(
                    "`{}` does not exist in {}: the repository has `{real}`",
                    path.value,
                    source.context()
                );
                RULE.finding(message, path, "written in another case")
                    .help("write it in the case of the file: builders look on a file system that tells them apart")
            }
            Absence::Missing if source.wildcard => {
                let message = format!("`{}` matches nothing in {}", path.value, source.context());
                RULE.finding(message, path, "matches nothing")
                    .severity(Severity::Warning)
                    .help("copy a file that exists, or remove the instruction")
            }
            Absence::Missing => {
                let message = format!("`{}` does not exist in {}", path.value, source.context());
                let help = match &source.near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "copy a file that exists, or remove the instruction".to_owned(),
                };
                let label = match source.named {
                    Some(_) => "that folder has nothing of this name",
                    None => "the repository has nothing of this name",
                };
                RULE.finding(message, path, label).help(help)
            }
            Absence::LeftOut(_) | Absence::Outside(_) | Absence::Untracked(_) => continue,
        };
        let mut finding = finding.because(&source.because);
        if let (Absence::OtherCase(real), Some(written)) = (&source.absence, path.value.literal())
            && path.via.is_empty()
            && written == project.sources.text(path.at)
            && let Some(start) = real.len().checked_sub(written.len())
            && let Some(same_length) = real.get(start..)
        {
            let edit = Edit::replace(path.at, same_length);
            finding = finding.fix(format!("Write `{same_length}`"), Safety::Unsafe, [edit]);
        }
        findings.push(finding);
    }
}
