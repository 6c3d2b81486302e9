use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::{Run, Stage};
use crate::model::script::package::Manager;
use crate::rule::Rule;
use crate::source::Span;

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
        let last = image.stages.get(last).into_iter();
        let kept = last.flat_map(|stage| image.lineage(stage)).chain(&image.triggered);
        let mut ended = None;
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
                let message = "the lists of `apt-get update` stay in the image";
                let finding = RULE
                    .finding_at(message, run.command.at, "kept in the layer")
                    .of("apt")
                    .help("end with `rm -rf /var/lib/apt/lists/*`, or mount a cache there");
                let first = ended.replace(run.order) != Some(run.order);
                findings.push(match end(stage, run).filter(|_| first) {
                    Some(end) => {
                        let edit = Edit::before(end, " && rm -rf /var/lib/apt/lists/*");
                        finding.fix("Remove them", Safety::Unsafe, vec![edit])
                    }
                    None => finding,
                });
            }
        }
    }
}

/// Where a command can be added that removes the lists, if nothing needs them any more.
fn end(stage: &Stage, run: &Run) -> Option<Span> {
    let installs = |other: &Run| other.install().is_some_and(|it| it.manager == Manager::Apt);
    if !stage.runs.iter().any(|other| other.order == run.order && installs(other))
        || stage.runs.iter().any(|other| other.order > run.order && installs(other))
    {
        return None;
    }
    stage.end_of_chain(run.order)
}
