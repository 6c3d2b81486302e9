//! YAML and JSON, with a place for every key and value.
//!
//! The text is read by granit-parser, which reports events with their places. The tree, the
//! excerpts and the way on after an error are made here.

mod anchor;
mod build;
mod excerpt;
mod message;
mod odd;
mod plain;
mod resume;

pub use plain::PlainKind;

use super::{Parsed, SyntaxError};
use crate::source::{Excerpt, SourceId, Span};
use std::collections::HashSet;
use std::sync::Arc;

/// The depth to which collections may be nested, aliases resolved. Deeper ones are an error
/// and not read, so that trees may be walked and dropped by recursion.
pub const DEPTH: usize = 128;

/// How many nodes the aliases of a file may add to those that are written. Further aliases
/// are an error and empty, so that trees may be walked without a thought of aliases.
pub const EXPANSION: usize = 100_000;

/// How many mappings [`Node::get`] looks into for the sake of merge keys.
const MERGES: usize = 1_000;

/// The documents of a file, and its comments.
#[derive(Debug, Clone, Default)]
pub struct Yaml {
    /// The documents that `---` separates; one that says nothing is a null. None if the file
    /// holds nothing but comments.
    pub documents: Vec<Node>,
    /// From each `#` to the end of its line.
    pub comments: Vec<Span>,
    /// Keys that their mapping has before, with a message. Some readers refuse them, some
    /// take the first and some the last.
    pub repeated: Vec<SyntaxError>,
    /// Whether a `%YAML 1.2` stands before a document, so that loaders which heed it take `yes`
    /// for a string.
    pub is_later: bool,
}

/// A value. Cloning one is cheap, since an alias shares the node of its anchor.
#[derive(Debug, Clone)]
pub struct Node {
    /// From the first character of the value to the last: quotes, brackets and the `|` of a
    /// block included, but not the line break at the end of a block. Of an alias it is the
    /// alias, and of what is not written the place where it would stand.
    pub at: Span,
    /// What it is.
    pub kind: Kind,
    /// A tag that is written out, such as `!!str`.
    pub tag: Option<Arc<str>>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Nothing written, or an alias that cannot be resolved.
    Empty,
    /// A string, number, boolean or null, as written.
    Scalar(Arc<Scalar>),
    /// A list.
    Sequence(Arc<[Node]>),
    /// Keys and values in their order, repeated keys included. Merge keys (`<<`) are
    /// resolved by [`Node::get`] and [`Node::merged`].
    Mapping(Arc<[Entry]>),
}

/// A scalar.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The text as it is meant, with the way back into the file for each of its characters.
    pub text: Excerpt,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes, so that `true` is a boolean and `8080` a number.
    Plain,
    /// Between `'`.
    SingleQuoted,
    /// Between `"`.
    DoubleQuoted,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// Reads YAML, of which JSON is a part.
///
/// After an error the reading goes on at the next entry of a collection that is still open,
/// or else at the next document. At most a hundred errors are listed.
pub fn parse(source: SourceId, text: &str) -> Parsed<Yaml> {
    build::build(source, text)
}

impl Yaml {
    /// The first document, which is the only one of most files.
    pub fn root(&self) -> Option<&Node> {
        self.documents.first()
    }
}

