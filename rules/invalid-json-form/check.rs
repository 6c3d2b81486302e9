use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "invalid-json-form",
    summary: "Brackets stand where a JSON array is meant, but a shell runs them as text.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        for instruction in stage.written.instructions.iter().filter(|i| i.shell_form) {
            if !matches!(instruction.name, "CMD" | "ENTRYPOINT" | "RUN") {
                continue;
            }
            let text = project.sources.text(instruction.arguments).trim();
            let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
                continue;
            };
            let first = inner.trim_start();
            if !first.starts_with(['\'', '"', '\u{201c}'])
                || inner.starts_with(' ') && text.ends_with(" ]")
            {
                continue;
            }
            let shown = match text.split_once('\n') {
                Some((first, _)) => {
                    format!("{} ...", first.trim_end_matches(['\\', '`', ' ', '\r']))
                }
                None => text.to_owned(),
            };
            let message =
                format!("`{} {shown}` is no JSON, so a shell runs the brackets", instruction.name);
            let finding = RULE
                .finding_at(message, instruction.arguments, "no JSON")
                .help("strings of JSON stand in double quotes, with a comma between them");
            let json = text.replace(['\'', '\u{201c}', '\u{201d}'], "\"");
            let valid = serde_json::from_str::<Vec<String>>(&json).is_ok();
            findings.push(match valid && !text.contains(['\\', '"']) {
                true => {
                    let edit = Edit::replace(instruction.arguments, json);
                    finding.fix("Write double quotes", Safety::Unsafe, [edit])
                }
                false => finding,
            });
        }
    }
}
