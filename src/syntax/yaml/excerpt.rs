//! Scalars as they are meant, with the way back to where each character is written.
//!
//! The parser of events says what a scalar means; this module finds out where that comes from.
//! Where the two disagree the parser is right, and the whole text maps to the whole scalar.

use super::Style;
use crate::source::{Excerpt, SourceId, Span};
use std::ops::Range;

/// The excerpt of a scalar that means `meant` and is written at `at`: quotes included, but of
/// a block only its lines. Its header is looked for behind `before`.
pub(super) fn excerpt(
    source: SourceId,
    text: &str,
    at: Range<usize>,
    before: usize,
    style: Style,
    meant: &str,
) -> Excerpt {
    // Most scalars stand on one line, just as they are meant.
    if style == Style::Plain && text.get(at.clone()) == Some(meant) {
        return Excerpt::verbatim(meant, Span::new(source, at));
    }
    let header = match style {
        Style::Literal | Style::Folded => header(text, before, at.start),
        _ => None,
    };
    let whole = match header {
        Some(header) => header..header + written(text, header..at.end).trim_end().len(),
        None => at.clone(),
    };
    let empty = Excerpt::empty(Span::new(source, whole.clone()));
    let traced = match (style, header) {
        (Style::Plain, _) => flow(text, at, style, empty.clone()),
        (Style::SingleQuoted | Style::DoubleQuoted, _) => {
            let inner = at.start + 1..at.end.saturating_sub(1);
            flow(text, inner, style, empty.clone())
        }
        (_, Some(header)) => {
            block(text, header..at.end, style == Style::Folded, meant, empty.clone())
        }
        (_, None) => None,
    };
    traced.filter(|traced| traced.text == meant).unwrap_or_else(|| {
        let mut coarse = empty;
        // Text that is as long as what it is made of would count as its copy.
        let alone = if meant.len() == whole.len() { meant.chars().next() } else { None };
        let (first, rest) = meant.split_at(alone.map_or(0, char::len_utf8));
        coarse.push(first, whole.clone());
        coarse.push(rest, whole);
        coarse
    })
}

fn written(text: &str, at: Range<usize>) -> &str {
    text.get(at).unwrap_or_default()
}

/// Where the `|` or `>` of a block stands, behind the node before it. Only indicators,
/// properties and comments lie between the two.
fn header(text: &str, before: usize, until: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = before;
    while at <= until {
        match bytes.get(at)? {
            b'|' | b'>' => return Some(at),
            b'#' => at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?,
            b'&' | b'!' => at += bytes.get(at..)?.iter().position(u8::is_ascii_whitespace)?,
            b' ' | b'\t' | b'\r' | b'\n' | b':' | b'-' | b'?' => at += 1,
            _ => return None,
        }
    }
    None
}

/// Plain and quoted scalars: folded lines, doubled quotes and escapes.
fn flow(text: &str, inner: Range<usize>, style: Style, mut excerpt: Excerpt) -> Option<Excerpt> {
    let written = text.get(inner.clone())?;
    let bytes = written.as_bytes();
    // What lies between the last thing that was translated and here stands just so.
    let mut copied = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (end, meaning) = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                let (end, breaks) = blank(bytes, at);
                if breaks == 0 {
                    at = end;
                    continue;
                }
                (end, folded(breaks))
            }
            b'\'' if style == Style::SingleQuoted => (at + 2, "'".to_owned()),
            b'\\' if style == Style::DoubleQuoted => escape(written, at)?,
            _ => {
                at += 1;
                continue;
            }
        };
        copy(&mut excerpt, written, copied..at, inner.start)?;
        if !meaning.is_empty() {
            excerpt.push(&meaning, inner.start + at..inner.start + end);
        }
        (copied, at) = (end, end);
    }
    copy(&mut excerpt, written, copied..written.len(), inner.start)?;
    Some(excerpt)
}

fn copy(excerpt: &mut Excerpt, written: &str, part: Range<usize>, base: usize) -> Option<()> {
    if !part.is_empty() {
        excerpt.push(written.get(part.clone())?, base + part.start..base + part.end);
    }
    Some(())
}

/// The end of a run of blanks and line breaks, and how many line breaks it has.
fn blank(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut at, mut breaks) = (start, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' => {}
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
            b'\r' | b'\n' => breaks += 1,
            _ => break,
        }
        at += 1;
    }
    (at, breaks)
}

/// One line break folds to a space, any more to one line break less.
fn folded(breaks: usize) -> String {
    if breaks == 1 { " ".to_owned() } else { "\n".repeat(breaks - 1) }
}

