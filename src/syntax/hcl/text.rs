//! The text of strings and heredocs, with the way back into the file.

use super::Origin;
use crate::source::{Excerpt, Span};
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

/// How the literals of a template are written, those inside its directives included.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// Between quotes, with escapes; otherwise a heredoc.
    quoted: bool,
    /// The literals in the order of the file, those of a heredoc line by line.
    pieces: Vec<Piece>,
    /// Whether `~` eats the space at the start of the next literal.
    eat: bool,
}

/// A literal, or a line of one.
#[derive(Debug, Clone)]
struct Piece {
    range: Range<usize>,
    /// Whether `~` eats the space at its start, and at its end.
    eaten: (bool, bool),
    /// How many characters of indentation it loses.
    indent: usize,
    /// Whether something to fill in stands between it and the piece before.
    parted: bool,
}

/// The parts of a string, template or heredoc, and how its directives' parts are written;
/// none of any other expression.
pub fn parts<'a>(
    origin: Origin,
    text: &str,
    expression: &'a Expression,
) -> Option<(Vec<Part<'a>>, Style)> {
    let at = origin.span(expression).range();
    let mut style = Style { quoted: true, ..Style::default() };
    match expression {
        Expression::String(_) => {
            let inner = at.start + 1..at.end.saturating_sub(1).max(at.start + 1);
            style.add(text, inner, true);
            let literal = style.literal(text, origin, at.start..at.end);
            Some((vec![Part::Literal(literal)], style))
        }
        Expression::StringTemplate(template) => {
            style.gather(text, origin, template);
            Some((style.parts(origin, text, template), style))
        }
        Expression::HeredocTemplate(heredoc) => {
            style.quoted = false;
            style.gather(text, origin, &heredoc.template);
            if text.get(at).is_some_and(|text| text.starts_with("<<-")) {
                style.indent(text);
            }
            Some((style.parts(origin, text, &heredoc.template), style))
        }
        _ => None,
    }
}

/// The parts of a file that is one template.
pub fn file_parts<'a>(
    origin: Origin,
    text: &str,
    template: &'a Template,
) -> (Vec<Part<'a>>, Style) {
    let mut style = Style::default();
    style.gather(text, origin, template);
    (style.parts(origin, text, template), style)
}

