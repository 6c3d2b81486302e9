//! The grammar: lists, pipelines and compound commands.

use super::word::{Ends, starts_name};
use super::{
    Assignment, Item, Join, Kind, List, Operator, Part, Redirect, Simple, Statement, Word,
};
use crate::source::{Excerpt, Span};
use crate::syntax::{Parsed, SyntaxError};
use std::ops::Range;

/// What is said of what is nested deeper than is read.
pub const TOO_DEEP: &str = "nested deeper than what is read";

/// What is nested deeper is not read.
pub const DEEPEST: usize = 48;

/// The words that end a part of a compound command.
const CLOSERS: &[&str] = &["then", "elif", "else", "fi", "do", "done", "esac", "}"];

/// What ends the list that is being read, the innermost last.
type Closers = &'static [&'static str];

pub struct Parser<'a> {
    pub script: &'a Excerpt,
    /// Up to where it reads.
    end: usize,
    pub at: usize,
    pub depth: usize,
    errors: Vec<SyntaxError>,
    open: Vec<Closers>,
    /// Where the reading goes on after this line, if heredocs follow it.
    resume: Option<usize>,
    /// How many characters may still be read a second time.
    fuel: usize,
}

/// Reads a script.
pub fn script(script: &Excerpt) -> Parsed<List> {
    let mut parser = Parser {
        script,
        end: script.text.len(),
        at: 0,
        depth: 0,
        errors: Vec::new(),
        open: Vec::new(),
        resume: None,
        fuel: script.text.len().saturating_mul(8),
    };
    let tree = parser.list(&[]);
    Parsed { tree, errors: parser.errors }
}

