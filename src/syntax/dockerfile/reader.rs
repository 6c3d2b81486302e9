//! From lines to instructions: comments, directives, continuations and heredocs.

use super::directives;
use super::heredoc::{self, Opener};
use super::instruction;
use super::joined::Joined;
use super::lines::{LONGEST, Line, Lines, continued, is_comment};
use super::tokens::Tokens;
use super::{Comment, Directive, Dockerfile, Heredoc, Instruction, Kind, TokenKind};
use crate::source::{Excerpt, SourceId, Span};
use crate::syntax::SyntaxError;
use std::ops::Range;

/// Reads a file from its first line to its last.
pub(super) struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    lines: Lines<'a>,
    /// Where tokens are collected, if they are asked for.
    tokens: Option<Tokens<'a>>,
    directives: Vec<Directive>,
    /// Whether a line came that is no directive, after which there are none.
    directives_ended: bool,
    comments: Vec<Comment>,
    instructions: Vec<Instruction>,
    empty_continuations: Vec<Span>,
    errors: Vec<SyntaxError>,
    escape: char,
}

impl<'a> Reader<'a> {
    pub fn new(source: SourceId, text: &'a str, tokens: Option<Tokens<'a>>) -> Reader<'a> {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut reader = Reader {
            source,
            text,
            lines: Lines::new(text, start),
            tokens,
            directives: Vec::new(),
            directives_ended: false,
            comments: Vec::new(),
            instructions: Vec::new(),
            empty_continuations: Vec::new(),
            errors: Vec::new(),
            escape: '\\',
        };
        reader.token(TokenKind::Blank, 0..start);
        reader
    }

    /// The tree, what is wrong, and the tokens that were collected.
    pub fn read(mut self) -> (Dockerfile, Vec<SyntaxError>, Option<Tokens<'a>>) {
        while let Some(line) = self.next_line() {
            let content = &self.text[line.range()];
            if self.directive(line) {
                continue;
            }
            self.directives_ended = true;
            if is_comment(content) {
                self.comment(line);
            } else if content.trim().is_empty() {
                self.blank(line);
            } else {
                self.instruction(line);
            }
        }
        self.instructions.shrink_to_fit();
        let tree = Dockerfile {
            directives: self.directives,
            comments: self.comments,
            instructions: self.instructions,
            empty_continuations: self.empty_continuations,
            escape: self.escape,
        };
        (tree, self.errors, self.tokens)
    }

    fn next_line(&mut self) -> Option<Line> {
        let line = self.lines.next()?;
        let length = line.next - line.start;
        if length > LONGEST {
            let message =
                format!("this line has {length} bytes, where {LONGEST} are the most that is read");
            self.error(line.start..line.start, message);
        }
        Some(line)
    }

    /// Takes a line that is a parser directive.
    fn directive(&mut self, line: Line) -> bool {
        let content = &self.text[line.range()];
        if self.directives_ended {
            return false;
        }
        let Some(parts) = directives::split(content) else { return false };
        let name = parts.name.to_ascii_lowercase();
        if !directives::NAMES.contains(&&*name) {
            return false;
        }
        let start = line.start + content.len() - content.trim_start().len();
        if self.directives.iter().any(|directive| directive.name == name) {
            self.error(start..line.end, format!("directive `{name}` is given twice"));
        }
        let end = line.start + content.trim_end().len();
        let value = Span::new(self.source, end - parts.value.len()..end);
        let value = Excerpt::verbatim(parts.value, value);
        if name == "escape" {
            match &*value.text {
                "\\" => self.escape = '\\',
                "`" => self.escape = '`',
                other => {
                    let message = format!("escape is `{other}`, where \\ or ` is expected");
                    self.errors.push(SyntaxError { at: value.at, message });
                }
            }
        }
        self.token(TokenKind::Blank, line.start..start);
        self.token(TokenKind::Directive, start..line.end);
        self.token(TokenKind::LineBreak, line.end..line.next);
        let at = Span::new(self.source, start..line.end);
        self.directives.push(Directive { name, value, at });
        true
    }

    fn comment(&mut self, line: Line) {
        let content = &self.text[line.range()];
        let start = line.end - content.trim_start().len();
        self.token(TokenKind::Blank, line.start..start);
        self.token(TokenKind::Comment, start..line.end);
        self.token(TokenKind::LineBreak, line.end..line.next);
        self.comments.push(Comment { at: Span::new(self.source, start..line.end) });
    }

    fn blank(&mut self, line: Line) {
        self.token(TokenKind::Blank, line.range());
        self.token(TokenKind::LineBreak, line.end..line.next);
    }

    /// Reads an instruction from its first line to the end of its last heredoc.
    fn instruction(&mut self, first: Line) {
        let content = &self.text[first.range()];
        let start = first.end - content.trim_start().len();
        self.token(TokenKind::Blank, first.start..start);
        let mut joined = Joined::new(self.source, self.text, start);
        let mut line = Line { start, ..first };
        let mut is_told = false;
        loop {
            let content = &self.text[line.range()];
            let Some(length) = continued(content, self.escape) else {
                joined.push(line.range());
                self.content(line.range());
                self.token(TokenKind::LineBreak, line.end..line.next);
                break;
            };
            joined.push(line.start..line.start + length);
            self.content(line.start..line.start + length);
            self.token(TokenKind::Continuation, line.start + length..line.next);
            match self.continuation(&mut is_told) {
                Some(next) => line = next,
                None => break,
            }
        }
        if joined.text().trim().is_empty() {
            self.cut(None);
            self.error(start..start, "nothing follows this continuation".to_owned());
            return;
        }
        let all = 0..joined.text().len();
        let mut instruction = instruction::read(&joined, all, self.escape, &mut self.errors);
        self.cut(Some(&instruction));
        if can_open_heredocs(&instruction.kind) && joined.text().contains("<<") {
            for opener in heredoc::openers(&joined) {
                let heredoc = self.heredoc(opener);
                instruction.heredocs.push(heredoc);
            }
            instruction::resolve_heredocs(&mut instruction);
        }
        self.instructions.push(instruction);
    }

    /// The next line that goes on with an instruction. Comments and empty lines in between
    /// are no part of it; the first empty one is told.
    fn continuation(&mut self, is_told: &mut bool) -> Option<Line> {
        while let Some(line) = self.next_line() {
            let content = &self.text[line.range()];
            if is_comment(content) {
                self.comment(line);
            } else if content.trim().is_empty() {
                self.blank(line);
                if !*is_told && line.end < line.next {
                    *is_told = true;
                    let at = Span::new(self.source, line.end..line.next);
                    self.empty_continuations.push(at);
                }
            } else {
                return Some(line);
            }
        }
        None
    }

    /// Takes the lines of a heredoc. Without its end it has all lines that are left.
    fn heredoc(&mut self, opener: Opener) -> Heredoc {
        let from = self.lines.peek().map_or(self.text.len(), |line| line.start);
        let mut end = None;
        let mut body = Vec::new();
        while let Some(line) = self.next_line() {
            let mut content = &self.text[line.range()];
            if opener.chomps {
                content = content.trim_start_matches('\t');
            }
            if content == opener.name {
                end = Some(line);
                break;
            }
            body.push(line.end - content.len()..line.next);
        }
        let to = end.map_or(self.text.len(), |line| line.start);
        let mut excerpt = Excerpt::empty(Span::new(self.source, from..to));
        for range in body {
            excerpt.push(&self.text[range.clone()], range);
        }
        self.token(TokenKind::HeredocBody, from..to);
        match end {
            Some(line) => {
                self.token(TokenKind::HeredocEnd, line.range());
                self.token(TokenKind::LineBreak, line.end..line.next);
            }
            None => {
                let message = format!("no line `{}` ends this heredoc", opener.name);
                self.errors.push(SyntaxError { at: opener.at, message });
            }
        }
        let Opener { name, at, expands, chomps, descriptor } = opener;
        Heredoc { name, opened: at, body: excerpt, expands, chomps, descriptor }
    }

    fn token(&mut self, kind: TokenKind, range: Range<usize>) {
        self.tokens.iter_mut().for_each(|tokens| tokens.push(kind, range.clone()));
    }

    fn content(&mut self, range: Range<usize>) {
        self.tokens.iter_mut().for_each(|tokens| tokens.content(range.clone()));
    }

    fn cut(&mut self, instruction: Option<&Instruction>) {
        self.tokens.iter_mut().for_each(|tokens| tokens.name(instruction));
    }

    fn error(&mut self, at: Range<usize>, message: String) {
        self.errors.push(SyntaxError { at: Span::new(self.source, at), message });
    }
}

/// Only the shell form of `RUN`, `COPY` and `ADD` can.
fn can_open_heredocs(kind: &Kind) -> bool {
    match kind {
        Kind::Run(command) => matches!(command, super::Command::Shell(_)),
        Kind::Copy(transfer) | Kind::Add(transfer) => !transfer.json,
        Kind::Onbuild(inner) => can_open_heredocs(&inner.kind),
        _ => false,
    }
}
