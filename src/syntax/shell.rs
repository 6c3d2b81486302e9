//! Shell scripts, as far as it takes to see which commands they run with which words.
//!
//! Control flow is not followed: the commands of every branch are listed, and each says
//! whether it runs in any case.

mod scan;

use crate::source::{self, Excerpt, Span};
use crate::value::{Piece, Text};

/// One simple command.
#[derive(Debug, Clone)]
pub struct Command {
    /// From the first word to the last.
    pub at: Span,
    /// `NAME=value` before the program.
    pub assignments: Vec<(String, Word)>,
    /// The program and its arguments. Redirections are left out.
    pub words: Vec<Word>,
    /// Whether it is inside of `if`, `case`, a loop or a function, or after `||`.
    pub conditional: bool,
    /// How many `(` are open: what `cd` does in there ends with the `)`.
    pub subshell: usize,
    /// Whether its output goes to a file.
    pub writes: bool,
}

/// A word, quotes removed.
#[derive(Debug, Clone)]
pub struct Word {
    /// Quotes included.
    pub at: Span,
    /// Its parts in order; none of the empty string.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Characters.
    Literal(String),
    /// `$NAME`, `${NAME}` or `${NAME:-default}`.
    Variable {
        /// The name.
        name: String,
        /// What stands for it where it is not set.
        default: Option<String>,
        /// Where it is written.
        at: Span,
    },
    /// `$(...)`, backticks, `$((...))` and what else is known only when it runs.
    Unknown(Span),
}

/// The commands of a script, in the order in which they are written.
pub fn commands(script: &Excerpt) -> Vec<Command> {
    scan::Scanner::new(script).commands()
}

impl Word {
    /// A word of characters.
    pub fn literal(text: &str, at: Span) -> Word {
        let parts = if text.is_empty() { vec![] } else { vec![Part::Literal(text.to_owned())] };
        Word { at, parts }
    }

    /// The characters, if all are known.
    pub fn as_str(&self) -> Option<&str> {
        match &self.parts[..] {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The word with a hole for each part that is not known.
    pub fn text(&self) -> Text {
        let mut text = Text::default();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable { name, .. } => text.push(Piece::Hole(name.clone())),
                Part::Unknown(at) => text.push(Piece::Hole(format!("$({})", at.start))),
            }
        }
        text
    }

    /// The variables in it, with their defaults.
    pub fn variables(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { name, default, .. } => Some((name.as_str(), default.as_deref())),
            _ => None,
        })
    }
}

impl Command {
    /// The last part of the program's path, if it is known.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.as_str().map(source::name)
    }
}
