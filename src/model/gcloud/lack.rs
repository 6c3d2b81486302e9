//! Flags that commands need though their parser does not ask for them. Source: googlecloudsdk of
//! 528.0.0, asked 2026-11.

use super::refusal::{Refused, refused};
use super::{GcloudCommand, table};
use crate::value::{Piece, Sourced, Text};

impl GcloudCommand {
    /// The flag that surely lacks.
    pub(super) fn lacking_flag(&self) -> Option<Refused> {
        let name = self.name();
        let syntax = table::syntax(&name)?;
        if !self.is_whole || !self.knows_flags(syntax) {
            return None;
        }
        let has = |flags: &[&str]| flags.iter().any(|flag| self.flag(flag).is_some());
        let (flag, help) = match name.as_str() {
            // Who is asked may answer with a folder of sources.
            "run deploy" | "run jobs deploy" | "run worker-pools deploy"
                if self.answers_nothing() && !has(&["--image", "--source", "--function"]) =>
            {
                ("--image", "add `--image`, or `--source` with a folder to build")
            }
            "run jobs create" if !has(&["--image", "--source"]) => ("--image", "add `--image`"),
            "secrets versions access"
            | "secrets versions describe"
            | "secrets versions destroy"
            | "secrets versions disable"
            | "secrets versions enable"
                if !has(&["--secret"]) && self.positionals().first().is_some_and(is_bare) =>
            {
                ("--secret", "add `--secret`: a version is one of a secret")
            }
            _ => return None,
        };
        let message = format!("`{}` needs `{flag}`", self.title());
        Some(refused(&self.place(), message, "lacks a flag", help.to_owned()))
    }
}

/// Whether a word is no path: `latest`, and not `projects/...`.
fn is_bare(word: &Sourced<Text>) -> bool {
    let pieces = word.value.pieces().iter();
    let mut plain =
        pieces.map(|piece| matches!(piece, Piece::Literal(text) if !text.contains('/')));
    plain.all(|is_plain| is_plain)
}
