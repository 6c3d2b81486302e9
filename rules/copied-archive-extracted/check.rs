use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::{CopyKind, Origin, Run};
use crate::rule::Rule;
use crate::source::name;

pub static RULE: Rule = Rule {
    id: "copied-archive-extracted",
    summary: "An archive is copied, and a later command unpacks it.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3010", "DF067"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for stage in stages {
        for copy in stage.copies.iter().filter(|copy| copy.kind != CopyKind::Mount) {
            if copy.from != Origin::Context {
                continue;
            }
            for source in &copy.sources {
                let Some(source) = source.known() else { continue };
                let Some(file) = source.value.literal().map(name) else { continue };
                let lands = copy.to.literal_text().is_some_and(|to| {
                    to.ends_with(['/', '.']) || name(to) == file || !name(to).contains('.')
                });
                let is_archive = TAR.iter().any(|end| file.ends_with(end)) && !file.contains('*');
                let later = stage.runs.iter().filter(|run| run.order > copy.order);
                let unpacks = |run: &&Run| {
                    let of_archive = |text: &str| name(text) == file;
                    let mut words = run.command.words.iter().filter_map(|word| word.as_str());
                    run.command.program() == Some("tar") && words.any(of_archive)
                };
                let Some(run) = later.into_iter().find(unpacks).filter(|_| is_archive && lands)
                else {
                    continue;
                };
                findings.push(
                    RULE.finding(
                        format!("`{file}` is copied, and unpacked afterwards"),
                        source,
                        "stays in its layer",
                    )
                    .see(run.command.at, "unpacked here")
                    .help("let `ADD` unpack it, or mount it for the command"),
                );
            }
        }
    }
}

/// Archives that `ADD` unpacks.
const TAR: &[&str] =
    &[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"];
