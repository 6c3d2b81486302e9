//! What an editor was told, so that it is told only what has changed.

use super::diagnostic::ByFile;
use lsp_types::{Diagnostic, Uri};
use std::collections::BTreeMap;

/// The diagnostics of each file that ever had any.
#[derive(Debug, Default)]
pub struct Shown {
    files: BTreeMap<Uri, Said>,
    revision: u64,
}

/// What is said of a file.
#[derive(Debug, Default)]
pub struct Said {
    /// Rises when it changes.
    pub revision: u64,
    /// The diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

impl Shown {
    /// Takes in what is said now, and gives the files of which something else was said before.
    pub fn update(&mut self, mut now: ByFile) -> Vec<Uri> {
        let revision = self.revision + 1;
        let mut changed = Vec::new();
        for (uri, said) in &mut self.files {
            let diagnostics = now.remove(uri).unwrap_or_default();
            if said.diagnostics != diagnostics {
                *said = Said { revision, diagnostics };
                changed.push(uri.clone());
            }
        }
        for (uri, diagnostics) in now {
            changed.push(uri.clone());
            self.files.insert(uri, Said { revision, diagnostics });
        }
        self.revision += u64::from(!changed.is_empty());
        changed
    }

    /// What is said of a file, if it was ever spoken of.
    pub fn get(&self, uri: &Uri) -> Option<&Said> {
        self.files.get(uri)
    }

    /// Every file that was ever spoken of.
    pub fn iter(&self) -> impl Iterator<Item = (&Uri, &Said)> {
        self.files.iter()
    }
}

impl Said {
    /// Names what is said, to tell whether it is what the editor has.
    pub fn id(&self) -> String {
        self.revision.to_string()
    }
}
