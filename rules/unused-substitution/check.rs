use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unused-substitution",
    summary: "A substitution is given a value, and the build does not use it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for file in &project.build_files {
        for unused in project.unused_substitutions(file) {
            let name = &unused.name.value;
            let (message, severity, help) = match unused.trigger {
                Some(_) => (
                    format!("the trigger gives `{name}` a value, but the build does not use it"),
                    Severity::Note,
                    "leave it out",
                ),
                None => (
                    format!("`{name}` is given a value, but the build does not use it"),
                    Severity::Error,
                    "remove it, or set `options.substitutionOption: ALLOW_LOOSE`",
                ),
            };
            let finding = RULE.finding(message, unused.name, "is not used").severity(severity);
            let finding = match unused.operated {
                Some(operated) => {
                    let help = format!(
                        "write `${name}`: Cloud Build replaces `${name}` and `${{{name}}}` only"
                    );
                    let label = "is left to the shell, since something is made of it";
                    finding.see(operated.at, label).help(help)
                }
                None => match &unused.near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help(help),
                },
            };
            if unused.trigger.is_some() {
                findings.push(finding.see(unused.file.at, "the build"));
                continue;
            }
            findings.push(match unused.submission {
                Some(submission) if submission.at.source != unused.name.at.source => {
                    finding.see(submission.at, "is refused for it")
                }
                Some(_) => finding,
                // A trigger lets it pass, and the project does not say what starts the build.
                None => finding.severity(Severity::Warning),
            });
        }
    }
}
