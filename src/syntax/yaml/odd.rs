//! What is no YAML, and is taken for it all the same.

use super::build::{Stop, Why};
use granit_parser::ErrorKind;
use std::ops::Range;

/// What the YAML specification refuses, but libyaml, PyYAML and Go's loader take.
pub(super) enum Odd {
    /// A comment that follows a value without a blank.
    Comment(Range<usize>),
    /// The line break in a quoted scalar before a line that is indented too little.
    Break(usize),
    /// A dash that is all of an item: `[-]`.
    Dash(usize),
}

impl Odd {
    /// What other loaders take of the reason for which a text cannot be read.
    pub(super) fn of(text: &str, stop: &Stop) -> Option<Odd> {
        let Why::Parser(kind) = &stop.why else { return None };
        match kind {
            ErrorKind::CommentNotSeparated => {
                let rest = text.get(stop.at..).filter(|rest| rest.starts_with('#'))?;
                let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
                Some(Odd::Comment(stop.at..stop.at + length))
            }
            ErrorKind::InvalidQuotedScalarIndent => {
                let at = text.get(..stop.at)?.rfind('\n')?;
                // Behind an empty line the break is part of the text.
                let is_folded =
                    !text.get(..at)?.trim_end_matches([' ', '\t', '\r']).ends_with('\n');
                is_folded.then_some(Odd::Break(at))
            }
            ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
                let at =
                    stop.at.checked_sub(usize::from(!text.get(stop.at..)?.starts_with('-')))?;
                text.get(at..)?.starts_with('-').then_some(Odd::Dash(at))
            }
            _ => None,
        }
    }

    /// Puts something as long in its place, so that all places stay.
    pub(super) fn mend(&self, text: &mut String) {
        match self {
            Odd::Comment(at) => text.replace_range(at.clone(), &" ".repeat(at.len())),
            Odd::Break(at) => text.replace_range(*at..*at + 1, " "),
            // The reading knows it by its place.
            Odd::Dash(at) => text.replace_range(*at..*at + 1, "_"),
        }
    }
}
