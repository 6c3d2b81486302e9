use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "invalid-json-form",
    summary: "Brackets stand where a JSON array is meant, but a shell runs them as text.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["tally/invalid-json-form"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for stage in stages {
        for instruction in &stage.written.instructions {
            let Some(at) = instruction.no_array else { continue };
            let text = project.sources.text(at).trim();
            let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
                continue;
            };
            if !is_list(instruction.name, inner, text) {
                continue;
            }
            let shown = match text.split_once('\n') {
                Some((first, _)) => {
                    format!("{} ...", first.trim_end_matches(['\\', '`', ' ', '\r']))
                }
                None => text.to_owned(),
            };
            let name = match instruction.name {
                "HEALTHCHECK" => "HEALTHCHECK CMD",
                name => name,
            };
            let so = match instruction.shell_form {
                true => "a shell runs the brackets",
                false => "the brackets are parts of paths",
            };
            let message = format!("`{name} {shown}` is no JSON, so {so}");
            let finding = RULE
                .finding_at(message, at, "no JSON")
                .help("strings of JSON stand in double quotes, with a comma between them");
            let json = text.replace(['\'', '\u{201c}', '\u{201d}'], "\"");
            let valid = serde_json::from_str::<Vec<String>>(&json).is_ok();
            findings.push(match valid && !text.contains(['\\', '"']) {
                true => {
                    let edit = Edit::replace(at, json);
                    finding.fix("Write double quotes", Safety::Unsafe, [edit])
                }
                false => finding,
            });
        }
    }
}

/// Whether what stands in brackets is meant as a list, and not as a test of the shell, which has
/// a blank behind its bracket.
fn is_list(instruction: &str, inner: &str, text: &str) -> bool {
    let quoted = inner.trim_start().starts_with(['\'', '"', '\u{201c}']);
    let is_test = inner.starts_with(' ') && text.ends_with(" ]");
    let first = inner.split_whitespace().next().unwrap_or_default();
    let named =
        inner.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-'));
    let bare = named && (first.ends_with(',') || (instruction != "RUN" && first == inner));
    (quoted && !is_test) || bare
}
