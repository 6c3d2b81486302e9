use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "repeated-instruction",
    summary: "A stage has two `CMD`, `ENTRYPOINT` or `HEALTHCHECK`, of which only the last counts.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[
        "MultipleInstructionsDisallowed",
        "DL4003",
        "DL4004",
        "DL3012",
        "DF038",
        "DF039",
        "DF041",
        "DS016",
        "DS007",
        "DS023",
    ],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        for name in ["CMD", "ENTRYPOINT", "HEALTHCHECK"] {
            let all: Vec<_> = stage.written.all(name).collect();
            let Some((last, earlier)) = all.split_last() else { continue };
            for instruction in earlier {
                let line = project.sources.line_span(instruction.at);
                let message = format!("this `{name}` is replaced by another one below");
                findings.push(
                    RULE.finding_at(message, instruction.keyword, "never used")
                        .of(name)
                        .see(last.keyword, "this one counts")
                        .help("keep the one that is meant")
                        .fix(
                            format!("Remove the `{name}` that is never used"),
                            Safety::Unsafe,
                            [Edit::replace(line, "")],
                        ),
                );
            }
        }
    }
}
