use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::script::{Kept, Unsubstituted};
use crate::rule::Rule;
use crate::value::Text;

pub static RULE: Rule = Rule {
    id: "script-not-substituted",
    summary: "A script is written as if Cloud Build replaced something in it.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for file in &project.build_files {
        // Of a name that is used in no other way it is told that the build is refused.
        let refused = project.refused_gifts(file);
        let is_refused = |name: &Text| refused.iter().any(|gift| gift.name.value == *name);
        for Unsubstituted { name, why } in file.unsubstituted() {
            let text = &name.value;
            let env = format!("`env: ['{text}=${text}']` of the step");
            let (message, label, help) = match why {
                Kept::Escaped => (
                    format!(
                        "`$${text}` in a script is the number of the shell's process, then `{text}`"
                    ),
                    "stays `$$` here",
                    format!("write `${text}`: nothing is replaced in a script"),
                ),
                Kept::Script => (
                    format!("nothing is replaced in a script, so `{text}` is empty"),
                    "is a variable here",
                    // Terraform has no field of that name.
                    match project.is_in_terraform(name.at) {
                        true => format!("set {env}"),
                        false => format!("set `automapSubstitutions: true`, or {env}"),
                    },
                ),
                Kept::Operated if is_refused(text) => continue,
                Kept::Operated => (
                    format!(
                        "only `${text}` is replaced, so `{}` asks for a variable that is not set",
                        project.sources.text(name.at)
                    ),
                    "is left to the shell",
                    format!("set {env}, or assign `${text}` to a variable first"),
                ),
            };
            let help = project.in_words_of(name.at, help);
            findings.push(RULE.finding(message, &name, label).help(help));
        }
    }
}
