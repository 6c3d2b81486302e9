//! What git ignores.

use super::is_below;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::Path;

/// The `.gitignore` files of a tree, outermost first.
#[derive(Debug, Clone, Default)]
pub struct Ignored {
    files: Vec<(String, Gitignore)>,
    /// The patterns that name one path, from the root of the tree.
    named: Vec<String>,
}

impl Ignored {
    /// Takes in the text of the `.gitignore` of a folder. Lines that are no pattern are
    /// skipped, as git does.
    pub fn add(&mut self, folder: &str, text: &str) {
        let mut builder = GitignoreBuilder::new("");
        for line in text.lines() {
            let _ = builder.add_line(None, line);
            let line = line.trim_end();
            if line.trim_end_matches('/').contains('/') && !line.starts_with(['!', '#']) {
                let slash = if folder.is_empty() { "" } else { "/" };
                self.named.push(format!("{folder}{slash}{}", line.trim_start_matches('/')));
            }
        }
        if let Ok(matcher) = builder.build() {
            self.files.push((folder.to_owned(), matcher));
        }
    }

    /// Whether a pattern names something inside of a folder: `out` is likely made if `out/bin`
    /// is ignored.
    pub fn names_inside(&self, folder: &str) -> bool {
        self.named.iter().any(|path| is_below(path, folder))
    }

    /// Whether git ignores a path, as a file or as a folder. The innermost file decides.
    pub fn matches(&self, path: &str) -> bool {
        self.matching(path).is_some()
    }

    /// The folder of the file that makes git ignore a path, and the line that does.
    pub fn matching(&self, path: &str) -> Option<(&str, &str)> {
        let decide = |path: &str, is_folder| {
            let decision = self.files.iter().rev().find_map(|(folder, matcher)| {
                let inner = if folder.is_empty() {
                    path
                } else {
                    path.strip_prefix(folder.as_str())?.strip_prefix('/')?
                };
                match matcher.matched(Path::new(inner), is_folder) {
                    Match::None => None,
                    Match::Ignore(pattern) => Some(Some((folder.as_str(), pattern.original()))),
                    Match::Whitelist(_) => Some(None),
                }
            });
            decision.flatten()
        };
        let folders = path.match_indices('/').map(|(i, _)| &path[..i]);
        folders
            .into_iter()
            .find_map(|folder| decide(folder, true))
            .or_else(|| decide(path, false))
            .or_else(|| decide(path, true))
    }
}
