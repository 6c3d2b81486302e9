//! What is wrong with a configuration.

use crate::source::Position;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

/// Everything that is wrong with a configuration. It is displayed with a line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The path of the file.
    pub path: String,
    /// At least one, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The bytes of the file that are wrong.
    pub range: Range<usize>,
    /// Where they start.
    pub position: Position,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Problem {
    /// The problems with ranges of a text, in the order of their places.
    pub(super) fn locate(text: &str, mut found: Vec<(Range<usize>, String)>) -> Vec<Problem> {
        found.sort_by_key(|(range, _)| range.start);
        let mut position = Position { line: 1, column: 1 };
        let mut characters = text.char_indices().peekable();
        let problem = |(range, message): (Range<usize>, String)| {
            while let Some((_, character)) = characters.next_if(|(at, _)| *at < range.start) {
                position = match character {
                    '\n' => Position { line: position.line + 1, column: 1 },
                    _ => Position { column: position.column + 1, ..position },
                };
            }
            Problem { range, position, message }
        };
        found.into_iter().map(problem).collect()
    }
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, Problem { position, message, .. }) in self.problems.iter().enumerate() {
            let end = if i == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{}:{}: {message}", self.path, position.line, position.column)?;
        }
        Ok(())
    }
}

impl Error for ConfigError {}
