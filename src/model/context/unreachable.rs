//! Sources of `COPY` that the repository has outside of the context.

use super::copy::{Absence, CopySource};
use crate::model::Project;
use crate::model::build::Build;
use crate::value::{Sourced, Text};

/// What a context lacks that is wrong: sources of one image which lie elsewhere.
#[derive(Debug)]
pub struct WrongContext<'a> {
    /// The first source.
    pub first: Outside<'a>,
    /// The others.
    pub others: Vec<Outside<'a>>,
    /// The build that has the context, if one is known.
    pub build: Option<&'a Build>,
}

/// A source that the repository has elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Outside<'a> {
    /// The source.
    pub source: &'a CopySource,
    /// The path as it is written.
    pub path: &'a Sourced<Text>,
    /// Its path from the root of the project.
    pub exists: &'a str,
}

impl Project {
    /// The contexts outside of which sources lie: one that is wrong lacks them all.
    pub fn wrong_contexts(&self) -> Vec<WrongContext<'_>> {
        let outside: Vec<Outside<'_>> = self.copy_sources.iter().filter_map(Outside::of).collect();
        let is_same = |a: &Outside<'_>, b: &Outside<'_>| {
            a.source.image == b.source.image && a.source.build == b.source.build
        };
        let wrong = outside.chunk_by(is_same).filter_map(|group| {
            let (first, others) = group.split_first()?;
            let build = first.source.build.and_then(|id| self.build(id));
            Some(WrongContext { first: *first, others: others.to_vec(), build })
        });
        wrong.collect()
    }
}

impl<'a> Outside<'a> {
    fn of(source: &'a CopySource) -> Option<Outside<'a>> {
        match (&source.absence, source.path.known()) {
            (Absence::Outside(exists), Some(path)) => Some(Outside { source, path, exists }),
            _ => None,
        }
    }

    /// The folder that has the source at its path, if it is one above; empty for the root.
    pub fn holder(&self) -> Option<&'a str> {
        let path = self.path.value.to_string();
        let folder = self.exists.strip_suffix(path.trim_end_matches('/'))?;
        Some(folder.trim_end_matches('/'))
    }
}
