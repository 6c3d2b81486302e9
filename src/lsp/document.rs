//! A buffer of the editor.

use super::address;
use super::lines::{Encoding, Lines};
use lsp_types::{Range, Uri};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;

/// A text that is open in the editor.
#[derive(Debug)]
pub struct Document {
    /// How the editor calls it.
    pub uri: Uri,
    /// Its path, if it is a file.
    pub path: Option<PathBuf>,
    /// The version of the text.
    pub version: i32,
    /// The text.
    pub text: Arc<str>,
}

/// One change of a text: of a range of it, or of all.
#[derive(Debug, Deserialize)]
pub struct Change {
    range: Option<Range>,
    text: String,
}

impl Document {
    /// A text that was just opened.
    pub fn new(uri: Uri, version: i32, text: String) -> Document {
        Document { path: address::path(&uri), uri, version, text: text.into() }
    }

    /// Makes changes, each in the text that the one before has left. A range that the text does
    /// not have is cut to what it has.
    pub fn change(&mut self, version: i32, changes: Vec<Change>, encoding: Encoding) {
        self.version = version;
        for change in changes {
            let Some(range) = change.range else {
                self.text = change.text.into();
                continue;
            };
            let lines = Lines::of(&self.text);
            let start = lines.byte(&self.text, range.start, encoding);
            let end = lines.byte(&self.text, range.end, encoding).max(start);
            let (before, after) = (self.text.get(..start), self.text.get(end..));
            let parts = [before.unwrap_or_default(), &change.text, after.unwrap_or_default()];
            self.text = parts.concat().into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::Position;

    /// A place, as a line and a column.
    type At = (u32, u32);

    fn changed(text: &str, changes: &[(At, At, &str)]) -> String {
        let mut document = Document::new("file:///a".parse().unwrap(), 1, text.into());
        let changes = changes.iter().map(|(start, end, text)| Change {
            range: Some(Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1))),
            text: (*text).into(),
        });
        document.change(2, changes.collect(), Encoding::Utf16);
        document.text.to_string()
    }

    #[test]
    fn changes_follow_each_other() {
        assert_eq!(changed("ab\ncd\n", &[((0, 1), (1, 1), "x"), ((0, 3), (0, 3), "y")]), "axdy\n");
        assert_eq!(changed("📦a", &[((0, 2), (0, 3), "b")]), "📦b");
    }

    #[test]
    fn a_range_outside_of_the_text_is_cut() {
        assert_eq!(changed("a\nb", &[((0, 9), (7, 7), "x")]), "ax");
        assert_eq!(changed("ab", &[((0, 2), (0, 0), "x")]), "abx");
        assert_eq!(changed("", &[((9, 9), (0, 0), "x")]), "x");
        assert_eq!(changed("📦", &[((0, 1), (0, 1), "x")]), "x📦");
    }
}
