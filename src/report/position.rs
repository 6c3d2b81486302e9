//! Lines and columns of many places.

use super::printable;
use crate::source::{Position, SourceId, Sources, Span};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

/// The bytes between two marks within a line.
const STRIDE: usize = 1024;

/// Finds lines and columns by marks that are set once per file. Counting from the start of a
/// file for every place would take long where a large file has many findings.
pub(super) struct Positions<'a> {
    pub(super) sources: &'a Sources,
    /// What stands before every path.
    above: &'a str,
    marks: RefCell<HashMap<SourceId, Vec<Mark>>>,
}

/// The position of a byte: one at the start of every line, and more within a long one.
struct Mark {
    byte: usize,
    position: Position,
}

impl<'a> Positions<'a> {
    pub(super) fn new(sources: &'a Sources) -> Positions<'a> {
        Positions { sources, above: "", marks: RefCell::default() }
    }

    /// With paths from the root of the repository, for what shows reports beside its files.
    pub(super) fn in_repository(sources: &'a Sources) -> Positions<'a> {
        Positions { above: &sources.above, ..Positions::new(sources) }
    }

    /// The path of a file.
    pub(super) fn path(&self, id: SourceId) -> Cow<'a, str> {
        let path = &*self.sources.get(id).path;
        if self.above.is_empty() { path.into() } else { format!("{}{path}", self.above).into() }
    }

    /// Where a span starts.
    pub(super) fn start(&self, span: Span) -> Position {
        self.of(span.source, span.start)
    }

    /// Where a span ends.
    pub(super) fn end(&self, span: Span) -> Position {
        self.of(span.source, span.end)
    }

    /// `path:line:column` of a span's start, for a terminal or a log.
    pub(super) fn display(&self, span: Span) -> String {
        let Position { line, column } = self.start(span);
        format!("{}:{line}:{column}", printable(&self.path(span.source)))
    }

    fn of(&self, id: SourceId, byte: u32) -> Position {
        let text = &*self.sources.get(id).text;
        let byte = boundary(text, byte as usize);
        let mut marks = self.marks.borrow_mut();
        let marks = marks.entry(id).or_insert_with(|| marks_of(text));
        let after = marks.partition_point(|mark| mark.byte <= byte);
        let Some(mark) = after.checked_sub(1).and_then(|i| marks.get(i)) else {
            return Position { line: 1, column: 1 };
        };
        let between = text.get(mark.byte..byte).unwrap_or_default().chars().count() as u32;
        Position { column: mark.position.column + between, ..mark.position }
    }
}

/// The nearest offset at or before one that is in the text and does not split a character.
pub(super) fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = text.len().min(offset);
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn marks_of(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut start = 0;
    // `split` gives the empty line after the last line break too.
    for (line, content) in (1..).zip(text.split('\n')) {
        let (mut done, mut column) = (0, 1);
        loop {
            marks.push(Mark { byte: start + done, position: Position { line, column } });
            let end = boundary(content, done + STRIDE);
            if end == content.len() {
                break;
            }
            column += content.get(done..end).unwrap_or_default().chars().count() as u32;
            done = end;
        }
        start += content.len() + 1;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn positions_are_those_of_the_source(
            parts in prop::collection::vec("[aé📦\r\n]{0,9}", 0..9),
            repeat in 1..900usize,
            byte in 0..20_000u32,
        ) {
            let text: String = parts.iter().map(|part| part.repeat(repeat)).collect();
            let sources = Sources::of(&[("Dockerfile", &text)]);
            let (source, _) = sources.iter().next().unwrap();
            let span = Span { source, start: byte, end: byte };
            let positions = Positions::new(&sources);
            prop_assert_eq!(positions.start(span), sources.position(span));
            prop_assert_eq!(positions.end(span), sources.end_position(span));
        }
    }
}
