use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::BuildFile;
use crate::rule::Rule;

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
    for unsubstituted in project.build_files.iter().flat_map(BuildFile::unsubstituted) {
        let name = &unsubstituted.name.value;
        findings.push(match unsubstituted.is_escaped {
            true => {
                let message = format!(
                    "`$${name}` in a script is the number of the shell's process, then `{name}`"
                );
                let finding = RULE.finding(message, &unsubstituted.name, "stays `$$` here");
                finding.help(format!("write `${name}`: nothing is replaced in a script"))
            }
            false => {
                let message = format!("nothing is replaced in a script, so `{name}` is empty");
                let finding = RULE.finding(message, &unsubstituted.name, "is a variable here");
                finding.help(format!(
                    "set `automapSubstitutions: true`, or `env: ['{name}=${name}']` of the step"
                ))
            }
        });
    }
}
