//! The tokens of a file, collected from first to last without a gap.

use super::lines::is_blank;
use super::{Instruction, Kind, Token, TokenKind};
use crate::source::{SourceId, Span};
use std::ops::Range;

/// Collects tokens. What an instruction says is cut into tokens once its flags are known.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    source: SourceId,
    text: &'a str,
    tokens: Vec<Token>,
    /// The tokens of the instruction that is being read; text of it is a `Word` until then.
    open: Vec<Token>,
    reading: bool,
}

impl<'a> Tokens<'a> {
    pub fn new(source: SourceId, text: &'a str) -> Tokens<'a> {
        Tokens { source, text, tokens: Vec::new(), open: Vec::new(), reading: false }
    }

    /// Adds a token, unless it is empty.
    pub fn push(&mut self, kind: TokenKind, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let token = Token { kind, span: Span::new(self.source, range) };
        if self.reading { self.open.push(token) } else { self.tokens.push(token) }
    }

    /// Adds a part of an instruction.
    pub fn content(&mut self, range: Range<usize>) {
        self.reading = true;
        self.push(TokenKind::Word, range);
    }

    /// Cuts what an instruction says into tokens.
    pub fn name(&mut self, instruction: Option<&Instruction>) {
        let mut marks = Vec::new();
        if let Some(instruction) = instruction {
            mark(instruction, &mut marks);
        }
        let mut marks = marks.into_iter().peekable();
        self.reading = false;
        for token in std::mem::take(&mut self.open) {
            if token.kind != TokenKind::Word {
                self.tokens.push(token);
                continue;
            }
            let Range { mut start, end } = token.span.range();
            while start < end {
                while marks.next_if(|(range, _)| range.end <= start).is_some() {}
                let (kind, until) = match marks.peek() {
                    Some((range, kind)) if range.start <= start => (Some(*kind), range.end),
                    Some((range, _)) => (None, range.start),
                    None => (None, end),
                };
                let until = until.min(end);
                match kind {
                    Some(kind) => self.push(kind, start..until),
                    None => self.words(start..until),
                }
                start = until;
            }
        }
    }

    fn words(&mut self, range: Range<usize>) {
        let text = self.text;
        let mut start = range.start;
        while start < range.end {
            let rest = &text[start..range.end];
            let blank = rest.starts_with(is_blank);
            let length = rest.find(|c| is_blank(c) != blank).unwrap_or(rest.len());
            let kind = if blank { TokenKind::Blank } else { TokenKind::Word };
            self.push(kind, start..start + length);
            start += length;
        }
    }

    /// The tokens in their order.
    pub fn finish(self) -> Vec<Token> {
        self.tokens
    }
}

/// The keyword and the flags of an instruction and of that which it puts off, in their order.
fn mark(instruction: &Instruction, marks: &mut Vec<(Range<usize>, TokenKind)>) {
    marks.push((instruction.keyword.range(), TokenKind::Keyword));
    marks.extend(instruction.flags.iter().map(|flag| (flag.at.range(), TokenKind::Flag)));
    if let Kind::Onbuild(inner) = &instruction.kind {
        mark(inner, marks);
    }
}
