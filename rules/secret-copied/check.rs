use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::context::taken::ThingKind;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "secret-copied",
    summary: "A copy takes a file with a secret into an image.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for taken in &project.taken {
        let Some(path) = taken.path.known() else { continue };
        for thing in &taken.what {
            let ThingKind::Secret(what) = thing.kind else { continue };
            let name = &thing.path;
            let message = format!("the copy takes `{name}` into the image: {what}");
            let finding = RULE.finding(message, path, "can be read there").because(&taken.because);
            let by_name = path.value.literal().is_some_and(|path| path.ends_with(name.as_str()));
            let end = taken.end_of_ignore_file(&project.sources);
            findings.push(match (&taken.ignore_file, end) {
                _ if by_name => finding
                    .help("mount it for the command that needs it: `RUN --mount=type=secret`"),
                (Some(file), Some((end, gap))) => {
                    let edit = Edit::replace(end, format!("{gap}{name}\n"));
                    finding.help(format!("write `{name}` into `{file}`")).fix(
                        "Leave it out",
                        Safety::Unsafe,
                        [edit],
                    )
                }
                _ => finding.help(format!("write `{name}` into a `.dockerignore`")),
            });
        }
    }
}
