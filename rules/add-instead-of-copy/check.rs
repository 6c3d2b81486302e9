use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::CopyKind;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "add-instead-of-copy",
    summary: "`ADD` copies what `COPY` would copy.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3020", "DF006", "CKV_DOCKER_4", "DS005"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.all_stages();
    for copy in stages.flat_map(|stage| &stage.copies) {
        let local = copy.kind == CopyKind::Add && copy.remote.is_empty() && copy.heredocs == 0;
        let has_own = copy.flags.iter().any(|flag| OF_ADD.contains(&flag.as_str()));
        let mut plain = copy.sources.iter().map(|source| source.literal_text());
        let is_plain = plain.all(|text| text.is_some_and(|text| !is_archive(text)));
        let Some(first) = copy.sources.first().filter(|_| local && is_plain && !has_own) else {
            continue;
        };
        let Some(first) = first.known() else { continue };
        let keyword = Span { end: copy.at.start + 3, ..copy.at };
        let message = format!("`ADD` only copies `{}`, as `COPY` does", first.value);
        findings.push(
            Finding {
                confidence: first.confidence(),
                ..RULE.finding_at(message, keyword, "only copies")
            }
            .because(&first.via)
            .help("write `COPY`")
            .fix("Write `COPY`", Safety::Unsafe, [Edit::replace(keyword, "COPY")]),
        );
    }
}

/// Flags that `COPY` does not have.
const OF_ADD: &[&str] = &["checksum", "keep-git-dir", "unpack"];

/// Whether a name is, or a pattern may match, that of an archive, which `ADD` may unpack.
fn is_archive(path: &str) -> bool {
    const ENDS: &[&str] = &[
        ".tar", ".gz", ".bz2", ".xz", ".tgz", ".tb2", ".tbz", ".tbz2", ".tz2", ".lz", ".lzma",
        ".tlz", ".txz", ".zst", ".tzst", ".z", ".tz",
    ];
    let path = path.to_ascii_lowercase();
    path.ends_with(['*', '?', ']'])
        || path.contains(".tar")
        || ENDS.iter().any(|end| path.ends_with(end))
}
