//! Words of a command that are too many, or lack.
//!
//! Source: how argparse counts them, asked of gcloud 528.0.0, 2026-11.

use super::refusal::{Refused, refused};
use super::table::{self, Group, Member, Syntax, Takes};
use super::{Flag, GcloudCommand};
use crate::source::Sources;
use crate::value::{Piece, Sourced, Text};

/// What tells that a text is a template or an example: what is filled in may be several words.
const FILLED_IN: &[char] = &['{', '}', '[', ']', '<', '>', '^', '`', '\\'];

/// A word that holds a flag and what belongs to it: `--image gcr.io/shop/api`.
#[derive(Debug)]
pub struct GluedFlag<'a> {
    /// The word.
    pub word: &'a Sourced<Text>,
    /// The flag in it.
    pub flag: String,
}

impl GcloudCommand {
    /// The words that surely are too many, and those that surely lack.
    pub fn miscounted(&self, sources: &Sources) -> Vec<Refused> {
        let Some(syntax) = table::syntax(&self.name()) else { return Vec::new() };
        if self.track.unwrap_or("ga") != syntax.track || !self.is_whole {
            return Vec::new();
        }
        let written = |word: &Sourced<Text>| match word.value.pieces() {
            [] => true,
            pieces => pieces
                .iter()
                .all(|piece| matches!(piece, Piece::Literal(text) if !text.contains(FILLED_IN))),
        };
        let words = self.positionals();
        if !words.iter().all(written) {
            return Vec::new();
        }
        self.surplus(syntax).into_iter().chain(self.lacking(syntax, sources)).collect()
    }

    /// The first word that is too many.
    fn surplus(&self, syntax: &Syntax) -> Option<Refused> {
        let is_open = |name: &str| name.ends_with(['*', '+']) || name == "--";
        if syntax.positionals.iter().any(|name| is_open(name)) || !self.knows_flags(syntax) {
            return None;
        }
        let glued = self.glued_flags();
        let is_glued = |word: &Sourced<Text>| glued.iter().any(|glued| glued.word.at == word.at);
        let mut words = self.positionals().iter().skip(syntax.positionals.len());
        let word = words.find(|word| !is_glued(word))?;
        let text = word.value.to_string();
        let takes = match &syntax.positionals[..] {
            [] => "takes no words besides flags".to_owned(),
            names => format!("takes only {}", list(names)),
        };
        let more = match text.as_str() {
            "" => "an empty word".to_owned(),
            text => format!("`{text}`"),
        };
        let message = format!("`{}` {takes}, and {more} is one more", self.title());
        let (help, is_sure) = match (text.as_str(), self.meant_by(&text, word, syntax)) {
            ("", _) => ("leave it out".to_owned(), true),
            (blank, _) if blank.trim().is_empty() => {
                let help = "leave it out; a blank behind `\\` at the end of a line is a word, too";
                (help.to_owned(), true)
            }
            (_, Some(meant)) => meant,
            (_, None) => ("leave it out".to_owned(), false),
        };
        // What nothing explains may be a word that a later version takes.
        let refused = refused(word, message, "is a word too many", help);
        Some(Refused { may_be_newer: !is_sure, ..refused })
    }

    /// What a word that is too many was meant for, and whether it surely was.
    fn meant_by(
        &self,
        text: &str,
        word: &Sourced<Text>,
        syntax: &Syntax,
    ) -> Option<(String, bool)> {
        let name = text.split('=').next().unwrap_or_default();
        let flag = format!("--{name}");
        if syntax.flag(&flag).is_some() {
            return Some((format!("did you mean `--{text}`?"), true));
        }
        let before = |flag: &&Flag| {
            let at = flag.name.at();
            at.is_some_and(|at| at.source == word.at.source && at.end <= word.at.start)
        };
        let last = self.flags.iter().filter(before).max_by_key(|flag| flag.name.at())?;
        let behind = last.name.at()?.end;
        let stands_between = |other: &Sourced<Text>| {
            let at = other.at;
            at.source == word.at.source && behind <= at.start && at.end <= word.at.start
        };
        if self.words.iter().any(stands_between) {
            return None;
        }
        let name = last.name.literal_text()?;
        let parameter = syntax.flag(name)?;
        let value = last.value.known().and_then(|value| value.value.literal()).unwrap_or_default();
        match parameter.takes {
            Takes::Nothing { .. } => {
                let help = format!("`{name}` takes no value: write it alone");
                Some((help, matches!(text, "true" | "false" | "yes" | "no")))
            }
            _ if value.ends_with(',') => {
                let help = format!("write the value of `{name}` without blanks: `{value}{text}`");
                Some((help, true))
            }
            _ if !last.value.is_unset() => {
                let help =
                    format!("put the value of `{name}` in quotes, if the word belongs to it");
                Some((help, false))
            }
            _ => None,
        }
    }

