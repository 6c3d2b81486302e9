//! Files of environment variables that gcloud reads: a map of strings, and of nothing else.
//!
//! Source: googlecloudsdk/command_lib/util/args/map_util.py and command_lib/functions/v2 of
//! 528.0.0, asked 2026-11.

use super::named_path::{NamedPath, Wanted};
use crate::model::Project;
use crate::model::build::Prepared;
use crate::source::{Source, SourceId, Span};
use crate::syntax::yaml::{self, Entry, Kind, Node, PlainKind};
use crate::value::{Sourced, Text};

/// Something in such a file that gcloud refuses.
#[derive(Debug)]
pub struct OddVariable<'a> {
    /// Where.
    pub at: Span,
    /// The file as the command names it.
    pub file: &'a Sourced<Text>,
    /// What is wrong, complete.
    pub message: String,
    /// A phrase beside the place.
    pub label: &'static str,
    /// What to do.
    pub help: String,
}

impl Project {
    /// What gcloud refuses in the files of variables that commands name.
    pub fn odd_variables(&self) -> Vec<OddVariable<'_>> {
        let files = self.named_paths.iter().filter(|named| named.wanted == Wanted::Variables);
        let mut seen: Vec<SourceId> = Vec::new();
        let mut odd = Vec::new();
        for named in files.filter(|named| named.prepared <= Prepared::Outputs) {
            let (Some(file), Some(id)) = (named.written.known(), self.read_by(named)) else {
                continue;
            };
            if !seen.contains(&id) {
                seen.push(id);
                odd.extend(odd_in(id, self.sources.get(id), file));
            }
        }
        odd
    }

    /// The only file of the project that a command may mean.
    fn read_by(&self, named: &NamedPath) -> Option<SourceId> {
        let mut found = named.places.iter().filter_map(|place| self.sources.find(&place.path));
        let (first, source) = found.next()?;
        // Later versions take a list of `NAME=value` of this name.
        let is_list = source.path.ends_with(".env");
        (!is_list && found.all(|(id, _)| id == first)).then_some(first)
    }
}

fn odd_in<'a>(id: SourceId, source: &Source, file: &'a Sourced<Text>) -> Vec<OddVariable<'a>> {
    let parsed = source.keep(id, || yaml::parse(id, &source.text));
    let Some(root) = parsed.tree.root().filter(|_| parsed.errors.is_empty()) else {
        return Vec::new();
    };
    match &root.kind {
        Kind::Mapping(_) => {
            root.merged().into_iter().filter_map(|entry| odd(entry, file)).collect()
        }
        Kind::Empty => Vec::new(),
        Kind::Scalar(_) | Kind::Sequence(_) => vec![OddVariable {
            at: root.at,
            file,
            message: "a file of environment variables must be a map of YAML, and this is none"
                .to_owned(),
            label: "is refused",
            help: "write a line for each variable: `NAME: \"value\"`".to_owned(),
        }],
    }
}

/// A variable that is no string. Values are not told: they may be secret.
fn odd<'a>(entry: &Entry, file: &'a Sourced<Text>) -> Option<OddVariable<'a>> {
    let name = entry.key.text()?;
    let (is, help) = match kind(&entry.value) {
        None => return None,
        Some("empty") => ("empty", "write an empty string: `\"\"`"),
        Some(is @ ("a map" | "a list")) => (is, "write one string"),
        Some(is) => (is, "write it in quotes"),
    };
    Some(OddVariable {
        at: entry.value.at,
        file,
        message: format!("variable `{name}` is {is}, but gcloud takes only strings"),
        label: "is no string",
        help: help.to_owned(),
    })
}

fn kind(value: &Node) -> Option<&'static str> {
    Some(match value.plain_kind() {
        Some(PlainKind::Str) => return None,
        Some(PlainKind::Null) => "empty",
        Some(PlainKind::Bool) => "a boolean",
        Some(PlainKind::Int | PlainKind::Float) => "a number",
        Some(PlainKind::Timestamp) => "a date",
        None if matches!(value.kind, Kind::Sequence(_)) => "a list",
        None => "a map",
    })
}
