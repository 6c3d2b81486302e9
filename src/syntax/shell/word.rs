//! Words: quotes, and what is expanded inside of them.

use super::parse::{DEEPEST, Parser};
use super::{Operation, Part, Variable, Word};

/// What ends a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Blanks and operators.
    Operators,
    /// Blanks alone, as in `[[ ... ]]`.
    Blanks,
    /// The `}` of an expansion, inside double quotes or not.
    Brace(bool),
    /// The `/` between pattern and replacement, or that `}`.
    Slash(bool),
}

/// Whether a character can start a name.
pub fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a character stands for itself in every word.
fn is_plain(c: char) -> bool {
    is_name(c) || matches!(c, '-' | '.' | ':' | ',' | '%')
}

impl Parser<'_> {
    /// Reads a word; none if there is none here.
    pub fn word(&mut self, ends: Ends) -> Option<Word> {
        let start = self.at;
        let mut parts = Parts::default();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' if matches!(ends, Ends::Operators | Ends::Blanks) => break,
                ';' | '&' | '|' | ')' if ends == Ends::Blanks && parts.is("]]") => break,
                '\r' if self.rest().starts_with("\r\n") => break,
                '<' | '>' if ends == Ends::Operators && self.rest()[1..].starts_with('(') => {
                    self.at += 1;
                    self.substitution(start, &mut parts);
                }
                '(' if ends == Ends::Operators && parts.takes_array() => {
                    let array = self.array();
                    parts.push(array);
                }
                '(' if ends == Ends::Operators && parts.is_pattern() => self.group(&mut parts),
                ';' | '&' | '|' | '(' | ')' | '<' | '>' if ends == Ends::Operators => break,
                '}' if matches!(ends, Ends::Brace(_) | Ends::Slash(_)) => break,
                '/' if matches!(ends, Ends::Slash(_)) => break,
                '\'' if !matches!(ends, Ends::Brace(true) | Ends::Slash(true)) => {
                    parts.quoted();
                    self.single_quoted(&mut parts);
                }
                '"' => {
                    parts.quoted();
                    self.double_quoted(&mut parts);
                }
                '\\' => {
                    self.at += 1;
                    match self.bump() {
                        Some('\n') | None => {}
                        Some('\r') if self.peek() == Some('\n') => self.at += 1,
                        Some(c) => {
                            parts.quoted();
                            parts.char(c);
                        }
                    }
                }
                '$' => {
                    let quoted = matches!(ends, Ends::Brace(true) | Ends::Slash(true));
                    self.dollar(&mut parts, quoted);
                }
                '`' => self.backticks(&mut parts),
                c => {
                    let rest = self.rest();
                    let first = c.len_utf8();
                    let more = rest[first..].find(|c| !is_plain(c)).unwrap_or(rest.len() - first);
                    parts.text(&rest[..first + more]);
                    self.at += first + more;
                }
            }
        }
        let quoted = parts.1;
        let word = Word { at: self.span(start), parts: parts.0, quoted };
        (self.at > start || matches!(ends, Ends::Brace(_) | Ends::Slash(_))).then_some(word)
    }

    fn single_quoted(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.at += 1;
        let rest = self.rest();
        let end = rest.find('\'').unwrap_or(rest.len());
        parts.text(&rest[..end]);
        self.at += end;
        if self.bump().is_none() {
            self.error(start..start + 1, "the quote is not closed");
        }
    }

    /// `$'...'`
    fn escaped(&mut self, parts: &mut Parts) {
        self.at += 1;
        while let Some(c) = self.bump() {
            match c {
                '\'' => return,
                '\\' => match self.bump() {
                    Some('n') => parts.char('\n'),
                    Some('t') => parts.char('\t'),
                    Some(c) => parts.char(c),
                    None => {}
                },
                c => parts.char(c),
            }
        }
    }

    fn double_quoted(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    self.at += 1;
                    match self.bump() {
                        Some('\n') | None => {}
                        Some(c) if "$`\"\\".contains(c) => parts.char(c),
                        Some(c) => {
                            parts.char('\\');
                            parts.char(c);
                        }
                    }
                }
                '$' => self.dollar(parts, true),
                '`' => self.backticks(parts),
                c => {
                    parts.char(c);
                    self.at += c.len_utf8();
                }
            }
        }
        self.error(start..start + 1, "the quote is not closed");
    }

    fn backticks(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.at += 1;
        let mut escapes = false;
        loop {
            match self.bump() {
                Some('`') => break,
                Some('\\') => {
                    escapes = true;
                    self.bump();
                }
                Some(_) => {}
                None => {
                    self.error(start..start + 1, "the quote is not closed");
                    return parts.push(Part::Unknown(self.span(start)));
                }
            }
        }
        let inner = start + 1..self.at - 1;
        parts.push(match escapes || self.depth >= DEEPEST {
            true => Part::Unknown(self.span(start)),
            false => Part::Command(self.inner(inner), self.span(start)),
        });
    }

    fn dollar(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.at;
        self.at += 1;
        let rest = self.rest();
        match rest.chars().next() {
            Some('(') if rest.starts_with("((") => {
                self.skip_balanced('(', ')');
                parts.push(Part::Unknown(self.span(start)));
            }
            Some('(') => self.substitution(start, parts),
            // An expression of a workflow, which is replaced before a shell sees it.
            Some('{') if rest.starts_with("{{") => {
                let end = rest.find("}}").unwrap_or(rest.len());
                let name = rest.get(2..end).unwrap_or_default().trim().to_owned();
                self.at += (end + 2).min(rest.len());
                parts.push(Part::Expression(name, self.span(start)));
            }
            Some('{') => self.braces(start, parts, quoted),
            Some('\'') if !quoted => {
                parts.quoted();
                self.escaped(parts);
            }
            Some('"') if !quoted => {}
            Some(c) if starts_name(c) => {
                let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
                let name = rest[..end].to_owned();
                self.at += end;
                self.variable(start, name, None, None, quoted, parts);
            }
            Some(c) if c.is_ascii_digit() || "@*#?$!-".contains(c) => {
                self.at += 1;
                self.variable(start, c.to_string(), None, None, quoted, parts);
            }
            _ => parts.char('$'),
        }
    }

    fn variable(
        &self,
        start: usize,
        name: String,
        index: Option<String>,
        operation: Option<Box<Operation>>,
        quoted: bool,
        parts: &mut Parts,
    ) {
        let at = self.span(start);
        let variable = Variable { name, index, operation, quoted, at };
        parts.push(Part::Variable(Box::new(variable)));
    }

    /// `$(...)` or `<(...)`, at its bracket.
    fn substitution(&mut self, start: usize, parts: &mut Parts) {
        if self.depth >= DEEPEST {
            self.skip_balanced('(', ')');
            return parts.push(Part::Unknown(self.span(start)));
        }
        let list = self.parenthesized(start);
        parts.push(Part::Command(list, self.span(start)));
    }

    /// `${...}`, at its bracket.
    fn braces(&mut self, start: usize, parts: &mut Parts, quoted: bool) {
        if self.depth >= DEEPEST {
            self.skip_balanced('{', '}');
            return parts.push(Part::Unknown(self.span(start)));
        }
        self.at += 1;
        let mut length = false;
        if self.rest().starts_with('#') && !self.rest().starts_with("#}") {
            length = true;
            self.at += 1;
        }
        let rest = self.rest();
        let special = |c: char| "@*#?$!-".contains(c);
        let end = match rest.chars().next() {
            Some(c) if c.is_ascii_digit() => rest.find(|c: char| !c.is_ascii_digit()),
            Some(c) if starts_name(c) => rest.find(|c: char| !is_name(c)),
            Some(c) if special(c) => Some(1),
            _ => Some(0),
        };
        let name = rest[..end.unwrap_or(rest.len())].to_owned();
        self.at += name.len();
        let index = self.index();
        let operation = self.operation(length, quoted);
        let closed = self.peek() == Some('}');
        if !closed || name.is_empty() {
            self.skip_expansion(start);
            return parts.push(Part::Unknown(self.span(start)));
        }
        self.at += 1;
        self.variable(start, name, index, operation, quoted, parts);
    }

    /// `[...]` after a name.
    fn index(&mut self) -> Option<String> {
        const LONGEST: usize = 1_000;
        let rest = self.rest();
        let mut depth = 0usize;
        for (i, c) in rest.char_indices().take(LONGEST) {
            match c {
                '[' => depth += 1,
                ']' if depth > 1 => depth -= 1,
                ']' if depth == 1 => {
                    self.at += i + 1;
                    return rest.get(1..i).map(str::to_owned);
                }
                '\n' => return None,
                _ if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// What is done to the value, up to the closing bracket.
    fn operation(&mut self, length: bool, quoted: bool) -> Option<Box<Operation>> {
        const OPERATORS: &[&str] =
            &["##", "%%", "//", "^^", ",,", "-", "=", "+", "?", "#", "%", "/", "^", ",", "@", ":"];
        let start = self.at;
        let made = |operator, or_empty, word, replacement| {
            Some(Box::new(Operation { operator, or_empty, word, replacement }))
        };
        if length {
            let word = Word { at: self.span(start), parts: Vec::new(), quoted: false };
            return made("length", false, word, None);
        }
        let rest = self.rest();
        let or_empty = rest.starts_with(':') && rest[1..].starts_with(['-', '=', '+', '?']);
        self.at += usize::from(or_empty);
        let operator = OPERATORS.iter().copied().find(|o| self.rest().starts_with(o))?;
        self.at += operator.len();
        self.depth += 1;
        let replaces = operator.starts_with('/');
        let ends = if replaces { Ends::Slash(quoted) } else { Ends::Brace(quoted) };
        let word = self.word(ends)?;
        let mut replacement = None;
        if replaces && self.peek() == Some('/') {
            self.at += 1;
            replacement = self.word(Ends::Brace(quoted));
        }
        self.depth -= 1;
        made(operator, or_empty, word, replacement)
    }

    /// Goes behind an expansion that is not read.
    fn skip_expansion(&mut self, start: usize) {
        // What was read in vain is read again, which must not happen at every level.
        let reached = self.at;
        if self.spend(reached - start) {
            self.at = start + 1;
            self.skip_balanced('{', '}');
        }
    }

    /// `(a b)` of an assignment.
    fn array(&mut self) -> Part {
        let start = self.at;
        if self.depth >= DEEPEST {
            self.skip_balanced('(', ')');
            return Part::Unknown(self.span(start));
        }
        self.at += 1;
        self.depth += 1;
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some('\n') => self.newline(),
                Some(')') => {
                    self.at += 1;
                    break;
                }
                None => {
                    self.error(start..start + 1, "the bracket is not closed");
                    break;
                }
                Some(_) => match self.word(Ends::Operators) {
                    Some(word) => words.push(word),
                    None => drop(self.bump()),
                },
            }
        }
        self.depth -= 1;
        Part::Array(words)
    }

    /// `(a|b)` of a pattern, as it is written.
    fn group(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.skip_balanced('(', ')');
        parts.text(self.text(start));
    }

    /// Skips from an opening bracket to the one that closes it, quoted ones aside. What is not
    /// closed ends with the line.
    pub fn skip_balanced(&mut self, open: char, close: char) {
        let start = self.at;
        let mut depth = 0usize;
        let mut quote = None;
        while let Some(c) = self.bump() {
            if !self.spend(1) {
                break;
            }
            match (quote, c) {
                (_, '\\') if quote != Some('\'') => drop(self.bump()),
                (Some(q), c) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, c) if c == open => depth += 1,
                (None, c) if c == close => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
        self.error(start..(start + 1).min(self.at), "the bracket is not closed");
        if self.spend(self.at - start) {
            self.at = start;
            self.line();
        }
    }
}

/// The parts of a word, and whether one of them is quoted.
#[derive(Default)]
struct Parts(Vec<Part>, bool);

impl Parts {
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.push(Part::Literal(text.to_owned())),
        }
    }

    fn push(&mut self, part: Part) {
        // Most words have one part, and there are many words.
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.push(part);
    }

    fn char(&mut self, c: char) {
        self.text(c.encode_utf8(&mut [0; 4]));
    }

    fn quoted(&mut self) {
        self.1 = true;
    }

    fn is(&self, text: &str) -> bool {
        matches!(&self.0[..], [Part::Literal(only)] if only == text)
    }

    /// Whether it is `NAME=` or `NAME+=`.
    fn takes_array(&self) -> bool {
        match (&self.0[..], self.1) {
            ([Part::Literal(text)], false) => text
                .strip_suffix('=')
                .map(|name| name.strip_suffix('+').unwrap_or(name))
                .is_some_and(|name| name.starts_with(starts_name) && name.chars().all(is_name)),
            _ => false,
        }
    }

    /// Whether what comes next is a group of a pattern: `@(a|b)`.
    fn is_pattern(&self) -> bool {
        matches!(self.0.last(), Some(Part::Literal(text)) if text.ends_with(['@', '?', '*', '+', '!']))
    }
}