impl Node {
    /// The value of a key: the last of its name, then what merge keys bring.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.look_up(key, &mut 0).map(|entry| &entry.value)
    }

    /// The key and the value of a name, as [`Node::get`] finds it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.look_up(key, &mut 0)
    }

    fn look_up(&self, key: &str, looked: &mut usize) -> Option<&Entry> {
        *looked += 1;
        if *looked > MERGES {
            return None;
        }
        let entries = self.entries();
        let own = entries.iter().rev().find(|entry| entry.key.text() == Some(key));
        own.or_else(|| {
            let merges = entries.iter().rev().filter(|entry| entry.is_merge());
            merges.flat_map(Entry::merged).find_map(|mapping| mapping.look_up(key, looked))
        })
    }

    /// The keys and values of a mapping as they count: merge keys resolved, and of a repeated
    /// key only the last. First its own in their order, then what merge keys bring.
    pub fn merged(&self) -> Vec<&Entry> {
        let (mut merged, mut seen, mut looked) = (Vec::new(), HashSet::new(), 0);
        self.merge_into(&mut merged, &mut seen, &mut looked);
        merged
    }

    fn merge_into<'a>(
        &'a self,
        merged: &mut Vec<&'a Entry>,
        seen: &mut HashSet<&'a str>,
        looked: &mut usize,
    ) {
        *looked += 1;
        if *looked > MERGES {
            return;
        }
        let from = merged.len();
        for entry in self.entries().iter().rev().filter(|entry| !entry.is_merge()) {
            if entry.key.text().is_none_or(|key| seen.insert(key)) {
                merged.push(entry);
            }
        }
        if let Some(own) = merged.get_mut(from..) {
            own.reverse();
        }
        for mapping in self.entries().iter().rev().filter(|e| e.is_merge()).flat_map(Entry::merged)
        {
            mapping.merge_into(merged, seen, looked);
        }
    }

    /// The keys and values of a mapping as they are written, merge keys and repeated keys
    /// included; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Mapping(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a sequence; none of anything else.
    pub fn items(&self) -> &[Node] {
        if let Kind::Sequence(items) = &self.kind { items } else { &[] }
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        if let Kind::Scalar(scalar) = &self.kind { Some(scalar) } else { None }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.text.as_str())
    }

    /// The text of a scalar, with the way back into the file.
    pub fn excerpt(&self) -> Option<Excerpt> {
        self.scalar().map(|scalar| scalar.text.clone())
    }

    /// The scalars of a list; a scalar is a list of one.
    pub fn strings(&self) -> Vec<Excerpt> {
        match self.excerpt() {
            Some(only) => vec![only],
            None => self.items().iter().filter_map(Node::excerpt).collect(),
        }
    }

    /// What a loader for YAML 1.1 takes a scalar for: without quotes and tag `yes` is a
    /// boolean and `8080` an integer. None of a collection.
    pub fn plain_kind(&self) -> Option<PlainKind> {
        let scalar = match &self.kind {
            Kind::Empty if self.tag.is_none() => return Some(PlainKind::Null),
            Kind::Empty => None,
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => return None,
        };
        Some(match (self.tag.as_deref(), scalar) {
            (Some("!!null"), _) => PlainKind::Null,
            (Some("!!bool"), _) => PlainKind::Bool,
            (Some("!!int"), _) => PlainKind::Int,
            (Some("!!float"), _) => PlainKind::Float,
            (Some("!!timestamp"), _) => PlainKind::Timestamp,
            (None, Some(scalar)) if scalar.style == Style::Plain => {
                PlainKind::of(&scalar.text.text)
            }
            _ => PlainKind::Str,
        })
    }

    /// The truth of a boolean, as a loader for YAML 1.1 sees it.
    pub fn boolean(&self) -> Option<bool> {
        let text = self.text()?;
        if self.plain_kind() == Some(PlainKind::Bool) { plain::boolean(text) } else { None }
    }
}

impl Entry {
    /// Whether the key is a `<<` that brings the entries of other mappings.
    pub fn is_merge(&self) -> bool {
        self.key.tag.is_none()
            && self.key.scalar().is_some_and(|key| key.style == Style::Plain)
            && self.key.text() == Some("<<")
    }

    /// The mappings that a merge key brings: its value, or the items of its value. What an
    /// earlier one says counts.
    fn merged(&self) -> &[Node] {
        match &self.value.kind {
            Kind::Sequence(mappings) => mappings,
            _ => std::slice::from_ref(&self.value),
        }
    }
}
