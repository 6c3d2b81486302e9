use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "package-lists-kept",
    summary: "The lists of `apt-get update` stay in the image.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3009", "DF004"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.len().checked_sub(1) else { continue };
        let kept: Vec<_> =
            image.stages.get(last).into_iter().flat_map(|stage| image.lineage(stage)).collect();
        for stage in kept {
            for run in &stage.runs {
                let Some(("apt-get" | "apt" | "aptitude", rest)) = run.program() else { continue };
                if rest.iter().all(|word| word.as_str() != Some("update")) {
                    continue;
                }
                let same = |order: usize| order == run.order;
                let removes = stage.runs.iter().filter(|other| same(other.order)).any(|other| {
                    let mut words = other.command.words.iter().map(|word| word.text().to_string());
                    words.any(|word| word.starts_with("/var/lib/apt"))
                });
                let cached = stage
                    .caches
                    .iter()
                    .any(|cache| same(cache.order) && cache.target.starts_with("/var/lib/apt"));
                if removes || cached {
                    continue;
                }
                findings.push(
                    RULE.finding_at(
                        "the lists of `apt-get update` stay in the image",
                        run.command.at,
                        "kept in the layer",
                    )
                    .help("end with `rm -rf /var/lib/apt/lists/*`, or mount a cache there"),
                );
            }
        }
    }
}
