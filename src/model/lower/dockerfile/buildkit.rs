//! What of an instruction only BuildKit reads.

use crate::model::image::buildkit::{BuildkitOnly, Effect};
use crate::source::Span;
use crate::syntax::dockerfile::{Instruction, Kind, Source};

/// The flags, heredocs and sources of an instruction that only BuildKit reads, in their order.
pub(super) fn buildkit_only(instruction: &Instruction) -> Vec<BuildkitOnly> {
    let name = instruction.kind.name();
    let found = |at: Span, what: String, effect| BuildkitOnly { at, what, effect };
    let flags = instruction.flags.iter().filter_map(|flag| {
        let effect = match (name, flag.name.as_str()) {
            ("RUN", "mount" | "network" | "security" | "device") => Effect::Refused,
            ("COPY" | "ADD", "chmod") => Effect::Refused,
            ("COPY", "parents") | ("COPY" | "ADD", "exclude") | ("ADD", "unpack") => Effect::Unread,
            ("COPY" | "ADD", "link") | ("ADD", "checksum" | "keep-git-dir") => Effect::Spare,
            _ => return None,
        };
        Some(found(flag.at, format!("`{name} --{}`", flag.name), effect))
    });
    let heredocs = instruction.heredocs.iter();
    let heredocs = heredocs
        .map(|heredoc| found(heredoc.opened, format!("a heredoc of `{name}`"), Effect::Unread));
    let sources = match &instruction.kind {
        Kind::Add(transfer) => &transfer.sources[..],
        _ => &[],
    };
    let repositories = sources.iter().filter_map(|source| match source {
        Source::Path(path) if is_repository(&path.text) => {
            Some(found(path.at, "`ADD` of a git repository".to_owned(), Effect::Mistaken))
        }
        _ => None,
    });
    flags.chain(heredocs).chain(repositories).collect()
}

/// Whether a source is a repository of git: `https://example.org/app.git#v1`.
fn is_repository(source: &str) -> bool {
    let end = source.find(['#', '?']).unwrap_or(source.len());
    let is_web = source.starts_with("https://") || source.starts_with("http://");
    ["git@", "git://", "ssh://"].iter().any(|start| source.starts_with(start))
        || (is_web && source[..end].ends_with(".git"))
}
