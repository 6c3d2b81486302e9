//! The lines of a file, and what a line is on its own.

use std::ops::Range;

/// Longer lines make BuildKit give up the file.
pub(super) const LONGEST: usize = 65_535;

/// A line, by the offsets of its bytes in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The first byte, after a byte order mark.
    pub start: usize,
    /// The byte after the last that is not part of the line break.
    pub end: usize,
    /// Where the next line starts.
    pub next: usize,
}

impl Line {
    /// The bytes of the line without its break.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Hands out lines from first to last. Only a line feed ends one, but all carriage returns
/// before it belong to the break.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The lines from a byte on.
    pub fn new(text: &'a str, at: usize) -> Lines<'a> {
        Lines { text, at }
    }

    /// The line that comes next, without moving on.
    pub fn peek(&self) -> Option<Line> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let content = rest[..length].trim_end_matches(['\r', '\n']).len();
        Some(Line { start: self.at, end: self.at + content, next: self.at + length })
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let line = self.peek()?;
        self.at = line.next;
        Some(line)
    }
}

/// Whether a line is a comment. Inside a line `#` has no meaning.
pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The length of what precedes the escape character, if it continues the line: only blanks
/// and tabs may follow it, and it must not be escaped itself.
pub(super) fn continued(line: &str, escape: char) -> Option<usize> {
    let content = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!content.ends_with(escape)).then_some(content.len())
}

/// The blanks that separate a keyword and plain arguments. Other white space of Unicode is
/// trimmed at the ends of an instruction, but separates nothing.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{b}' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_continues_a_line_unless_it_is_escaped() {
        for (line, expected) in [
            ("RUN a \\", Some(6)),
            ("RUN a \\ \t", Some(6)),
            ("\\", Some(0)),
            ("  \\", Some(2)),
            ("RUN a \\\\", None),
            ("RUN a \\\\\\", None),
            ("RUN a \\ b", None),
            ("RUN a `", None),
            ("", None),
        ] {
            assert_eq!(continued(line, '\\'), expected, "{line:?}");
        }
        assert_eq!(continued("RUN dir c:\\", '`'), None);
        assert_eq!(continued("RUN dir `", '`'), Some(8));
    }

    #[test]
    fn carriage_returns_before_a_line_feed_belong_to_the_break() {
        let lines: Vec<_> = Lines::new("a\r\r\nb\rc\n\nd\r", 0).map(Line::range).collect();
        assert_eq!(lines, [0..1, 4..7, 8..8, 9..10]);
    }
}
