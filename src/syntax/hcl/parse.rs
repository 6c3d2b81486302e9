//! Blocks and attributes.

use super::scan::{Kind, Scanner, Token};
use super::{Attribute, Block, Body, Expression, mend};
use crate::source::{SourceId, Span};
use crate::syntax::{Parsed, SyntaxError};
use std::ops::Range;

/// Blocks may be nested this deep, and so may the brackets and strings of an expression.
pub const DEEPEST: usize = 64;

/// Further errors of a file are not listed.
const ERRORS: usize = 1_000;

/// An object with more keys than this is not read: `hcl-edit` compares each with all others.
const MOST_KEYS: usize = 2048;

/// Reads a file. If something is left open at its end, reads it once more and lets each
/// header of a block at the margin close whatever was forgotten before it.
pub fn file(source: SourceId, text: &str) -> Parsed<Body> {
    let mut parser = Parser::new(source, text, false);
    let mut tree = parser.body(None, 0);
    if parser.unclosed {
        parser = Parser::new(source, text, true);
        tree = parser.body(None, 0);
    }
    Parsed { tree, errors: parser.errors }
}

struct Parser<'a> {
    source: SourceId,
    text: &'a str,
    scanner: Scanner<'a>,
    /// The next token.
    next: Option<Token>,
    errors: Vec<SyntaxError>,
    /// Whether the file ended, or the next block began, inside a block or an expression.
    unclosed: bool,
}

