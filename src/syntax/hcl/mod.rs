//! HCL, the language of Terraform and OpenTofu, with a place for everything.
//!
//! Blocks and attributes are read here, so that a broken attribute costs nothing but itself;
//! their expressions are read by `hcl-edit`, one by one.

mod json;
mod mend;
mod parse;
mod scan;
mod text;

pub use text::{Part, Style, file_parts, parts};

use super::Parsed;
use crate::source::{SourceId, Span};
use scan::{Kind, Scanner};
use std::ops::Range;

/// The content of a file or of a block, in the order in which it is written.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// `name = expression`
    pub attributes: Vec<Attribute>,
    /// `type "label" { ... }`
    pub blocks: Vec<Block>,
}

/// `name = expression`
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// Where the name is.
    pub at: Span,
    /// The expression.
    pub value: Expression,
}

/// `type "label" { ... }`
#[derive(Debug, Clone)]
pub struct Block {
    /// The type.
    pub kind: String,
    /// The labels, without their quotes.
    pub labels: Vec<String>,
    /// The type and the labels.
    pub at: Span,
    /// From the type to the closing bracket.
    pub whole: Span,
    /// What is inside.
    pub body: Body,
}

/// An expression, and where it is.
#[derive(Debug, Clone)]
pub struct Expression {
    /// All of it.
    pub at: Span,
    /// What it says. Its spans count from the start of `at`.
    pub tree: hcl_edit::expr::Expression,
}

/// A file, and from where the spans of an expression in it count.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// The file.
    pub source: SourceId,
    /// The offset of the expression.
    pub base: usize,
}

/// Reads a `.tf`, `.tofu` or `.tfvars` file.
pub fn parse(source: SourceId, text: &str) -> Parsed<Body> {
    parse::file(source, text)
}

/// Reads a `.tf.json`, `.tofu.json` or `.tfvars.json` file. One of variables takes all strings
/// as they are; in the others they are templates.
///
/// Whether a key of an object is a block or an argument is up to the schema of a provider,
/// which is not known here: those are blocks in which this tool looks for blocks.
pub fn parse_json(source: SourceId, text: &str, variables: bool) -> Parsed<Body> {
    match variables {
        true => json::variables(source, text),
        false => json::file(source, text),
    }
}

/// Every comment of a file, in order, without the end of its line.
pub fn comments(source: SourceId, text: &str) -> Vec<Span> {
    let mut scanner = Scanner::new(text, false);
    let mut comments = Vec::new();
    while let Some(token) = scanner.next() {
        if token.kind == Kind::Comment {
            comments.push(Span::new(source, token.range));
        }
    }
    comments
}

impl Body {
    /// The expression of an attribute: the last of its name.
    pub fn get(&self, name: &str) -> Option<&Expression> {
        self.attributes.iter().rev().find(|a| a.name == name).map(|a| &a.value)
    }
}

impl Expression {
    /// From where the spans in the tree count.
    pub fn origin(&self) -> Origin {
        Origin { source: self.at.source, base: self.at.start as usize }
    }

    /// The string, if it is one without anything to fill in.
    pub fn as_str(&self) -> Option<&str> {
        self.tree.as_str()
    }
}

impl Origin {
    /// The place of a part of the expression; nothing of it, if the tree does not say.
    pub fn span(self, node: &impl hcl_edit::Span) -> Span {
        let Range { start, end } = node.span().unwrap_or_default();
        Span::new(self.source, self.base + start..self.base + end)
    }
}