impl Style {
    /// The parts of a template that is written in this way.
    pub fn parts<'a>(&self, origin: Origin, text: &str, template: &'a Template) -> Vec<Part<'a>> {
        template
            .iter()
            .map(|element| {
                let at = origin.span(element);
                match element {
                    Element::Literal(_) => Part::Literal(self.literal(text, origin, at.range())),
                    Element::Interpolation(inner) => Part::Interpolation(&inner.expr, at),
                    Element::Directive(inner) => Part::Directive(inner, at),
                }
            })
            .collect()
    }

    /// Finds all literals of a template.
    fn gather(&mut self, text: &str, origin: Origin, template: &Template) {
        let mut parted = true;
        for element in template {
            match element {
                Element::Literal(_) => {
                    self.add(text, origin.span(element).range(), parted);
                    parted = false;
                    continue;
                }
                Element::Interpolation(inner) => self.mark(inner.strip, parted),
                Element::Directive(inner) => match &**inner {
                    Directive::If(inner) => {
                        self.mark(inner.if_expr.strip, parted);
                        self.gather(text, origin, &inner.if_expr.template);
                        if let Some(other) = &inner.else_expr {
                            self.mark(other.strip, other_parted(&inner.if_expr.template));
                            self.gather(text, origin, &other.template);
                        }
                        let last = inner.else_expr.as_ref().map(|other| &other.template);
                        let last = last.unwrap_or(&inner.if_expr.template);
                        self.mark(inner.endif_expr.strip, other_parted(last));
                    }
                    Directive::For(inner) => {
                        self.mark(inner.for_expr.strip, parted);
                        self.gather(text, origin, &inner.for_expr.template);
                        let parted = other_parted(&inner.for_expr.template);
                        self.mark(inner.endfor_expr.strip, parted);
                    }
                },
            }
            parted = true;
        }
    }

    /// Notes the marker of a sequence. `parted` says that no literal stands right before it.
    fn mark(&mut self, strip: Strip, parted: bool) {
        if let Some(piece) = self.pieces.last_mut()
            && !parted
        {
            piece.eaten.1 |= strip.strip_start();
        }
        self.eat = strip.strip_end();
    }

    fn add(&mut self, text: &str, range: Range<usize>, mut parted: bool) {
        let Some(raw) = text.get(range.clone()) else { return };
        let mut start = range.start;
        let mut push = |length: usize| {
            let eaten = (std::mem::take(&mut self.eat), false);
            self.pieces.push(Piece { range: start..start + length, eaten, indent: 0, parted });
            start += length;
            parted = false;
        };
        if self.quoted {
            push(raw.len());
        } else {
            raw.split_inclusive('\n').map(str::len).for_each(push);
        }
    }

    /// Lets all lines of a `<<-` heredoc lose the indentation of the least indented one.
    /// Blank lines do not count; a line does not start where `~` ate the end of the one
    /// before.
    fn indent(&mut self, text: &str) {
        let mut least = usize::MAX;
        let mut starts = true;
        let mut lines = Vec::new();
        for (i, piece) in self.pieces.iter().enumerate() {
            let first = i == 0 && text[..piece.range.start].ends_with('\n');
            if starts && piece.parted && !first {
                // The line starts with something to fill in.
                least = 0;
                starts = false;
            }
            let line = piece.kept(text);
            if starts {
                let indent = line.len() - line.trim_start().len();
                if indent < line.len() || !line.ends_with('\n') {
                    least = least.min(indent);
                    lines.push(i);
                }
            }
            starts = line.ends_with('\n');
        }
        for i in lines {
            if let Some(piece) = self.pieces.get_mut(i) {
                piece.indent = least;
            }
        }
    }

    /// The characters that a range of the file stands for.
    fn literal(&self, text: &str, origin: Origin, range: Range<usize>) -> Excerpt {
        let mut excerpt = Excerpt::empty(Span::new(origin.source, range.clone()));
        let first = self.pieces.partition_point(|piece| piece.range.start < range.start);
        let pieces = self.pieces.get(first..).unwrap_or_default();
        for piece in pieces.iter().take_while(|piece| piece.range.end <= range.end) {
            let Some(raw) = text.get(piece.range.clone()) else { continue };
            if piece.eaten == (false, false) {
                let kept = raw.get(piece.indent..).unwrap_or(raw);
                self.decode(kept, piece.range.end - kept.len(), &mut excerpt);
                continue;
            }
            let mut line = Excerpt::empty(Span::new(origin.source, piece.range.clone()));
            self.decode(raw, piece.range.start, &mut line);
            let trimmed = piece.trim(&line.text);
            let start = line.text.len() - line.text.trim_start().len();
            let start = if piece.eaten.0 { start } else { 0 };
            let end = start + trimmed.len();
            excerpt.append(&line.slice(start + piece.indent.min(trimmed.len())..end));
        }
        excerpt
    }

    /// Appends text without its escapes.
    fn decode(&self, raw: &str, start: usize, excerpt: &mut Excerpt) {
        let mut at = 0;
        // What is verbatim and not yet pushed starts here.
        let mut from = 0;
        while let Some(found) = raw[at..].find(['\\', '$', '%']) {
            at += found;
            let rest = &raw[at..];
            let escape = match rest.as_bytes().first() {
                Some(b'\\') if self.quoted => unescape(rest),
                Some(b'$') if rest.starts_with("$${") => Some(("${".to_owned(), 3)),
                Some(b'%') if rest.starts_with("%%{") => Some(("%{".to_owned(), 3)),
                _ => None,
            };
            let Some((meant, length)) = escape else {
                at += 1;
                continue;
            };
            excerpt.push(&raw[from..at], start + from..start + at);
            excerpt.push(&meant, start + at..start + at + length);
            at += length;
            from = at;
        }
        excerpt.push(&raw[from..], start + from..start + raw.len());
    }
}

impl Piece {
    fn kept<'t>(&self, text: &'t str) -> &'t str {
        self.trim(text.get(self.range.clone()).unwrap_or_default())
    }

    fn trim<'t>(&self, text: &'t str) -> &'t str {
        let text = if self.eaten.0 { text.trim_start() } else { text };
        if self.eaten.1 { text.trim_end() } else { text }
    }
}

/// Whether a template does not end with a literal.
fn other_parted(template: &Template) -> bool {
    !template.iter().last().is_some_and(Element::is_literal)
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
        // JSON has these; in HCL nothing with them is read.
        b'/' => plain("/"),
        b'b' => plain("\u{8}"),
        b'f' => plain("\u{c}"),
        kind @ (b'u' | b'U') => {
            let length = if *kind == b'u' { 6 } else { 10 };
            let code = u32::from_str_radix(raw.get(2..length)?, 16).ok()?;
            Some((char::from_u32(code)?.to_string(), length))
        }
        _ => None,
    }
}
