use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::Origin;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "copy-from-empty-stage",
    summary: "Files are copied from a stage that holds nothing.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &["tally/copy-from-empty-scratch-stage"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        for stage in &image.stages {
            for copy in &stage.copies {
                let Origin::Stage(from) = copy.from else { continue };
                let Some(empty) = image.stages.get(from) else { continue };
                let Some((_, base)) = image.base_image(empty) else { continue };
                let Some(base) = base.known() else { continue };
                let mut lineage =
                    image.lineage(empty).flat_map(|stage| &stage.written.instructions);
                let adds = lineage.any(|instruction| ADDS.contains(&instruction.name));
                let Some(source) = copy.sources.first().and_then(|source| source.known()) else {
                    continue;
                };
                let is_root =
                    source.value.literal().is_none_or(|path| matches!(path, "/" | "." | ""));
                if base.value.literal() != Some("scratch") || adds || is_root {
                    continue;
                }
                let message =
                    format!("`{}` is copied from a stage that holds nothing", source.value);
                findings.push(
                    RULE.finding(message, source, "not there")
                        .against(base, "nothing is in this stage")
                        .help("copy from a stage that makes the file"),
                );
            }
        }
    }
}

/// Instructions after which a stage may hold something.
const ADDS: &[&str] = &["COPY", "ADD", "RUN", "WORKDIR", "ONBUILD", ""];
