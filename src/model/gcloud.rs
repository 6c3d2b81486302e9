//! Commands of gcloud, taken apart as gcloud's parser does it.
//!
//! Flags are never abbreviated, may stand anywhere, and take their value behind `=` or as the
//! next word. Source: googlecloudsdk/calliope/parser_extensions.py of 528.0.0, read 2026-11.

mod group;
mod lack;
mod refusal;
mod run;
mod submit;
mod table;
mod unknown;
mod volume;
mod word;

pub use group::{Meant, UnknownCommand};
pub use refusal::Refused;
pub use submit::address;
pub use unknown::UnknownFlag;
pub use word::GluedFlag;

use super::blur::Blur;
use crate::source::Span;
use crate::value::{Piece, Sourced, Text, Value, Why};
use table::{Syntax, Takes};

/// A command of gcloud.
#[derive(Debug, Clone)]
pub struct GcloudCommand {
    /// From the program to the last word of the command's name.
    pub at: Span,
    /// `beta` or `alpha`, if one is named.
    pub track: Option<&'static str>,
    /// The words that are no flags: the name of the command, then its positional words.
    pub words: Vec<Sourced<Text>>,
    /// How many of the words are its name; none if the command is not known.
    pub named: usize,
    /// The flags in their order.
    pub flags: Vec<Flag>,
    /// Whether no word may stand for others, and no file gives flags.
    pub is_whole: bool,
    /// Whether nobody is there whom gcloud could ask.
    pub is_unattended: bool,
}

/// A flag of a command.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The name as it is written, dashes included.
    pub name: Value<Text>,
    /// Its value; unset if none is given.
    pub value: Value<Text>,
    /// Whether the value stands behind a `=`.
    pub joined: bool,
}

impl GcloudCommand {
    /// Takes apart the words behind the program.
    pub fn read(program: Span, words: &[Sourced<Text>]) -> GcloudCommand {
        let mut command = GcloudCommand {
            at: program,
            track: None,
            words: Vec::new(),
            named: 0,
            flags: Vec::new(),
            is_whole: true,
            is_unattended: false,
        };
        let mut reader = Reader { rest: words, name: String::new(), syntax: None, named: false };
        while let Some((word, rest)) = reader.rest.split_first() {
            reader.rest = rest;
            match word.value.literal() {
                Some("--") => break,
                _ if is_flag(&word.value) => reader.flag(word, &mut command),
                _ => reader.word(word, &mut command),
            }
        }
        if reader.syntax.is_none() {
            command.named = 0;
        }
        let last = command.words.get(command.named.max(1) - 1).map_or(program, |word| word.at);
        if last.source == program.source && last.end >= program.end {
            command.at = program.to(last);
        }
        command
    }

    /// The name of the command, if it is known: `run deploy`.
    pub fn name(&self) -> String {
        let words = self.words.iter().take(self.named).filter_map(|word| word.value.literal());
        words.collect::<Vec<_>>().join(" ")
    }

    /// The name as it is called: `gcloud beta run deploy`.
    pub fn title(&self) -> String {
        let track = self.track.map(|track| format!("{track} ")).unwrap_or_default();
        format!("gcloud {track}{}", self.name())
    }

    /// The words that are neither flags nor the command's name.
    pub fn positionals(&self) -> &[Sourced<Text>] {
        self.words.get(self.named..).unwrap_or_default()
    }

    /// The last flag of a name.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name.literal_text() == Some(name))
    }

    /// Whether the command knows all flags that are given, and none asks for help. One that does
    /// not exist was perhaps to bring what lacks.
    fn knows_flags(&self, syntax: &Syntax) -> bool {
        self.flags.iter().all(|flag| match flag.name.literal_text() {
            Some("--help" | "-h") | None => false,
            Some(name) => syntax.flag(name).is_some(),
        })
    }

    /// The place of the command's name.
    fn place(&self) -> Sourced<Text> {
        Sourced { value: Text::default(), at: self.at, via: Vec::new() }
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        for flag in &mut self.flags {
            blur.value(&mut flag.name);
            blur.value(&mut flag.value);
        }
    }
}

