use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "bashism",
    summary: "A text uses what only bash knows, and another shell reads it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[
        "SC2039", "SC3001", "SC3006", "SC3010", "SC3011", "SC3014", "SC3020", "SC3024", "SC3028",
        "SC3030", "SC3037", "SC3040", "SC3044", "SC3046", "SC3051", "SC3053", "SC3054", "SC3057",
        "SC3059", "SC3060", "SC2112", "SC3009", "SC3005", "DF066",
    ],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for script in stages.flat_map(|stage| &stage.scripts) {
        let Some(shell) = script.shell.known() else { continue };
        for bashism in script.bashisms(&project.sources) {
            let message = format!(
                "{}, which reads this, is no bash: `{}` {}",
                shell.value.name(),
                bashism.what,
                bashism.then
            );
            let severity = if bashism.is_silent { Severity::Warning } else { Severity::Error };
            let at = Sourced { value: (), at: bashism.at, via: shell.via.clone() };
            let finding = RULE.finding(message, &at, "only of bash").severity(severity);
            findings.push(match bashism.instead {
                Some(instead) => finding.help(format!("write `{instead}`")).fix(
                    format!("Write `{instead}`"),
                    Safety::Unsafe,
                    [Edit::replace(bashism.at, instead)],
                ),
                None => {
                    finding.help("write it as POSIX does, or `SHELL [\"/bin/bash\", \"-c\"]` above")
                }
            });
        }
    }
}
