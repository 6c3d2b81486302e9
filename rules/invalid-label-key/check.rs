use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::instruction::Setting;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "invalid-label-key",
    summary: "The key of a label is not in the form that Docker asks for.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3048"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

/// What Docker keeps for itself.
const RESERVED: &[&str] = &["com.docker.", "io.docker.", "org.dockerproject."];

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for stage in image.all_stages() {
            let settings = || image.lineage(stage).flat_map(|stage| &stage.written.settings);
            for (key, label) in stage.written.settings.iter().filter_map(Setting::label) {
                // A variable may stand for anything.
                let of_variable = |other: &Setting| key.contains(&format!("${}", other.key));
                if key.contains("${") || settings().any(of_variable) {
                    continue;
                }
                let message = match RESERVED.iter().find(|start| key.starts_with(**start)) {
                    Some(start) => format!(
                        "the label `{key}` starts with `{start}`, which Docker keeps for itself"
                    ),
                    None if is_valid(key) => continue,
                    None => format!(
                        "the label `{key}` is not of lower-case letters and digits, with single `.`, `-`, `_` or `/` between them"
                    ),
                };
                findings.push(RULE.finding_at(message, label.at, "tools may not find it"));
            }
        }
    }
}

fn is_valid(key: &str) -> bool {
    let starts = key.starts_with(|c: char| c.is_ascii_lowercase());
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_known = |c: char| is_letter(c) || matches!(c, '.' | '-' | '_' | '/');
    let doubled = ["..", "--"].iter().any(|pair| key.contains(pair));
    starts && key.ends_with(is_letter) && key.chars().all(is_known) && !doubled
}
