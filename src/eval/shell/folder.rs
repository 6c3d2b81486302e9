//! The folder in which a command runs.

use super::ROOT;
use crate::source::resolve;
use crate::value::{Piece, Text};

/// A folder in which a command may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingFolder {
    /// The folder, from the root of the project.
    pub path: String,
    /// The folder that the command sees as `/workspace`: the one that was submitted.
    pub workspace: String,
}

impl WorkingFolder {
    /// The root of what is checked out or submitted.
    pub fn root(path: &str) -> WorkingFolder {
        WorkingFolder { path: path.to_owned(), workspace: path.to_owned() }
    }

    /// What a path means here, from the root of the project; nothing if it leads out of it or
    /// is not known.
    pub fn resolve(&self, path: &Text) -> Option<String> {
        match (path.pieces(), path.literal()) {
            (_, Some("")) => Some(self.path.clone()),
            (_, Some(path)) => match path.strip_prefix("/workspace") {
                Some("") => Some(self.workspace.clone()),
                Some(rest) if rest.starts_with('/') => {
                    resolve(&self.workspace, rest.trim_start_matches('/'))
                }
                _ => resolve(&self.path, path),
            },
            ([Piece::Hole(root), ..], None) if root == ROOT => from_root(path),
            _ => None,
        }
    }

    /// The folder after `cd`.
    pub fn enter(&self, path: &Text) -> Option<WorkingFolder> {
        Some(WorkingFolder { path: self.resolve(path)?, workspace: self.workspace.clone() })
    }

    /// The folder of an absolute path, where nothing is known of the folder before.
    pub fn absolute(path: &Text) -> Option<WorkingFolder> {
        from_root(path).map(|path| WorkingFolder { path, workspace: String::new() })
    }

    /// Its absolute path.
    pub fn text(&self) -> Text {
        let mut text = Text::hole(ROOT);
        if !self.path.is_empty() {
            text.push_str("/");
            text.push_str(&self.path);
        }
        text
    }
}

/// The path from the root of the project of an absolute one.
fn from_root(path: &Text) -> Option<String> {
    match path.pieces() {
        [Piece::Hole(root)] if root == ROOT => Some(String::new()),
        [Piece::Hole(root), Piece::Literal(rest)] if root == ROOT => {
            resolve("", rest.strip_prefix('/')?)
        }
        _ => None,
    }
}
