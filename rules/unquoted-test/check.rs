use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::test::OpenTest;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unquoted-test",
    summary: "A test means something else while a variable without quotes is empty.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["SC2070"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (stage, script) in project.scripts() {
        for OpenTest { at, word, variable, always } in script.open_tests() {
            let text = project.sources.text(word);
            let edit = Edit::replace(word, format!("\"{text}\""));
            let message = match always {
                true => format!("`-n {text}` holds even if there is nothing in `{text}`"),
                false => {
                    // Only where it is known that it may be empty.
                    let mut settings = stage.iter().flat_map(|stage| &stage.written.settings);
                    let left_empty = settings.any(|setting| {
                        Some(setting.key.as_str()) == variable
                            && setting.instruction == "ARG"
                            && setting.value.is_unset()
                    });
                    let is_set = variable.is_none_or(|name| script.assigned(name).is_some());
                    if !left_empty || is_set {
                        continue;
                    }
                    format!("this is no test while `{text}` is empty, as its `ARG` leaves it")
                }
            };
            let severity = if always { Severity::Warning } else { Severity::Note };
            findings.push(
                RULE.finding_at(message, at, "without quotes")
                    .severity(severity)
                    .help(format!("write `\"{text}\"`"))
                    .fix("Quote it", Safety::Unsafe, [edit]),
            );
        }
    }
}