impl<'a> Parser<'a> {
    fn new(source: SourceId, text: &'a str, recover: bool) -> Parser<'a> {
        let mut scanner = Scanner::new(text, recover);
        let next = scanner.next();
        Parser { source, text, scanner, next, errors: Vec::new(), unclosed: false }
    }

    fn kind(&self) -> Option<Kind> {
        self.next.as_ref().map(|token| token.kind)
    }

    fn advance(&mut self) -> Option<Token> {
        std::mem::replace(&mut self.next, self.scanner.next())
    }

    fn error(&mut self, range: Range<usize>, message: impl Into<String>) {
        if self.errors.len() < ERRORS {
            let at = Span::new(self.source, range);
            self.errors.push(SyntaxError { at, message: message.into() });
        }
    }

    fn skip(&mut self, newlines: bool) {
        while let Some(Kind::Space | Kind::Comment | Kind::Newline) = self.kind() {
            if !newlines && self.kind() == Some(Kind::Newline) {
                return;
            }
            self.advance();
        }
    }

    /// Reads a file, or a block up to and including its closing bracket. `header` is of the
    /// block, `depth` how many blocks are around.
    fn body(&mut self, header: Option<Range<usize>>, depth: usize) -> Body {
        let mut body = Body::default();
        loop {
            self.skip(true);
            let Some(token) = self.next.clone() else {
                if let Some(header) = header {
                    self.unclosed = true;
                    self.error(header, "the block is not closed");
                }
                return body;
            };
            if let Some(header) = &header
                && token.depth < depth
            {
                if token.kind == Kind::Close(b'}') && token.depth + 1 == depth {
                    self.advance();
                } else {
                    self.unclosed = true;
                    self.error(header.clone(), "the block is not closed");
                }
                return body;
            }
            match token.kind {
                Kind::Word => self.item(&mut body, depth),
                Kind::Broken(why) => {
                    self.error(token.range, why);
                    self.advance();
                }
                _ => {
                    self.error(token.range, "expected the name of an argument or a block");
                    self.line(depth);
                }
            }
        }
    }

    /// Goes to the end of the line, or of the brackets that are opened on it.
    fn line(&mut self, depth: usize) {
        while let Some(token) = &self.next {
            let ends = token.kind == Kind::Newline && token.depth == depth;
            if ends || token.recovers || token.depth < depth {
                return;
            }
            self.advance();
        }
        self.unclosed |= self.scanner.is_open();
    }

    /// An attribute or a block.
    fn item(&mut self, body: &mut Body, depth: usize) {
        let Some(name) = self.advance() else { return };
        self.skip(false);
        if self.kind() == Some(Kind::Equals) {
            self.advance();
            let value = self.expression(&name.range, depth);
            body.attributes.push(Attribute {
                name: self.text[name.range.clone()].to_owned(),
                at: Span::new(self.source, name.range),
                value,
            });
            return;
        }
        let mut header = name.range.clone();
        let mut labels = Vec::new();
        loop {
            match self.next.clone() {
                Some(Token { kind: Kind::Word, range, .. }) => {
                    header.end = range.end;
                    labels.push(self.text[range].to_owned());
                    self.advance();
                }
                Some(Token { kind: Kind::Text, range, .. }) if self.at_quote(&range) => {
                    let Some(label) = self.label(range.start) else { return self.line(depth) };
                    header.end = label.end;
                    labels.push(self.text[label.start + 1..label.end - 1].to_owned());
                }
                Some(Token { kind: Kind::Open(b'{'), .. }) => break,
                other => {
                    let range = other.map_or(header.clone(), |token| token.range);
                    self.error(range, self.expectation(&name.range, labels.is_empty()));
                    return self.line(depth);
                }
            }
            self.skip(false);
        }
        if depth >= DEEPEST {
            self.error(header, format!("blocks are nested more than {DEEPEST} deep"));
            return self.line(depth);
        }
        self.advance();
        let start = header.start;
        let inner = self.body(Some(header.clone()), depth + 1);
        let end = self.next.as_ref().map_or(self.text.len(), |token| token.range.start);
        body.blocks.push(Block {
            kind: self.text[name.range].to_owned(),
            labels,
            at: Span::new(self.source, header),
            whole: Span::new(self.source, start..end),
            body: inner,
        });
    }

    fn expectation(&self, name: &Range<usize>, unlabelled: bool) -> String {
        let name = &self.text[name.clone()];
        match unlabelled {
            true => format!("expected `=`, a label or `{{` after `{name}`"),
            false => format!("expected a label or `{{` after the labels of `{name}`"),
        }
    }

    fn at_quote(&self, range: &Range<usize>) -> bool {
        self.text[range.clone()].starts_with('"')
    }

    /// The range of a quoted label, quotes included, if it is closed and nothing is to be
    /// filled in.
    fn label(&mut self, start: usize) -> Option<Range<usize>> {
        self.advance();
        let token = self.advance()?;
        let range = start..token.range.end;
        let closed = token.kind == Kind::Text && self.text[token.range].ends_with('"');
        if !closed {
            self.error(range.clone(), "a label is a string without anything to fill in");
        }
        closed.then_some(range)
    }

    /// The expression after the `=` that was just read, up to the end of its line or of the
    /// block. One that cannot be read is there all the same: the argument is set.
    fn expression(&mut self, name: &Range<usize>, depth: usize) -> Expression {
        self.skip(false);
        let first = self.next.as_ref().map_or(self.text.len(), |token| token.range.start);
        let mut end = first;
        let mut limits = Limits::new(first, depth);
        while let Some(token) = &self.next {
            let ends = token.kind == Kind::Newline && token.depth == depth;
            if ends || token.recovers || token.depth < depth {
                break;
            }
            match token.kind {
                Kind::Space | Kind::Newline | Kind::Comment => {}
                _ => end = token.range.end,
            }
            limits.see(token, self.text);
            self.advance();
        }
        if self.next.is_none() && self.scanner.is_open() {
            self.unclosed = true;
        }
        if let Some((range, message)) = limits.wrong {
            self.error(range, message);
            let range = if first < end { first..end } else { name.clone() };
            return unread(Span::new(self.source, range));
        }
        if first == end {
            let name_text = &self.text[name.clone()];
            self.error(name.clone(), format!("expected a value after `{name_text} =`"));
            return unread(Span::new(self.source, name.clone()));
        }
        let (expression, error) = read(self.source, self.text, first..end);
        self.errors.extend(error.filter(|_| self.errors.len() < ERRORS));
        expression
    }
}

/// Reads the expression that a range of a text is.
pub fn value(
    source: SourceId,
    text: &str,
    range: Range<usize>,
) -> (Expression, Option<SyntaxError>) {
    let written = text.get(range.clone()).unwrap_or_default();
    let mut limits = Limits::new(0, 0);
    let mut scanner = Scanner::new(written, false);
    while let Some(token) = scanner.next() {
        limits.see(&token, written);
    }
    if let Some((wrong, message)) = limits.wrong {
        let wrong = range.start + wrong.start..range.start + wrong.end;
        let error = SyntaxError { at: Span::new(source, wrong), message };
        return (unread(Span::new(source, range)), Some(error));
    }
    read(source, text, range)
}

/// The same, once it is known to keep the limits.
fn read(source: SourceId, text: &str, range: Range<usize>) -> (Expression, Option<SyntaxError>) {
    let written = text.get(range.clone()).unwrap_or_default();
    let at = Span::new(source, range.clone());
    let mut mended: Option<String> = None;
    let mut first: Option<SyntaxError> = None;
    for tries in 0..=mend::MOST_TRIES {
        let text = mended.as_deref().unwrap_or(written);
        let error = match text.parse() {
            Ok(tree) => return (Expression { at, tree }, None),
            Err(error) => error,
        };
        let (wrong, message) = located(text, &error);
        let is_right = mend::is_right(text, wrong.start, &message);
        let next = mend::mended(text, wrong.start, &message, tries);
        let wrong = range.start + wrong.start..range.start + wrong.end;
        if !is_right {
            first.get_or_insert(SyntaxError { at: Span::new(source, wrong), message });
        }
        if next.is_none() || next == mended {
            break;
        }
        mended = next;
    }
    (unread(at), first)
}

/// What is wrong with an expression before it is read, token by token.
struct Limits {
    /// Where the expression starts, and how many brackets are open there.
    first: usize,
    depth: usize,
    /// How many keys the open brackets have, innermost last.
    keys: Vec<usize>,
    wrong: Option<(Range<usize>, String)>,
}

impl Limits {
    fn new(first: usize, depth: usize) -> Limits {
        Limits { first, depth, keys: Vec::new(), wrong: None }
    }