/// The end of the escape that starts with the `\` at `start`, and what it means.
fn escape(written: &str, start: usize) -> Option<(usize, String)> {
    let bytes = written.as_bytes();
    let kind = *bytes.get(start + 1)?;
    let after = start + 2;
    let digits = match kind {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        b'\r' | b'\n' => {
            let (end, breaks) = blank(bytes, start + 1);
            return Some((end, "\n".repeat(breaks.saturating_sub(1))));
        }
        _ => {
            let meaning = match kind {
                b'0' => '\0',
                b'a' => '\x07',
                b'b' => '\x08',
                b't' | b'\t' => '\t',
                b'n' => '\n',
                b'v' => '\x0b',
                b'f' => '\x0c',
                b'r' => '\r',
                b'e' => '\x1b',
                b' ' | b'"' | b'/' | b'\\' => char::from(kind),
                b'N' => '\u{85}',
                b'_' => '\u{a0}',
                b'L' => '\u{2028}',
                b'P' => '\u{2029}',
                _ => return None,
            };
            return Some((after, meaning.to_string()));
        }
    };
    let code = |at: usize| u32::from_str_radix(written.get(at..at + digits)?, 16).ok();
    let first = code(after)?;
    let end = after + digits;
    // JSON writes characters beyond the first 65,536 as two escapes.
    if (0xd800..0xdc00).contains(&first) && written.get(end..end + 2)? == "\\u" {
        let second = code(end + 2)?.checked_sub(0xdc00)?;
        let meaning = char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)?;
        return Some((end + 2 + digits, meaning.to_string()));
    }
    Some((end, char::from_u32(first)?.to_string()))
}

/// Literal and folded blocks. Each line is looked up in what the parser made of it, so that
/// the rules of folding and chomping need not be repeated here.
fn block(
    text: &str,
    at: Range<usize>,
    folded: bool,
    meant: &str,
    mut excerpt: Excerpt,
) -> Option<Excerpt> {
    if meant.is_empty() {
        return Some(excerpt);
    }
    let body = at.start + written(text, at.clone()).find('\n')? + 1;
    let written = text.get(body..at.end)?;
    let indent = indent(written, meant)?;
    // The line breaks since the last line that is not empty.
    let mut breaks: Vec<Range<usize>> = Vec::new();
    let mut start = body;
    for line in written.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        let end = start + line.len();
        let skipped = spaces(content).min(indent);
        let content_at = start + skipped..start + content.len();
        let content = content.get(skipped..)?;
        if !content.is_empty() {
            separate(&mut excerpt, meant, &breaks, folded)?;
            breaks.clear();
            meant.get(excerpt.text.len()..)?.strip_prefix(content)?;
            excerpt.push(content, content_at.clone());
        }
        if content_at.end < end {
            breaks.push(content_at.end..end);
        }
        start = end;
    }
    let mut breaks = breaks.into_iter();
    for _ in 0..meant.len().checked_sub(excerpt.text.len())? {
        // The last line of a file may lack the line break that it is meant to have.
        excerpt.push("\n", breaks.next().unwrap_or(at.end..at.end));
    }
    Some(excerpt)
}

/// By how many spaces the lines of a block are indented: those that are written before its
/// first line with something on it, less those that are meant to be there.
fn indent(written: &str, meant: &str) -> Option<usize> {
    let first =
        |text: &str| text.lines().find(|line| !line.trim_matches(' ').is_empty()).map(spaces);
    match (first(written), first(meant)) {
        (Some(written), Some(meant)) => written.checked_sub(meant),
        (None, None) if !meant.contains(' ') => Some(usize::MAX),
        _ => None,
    }
}

fn spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Pushes what the line breaks between two lines of a block mean.
fn separate(
    excerpt: &mut Excerpt,
    meant: &str,
    breaks: &[Range<usize>],
    folded: bool,
) -> Option<()> {
    let (Some(first), Some(last)) = (breaks.first(), breaks.last()) else { return Some(()) };
    let rest = meant.get(excerpt.text.len()..)?;
    let newlines = rest.len() - rest.trim_start_matches('\n').len();
    if newlines == breaks.len() {
        for at in breaks {
            excerpt.push("\n", at.clone());
        }
    } else if newlines > 0 {
        excerpt.push(rest.get(..newlines)?, first.start..last.end);
    } else if folded && rest.starts_with(' ') {
        excerpt.push(" ", first.start..last.end);
    }
    Some(())
}
