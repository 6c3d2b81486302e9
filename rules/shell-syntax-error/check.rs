use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::build::build_file::BuildFile;
use crate::model::image::system::Dialect;
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "shell-syntax-error",
    summary: "A shell cannot read the text that it is given.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[
        "SC1009", "SC1036", "SC1046", "SC1047", "SC1048", "SC1056", "SC1058", "SC1061", "SC1062",
        "SC1064", "SC1070", "SC1072", "SC1073", "SC1078", "SC1088", "SC1089",
    ],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for error in project.build_files.iter().flat_map(BuildFile::unreadable_scripts) {
        let message = format!("the shell of this step cannot read this: {}", error.message);
        findings.push(RULE.finding_at(message, error.at, "here"));
    }
    let stages = project.all_stages();
    for script in stages.flat_map(|stage| &stage.scripts) {
        let Some(shell) = script.shell.known().filter(|s| s.value != Dialect::None) else {
            continue;
        };
        let Some(error) = script.first_error() else { continue };
        let text = project.sources.text(script.at);
        let is_template = ["{{", "{%", "<%", "@@"].iter().any(|mark| text.contains(mark));
        // `invalid-json-form` says so of JSON that cannot be read.
        let is_json = ["[\"", "['"].iter().any(|start| script.text.text.starts_with(start));
        if is_template || is_json {
            continue;
        }
        let at = Sourced { value: (), at: error.at, via: shell.via.clone() };
        let message = format!("{} cannot read this: {}", shell.value.name(), error.message);
        findings.push(RULE.finding(message, &at, "here"));
    }
}
