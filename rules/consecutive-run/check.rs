use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "consecutive-run",
    summary: "Two `RUN` follow each other.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3059", "DF003"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        for pair in stage.written.instructions.windows(2) {
            let [first, second] = pair else { continue };
            if first.name != "RUN" || second.name != "RUN" {
                continue;
            }
            let commands = |at| {
                let script = stage.scripts.iter().find(|script| script.at == at)?;
                let flags = project.sources.text(Span { end: script.text.at.start, ..script.at });
                Some((script.simple().count(), flags.trim().get(3..).unwrap_or_default().trim()))
            };
            let (Some((one, flags)), Some((other, others))) =
                (commands(first.at), commands(second.at))
            else {
                continue;
            };
            if one > 1 || other > 1 || flags != others {
                continue;
            }
            findings.push(
                RULE.finding_at(
                    "this `RUN` follows another one",
                    second.keyword,
                    "a layer of its own",
                )
                .see(first.keyword, "the one before")
                .help("join them by `&&`"),
            );
        }
    }
}
