//! Where to go on after an error.
//!
//! A line that looks like an entry of a block that is still open, at the column of its
//! entries, most likely is one.

use std::ops::Range;

/// A block that is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// How far its entries are indented.
    pub column: usize,
    /// Whether its entries start with `-`.
    pub is_sequence: bool,
}

/// Where the reading goes on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// At an entry of a level: its index, and the lines up to the next entry of any level.
    Entry(usize, Range<usize>),
    /// At the `---` of the next document.
    Document(usize),
    /// Nowhere.
    End,
}

/// The next entry of one of these levels, outermost first, from the line that starts at an
/// offset.
pub(super) fn next(text: &str, from: usize, levels: &[Level]) -> Next {
    let mut entry: Option<(usize, usize)> = None;
    let mut start = from;
    while let Some(line) = text.get(start..).and_then(|rest| rest.split_inclusive('\n').next()) {
        let is_document = is_marker(line, "---");
        let open = match entry {
            Some((level, _)) => levels.get(..=level).unwrap_or(levels),
            None => levels,
        };
        match (entry, level_of(line, open)) {
            (Some((level, from)), next) if is_document || next.is_some() => {
                return Next::Entry(level, from..start);
            }
            (None, _) if is_document => return Next::Document(start),
            (None, Some(level)) => entry = Some((level, start)),
            _ => {}
        }
        start += line.len();
    }
    match entry {
        Some((level, from)) => Next::Entry(level, from..text.len()),
        None => Next::End,
    }
}

/// The start of the line behind an offset.
pub(super) fn line_after(text: &str, offset: usize) -> usize {
    let rest = text.as_bytes().get(offset..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |line| offset + line + 1)
}

/// The deepest of some levels that a line seems to be an entry of.
fn level_of(line: &str, levels: &[Level]) -> Option<usize> {
    let column = line.len() - line.trim_start_matches(' ').len();
    let is_level = levels.iter().any(|level| level.column == column);
    let line = line.trim();
    if !is_level || line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (is_item, is_key) = (line == "-" || line.starts_with("- "), is_key(line));
    levels.iter().rposition(|level| {
        level.column == column && if level.is_sequence { is_item } else { is_key && !is_item }
    })
}

/// Whether a line seems to start with a key and a colon.
fn is_key(line: &str) -> bool {
    match line.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => line
            .get(1..)
            .and_then(|rest| rest.split_once(char::from(*quote)))
            .and_then(|(_, rest)| rest.trim_start().strip_prefix(':'))
            .is_some_and(|value| value.is_empty() || value.starts_with([' ', '\t'])),
        Some(b'[' | b']' | b'{' | b'}' | b',' | b'|' | b'>' | b'%' | b'@' | b'`') | None => false,
        Some(_) => {
            let line = line.split_once(" #").map_or(line, |(line, _)| line.trim_end());
            line.contains(": ") || line.contains(":\t") || line.ends_with(':')
        }
    }
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_other_lines() {
        let keys = [
            "a:",
            "a: 1",
            "\"a b\": 1",
            "'a' : 1",
            "a b: c",
            "http://x: 1",
            "? a: b",
            "<<: *a",
            "a: # b",
        ];
        let others =
            ["a", "{{ if a: }}", "http://x", "]", "\"a: b", "'a' b: c", "|: x", "a # b: c"];
        for line in keys {
            assert!(is_key(line), "{line} is a key");
        }
        for line in others {
            assert!(!is_key(line), "{line} is no key");
        }
    }

    #[test]
    fn an_entry_ends_where_the_next_one_of_any_open_block_starts() {
        let text = "a:\n- x: [\n  y\n- z\nb: 1\n---\nc: 1\n";
        let levels = [
            Level { column: 0, is_sequence: false },
            Level { column: 0, is_sequence: true },
            Level { column: 2, is_sequence: false },
        ];
        assert_eq!(next(text, 8, &levels), Next::Entry(1, 14..18));
        assert_eq!(next(text, 8, &levels[..1]), Next::Entry(0, 18..23));
        assert_eq!(next(text, 18, &levels[1..]), Next::Document(23));
        assert_eq!(next(text, 27, &levels[1..]), Next::End);
    }
}
