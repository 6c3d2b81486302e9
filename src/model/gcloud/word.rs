//! Words of a command that are too many, or lack.
//!
//! Source: how argparse counts them, asked of gcloud 528.0.0, 2026-11.

use super::refusal::{Refused, refused};
use super::table::{self, Group, Member, Syntax, Takes};
use super::{Flag, GcloudCommand};
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
    pub fn miscounted(&self) -> Vec<Refused> {
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
        self.surplus(syntax).into_iter().chain(self.lacking(syntax)).collect()
    }

    /// The first word that is too many.
    fn surplus(&self, syntax: &Syntax) -> Option<Refused> {
        let is_open = |name: &str| name.ends_with(['*', '+']) || name == "--";
        if syntax.positionals.iter().any(|name| is_open(name)) {
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
        let title = self.title();
        if text.trim().is_empty() {
            let message = format!("`{title}` {takes}, and `{text}` is one more");
            let help = "leave it out; a blank behind `\\` at the end of a line is a word, too";
            return Some(refused(word, message, "is a word too many", help.to_owned()));
        }
        let message = format!("`{title}` {takes}, and `{text}` is one more");
        let help = self.meant_by(&text, word, syntax).unwrap_or_else(|| "leave it out".to_owned());
        Some(refused(word, message, "is a word too many", help))
    }

    /// What a word that is too many was meant for.
    fn meant_by(&self, text: &str, word: &Sourced<Text>, syntax: &Syntax) -> Option<String> {
        let name = text.split('=').next().unwrap_or_default();
        let flag = format!("--{name}");
        if syntax.flag(&flag).is_some() {
            return Some(format!("did you mean `--{text}`?"));
        }
        let before = |flag: &&Flag| {
            let at = flag.name.at();
            at.is_some_and(|at| at.source == word.at.source && at.end <= word.at.start)
        };
        let last = self.flags.iter().filter(before).max_by_key(|flag| flag.name.at())?;
        let name = last.name.literal_text()?;
        let parameter = syntax.flag(name)?;
        let value = last.value.known().and_then(|value| value.value.literal()).unwrap_or_default();
        match parameter.takes {
            Takes::Nothing { .. } => Some(format!("`{name}` takes no value: write it alone")),
            _ if value.ends_with(',') => {
                Some(format!("write the value of `{name}` without blanks: `{value}{text}`"))
            }
            _ if !last.value.is_unset() => {
                Some(format!("put the value of `{name}` in quotes, if the word belongs to it"))
            }
            _ => None,
        }
    }

    /// The first word that lacks.
    fn lacking(&self, syntax: &Syntax) -> Option<Refused> {
        let is_known = |flag: &Flag| match flag.name.literal_text() {
            Some("--help" | "-h") | None => false,
            Some(name) => flag.joined || syntax.flag(name).is_some(),
        };
        if !self.flags.iter().all(is_known) || !self.glued_flags().is_empty() {
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
                // A line that ends early was perhaps to go on.
                match self.flags.is_empty() && self.positionals().is_empty() {
                    true => format!("{help}; a line goes on behind `\\` only"),
                    false => help,
                }
            }
        };
        let at = Sourced { value: Text::default(), at: self.at, via: Vec::new() };
        Some(refused(&at, message, "lacks a word", help))
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
