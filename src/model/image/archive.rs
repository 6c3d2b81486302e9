//! Archives that are copied, and unpacked by a later command.

use super::{Copy, CopyKind, Origin, Run, Stage};
use crate::model::Project;
use crate::value::{Sourced, Text};

/// An archive that `ADD` would unpack, and leave in no layer.
#[derive(Debug)]
pub struct UnpackedCopy<'a> {
    /// Its name.
    pub file: &'a str,
    /// The source of the copy.
    pub source: &'a Sourced<Text>,
    /// The command that unpacks it.
    pub run: &'a Run,
}

/// Archives that `ADD` unpacks.
const TAR: &[&str] =
    &[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"];

impl Project {
    /// The archives of contexts that all Dockerfiles copy and unpack.
    pub fn unpacked_copies(&self) -> impl Iterator<Item = UnpackedCopy<'_>> {
        self.all_stages().flat_map(|stage| {
            let copies = stage.copies.iter();
            let copies = copies.filter(|c| c.kind != CopyKind::Mount && c.from == Origin::Context);
            copies.flat_map(|copy| stage.unpacked(copy))
        })
    }
}

impl Stage {
    /// The sources of a copy that a command behind it unpacks.
    fn unpacked<'a>(&'a self, copy: &'a Copy) -> impl Iterator<Item = UnpackedCopy<'a>> {
        copy.sources.iter().filter_map(|source| {
            let source = source.known()?;
            let file = source.value.literal().map(last)?;
            if !TAR.iter().any(|end| file.ends_with(end)) || file.contains('*') {
                return None;
            }
            let to = copy.to.literal_text()?;
            // A destination that has an ending is a file.
            let is_folder = to.ends_with(['/', '\\', '.']) || !last(to).contains('.');
            let landed = if is_folder { file } else { last(to) };
            let unpacks = |run: &&Run| {
                let words = || run.command.words.iter().skip(1).filter_map(|word| word.as_str());
                let lists = words().next().is_some_and(|flags| {
                    flags == "--list"
                        || (!flags.starts_with("--") && flags.contains('t') && !flags.contains('x'))
                });
                run.command.program() == Some("tar")
                    && !lists
                    && words().any(|word| last(word) == landed)
            };
            let run = self.runs.iter().filter(|run| run.order > copy.order).find(unpacks)?;
            Some(UnpackedCopy { file, source, run })
        })
    }
}

/// The name of a file, be its path that of Windows or not.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
