//! What Terraform takes and `hcl-edit` refuses, written in a way that it takes.
//!
//! A mended text has the length of the one that it stands for, so that all places stay.

use super::scan::{Kind, Scanner, Token};
use std::ops::Range;

/// An expression is mended at most this often.
pub const MOST_TRIES: usize = 16;

/// Whether what the parser refuses at an offset, with a message, is right all the same:
/// Terraform takes the last of repeated keys, and inside of brackets a line may start with an
/// operator.
pub fn is_right(text: &str, at: usize, message: &str) -> bool {
    is_repeated(message) || starts_line(text, at)
}

/// The same expression for another try, if it can be written in another way. `tries` counts
/// those before.
pub fn mended(text: &str, at: usize, message: &str, tries: usize) -> Option<String> {
    if tries >= MOST_TRIES {
        None
    } else if is_repeated(message) {
        without_earlier(text, at)
    } else if starts_line(text, at) {
        joined(text)
    } else {
        None
    }
}

fn is_repeated(message: &str) -> bool {
    message.contains("unique object key")
}

/// Whether a line starts with an operator at an offset.
fn starts_line(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at_checked(at).unwrap_or_default();
    let starts_line = before.trim_end_matches([' ', '\t', '\r']).ends_with('\n');
    let operators = ['?', ':', '&', '|', '=', '!', '+', '-', '*', '/', '%', '<', '>'];
    starts_line && rest.starts_with(operators)
}

/// The text without line breaks and comments where they mean nothing: right inside of `(` or
/// `[`. None if there are none.
fn joined(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut blanks: Vec<Range<usize>> = Vec::new();
    let mut scanner = Scanner::new(text, false);
    while let Some(token) = scanner.next() {
        match token.kind {
            Kind::Open(bracket) => open.push(bracket),
            Kind::Close(_) => drop(open.pop()),
            // Its end is an end of a line.
            Kind::Text if written(text, &token).starts_with("<<") => return None,
            Kind::Newline | Kind::Comment if matches!(open.last(), Some(b'(' | b'[')) => {
                blanks.push(token.range);
            }
            _ => {}
        }
    }
    (!blanks.is_empty()).then(|| blanked(text, &blanks))
}

/// The text without the entry of an object that has the key of the one at an offset, which
/// stands behind it and counts in its place.
fn without_earlier(text: &str, at: usize) -> Option<String> {
    let mut scanner = Scanner::new(text, false);
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next() {
        tokens.push(token);
    }
    let place = tokens.iter().position(|token| token.range.start == at)?;
    let (before, behind) = tokens.split_at_checked(place)?;
    let key = key(text, behind);
    // Backwards, entry by entry, to the bracket in which the key stands.
    let (mut depth, mut end) = (0usize, place);
    for (i, token) in before.iter().enumerate().rev() {
        let mut opens = false;
        match token.kind {
            Kind::Close(_) => depth += 1,
            Kind::Open(_) if depth == 0 => opens = true,
            Kind::Open(_) => depth -= 1,
            _ => {}
        }
        let separates = depth == 0
            && (token.kind == Kind::Newline
                || (token.kind == Kind::Other && written(text, token) == ","));
        if !opens && !separates {
            continue;
        }
        let entry = before.get(i + 1..end)?;
        if self::key(text, entry) == key && !key.is_empty() {
            let start = entry.first()?.range.start;
            let mut stop = entry.last()?.range.end;
            // A comma goes with its entry.
            if let Some(token) = before.get(end)
                && written(text, token) == ","
            {
                stop = token.range.end;
            }
            return Some(blanked(text, std::slice::from_ref(&(start..stop))));
        }
        if opens {
            return None;
        }
        end = i;
    }
    None
}

/// The key with which an entry starts, as written.
fn key<'a>(text: &'a str, entry: &[Token]) -> &'a str {
    let blank = |token: &&Token| matches!(token.kind, Kind::Space | Kind::Comment | Kind::Newline);
    let mut tokens = entry.iter().skip_while(blank);
    let Some(first) = tokens.next() else { return "" };
    let mut end = first.range.end;
    for token in tokens {
        let assigns = token.kind == Kind::Equals || written(text, token) == ":";
        if assigns {
            return text.get(first.range.start..end).unwrap_or_default();
        }
        if !blank(&token) {
            end = token.range.end;
        }
    }
    ""
}

fn written<'a>(text: &'a str, token: &Token) -> &'a str {
    text.get(token.range.clone()).unwrap_or_default()
}

/// The text with spaces in some ranges, which are in order.
fn blanked(text: &str, ranges: &[Range<usize>]) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        blanked.push_str(text.get(at..range.start).unwrap_or_default());
        blanked.extend(std::iter::repeat_n(' ', range.len()));
        at = range.end;
    }
    blanked.push_str(text.get(at..).unwrap_or_default());
    blanked
}
