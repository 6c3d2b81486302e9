//! Dockerfiles, read as BuildKit reads them and without loss.
//!
//! The behaviour is that of `frontend/dockerfile/parser` and `frontend/dockerfile/instructions`
//! of BuildKit 0.26 (2026-08), which stop at the first error; here every instruction is read.

mod directives;
mod flags;
mod heredoc;
mod instruction;
mod joined;
mod json;
mod lines;
mod reader;
mod refusal;
mod tokens;
mod tree;
mod words;

pub use tree::*;

use super::{Parsed, SyntaxError};
use crate::source::{SourceId, Span};
use reader::Reader;
use tokens::Tokens;

/// Reads a Dockerfile.
pub fn parse(source: SourceId, text: &str) -> Parsed<Dockerfile> {
    let (tree, mut errors, _) = Reader::new(source, text, None).read();
    check_stages(source, &tree, &mut errors);
    errors.sort_by_key(|error| error.at);
    Parsed { tree, errors }
}

/// All that a Dockerfile consists of, line breaks and blanks included: in their order they are the
/// text.
pub fn tokens(source: SourceId, text: &str) -> Vec<Token> {
    let collected = Tokens::new(source, text);
    let (_, _, collected) = Reader::new(source, text, Some(collected)).read();
    collected.map(Tokens::finish).unwrap_or_default()
}

/// What is said of an instruction that is read, but that no builder takes where it stands.
pub const TOO_EARLY: &str = "this instruction stands before the first `FROM`";

/// Only `ARG` may stand before the first `FROM`, which there must be.
fn check_stages(source: SourceId, tree: &Dockerfile, errors: &mut Vec<SyntaxError>) {
    let Some(first) = tree.instructions.first() else {
        let message = "the file has no instruction".to_owned();
        errors.push(SyntaxError { at: Span::new(source, 0..0), message });
        return;
    };
    let outside = tree
        .instructions
        .iter()
        .find(|instruction| !matches!(instruction.kind, Kind::Arg(_) | Kind::Unknown(_)));
    let message = match outside.map(|instruction| &instruction.kind) {
        Some(Kind::From { .. }) => return,
        // What is not understood above may be meant for a `FROM`, and is reported.
        Some(_) if unknown_above(tree) => return,
        Some(_) => TOO_EARLY,
        None if errors.is_empty() => "the file has no `FROM`",
        None => return,
    };
    let at = outside.unwrap_or(first).keyword;
    errors.push(SyntaxError { at, message: message.to_owned() });
}

/// Whether an instruction that is not understood stands above those that are.
fn unknown_above(tree: &Dockerfile) -> bool {
    let mut instructions = tree.instructions.iter();
    let first = instructions.find(|instruction| !matches!(instruction.kind, Kind::Arg(_)));
    first.is_some_and(|first| matches!(first.kind, Kind::Unknown(_)))
}
