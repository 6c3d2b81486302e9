use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "instruction-casing",
    summary: "An instruction is not in the case that most of the file has.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["ConsistentInstructionCasing", "DF078"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let all = || image.stages.iter().flat_map(|stage| &stage.written.instructions);
        let text = |at| project.sources.text(at);
        let count = |is: fn(&char) -> bool| {
            all().filter(|i| text(i.keyword).chars().all(|c| is(&c))).count()
        };
        let lower = count(char::is_ascii_lowercase) > count(char::is_ascii_uppercase);
        for instruction in all() {
            let written = text(instruction.keyword);
            let expected =
                if lower { written.to_ascii_lowercase() } else { written.to_ascii_uppercase() };
            if written != expected {
                let edit = Edit::replace(instruction.keyword, &*expected);
                let message =
                    format!("`{written}` is not in the case of the file's other instructions");
                findings.push(
                    RULE.finding_at(message, instruction.keyword, "differs")
                        .help(format!("write `{expected}`"))
                        .fix(format!("Write `{expected}`"), Safety::Safe, [edit]),
                );
            }
        }
    }
}
