use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::script::prompt::Prompt;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "package-prompt",
    summary: "A package manager may ask a question that nobody answers.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3014", "DL3030", "DL3034", "DL3038", "DF015", "DF027", "DF043", "DS021"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for Prompt { program, manager, at, verb, verb_at } in stages.flat_map(|stage| stage.prompts()) {
        let does = if verb.starts_with("in") { "install" } else { verb };
        let before = if verb.ends_with("install") || verb == "in" { "installs" } else { "goes on" };
        let message = format!("`{program} {does}` may ask before it {before}, and nobody answers");
        let end = Span { start: verb_at.end, ..verb_at };
        let finding = RULE.finding_at(message, at, "without `-y`").of(manager);
        findings.push(finding.help("write `-y`").fix(
            "Add `-y`",
            Safety::Safe,
            [Edit::before(end, " -y")],
        ));
    }
}