struct Reader<'a> {
    rest: &'a [Sourced<Text>],
    name: String,
    syntax: Option<&'static Syntax>,
    /// Whether the name of the command has ended, known or not.
    named: bool,
}

impl Reader<'_> {
    fn word(&mut self, word: &Sourced<Text>, command: &mut GcloudCommand) {
        let literal = word.value.literal();
        if command.words.is_empty() && command.track.is_none() {
            command.track = ["beta", "alpha"].into_iter().find(|track| literal == Some(track));
            if command.track.is_some() {
                return;
            }
        }
        if matches!(word.value.pieces().first(), Some(Piece::Hole(_))) {
            command.is_whole = false;
        }
        command.words.push(word.clone());
        if self.named {
            return;
        }
        if !self.name.is_empty() {
            self.name.push(' ');
        }
        // A word with blanks is no name, though several are.
        self.name.push_str(literal.filter(|word| !word.contains(' ')).unwrap_or("*"));
        self.syntax = table::syntax(&self.name);
        self.named = self.syntax.is_some() || !table::is_group(&self.name);
        command.named = command.words.len();
    }

    fn flag(&mut self, word: &Sourced<Text>, command: &mut GcloudCommand) {
        let parts = word.value.split('=');
        let name = parts.first().cloned().unwrap_or_default();
        let Some(written) = name.literal() else {
            command.is_whole = false;
            let name = Value::unknown(word.at, Why::Environment);
            command.flags.push(Flag { name, value: Value::Unset, joined: true });
            return;
        };
        let joined = parts.len() > 1;
        let takes = self.takes(written);
        let value = if joined {
            Some(super::lower::docker::after(word, written.len() + 1))
        } else {
            match takes {
                Some(Takes::Nothing { .. }) => None,
                Some(Takes::Several) => {
                    let first = self.value();
                    while self.value().is_some() {}
                    first
                }
                _ => self.value(),
            }
        };
        command.is_whole &= written != "--flags-file";
        let end_of_name = word.at.start + written.len() as u32;
        let at = Span { end: end_of_name.min(word.at.end), ..word.at };
        let name = Sourced { value: Text::from(written), at, via: word.via.clone() };
        command.flags.push(Flag {
            name: Value::Known(name),
            value: match value {
                Some(value) if value.value.is_unknown() => {
                    Value::unknown(value.at, Why::Environment)
                }
                Some(value) => Value::Known(value),
                None => Value::Unset,
            },
            joined,
        });
    }

    fn takes(&self, flag: &str) -> Option<Takes> {
        let found = match &self.syntax {
            Some(syntax) => syntax.flag(flag),
            None => table::global(flag),
        };
        found.map(|parameter| parameter.takes.clone())
    }

    /// The next word, unless that is a flag.
    fn value(&mut self) -> Option<Sourced<Text>> {
        let (word, rest) = self.rest.split_first()?;
        if is_flag(&word.value) || word.value.literal() == Some("--") {
            return None;
        }
        self.rest = rest;
        Some(word.clone())
    }
}

/// Whether the parser takes a word for a flag: it begins with `-`, and is neither a number nor
/// a text with blanks.
fn is_flag(word: &Text) -> bool {
    let is_number = |text: &str| text.trim_start_matches('-').parse::<f64>().is_ok();
    let plain = |text: &str| text.len() > 1 && !text.contains(' ') && !is_number(text);
    // What stands behind `=` may hold blanks.
    let name = word.split('=').into_iter().next().unwrap_or_default();
    let is_plain = match (name.literal(), name.pieces().first()) {
        (None, Some(Piece::Literal(start))) => !start.contains(' '),
        (name, _) => name.is_none_or(plain),
    };
    word.starts_with("-") && is_plain && word.literal() != Some("-")
}
