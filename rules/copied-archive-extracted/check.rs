use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::{CopyKind, Origin, Run};
use crate::rule::Rule;

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
    let stages = project.all_stages();
    for stage in stages {
        for copy in stage.copies.iter().filter(|copy| copy.kind != CopyKind::Mount) {
            if copy.from != Origin::Context {
                continue;
            }
            for source in &copy.sources {
                let Some(source) = source.known() else { continue };
                let Some(file) = source.value.literal().map(last) else { continue };
                let Some(to) = copy.to.literal_text() else { continue };
                // A destination that has an ending is a file.
                let is_folder = to.ends_with(['/', '\\', '.']) || !last(to).contains('.');
                let landed = if is_folder { file } else { last(to) };
                let is_archive = TAR.iter().any(|end| file.ends_with(end)) && !file.contains('*');
                let later = stage.runs.iter().filter(|run| run.order > copy.order);
                let unpacks = |run: &&Run| {
                    let of_archive = |text: &str| last(text) == landed;
                    let mut words = run.command.words.iter().filter_map(|word| word.as_str());
                    run.command.program() == Some("tar") && words.any(of_archive)
                };
                let Some(run) = later.into_iter().find(unpacks).filter(|_| is_archive) else {
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

/// The name of a file, be its path that of Windows or not.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Archives that `ADD` unpacks.
const TAR: &[&str] =
    &[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"];
