//! Splitting arguments into words.

use super::lines::is_blank;
use std::ops::Range;

/// The places of words between blanks; quotes mean nothing.
pub(super) fn plain(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (i, c) in text[range.clone()].char_indices() {
        match (is_blank(c), start) {
            (true, Some(first)) => {
                words.push(first..range.start + i);
                start = None;
            }
            (false, None) => start = Some(range.start + i),
            _ => {}
        }
    }
    words.extend(start.map(|first| first..range.end));
    words
}

/// The places of words in which quotes and escapes keep blanks together. Both stay in the
/// word, but an escape character at the very end is dropped.
pub(super) fn quoted(text: &str, range: Range<usize>, escape: char) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut end = range.end;
    let mut chars = text[range.clone()].char_indices();
    while let Some((i, c)) = chars.next() {
        let place = range.start + i;
        if start.is_none() {
            if c.is_whitespace() {
                continue;
            }
            start = Some(place);
        }
        if quote.is_none() && c.is_whitespace() {
            words.extend(start.take().map(|first| first..place));
        } else if quote == Some(c) {
            quote = None;
        } else if c == escape && quote != Some('\'') {
            if chars.next().is_none() {
                end = place;
            }
        } else if quote.is_none() && matches!(c, '"' | '\'') {
            quote = Some(c);
        }
    }
    words.extend(start.map(|first| first..end).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, escape: char) -> Vec<&str> {
        quoted(text, 0..text.len(), escape).into_iter().map(|word| &text[word]).collect()
    }

    #[test]
    fn quotes_and_escapes_keep_blanks_together() {
        for (text, expected) in [
            ("one two", &["one", "two"][..]),
            ("  one  two  ", &["one", "two"]),
            ("a\\ b c", &["a\\ b", "c"]),
            ("k=\"a b\" l='c d'", &["k=\"a b\"", "l='c d'"]),
            ("\"a \\\" b\" c", &["\"a \\\" b\"", "c"]),
            ("'a \\' b", &["'a \\'", "b"]),
            ("\"open to the end", &["\"open to the end"]),
            ("größe=\"ä ö\" ü", &["größe=\"ä ö\"", "ü"]),
            ("a\u{a0}b", &["a", "b"]),
            ("a\\\\\\", &["a\\\\"]),
            ("\\", &[]),
            ("''", &["''"]),
        ] {
            assert_eq!(split(text, '\\'), expected, "{text:?}");
        }
        assert_eq!(split("c:\\ d", '`'), ["c:\\", "d"]);
    }

    #[test]
    fn plain_words_know_no_quotes() {
        let text = "\"a b\"\u{b}c\u{a0}d";
        let words: Vec<&str> = plain(text, 0..text.len()).into_iter().map(|w| &text[w]).collect();
        assert_eq!(words, ["\"a", "b\"", "c\u{a0}d"]);
    }
}
