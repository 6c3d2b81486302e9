//! Commands of the programs that deploys run, gcloud aside: what of their words the programs
//! refuse.

mod table;

use super::Project;
use super::blur::Blur;
use crate::nearest::{is_slip, nearest};
use crate::source::{Kind, Sources, Span};
use crate::value::{Piece, Sourced, Text, Value};
use table::{Syntax, Takes};

/// What a program refuses of a command. It reads no further.
#[derive(Debug, Clone)]
pub struct Misuse {
    /// The command as far as its words name it: `docker image push`.
    pub command: String,
    /// The word that is refused, or the last of the command's name where one lacks.
    pub word: Value<Text>,
    /// Why it is refused.
    pub why: Refusal,
}

/// Why a program refuses a word.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// It is no command of those that there are.
    NoCommand {
        /// The one that was most likely meant.
        meant: Option<&'static str>,
        /// All that there are, if the list is known to the end.
        all: Vec<&'static str>,
    },
    /// It is no flag of the command.
    NoFlag {
        /// The flag as it is written, without its value.
        flag: String,
        /// What is known of it all the same.
        known: Known,
    },
    /// It holds a flag and its value, and a program does not take it apart.
    Glued {
        /// The flag.
        flag: String,
        /// What stands behind the blank.
        rest: String,
    },
    /// The flag is the last word, and needs a value.
    NoValue,
    /// It is one word too many.
    TooMany {
        /// How many words the command takes at most.
        most: usize,
        /// Whether it takes none, and files by `-f`.
        takes_file: bool,
    },
    /// A flag lacks of those of which one is needed.
    NoneOf(Vec<&'static str>),
    /// A flag is there without the other that belongs to it.
    Alone {
        /// The one that is there.
        given: &'static str,
        /// The one that lacks.
        lacking: &'static str,
    },
    /// It asks something before it goes on, and nobody is there to answer.
    Unanswered {
        /// The flag with which it does not ask.
        flag: &'static str,
    },
    /// The command needs more words.
    TooFew {
        /// How many words the command needs.
        least: usize,
        /// How many there are.
        found: usize,
    },
}

/// What is known of a flag that a command does not have.
#[derive(Debug, Clone, Copy)]
pub enum Known {
    /// It is this one of the command, but for a slip.
    Slip(&'static str),
    /// It is one of another command.
    Of(&'static str),
}

impl Misuse {
    /// What a program surely refuses of a command that nobody answers. Nothing if the program is not
    /// known here.
    pub fn of(words: &[Sourced<Text>]) -> Option<Misuse> {
        let (program, rest) = words.split_first()?;
        let path = program.value.literal()?;
        // A file of the project of the same name may be anything.
        if path.contains('/') && !path.starts_with("/usr/") && !path.starts_with("/bin/") {
            return None;
        }
        let name = table::program(crate::source::name(path))?;
        let syntax = table::syntax(name)?;
        let mut reader = Reader {
            rest,
            name,
            syntax,
            place: program.clone(),
            words: Vec::new(),
            flags: Vec::new(),
            is_whole: true,
            acts: false,
        };
        reader.read().err().map(|misuse| *misuse)
    }

    /// The place of a text with which the word begins, if it is written there as it is.
    pub fn place_of(&self, text: &str, sources: &Sources) -> Option<Span> {
        let word = self.word.known().filter(|word| word.via.is_empty())?;
        sources.text(word.at).starts_with(text).then(|| {
            let start = word.at.range().start;
            Span::new(word.at.source, start..start + text.len())
        })
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.word);
    }
}

impl Project {
    /// Whether some `package.json` speaks of this name as of a package.
    pub fn is_of_npm(&self, name: &str) -> bool {
        let package = format!("\"{name}\":");
        let is_manifest = |path: &str| crate::source::name(path) == "package.json";
        let mut files = self.sources.iter().filter(|(_, source)| is_manifest(&source.path));
        files.any(|(_, source)| source.text.contains(&package))
    }

    /// Whether Terraform surely applies where it is called. A workspace of HCP Terraform may do so on
    /// its own, and asks nobody then.
    pub fn applies_itself(&self) -> bool {
        const REMOTE: &[&str] = &["cloud {", "cloud{", "\"cloud\"", "\"remote\""];
        let files = self.sources.iter().filter(|(_, source)| source.kind == Kind::Terraform);
        let mut texts = files.map(|(_, source)| &source.text).peekable();
        texts.peek().is_some() && !texts.any(|text| REMOTE.iter().any(|words| text.contains(words)))
    }
}

/// Reads the words of a command as its program does.
struct Reader<'a> {
    rest: &'a [Sourced<Text>],
    name: &'static str,
    syntax: &'static Syntax,
    /// The last word of the command's name.
    place: Sourced<Text>,
    /// The words that are neither flags nor names of commands.
    words: Vec<&'a Sourced<Text>>,
    /// The flags by the first of their names.
    flags: Vec<&'static str>,
    /// Whether no word may stand for several, or for none.
    is_whole: bool,
    /// Whether a word was read that names no command.
    acts: bool,
}

