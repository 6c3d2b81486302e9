//! The text of strings and heredocs, with the way back into the file.

use super::Origin;
use super::scan::heredoc_marker;
use crate::source::{Excerpt, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, Strip, Template};
use std::ops::Range;

/// A part of a string or heredoc.
#[derive(Debug, Clone)]
pub enum Part<'a> {
    /// Characters.
    Literal(Excerpt),
    /// `${...}`
    Interpolation(&'a Expression, Span),
    /// `%{if ...}...%{endif}` or `%{for ...}...%{endfor}`, all of it.
    Directive(&'a Directive, Span),
}

/// How the literals of a template are written.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Between quotes, with escapes; otherwise a heredoc.
    quoted: bool,
    /// How many characters of indentation each line of a heredoc loses.
    indent: usize,
}

/// The parts of a string, template or heredoc, and how its directives' parts are written;
/// none of any other expression.
pub fn parts<'a>(
    origin: Origin,
    text: &str,
    expression: &'a Expression,
) -> Option<(Vec<Part<'a>>, Style)> {
    match expression {
        Expression::String(_) => {
            let at = origin.span(expression).range();
            let inner = at.start + 1..at.end.saturating_sub(1).max(at.start + 1);
            let style = Style { quoted: true, indent: 0 };
            let literal = style.literal(text, origin, inner);
            Some((vec![Part::Literal(literal)], style))
        }
        Expression::StringTemplate(template) => {
            let style = Style { quoted: true, indent: 0 };
            Some((style.parts(origin, text, template), style))
        }
        Expression::HeredocTemplate(heredoc) => {
            let at = origin.span(expression).range();
            let indent = indentation(text, at, origin, &heredoc.template);
            let style = Style { quoted: false, indent };
            Some((style.parts(origin, text, &heredoc.template), style))
        }
        _ => None,
    }
}

impl Style {
    /// The parts of a template that is written in this way.
    pub fn parts<'a>(self, origin: Origin, text: &str, template: &'a Template) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        // Whether `~` eats the space before the next literal.
        let mut eat = false;
        for element in template {
            let at = origin.span(element);
            let (strip, part) = match element {
                Element::Literal(_) => {
                    let mut literal = self.literal(text, origin, at.range());
                    if eat {
                        let trimmed = literal.text.trim_start().len();
                        literal = literal.slice(literal.text.len() - trimmed..literal.text.len());
                    }
                    eat = false;
                    parts.push(Part::Literal(literal));
                    continue;
                }
                Element::Interpolation(inner) => {
                    (ends(inner.strip), Part::Interpolation(&inner.expr, at))
                }
                Element::Directive(inner) => {
                    let strip = match &**inner {
                        Directive::If(inner) => {
                            (ends(inner.if_expr.strip).0, ends(inner.endif_expr.strip).1)
                        }
                        Directive::For(inner) => {
                            (ends(inner.for_expr.strip).0, ends(inner.endfor_expr.strip).1)
                        }
                    };
                    (strip, Part::Directive(inner, at))
                }
            };
            if let (true, Some(Part::Literal(literal))) = (strip.0, parts.last_mut()) {
                *literal = literal.slice(0..literal.text.trim_end().len());
            }
            eat = strip.1;
            parts.push(part);
        }
        parts
    }

    /// The characters that a range of the file stands for.
    fn literal(self, text: &str, origin: Origin, range: Range<usize>) -> Excerpt {
        let mut excerpt = Excerpt::empty(Span::new(origin.source, range.clone()));
        let Some(raw) = text.get(range.clone()) else { return excerpt };
        let mut at = 0;
        // Verbatim text that is not yet pushed starts here.
        let mut from = 0;
        let mut line_start = !self.quoted && text[..range.start].ends_with('\n');
        while at < raw.len() {
            if line_start {
                line_start = false;
                let line = raw[at..].split_inclusive('\n').next().unwrap_or_default();
                let space = line.len() - line.trim_start().len();
                if space < line.len() || !line.ends_with('\n') {
                    let cut = self.indent.min(space);
                    excerpt.push(&raw[from..at], range.start + from..range.start + at);
                    at += cut;
                    from = at;
                    continue;
                }
            }
            let byte = raw.as_bytes()[at];
            let escape = match byte {
                b'\\' if self.quoted => unescape(&raw[at..]),
                b'$' if raw[at..].starts_with("$${") => Some(("${".to_owned(), 3)),
                b'%' if raw[at..].starts_with("%%{") => Some(("%{".to_owned(), 3)),
                _ => None,
            };
            if let Some((meant, length)) = escape {
                excerpt.push(&raw[from..at], range.start + from..range.start + at);
                excerpt.push(&meant, range.start + at..range.start + at + length);
                at += length;
                from = at;
                continue;
            }
            line_start = byte == b'\n' && !self.quoted;
            at += 1;
        }
        excerpt.push(&raw[from..], range.start + from..range.end);
        excerpt
    }
}

/// What an escape stands for, and its length.
fn unescape(raw: &str) -> Option<(String, usize)> {
    let plain = |text: &str| Some((text.to_owned(), 2));
    match raw.as_bytes().get(1)? {
        b'n' => plain("\n"),
        b'r' => plain("\r"),
        b't' => plain("\t"),
        b'"' => plain("\""),
        b'\\' => plain("\\"),
        kind @ (b'u' | b'U') => {
            let length = if *kind == b'u' { 6 } else { 10 };
            let code = u32::from_str_radix(raw.get(2..length)?, 16).ok()?;
            Some((char::from_u32(code)?.to_string(), length))
        }
        _ => None,
    }
}

/// Whether `~` stands at the start and at the end.
fn ends(strip: Strip) -> (bool, bool) {
    (strip.strip_start(), strip.strip_end())
}

/// How far the least indented line of a `<<-` heredoc is indented; nothing of any other.
/// Blank lines do not count, nor do lines that start inside `${...}`.
fn indentation(text: &str, at: Range<usize>, origin: Origin, template: &Template) -> usize {
    let whole = text.get(at.clone()).unwrap_or_default();
    let Some(marker) = heredoc_marker(text, at.start).filter(|_| whole.starts_with("<<-")) else {
        return 0;
    };
    let inner: Vec<Range<usize>> = template
        .iter()
        .filter(|element| !element.is_literal())
        .filter_map(|element| element.span())
        .map(|range| origin.base + range.start..origin.base + range.end)
        .collect();
    let mut least = None;
    let mut start = marker.end;
    let mut skipped = inner.iter().peekable();
    let mut lines = whole.get(marker.end - at.start..).unwrap_or_default().split_inclusive('\n');
    start += lines.next().map_or(0, str::len);
    for line in lines {
        while skipped.next_if(|range| range.end <= start).is_some() {}
        let inside = skipped.peek().is_some_and(|range| range.start < start);
        let last = start + line.len() >= at.end;
        if !inside && !last && !line.trim().is_empty() {
            let indent = line.len() - line.trim_start().len();
            least = Some(least.map_or(indent, |least: usize| least.min(indent)));
        }
        start += line.len();
    }
    least.unwrap_or(0)
}