    /// The first word that lacks.
    fn lacking(&self, syntax: &Syntax, sources: &Sources) -> Option<Refused> {
        if !self.knows_flags(syntax) || !self.glued_flags().is_empty() {
            return None;
        }
        let asks = |name: &str| name.ends_with('!') && self.answers_nothing();
        let needs = |name: &str| asks(name) || is_needed(&syntax.groups, bare(name));
        let needed = syntax.positionals.iter().copied().filter(|name| needs(name));
        let lacking: Vec<&str> = needed.skip(self.positionals().len()).collect();
        let first = lacking.first()?;
        let message = format!("`{}` needs {}, and has none", self.title(), list(&lacking));
        let help = match first.ends_with('!') {
            true => format!(
                "name it: nobody is there to answer where gcloud asks for `{}`",
                bare(first)
            ),
            false => {
                let names: Vec<&str> = lacking.iter().map(|name| bare(name)).collect();
                let help = format!("write `{} {}`", self.title(), names.join(" "));
                match self.ends_early(sources) {
                    true => format!("{help}; a line goes on behind `\\` only"),
                    false => help,
                }
            }
        };
        Some(refused(&self.place(), message, "lacks a word", help))
    }

    /// Whether the line ends behind the command's name, and the next begins with a flag.
    fn ends_early(&self, sources: &Sources) -> bool {
        let rest = sources.get(self.at.source).text.get(self.at.range().end..);
        let mut lines = rest.unwrap_or_default().lines();
        let is_end = lines.next().is_some_and(|line| line.trim().is_empty());
        let next = lines.next().unwrap_or_default().trim_start();
        // `- name` is an item of a list, and `---` begins a document.
        let flag = next.strip_prefix('-').map(|flag| flag.strip_prefix('-').unwrap_or(flag));
        is_end && flag.is_some_and(|flag| flag.starts_with(|c: char| c.is_ascii_alphabetic()))
    }

    /// Whether gcloud can ask nobody.
    pub(super) fn answers_nothing(&self) -> bool {
        self.is_unattended || ["--quiet", "-q"].iter().any(|flag| self.flag(flag).is_some())
    }

    /// The words that hold a flag of the command and, behind a blank, more.
    pub fn glued_flags(&self) -> Vec<GluedFlag<'_>> {
        let Some(syntax) = table::syntax(&self.name()) else { return Vec::new() };
        let glued = self.positionals().iter().filter_map(|word| {
            let Some(Piece::Literal(text)) = word.value.pieces().first() else { return None };
            let (flag, _) = text.split_once(' ').filter(|(flag, _)| flag.starts_with("--"))?;
            syntax.flag(flag)?;
            Some(GluedFlag { word, flag: flag.to_owned() })
        });
        glued.collect()
    }
}

/// Whether groups that are needed need a word.
fn is_needed(groups: &[Group], name: &str) -> bool {
    let groups = groups.iter().filter(|group| group.needed && !group.exclusive);
    groups.flat_map(|group| &group.members).any(|member| match member {
        Member::Argument(other, needed) => *needed && *other == name,
        Member::Group(inner) => is_needed(std::slice::from_ref(inner), name),
    })
}

/// The name of a word without its mark.
pub(super) fn bare(name: &str) -> &str {
    name.trim_end_matches(['?', '!', '*', '+'])
}

/// `` `A` `` or `` `A` and `B` ``.
fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", bare(name))).collect();
    names.join(" and ")
}
