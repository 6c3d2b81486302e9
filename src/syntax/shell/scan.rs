//! The scanner: characters to words to commands.

use super::{Command, Part, Word};
use crate::source::{Excerpt, Span};
use std::collections::VecDeque;

/// Deeper blocks are read as if they were at this depth.
const DEEPEST: usize = 200;

pub struct Scanner<'a> {
    script: &'a Excerpt,
    text: &'a str,
    at: usize,
    commands: Vec<Command>,
    /// The words of the command that is being read.
    words: Vec<Word>,
    /// How many blocks are open that may not run.
    depth: usize,
    /// Whether the command follows `||`.
    after_or: bool,
    /// How many `(` are open.
    subshell: usize,
    /// Whether the command's output goes to a file.
    writes: bool,
    /// The words that end heredocs which start at the next line, with `<<-` or not.
    heredocs: VecDeque<(String, bool)>,
}

impl<'a> Scanner<'a> {
    pub fn new(script: &'a Excerpt) -> Scanner<'a> {
        Scanner {
            script,
            text: &script.text,
            at: 0,
            commands: Vec::new(),
            words: Vec::new(),
            depth: 0,
            after_or: false,
            subshell: 0,
            writes: false,
            heredocs: VecDeque::new(),
        }
    }

    pub fn commands(mut self) -> Vec<Command> {
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\n' => {
                    self.at += 1;
                    self.end();
                    self.skip_heredocs();
                }
                '#' => self.skip_line(),
                ';' | '&' => {
                    self.at += 1;
                    self.end();
                }
                '(' | ')' => {
                    self.at += 1;
                    self.end();
                    let open = self.subshell + usize::from(c == '(');
                    self.subshell = open - usize::from(c == ')' && open > 0);
                }
                '|' => {
                    self.at += 1;
                    let or = self.text[self.at..].starts_with('|');
                    self.end();
                    self.after_or = or;
                    self.at += usize::from(or);
                }
                '<' | '>' => self.redirection(),
                '\\' if self.text[self.at..].starts_with("\\\n") => self.at += 2,
                '\\' if self.text[self.at..].starts_with("\\\r\n") => self.at += 3,
                _ => self.word(),
            }
        }
        self.end();
        self.commands
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn span(&self, start: usize) -> Span {
        self.script.span(start..self.at)
    }

    fn skip_line(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn skip_heredocs(&mut self) {
        while let Some((end, tabs)) = self.heredocs.pop_front() {
            while self.at < self.text.len() {
                let start = self.at;
                self.skip_line();
                let line = &self.text[start..self.at];
                self.at = (self.at + 1).min(self.text.len());
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }

    fn redirection(&mut self) {
        let heredoc =
            self.text[self.at..].starts_with("<<") && !self.text[self.at..].starts_with("<<<");
        let output = self.text[self.at..].starts_with('>');
        let mut copies = false;
        while let Some(c) = self.peek().filter(|c| "<>&|".contains(*c)) {
            copies |= c == '&';
            self.at += 1;
        }
        let tabs = heredoc && self.peek() == Some('-');
        self.at += usize::from(tabs);
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
        let kept = self.words.len();
        if self.peek().is_some_and(|c| !"\n;&|()<>".contains(c)) {
            self.word();
        }
        let target = self.words.drain(kept..).next();
        let nowhere = target.as_ref().and_then(Word::as_str) == Some("/dev/null");
        self.writes |= output && !copies && !nowhere;
        if heredoc && let Some(word) = target.as_ref().and_then(Word::as_str) {
            self.heredocs.push_back((word.to_owned(), tabs));
        }
    }

    /// Ends the command that is being read, and keeps it if it runs a program.
    fn end(&mut self) {
        let mut words = std::mem::take(&mut self.words);
        let after_or = std::mem::take(&mut self.after_or);
        let writes = std::mem::take(&mut self.writes);
        loop {
            match words.first().and_then(Word::as_str) {
                Some("if" | "while" | "until" | "case" | "for" | "select" | "function")
                    if self.depth < DEEPEST =>
                {
                    self.depth += 1;
                    let header = words.remove(0);
                    // What `for` and `case` list are words and no command.
                    if matches!(header.as_str(), Some("for" | "case" | "select" | "function")) {
                        let body = words.iter().position(|w| w.as_str() == Some("in"));
                        words.drain(..body.map_or(words.len(), |_| words.len()));
                    }
                }
                Some("fi" | "done" | "esac") => {
                    self.depth = self.depth.saturating_sub(1);
                    words.remove(0);
                }
                Some("then" | "else" | "elif" | "do" | "{" | "}" | "!" | "time" | "in") => {
                    drop(words.remove(0));
                }
                _ => break,
            }
        }
        let mut assignments = Vec::new();
        while let Some((name, value)) = words.first().and_then(assignment) {
            assignments.push((name, value));
            words.remove(0);
        }
        let places = words.iter().map(|w| w.at).chain(assignments.iter().map(|(_, w)| w.at));
        let Some(at) = places.reduce(Span::to) else { return };
        let conditional = self.depth > 0 || after_or;
        let subshell = self.subshell;
        self.commands.push(Command { at, assignments, words, conditional, subshell, writes });
    }

    fn word(&mut self) {
        let start = self.at;
        let mut parts = Parts::default();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\'' => {
                    self.at += 1;
                    let rest = &self.text[self.at..];
                    let end = rest.find('\'').unwrap_or(rest.len());
                    parts.text(&rest[..end]);
                    self.at = (self.at + end + 1).min(self.text.len());
                }
                '"' => self.double_quoted(&mut parts),
                '\\' => {
                    self.at += 1;
                    match self.bump() {
                        Some('\n') | None => {}
                        Some(c) => parts.char(c),
                    }
                }
                '$' => self.dollar(&mut parts),
                '`' => self.backticks(&mut parts),
                c => {
                    parts.char(c);
                    self.at += c.len_utf8();
                }
            }
        }
        if self.at == start {
            // A character that nothing else takes is skipped, so that the scan goes on.
            self.bump();
            return;
        }
        let at = self.span(start);
        // `2>file`: a number right before a redirection belongs to it.
        let digits = self.text[start..self.at].bytes().all(|b| b.is_ascii_digit());
        if !(digits && self.peek().is_some_and(|c| c == '<' || c == '>')) {
            self.words.push(Word { at, parts: parts.0 });
        }
    }

    fn double_quoted(&mut self, parts: &mut Parts) {
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
                '$' => self.dollar(parts),
                '`' => self.backticks(parts),
                c => {
                    parts.char(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn backticks(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.at += 1;
        let rest = &self.text[self.at..];
        self.at = (self.at + rest.find('`').unwrap_or(rest.len()) + 1).min(self.text.len());
        parts.0.push(Part::Unknown(self.span(start)));
    }

    fn dollar(&mut self, parts: &mut Parts) {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some('(') => {
                self.skip_balanced('(', ')');
                parts.0.push(Part::Unknown(self.span(start)));
            }
            Some('{') => {
                self.skip_balanced('{', '}');
                let inner = self.text[start + 2..self.at].trim_end_matches('}');
                let end = inner.find(|c: char| !is_name(c)).unwrap_or(inner.len());
                let (name, rest) = inner.split_at(end);
                let at = self.span(start);
                let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
                let default = default.or_else(|| rest.strip_prefix(":="));
                if name.is_empty() || (default.is_none() && !rest.is_empty()) {
                    parts.0.push(Part::Unknown(at));
                } else {
                    let default = default.map(str::to_owned);
                    parts.0.push(Part::Variable { name: name.to_owned(), default, at });
                }
            }
            Some(c) if is_name(c) && !c.is_ascii_digit() => {
                let rest = &self.text[self.at..];
                let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
                let name = rest[..end].to_owned();
                self.at += end;
                parts.0.push(Part::Variable { name, default: None, at: self.span(start) });
            }
            Some(c) if c.is_ascii_digit() || "@*#?$!-".contains(c) => {
                self.at += 1;
                parts.0.push(Part::Unknown(self.span(start)));
            }
            _ => parts.char('$'),
        }
    }

    /// Skips from an opening bracket to the one that closes it, quoted ones aside.
    fn skip_balanced(&mut self, open: char, close: char) {
        let mut depth = 0usize;
        let mut quote = None;
        while let Some(c) = self.bump() {
            match (quote, c) {
                (_, '\\') if quote != Some('\'') => drop(self.bump()),
                (Some(q), c) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, c) if c == open => depth += 1,
                (None, c) if c == close => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }
}

#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Part::Literal(text.to_owned())),
        }
    }

    fn char(&mut self, c: char) {
        self.text(c.encode_utf8(&mut [0; 4]));
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `NAME=value` as a name and the rest of the word.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let Some(Part::Literal(first)) = word.parts.first() else { return None };
    let (name, value) = first.split_once('=')?;
    if name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !name.chars().all(is_name)
    {
        return None;
    }
    let mut parts = Vec::new();
    if !value.is_empty() {
        parts.push(Part::Literal(value.to_owned()));
    }
    parts.extend(word.parts[1..].iter().cloned());
    Some((name.to_owned(), Word { at: word.at, parts }))
}

#[cfg(test)]
mod tests {
    use crate::source::{Excerpt, SourceId, Span};
    use crate::syntax::shell::commands;

    fn shown(script: &str) -> String {
        let at = Span::new(SourceId(0), 0..script.len());
        let commands = commands(&Excerpt::verbatim(script, at));
        let lines = commands.iter().map(|command| {
            let words: Vec<_> = command.words.iter().map(|w| w.text().to_string()).collect();
            let sets = command.assignments.iter().map(|(n, v)| format!("{n}={} ", v.text()));
            let mark = if command.conditional { "? " } else { "" };
            format!("{mark}{}{}", sets.collect::<String>(), words.join(" | "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn commands_are_found_with_their_words() {
        for (script, expected) in [
            ("a b&&c;d\ne", "a | b\nc\nd\ne"),
            ("docker build \\\n  -t 'x y' .", "docker | build | -t | x y | ."),
            ("X=1 Y=$Z run \"$A-b\" # no", "X=1 Y=* run | *-b"),
            ("if test -f x; then\n  a\nfi\nb", "? test | -f | x\n? a\nb"),
            ("a || b\nc", "a\n? b\nc"),
            ("for i in a b; do echo $i; done; z", "? echo | *\nz"),
            ("cat <<EOF > out\ndocker build .\nEOF\nnext", "cat\nnext"),
            ("a 2>&1 | b > /dev/null", "a\nb"),
            ("x=$(docker build .) y", "x=* y"),
            ("echo ${A:-b} ${C} ${D%x} `e f`", "echo | * | * | * | *"),
            ("", ""),
            ("'unclosed", "unclosed"),
            ("$", "$"),
        ] {
            assert_eq!(shown(script), expected, "{script:?}");
        }
    }

    #[test]
    fn odd_input_ends() {
        for script in ["((((", "))))", "${", "$((", "`", "\"", "<<", "<<EOF\nx", "\\", "a\\"] {
            shown(script);
            shown(&script.repeat(1000));
        }
    }
}
