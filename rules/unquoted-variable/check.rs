use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unquoted-variable",
    summary: "A command that changes files is given a variable without quotes.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["SC2086"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (stage, script) in project.scripts() {
        for found in script.unquoted() {
            let name = &found.variable.name;
            let mut settings = stage.iter().flat_map(|stage| &stage.written.settings);
            let may_split =
                |text: &str| text.is_empty() || text.contains([' ', '\t', '\n', '*', '?', '[']);
            let is_word = settings.any(|setting| {
                setting.key == *name
                    && !setting.value.is_unset()
                    && !setting.value.literal_text().is_some_and(may_split)
            });
            if is_word {
                continue;
            }
            let text = project.sources.text(found.variable.at);
            let message = format!(
                "`{}` is given `{text}`, which may be several words or none",
                found.program
            );
            let edit = Edit::replace(found.variable.at, format!("\"{text}\""));
            findings.push(
                RULE.finding_at(message, found.variable.at, "not quoted")
                    .help(format!("write `\"{text}\"`"))
                    .fix("Quote it", Safety::Unsafe, [edit]),
            );
        }
    }
}