impl<'a> Parser<'a> {
    pub fn rest(&self) -> &'a str {
        &self.script.text[self.at..self.end]
    }

    pub fn text(&self, start: usize) -> &'a str {
        &self.script.text[start..self.at]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub fn span(&self, start: usize) -> Span {
        self.script.span(start..self.at)
    }

    pub fn error(&mut self, range: Range<usize>, message: impl Into<String>) {
        let at = self.script.span(range);
        self.errors.push(SyntaxError { at, message: message.into() });
    }

    /// Goes to the end of the line.
    pub fn line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Skips blanks, joined lines and comments.
    pub fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            match rest.chars().next() {
                Some(' ' | '\t') => self.at += 1,
                Some('\r') if rest.starts_with("\r\n") => self.at += 1,
                Some('\\') if rest.starts_with("\\\n") => self.at += 2,
                Some('\\') if rest.starts_with("\\\r\n") => self.at += 3,
                Some('#') => self.line(),
                _ => return,
            }
        }
    }

    /// Goes behind the end of a line, and behind the heredocs that start there.
    pub fn newline(&mut self) {
        // A quote may have gone on beyond the heredocs.
        self.at = self.resume.take().unwrap_or_default().max(self.at + 1).min(self.end);
    }

    /// The lines of a heredoc that is opened at `opener`, up to the one that ends it.
    fn heredoc(&mut self, opener: Range<usize>, end: &str, tabs: bool) -> Excerpt {
        let text = &self.script.text[..self.end];
        let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |i| at + i);
        let start = self.resume.unwrap_or_else(|| (line_end(self.at) + 1).min(text.len()));
        let mut at = start;
        while at < text.len() {
            let next = line_end(at);
            let line = if tabs { text[at..next].trim_start_matches('\t') } else { &text[at..next] };
            if line.trim_end_matches('\r') == end {
                self.resume = Some((next + 1).min(text.len()));
                return self.script.slice(start..at);
            }
            at = next + 1;
        }
        self.resume = Some(text.len());
        self.error(opener, format!("this heredoc has no line `{end}`"));
        self.script.slice(start..text.len())
    }

    /// Whether as many characters may be read again.
    pub fn spend(&mut self, characters: usize) -> bool {
        let left = self.fuel.checked_sub(characters);
        self.fuel = left.unwrap_or_default();
        left.is_some()
    }

    pub fn newlines(&mut self) {
        loop {
            self.blanks();
            match self.peek() {
                Some('\n') => self.newline(),
                _ => return,
            }
        }
    }

    /// The word at this place, if it is one without quotes or expansions.
    pub fn keyword(&self) -> &'a str {
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || ";&|()<>".contains(c);
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        // A line that goes on: `do\`.
        let joined = rest[word.len()..].starts_with(['\n', '\r']);
        word.strip_suffix('\\').filter(|_| joined).unwrap_or(word)
    }

    /// Whether one of the lists around is ended by a word.
    pub fn closes(&self, word: &str) -> bool {
        self.open.iter().rev().take_while(|c| !c.contains(&")")).any(|c| c.contains(&word))
    }

    /// Reads up to what ends the list.
    pub fn list(&mut self, closers: Closers) -> List {
        self.open.push(closers);
        let mut items = Vec::new();
        let mut join = Join::Always;
        loop {
            self.newlines();
            let (start, word) = (self.at, self.keyword());
            match self.peek() {
                None => break,
                Some(')') if self.open.iter().any(|c| c.contains(&")")) => break,
                Some(';') if self.rest().starts_with(";;") || self.rest().starts_with(";&") => {
                    if self.closes(";;") {
                        break;
                    }
                    self.at += 2;
                    self.error(start..self.at, "`;;` outside of a `case`");
                }
                Some(';' | '&' | '|' | ')') => {
                    let c = self.bump().unwrap_or_default();
                    self.error(start..self.at, format!("`{c}` where a command is expected"));
                }
                Some(_) if CLOSERS.contains(&word) => {
                    if self.closes(word) {
                        break;
                    }
                    self.at += word.len();
                    self.error(start..self.at, format!("`{word}` that nothing opens"));
                }
                Some(_) => {
                    let Some(mut item) = self.pipeline(join) else { continue };
                    join = self.separator(&mut item);
                    items.push(item);
                }
            }
        }
        self.open.pop();
        List { items: items.into() }
    }

    /// What follows a pipeline.
    fn separator(&mut self, item: &mut Item) -> Join {
        self.blanks();
        let rest = self.rest();
        if rest.starts_with("&&") {
            self.at += 2;
            return Join::And;
        }
        if rest.starts_with("||") {
            self.at += 2;
            return Join::Or;
        }
        if rest.starts_with('&') {
            self.at += 1;
            item.background = true;
        } else if rest.starts_with(';') && !rest.starts_with(";;") && !rest.starts_with(";&") {
            self.at += 1;
        }
        Join::Always
    }

    fn pipeline(&mut self, join: Join) -> Option<Item> {
        let mut negated = false;
        loop {
            match self.keyword() {
                "!" => negated = !negated,
                "time" | "coproc" => {}
                _ => break,
            }
            self.at += self.keyword().len();
            self.blanks();
        }
        let mut pipeline = vec![self.statement()?];
        loop {
            self.blanks();
            let rest = self.rest();
            if !rest.starts_with('|') || rest.starts_with("||") {
                break;
            }
            self.at += if rest.starts_with("|&") { 2 } else { 1 };
            self.newlines();
            match self.statement() {
                Some(statement) => pipeline.push(statement),
                None => break,
            }
        }
        Some(Item { join, negated, pipeline, background: false })
    }

    pub fn statement(&mut self) -> Option<Statement> {
        let start = self.at;
        let kind = if self.depth >= DEEPEST {
            self.error(start..start, TOO_DEEP);
            self.at = self.end;
            return None;
        } else {
            self.depth += 1;
            let kind = self.kind();
            self.depth -= 1;
            kind?
        };
        let (kind, mut redirects) = kind;
        let at = self.trimmed(start);
        self.blanks();
        while let Some(redirect) = self.redirect() {
            redirects.push(redirect);
            self.blanks();
        }
        let at = match &kind {
            Kind::Simple(simple) => simple_span(simple).unwrap_or(at),
            _ => at,
        };
        Some(Statement { at, kind, redirects })
    }

    fn trimmed(&self, start: usize) -> Span {
        let length = self.text(start).trim_end().len();
        self.script.span(start..start + length)
    }

    fn kind(&mut self) -> Option<(Kind, Vec<Redirect>)> {
        let start = self.at;
        let word = self.keyword();
        let header = start..start + word.len();
        let kind = match word {
            "if" => self.branches(header),
            "for" | "select" => self.each(header),
            "while" | "until" => {
                self.at += word.len();
                let condition = self.list(&["do"]);
                let body = self.body(header, "do", "done");
                Kind::While { condition, body }
            }
            "case" => self.case(header),
            "{" => {
                self.at += 1;
                let list = self.list(&["}"]);
                self.close(header, "}");
                Kind::Group(list)
            }
            "function" => {
                self.at += word.len();
                self.blanks();
                let name = self.keyword().to_owned();
                self.at += name.len();
                self.function(name)
            }
            _ if self.rest().starts_with("((") => {
                self.skip_balanced('(', ')');
                Kind::Arithmetic
            }
            _ if self.rest().starts_with('(') => Kind::Subshell(self.parenthesized(start)),
            _ => return self.simple(),
        };
        Some((kind, Vec::new()))
    }

    /// A list in brackets, at the opening one.
    pub fn parenthesized(&mut self, start: usize) -> List {
        let opening = self.at..self.at + 1;
        self.at += 1;
        self.depth += 1;
        let list = self.list(&[")"]);
        self.depth -= 1;
        match self.peek() {
            Some(')') => self.at += 1,
            _ => self.error(start..opening.end, "the bracket is not closed"),
        }
        list
    }

    /// The list in a part of the text.
    pub fn inner(&mut self, range: Range<usize>) -> List {
        let (at, end) = (self.at, self.end);
        let open = std::mem::take(&mut self.open);
        let resume = self.resume.take();
        (self.at, self.end) = (range.start, range.end);
        self.depth += 1;
        let list = self.list(&[]);
        self.depth -= 1;
        (self.at, self.end) = (at, end);
        (self.open, self.resume) = (open, resume);
        list
    }

    fn simple(&mut self) -> Option<(Kind, Vec<Redirect>)> {
        let (mut assignments, mut words) = (Vec::new(), Vec::new());
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            let start = self.at;
            if let Some(redirect) = self.redirect() {
                redirects.push(redirect);
                continue;
            }
            let test = words.first().and_then(Word::as_str) == Some("[[");
            let Some(word) = self.word(if test { Ends::Blanks } else { Ends::Operators }) else {
                // Inside of `[[ ]]` lines may be joined by `&&` and `||`.
                if test && self.peek() == Some('\n') {
                    self.newline();
                    continue;
                }
                break;
            };
            let ends = word.as_str() == Some("]]");
            match words.is_empty().then(|| assignment(&word)).flatten() {
                Some(assignment) => assignments.push(assignment),
                None => words.push(word),
            }
            if test && ends {
                break;
            }
            let first = words.len() == 1 && assignments.is_empty();
            if first && self.is_function() {
                let name = self.text(start).to_owned();
                return Some((self.function(name), redirects));
            }
        }
        let empty = words.is_empty() && assignments.is_empty();
        if empty && redirects.is_empty() {
            let start = self.at;
            // A character that nothing else takes is skipped, so that the reading goes on.
            let c = self.bump()?;
            self.error(start..self.at, format!("`{c}` where a command is expected"));
            return None;
        }
        Some((Kind::Simple(Simple { assignments, words: words.into() }), redirects))
    }

    /// Whether `()` follows the first word.
    fn is_function(&self) -> bool {
        let rest = self.rest().trim_start_matches([' ', '\t']);
        rest.strip_prefix('(').is_some_and(|rest| rest.trim_start().starts_with(')'))
    }

    fn redirect(&mut self) -> Option<Redirect> {
        const OPERATORS: &[&str] =
            &["<<<", "<<-", "<<", "<&", "<>", "<", "&>>", "&>", ">>", ">&", ">|", ">"];
        let (start, rest) = (self.at, self.rest());
        // Hardly any word is one.
        if !rest.starts_with(|c: char| c.is_ascii_digit() || "<>&".contains(c)) {
            return None;
        }
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = after.len() < rest.len();
        let written = OPERATORS.iter().copied().find(|operator| after.starts_with(operator))?;
        if after[1..].starts_with('(') || (numbered && written.starts_with('&')) {
            return None;
        }
        self.at += rest.len() - after.len() + written.len();
        let operator = match written {
            "<<<" => Operator::String,
            "<<" | "<<-" => Operator::Heredoc,
            "<" => Operator::Reads,
            "<&" => Operator::Copies,
            ">&" if self.rest().starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                Operator::Copies
            }
            _ => Operator::Writes,
        };
        self.blanks();
        let nothing = Word { at: self.span(self.at), parts: Vec::new(), quoted: false };
        let target = self.word(Ends::Operators).unwrap_or(nothing);
        let body = (operator == Operator::Heredoc).then(|| {
            let end = self.script.text[..self.at].trim_end();
            let end = target.as_str().unwrap_or(&end[end.len().min(start)..]).to_owned();
            self.heredoc(start..self.at, &end, written == "<<-")
        });
        Some(Redirect { operator, target, body })
    }
}

/// From the first word to the last.
fn simple_span(simple: &Simple) -> Option<Span> {
    let assignments = simple.assignments.iter().map(|assignment| assignment.value.at);
    assignments.chain(simple.words.iter().map(|word| word.at)).reduce(Span::to)
}

/// `NAME=value` as a name and the rest of the word.
fn assignment(word: &Word) -> Option<Assignment> {
    let Some(Part::Literal(first)) = word.parts.first() else { return None };
    let (name, value) = first.split_once('=')?;
    let (name, adds) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
    let plain = name.split('[').next().unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !plain.starts_with(starts_name) || !plain.chars().all(is_name) {
        return None;
    }
    if plain.len() < name.len() && !name.ends_with(']') {
        return None;
    }
    let mut parts = Vec::new();
    if !value.is_empty() {
        parts.push(Part::Literal(value.to_owned()));
    }
    parts.extend(word.parts[1..].iter().cloned());
    let value = Word { at: word.at, parts, quoted: word.quoted };
    Some(Assignment { name: name.to_owned(), adds, value })
}
