use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "legacy-key-value",
    summary: "`ENV` or `LABEL` writes a blank instead of `=`.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["LegacyKeyValueFormat", "DF082"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for setting in stages.flat_map(|stage| &stage.written.settings).filter(|s| s.legacy) {
        let (instruction, key) = (setting.instruction, &setting.key);
        let message = format!("`{instruction} {key}` has a blank where `=` is expected");
        let finding = RULE
            .finding_at(message, setting.at, "legacy form")
            .help(format!("write `{instruction} {key}=...`"));
        let value = project.sources.text(setting.value_at);
        let between = Span { start: setting.at.end, ..setting.value_at };
        findings.push(match assigned(value) {
            Some(text) => {
                let edit = Edit::replace(between, text);
                finding.fix("Write `=`", Safety::Safe, [edit])
            }
            None => finding,
        });
    }
}

/// What stands behind the key in the form with `=`, if it is certain to mean the same.
fn assigned(value: &str) -> Option<String> {
    let plain =
        |text: &str| !text.is_empty() && !text.contains(['"', '\'', '\\', '`', '\n', '#', '<']);
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    match inner {
        Some(inner) => plain(inner).then(|| format!("={value}")),
        None if !plain(value) => None,
        None if value.contains(char::is_whitespace) => Some(format!("=\"{value}\"")),
        None => Some(format!("={value}")),
    }
}
