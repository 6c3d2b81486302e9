//! What `gcloud` sends to Cloud Build: a folder, less what an ignore file leaves out.
//!
//! Source of the facts: gcloud 528, `command_lib/util/gcloudignore.py` and
//! `command_lib/builds/submit_util.py`, read 2026-11.

use crate::model::blur::Blur;
use crate::source::{Sources, Span, is_below, join, relative};
use crate::syntax::gcloudignore::{self, Gcloudignore, Line, Pattern};
use crate::value::{Text, Value};
use std::sync::Arc;

/// What a command sends.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The command.
    pub at: Span,
    /// The folder that it sends, for each folder in which it may run. Empty if it is not known.
    pub folders: Vec<String>,
    /// `--ignore-file`, a path from that folder.
    pub ignore_file: Value<Text>,
}

/// A folder that is sent, with the patterns that leave something out.
pub(super) struct Sent<'a> {
    folder: &'a str,
    /// Whether the patterns are those of `.gitignore`, since no file is there for gcloud.
    pub by_git: bool,
    patterns: Vec<Pattern>,
}

/// A line that leaves out a path.
#[derive(Debug, Clone, Copy)]
pub struct LeftOut {
    /// The line.
    pub at: Span,
    /// Whether it leaves out a folder above, below which nothing comes back.
    pub by_folder: bool,
}

impl Upload {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.ignore_file);
    }

    /// Leaves those folders that have a Dockerfile, if there are any: of others none is built.
    pub(in crate::model) fn settle(&mut self, sources: &Sources) {
        let has_one = |folder: &String| sources.has_file(&join(folder, "Dockerfile"));
        if self.folders.iter().any(has_one) {
            self.folders.retain(has_one);
            self.folders.dedup();
        }
    }

    /// What is sent, if the folder is known and leaves something out. Of a folder without an
    /// ignore file all is sent, but for what git ignores by the file of that very folder.
    pub(super) fn sent<'a>(&'a self, sources: &Sources) -> Option<Sent<'a>> {
        let [folder] = &self.folders[..] else { return None };
        let file = match &self.ignore_file {
            Value::Unset => ".gcloudignore",
            Value::Unknown(_) => return None,
            Value::Known(file) => file.value.literal()?,
        };
        let path = join(folder, file);
        let by_git = self.ignore_file.is_unset() && !sources.has_file(&path);
        // Git may ignore what gcloud reads.
        if by_git && sources.may_appear(&path) {
            return None;
        }
        let read = lines_of(sources, &if by_git { join(folder, ".gitignore") } else { path })?;
        let mut patterns = Vec::new();
        for line in &read.lines {
            match line {
                Line::Pattern(pattern) => patterns.push(pattern.clone()),
                Line::Include(_) if by_git => {}
                Line::Include(name) => {
                    let included = lines_of(sources, &join(folder, name))?;
                    patterns.extend(included.lines.iter().filter_map(|line| match line {
                        Line::Pattern(pattern) => Some(pattern.clone()),
                        Line::Include(_) => None,
                    }));
                }
            }
        }
        Some(Sent { folder, by_git, patterns })
    }
}

/// The lines of an ignore file, if it was read.
fn lines_of(sources: &Sources, path: &str) -> Option<Arc<Gcloudignore>> {
    let (id, file) = sources.find(path)?;
    Some(file.keep(id, || gcloudignore::parse(id, &file.text)))
}

impl Sent<'_> {
    /// Whether a folder is the one that is sent, or lies in it.
    pub fn holds(&self, folder: &str) -> bool {
        folder == self.folder || is_below(folder, self.folder)
    }

    /// The line that leaves out a path of the project, if one does. What is neither a file nor
    /// a folder of the repository may become either.
    pub fn leaves_out(&self, sources: &Sources, path: &str) -> Option<LeftOut> {
        if !is_below(path, self.folder) {
            return None;
        }
        let inner = relative(path, self.folder);
        let above = inner.match_indices('/').map(|(i, _)| &inner[..i]);
        let itself: &[bool] = match (sources.has_file(path), sources.has_folder(path)) {
            (true, _) => &[false],
            (_, true) => &[true],
            _ => &[false, true],
        };
        let all = above.map(|path| (path, true)).chain(itself.iter().map(|is| (inner, *is)));
        let mut lines = all.filter_map(|(path, is_folder)| {
            let matching = |pattern: &&Pattern| pattern.matches(path, is_folder);
            let last = self.patterns.iter().rev().find(matching)?;
            (!last.includes).then_some(LeftOut { at: last.at, by_folder: path != inner })
        });
        lines.next()
    }
}
