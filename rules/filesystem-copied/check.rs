use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::{CopyKind, Origin};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "filesystem-copied",
    summary: "All of another stage is copied over an image.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3067"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for stage in &image.stages {
            let base = image.base_image(stage).and_then(|(_, base)| base.literal_text());
            let has_files = base.is_some_and(|base| base != "scratch");
            for copy in stage.copies.iter().filter(|copy| copy.kind == CopyKind::Copy) {
                let all = copy.sources.iter().any(|source| source.literal_text() == Some("/"));
                // Images that are made to be copied as a whole hold nothing else.
                let Origin::Stage(from) = copy.from else { continue };
                let runs = image.stages.get(from).is_some_and(|stage| !stage.runs.is_empty());
                let all = all && runs;
                let Some(to) = copy.destination.known().filter(|_| all && has_files) else {
                    continue;
                };
                if to.value.literal() != Some("/") {
                    continue;
                }
                findings.push(
                    RULE.finding(
                        "all files of another image are copied over this one",
                        to,
                        "the root",
                    )
                    .help("copy only what is needed"),
                );
            }
        }
    }
}