/// Nothing more to read, or what is refused.
type Read = Result<(), Box<Misuse>>;

impl<'a> Reader<'a> {
    fn read(&mut self) -> Read {
        while let Some((word, rest)) = self.rest.split_first() {
            self.rest = rest;
            let goes_on = match (word.value.literal(), word.value.pieces().first()) {
                (Some("--"), _) => {
                    self.words.extend(rest);
                    false
                }
                _ if may_be_several(word) => self.several()?,
                (Some("-"), _) => self.word(word)?,
                (_, Some(Piece::Literal(text))) if text.starts_with('-') => {
                    self.flag(word, text)?
                }
                _ => self.word(word)?,
            };
            if !goes_on {
                break;
            }
        }
        self.count()
    }

    /// Whether a word may still name a command.
    fn may_name(&self) -> bool {
        self.syntax.is_group && !self.acts
    }

    /// Goes on behind words that are not known, if they do not decide what follows.
    fn several(&mut self) -> Result<bool, Box<Misuse>> {
        self.is_whole = false;
        if self.may_name() || self.syntax.stops {
            return self.end();
        }
        // The last of them may be a flag, and the next word its value.
        if let Some((next, rest)) = self.rest.split_first()
            && !next.value.starts_with("-")
            && !may_be_several(next)
        {
            self.rest = rest;
        }
        Ok(true)
    }