    fn see(&mut self, token: &Token, text: &str) {
        let is_key = match token.kind {
            Kind::Broken(why) => {
                self.wrong.get_or_insert((token.range.clone(), why.to_owned()));
                false
            }
            Kind::Open(_) => {
                self.keys.push(0);
                false
            }
            Kind::Close(_) => {
                self.keys.pop();
                false
            }
            Kind::Equals => true,
            Kind::Other => text.get(token.range.clone()) == Some(":"),
            _ => false,
        };
        if let Some(count) = self.keys.last_mut() {
            *count += usize::from(is_key);
        }
        let message = if token.depth > self.depth + DEEPEST {
            format!("the expression is nested more than {DEEPEST} deep")
        } else if self.keys.last().is_some_and(|count| *count > MOST_KEYS) {
            format!("the object has more than {MOST_KEYS} keys")
        } else {
            return;
        };
        self.wrong.get_or_insert((self.first..self.first + 1, message));
    }
}

/// What stands for an expression that is not read: a name of its length that nothing has,
/// whose value is not known.
pub fn unread(at: Span) -> Expression {
    let name = "_".repeat(at.range().len().max(1));
    let tree = name.parse().unwrap_or_else(|_| {
        let name = hcl_edit::Ident::new("unread");
        hcl_edit::expr::FuncCall::new(name, hcl_edit::expr::FuncArgs::default()).into()
    });
    Expression { at, tree }
}

/// The character at which `hcl-edit` stopped, and what it says.
fn located(text: &str, error: &hcl_edit::parser::Error) -> (Range<usize>, String) {
    let mut start = error.location().offset().min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    if start == text.len() {
        start = text.char_indices().next_back().map_or(0, |(i, _)| i);
    }
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    (start..start + length, error.message().to_owned())
}
