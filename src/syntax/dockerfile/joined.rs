//! An instruction's lines, joined across their continuations.

use crate::source::{Excerpt, SourceId, Span};
use std::borrow::Cow;
use std::ops::Range;

/// The text of an instruction without continuations and what stands between them.
///
/// Offsets into it are called places here, to tell them from those into the file.
#[derive(Debug)]
pub(super) struct Joined<'a> {
    source: SourceId,
    file: &'a str,
    text: Cow<'a, str>,
    /// The place and the offset in the file where each run starts.
    runs: Vec<(usize, usize)>,
    start: usize,
}

impl<'a> Joined<'a> {
    /// Nothing yet, at an offset of the file.
    pub fn new(source: SourceId, file: &'a str, start: usize) -> Joined<'a> {
        Joined { source, file, text: Cow::Borrowed(""), runs: Vec::new(), start }
    }

    /// Appends a range of the file.
    pub fn push(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.runs.push((self.text.len(), range.start));
        let text = &self.file[range];
        if self.text.is_empty() {
            self.text = Cow::Borrowed(text);
        } else {
            self.text.to_mut().push_str(text);
        }
    }

    /// The joined text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a range of places is written, continuations in between included.
    pub fn span(&self, range: Range<usize>) -> Span {
        let end = self.offset_of_end(range.end);
        let start = if range.is_empty() { end } else { self.offset_of_start(range.start) };
        Span::new(self.source, start..end)
    }

    /// A range of places as text with the way back.
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        let mut excerpt = Excerpt::empty(self.span(range.clone()));
        self.push_onto(&mut excerpt, range);
        excerpt
    }

    /// Appends a range of places to an excerpt just so.
    pub fn push_onto(&self, excerpt: &mut Excerpt, range: Range<usize>) {
        let first = self.runs.partition_point(|run| run.0 <= range.start).saturating_sub(1);
        for (i, (place, offset)) in self.runs.iter().enumerate().skip(first) {
            let next = self.runs.get(i + 1).map_or(self.text.len(), |run| run.0);
            let (start, end) = (range.start.max(*place), range.end.min(next));
            if start < end {
                excerpt.push(&self.text[start..end], offset + start - place..offset + end - place);
            }
            if next >= range.end {
                break;
            }
        }
    }

    /// At the border of two runs a start belongs to the second.
    fn offset_of_start(&self, place: usize) -> usize {
        self.offset(place, self.runs.partition_point(|run| run.0 <= place))
    }

    /// At the border of two runs an end belongs to the first.
    fn offset_of_end(&self, place: usize) -> usize {
        self.offset(place, self.runs.partition_point(|run| run.0 < place))
    }

    fn offset(&self, place: usize, runs_before: usize) -> usize {
        match runs_before.checked_sub(1).and_then(|i| self.runs.get(i)) {
            Some((start, offset)) => offset + place - start,
            None => self.runs.first().map_or(self.start, |run| run.1),
        }
    }
}