    /// Reads a word that is no flag, and tells whether the next is read, too.
    fn word(&mut self, word: &'a Sourced<Text>) -> Result<bool, Box<Misuse>> {
        if self.may_name() {
            let Some(text) = word.value.literal() else { return self.end() };
            if let Some((name, syntax)) = table::command(self.name, text) {
                (self.name, self.syntax, self.place) = (name, syntax, word.clone());
                return Ok(true);
            }
            let all = table::commands(self.name);
            let meant = match self.syntax.plugins || self.syntax.loose {
                true => all.iter().copied().find(|name| is_slip(text, name)),
                false => nearest(text, all.iter().copied()),
            };
            // Plugins and other versions bring commands of their own, and some groups take words.
            let is_open = !self.name.contains(' ')
                || self.syntax.acts
                || self.syntax.open
                || self.syntax.loose;
            return match (meant, is_open) {
                (None, true) if self.syntax.acts => {
                    self.acts = true;
                    self.words.push(word);
                    Ok(true)
                }
                (None, true) => self.end(),
                _ if !is_name(text) => self.end(),
                (meant, _) => {
                    let all = if is_open { Vec::new() } else { all };
                    Err(self.refused(word, Refusal::NoCommand { meant, all }))
                }
            };
        }
        self.words.push(word);
        if self.syntax.stops {
            self.words.extend(self.rest);
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads a flag and its value, and tells whether the next word is read, too.
    fn flag(&mut self, word: &Sourced<Text>, text: &str) -> Result<bool, Box<Misuse>> {
        let is_all = word.value.literal().is_some();
        let name = text.split('=').next().unwrap_or(text);
        // A part of the name is filled in.
        if !is_all && name.len() == text.len() {
            return self.end();
        }
        if matches!(name, "--help" | "-help" | "-h" | "--version" | "-version")
            || self.syntax.open
            || (self.syntax.is_group && !self.syntax.acts && self.syntax.flag(name).is_none())
        {
            return self.end();
        }
        if let Some((flag, _)) = name.split_once(' ')
            && self.syntax.flag(flag).is_some_and(|flag| flag.takes == Takes::Word)
        {
            let rest = text[flag.len()..].trim().to_owned();
            let flag = flag.to_owned();
            return Err(self.refused(word, Refusal::Glued { flag, rest }));
        }
        let is_long = name.starts_with("--") || self.syntax.is_go();
        // kubectl takes `_` for `-`.
        let plain = name.replace('_', "-");
        match self.syntax.flag(name).or_else(|| self.syntax.flag(&plain)) {
            Some(flag) => {
                self.flags.push(flag.name);
                match flag.takes == Takes::Word && name.len() == text.len() {
                    true => self.value(word),
                    false => Ok(true),
                }
            }
            None if is_long => self.unknown(word, name),
            None => self.letters(word, text),
        }
    }

    /// Reads what stands for several flags, as `-it`.
    fn letters(&mut self, word: &Sourced<Text>, text: &str) -> Result<bool, Box<Misuse>> {
        for (i, letter) in text.char_indices().skip(1) {
            let name = format!("-{letter}");
            let Some(flag) = self.syntax.flag(&name) else {
                return if letter == 'h' { self.end() } else { self.unknown(word, &name) };
            };
            self.flags.push(flag.name);
            let rest = &text[i + letter.len_utf8()..];
            match flag.takes {
                // `-t=true`
                Takes::Nothing if rest.starts_with('=') => return Ok(true),
                Takes::Nothing => {}
                Takes::Word if rest.is_empty() => return self.value(word),
                _ => return Ok(true),
            }
        }
        Ok(true)
    }

    /// Reads the value of a flag.
    fn value(&mut self, flag: &Sourced<Text>) -> Result<bool, Box<Misuse>> {
        match self.rest.split_first() {
            Some((_, rest)) => {
                self.rest = rest;
                Ok(true)
            }
            None => Err(self.refused(flag, Refusal::NoValue)),
        }
    }

    fn unknown(&mut self, word: &Sourced<Text>, flag: &str) -> Result<bool, Box<Misuse>> {
        let slip = self.syntax.names().find(|name| name.len() > 2 && is_slip(flag, name));
        let of_others = || table::command_with(self.name, flag).filter(|_| flag.len() > 2);
        let of_others = || of_others().filter(|_| !self.syntax.loose);
        match slip.map(Known::Slip).or_else(|| of_others().map(Known::Of)) {
            Some(known) => {
                Err(self.refused(word, Refusal::NoFlag { flag: flag.to_owned(), known }))
            }
            // It may be of another version.
            None => self.end(),
        }
    }

    /// Compares the number of words and the flags with what the command needs.
    fn count(&mut self) -> Read {
        let (least, most) = self.syntax.words.unwrap_or_default();
        let found = self.words.len();
        if let Some(most) = most
            && let Some(word) = self.words.get(most)
        {
            let file = self.syntax.flag("-f").filter(|flag| flag.takes == Takes::Word);
            let takes_file = most == 0 && file.is_some();
            return Err(self.refused(word, Refusal::TooMany { most, takes_file }));
        }
        if !self.is_whole {
            return Ok(());
        }
        if found < least {
            return Err(self.refused(&self.place, Refusal::TooFew { least, found }));
        }
        // What has a word, as a plan, is not asked about.
        let is_given = |flag: &'static str| self.flags.contains(&flag);
        let answered = found > 0 || is_given("-force");
        if let Some(flag) = self.syntax.asks.filter(|flag| !answered && !is_given(flag)) {
            return Err(self.refused(&self.place, Refusal::Unanswered { flag }));
        }
        for need in &self.syntax.needs {
            let given = need.flags.iter().find(|flag| is_given(flag));
            let lacking = need.flags.iter().find(|flag| !is_given(flag));
            let why = match (given, lacking) {
                (Some(given), Some(lacking)) if need.together => Refusal::Alone { given, lacking },
                (None, _) if !need.together => Refusal::NoneOf(need.flags.clone()),
                _ => continue,
            };
            return Err(self.refused(&self.place, why));
        }
        Ok(())
    }

    /// Ends where nothing is known of what follows.
    fn end(&mut self) -> Result<bool, Box<Misuse>> {
        self.is_whole = false;
        self.words.clear();
        Ok(false)
    }

    fn refused(&self, word: &Sourced<Text>, why: Refusal) -> Box<Misuse> {
        let command = self.name.to_owned();
        Box::new(Misuse { command, word: Value::Known(word.clone()), why })
    }
}

/// Whether a shell may make several words of one, or none.
fn may_be_several(word: &Sourced<Text>) -> bool {
    let brings = !word.via.is_empty();
    match word.value.pieces().first() {
        None | Some(Piece::Hole(_)) => true,
        // Braces, patterns, and what PowerShell puts in the place of words.
        Some(Piece::Literal(text)) => {
            text.starts_with(['@', '('])
                || (!text.starts_with('-') && text.contains(['{', '*', '?']))
                || (brings && text.contains([' ', '\t', '\n']))
        }
    }
}

/// Whether a word may have been meant as the name of a command.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
