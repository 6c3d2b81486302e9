//! What a suppression comment says.

use super::Hidden;
use crate::lint::peers::{number, part};
use crate::lint::{called, counterparts};
use crate::nearest::nearest;
use std::ops::Range;

/// The longest name that a message repeats.
const LONGEST: usize = 64;

/// What such a comment begins with.
pub const NAME: &str = "seamlint:";

/// What follows [`NAME`]. All ranges are bytes of the file.
#[derive(Debug)]
pub enum Mark {
    /// `ignore` or `ignore-file`.
    Ignore {
        /// The word and its list.
        at: Range<usize>,
        /// Which rules.
        names: Names,
        /// Whether it speaks of the whole file.
        file: bool,
        /// What is said behind it; empty if nothing is.
        reason: Range<usize>,
    },
    /// What another tool reads. It may be of use there, so nothing is said of it.
    Foreign {
        /// What it names of our rules; none where it names all.
        hidden: Option<Vec<Hidden>>,
        /// The checks of ShellCheck that it names.
        codes: Vec<u16>,
        /// Whether it speaks of the whole file.
        file: bool,
    },
    /// Something else.
    Broken {
        /// Where.
        at: Range<usize>,
        /// What is wrong.
        message: String,
        /// What to write there instead, if that is clear.
        fix: Option<String>,
    },
}

/// The rules that a comment names.
#[derive(Debug)]
pub enum Names {
    /// None, and so all of them.
    All,
    /// Some.
    Listed {
        /// At least one.
        names: Vec<Name>,
        /// What is between the brackets.
        at: Range<usize>,
    },
}

/// A name in a list.
#[derive(Debug)]
pub struct Name {
    /// Where.
    pub at: Range<usize>,
    /// The rules of that name: several, if it is another tool's for all of them.
    pub rules: Vec<&'static str>,
    /// The part of these rules that it means, if it does not mean all of them.
    pub part: Option<&'static str>,
    /// The number of the check, if it is the name of one of ShellCheck's.
    pub code: Option<u16>,
}

impl Mark {
    /// Reads what a comment says, if it speaks to this tool.
    pub fn read(text: &str, body: Range<usize>) -> Option<Mark> {
        let body = Part { text, at: body }.trim();
        let rest = body.str().strip_prefix(NAME)?;
        let word = body.from(body.str().len() - rest.len()).trim();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let (word, after) = word.split(word.find(|c| !is_word(c)));
        let file = match word.str() {
            "ignore" => false,
            "ignore-file" => true,
            "" => {
                let message = "`ignore` or `ignore-file` must follow `seamlint:`".to_owned();
                return Some(Mark::broken(body.until(NAME.len()), message));
            }
            other => return Some(Mark::misspelt(&word, other)),
        };
        let list = after.trim();
        if list.str().starts_with('[') {
            return Some(Mark::listed(&word, &list, file));
        }
        let ignore = word.str();
        match after.str().chars().next() {
            None | Some(' ' | '\t' | '\r' | '\n') => {}
            Some(odd) => {
                let message = format!("`[` or a blank must follow `{ignore}`, not `{odd}`");
                return Some(Mark::broken(word, message));
            }
        }
        // Whoever forgets the brackets does not mean to hide all other rules too.
        let first = list.until(list.find(|c| !is_word(c)));
        let rule = first.str();
        if called(rule).next().is_none() {
            return Some(Mark::Ignore { at: word.at, names: Names::All, file, reason: list.at });
        }
        let message = format!("`{rule}` must stand in brackets: `{ignore}[{rule}]`");
        let fix = Some(format!("{ignore}[{rule}]"));
        Some(Mark::Broken { at: word.at.start..first.at.end, message, fix })
    }

    /// Whether it speaks of the whole file.
    pub fn is_for_file(&self) -> bool {
        matches!(self, Mark::Ignore { file: true, .. } | Mark::Foreign { file: true, .. })
    }

    /// Whether it is a comment of this tool's behind a byte, on the same line.
    pub fn is_there(&self, byte: usize) -> bool {
        matches!(self, Mark::Ignore { at, .. } if at.start >= byte)
    }

    fn broken(part: Part<'_>, message: String) -> Mark {
        Mark::Broken { at: part.at, message, fix: None }
    }

    fn misspelt(word: &Part<'_>, text: &str) -> Mark {
        let fix = nearest(text, ["ignore", "ignore-file"]).map(str::to_owned);
        let shown = shorten(text);
        let message = format!("`{shown}` is neither `ignore` nor `ignore-file`");
        Mark::Broken { at: word.at.clone(), message, fix }
    }

    /// Reads a list that begins with a bracket.
    fn listed(word: &Part<'_>, list: &Part<'_>, file: bool) -> Mark {
        let Some(length) = list.str().find(']') else {
            return Mark::broken(list.until(1), "there is no `]` for this `[`".to_owned());
        };
        let inner = list.until(length).from(1);
        let mut names = Vec::new();
        let mut rest = inner.clone();
        while !rest.str().is_empty() {
            let (name, after) = rest.split(rest.find(|c| c == ','));
            let name = name.trim();
            if !name.str().is_empty() {
                names.push(Name::read(&name));
            }
            rest = after.from(1);
        }
        let at = word.at.start..inner.at.end + 1;
        if names.is_empty() {
            let message = "there is no rule between the brackets".to_owned();
            return Mark::Broken { at, message, fix: None };
        }
        let reason = list.from(length + 1).trim().at;
        Mark::Ignore { at, names: Names::Listed { names, at: inner.at }, file, reason }
    }
}

impl Name {
    fn read(name: &Part<'_>) -> Name {
        let rules = counterparts(name.str()).iter().map(|rule| rule.id).collect();
        let (part, code) = (part(name.str()), number(name.str()));
        Name { at: name.at.clone(), rules, part, code }
    }

    /// What it hides of a rule.
    pub fn hidden(&self, rule: &'static str) -> Hidden {
        Hidden::of(rule, self.part)
    }
}

/// A name as a message shows it: not at any length.
pub fn shorten(name: &str) -> String {
    let mut shown: String = name.chars().take(LONGEST).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    shown
}

/// A part of a text that knows where it is.
#[derive(Debug, Clone)]
struct Part<'a> {
    text: &'a str,
    at: Range<usize>,
}

impl<'a> Part<'a> {
    fn str(&self) -> &'a str {
        self.text.get(self.at.clone()).unwrap_or_default()
    }

    /// Without blanks around it.
    fn trim(&self) -> Part<'a> {
        let start = self.at.end - self.str().trim_start().len();
        Part { text: self.text, at: start..start + self.str().trim().len() }
    }

    /// Where the first character of a kind is, or the end.
    fn find(&self, is: impl Fn(char) -> bool) -> usize {
        self.str().find(is).unwrap_or(self.str().len())
    }

    fn split(&self, length: usize) -> (Part<'a>, Part<'a>) {
        (self.until(length), self.from(length))
    }

    fn until(&self, length: usize) -> Part<'a> {
        Part { text: self.text, at: self.at.start..(self.at.start + length).min(self.at.end) }
    }

    fn from(&self, length: usize) -> Part<'a> {
        Part { text: self.text, at: (self.at.start + length).min(self.at.end)..self.at.end }
    }
}
