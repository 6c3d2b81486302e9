//! Tests of the shell, `[` and `test`, that do not ask what they seem to.

use super::Script;
use crate::source::{Sources, Span};
use crate::syntax::shell::{Operator, Part, Simple, Statement, Word};

/// What compares numbers.
const NUMERIC: &[&str] = &["-eq", "-ne", "-lt", "-le", "-gt", "-ge"];

/// A `[` that is not closed, or that compares by a redirection.
#[derive(Debug, Clone)]
pub struct BrokenTest {
    /// Where it is.
    pub at: Span,
    /// The word that is wrong, as it is written.
    pub word: String,
    /// What is wrong with it.
    pub why: TestSlip,
}

/// What is wrong with a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestSlip {
    /// `>` or `<` where numbers are compared.
    Redirection,
    /// No blank before `]`.
    Glued,
    /// No `]`.
    Open,
    /// No blank behind `[`.
    GluedStart,
    /// No blanks around `=`.
    OneWord,
    /// A word where numbers are compared.
    NoNumber,
}

/// A test of a word that is not there while it is empty.
#[derive(Debug, Clone, Copy)]
pub struct OpenTest<'s> {
    /// The test.
    pub at: Span,
    /// The word.
    pub word: Span,
    /// The variable, if it is one.
    pub variable: Option<&'s str>,
    /// Whether the test then always holds: `-n`.
    pub always: bool,
}

/// What a line has that asks something; `[` is a list of YAML, too.
const ASKS: &[&str] = &["if ", "[ -", "[ !", "[ $", "[ \"$", "[[ ", "test ", "case "];

/// Whether a line of a text with scripts in it asks something about a name or a file.
pub fn asks_about(text: &str, name: &str) -> bool {
    let asks = |line: &str| line.contains(name) && ASKS.iter().any(|word| line.contains(word));
    text.lines().any(asks)
}

impl Script {
    /// The tests that always fail, or compare nothing.
    pub fn broken_tests(&self, sources: &Sources) -> Vec<BrokenTest> {
        // What cannot be read is no test.
        if !self.has_shell() || !self.errors.is_empty() {
            return Vec::new();
        }
        let tests = self.simple();
        tests.filter_map(|(statement, simple)| broken_test(statement, simple, sources)).collect()
    }

    /// The tests that ask something else while a word without quotes is empty.
    pub fn open_tests(&self) -> Vec<OpenTest<'_>> {
        let mut found = Vec::new();
        for (statement, simple) in self.simple() {
            let words = match (simple.program(), &simple.words[..]) {
                (Some("["), [_, words @ .., last]) if last.as_str() == Some("]") => words,
                (Some("test"), [_, words @ ..]) => words,
                _ => continue,
            };
            let words = match words {
                [not, rest @ ..] if not.as_str() == Some("!") => rest,
                words => words,
            };
            let (word, always) = match words {
                [option, word] if option.as_str() == Some("-n") => (word, true),
                [word, operator, _] if is_comparison(operator) => (word, false),
                _ => continue,
            };
            let variable = match &word.parts[..] {
                [Part::Variable(only)] if !only.quoted && only.operation.is_none() => {
                    Some(only.name.as_str()).filter(|_| only.is_named())
                }
                [Part::Command(..)] if !word.quoted && always => None,
                _ => continue,
            };
            // `$?` and `$#` are never empty.
            if variable.is_none() && matches!(&word.parts[..], [Part::Variable(_)]) {
                continue;
            }
            found.push(OpenTest { at: statement.at, word: word.at, variable, always });
        }
        found
    }
}

impl BrokenTest {
    /// The blanks that it lacks: what to write, and in the place of what. None where no blank
    /// is missing, or where it is not clear between which words.
    pub fn blanks(&self) -> Option<(Span, String)> {
        let before = |at: u32| (Span { start: at, end: at, ..self.at }, " ".to_owned());
        match self.why {
            TestSlip::Glued => Some(before(self.at.end.checked_sub(1)?)),
            TestSlip::GluedStart => Some(before(self.at.start + 1)),
            TestSlip::OneWord => {
                let (left, right) = self.word.split_once('=')?;
                let is_plain = !left.ends_with('!') && !right.contains('=');
                is_plain.then(|| (self.at, format!("{left} = {right}")))
            }
            TestSlip::Redirection | TestSlip::Open | TestSlip::NoNumber => None,
        }
    }
}

fn broken_test(statement: &Statement, simple: &Simple, sources: &Sources) -> Option<BrokenTest> {
    let (first, last) = simple.words.first().zip(simple.words.last())?;
    let program = first.as_str();
    let broken = |at: Span, word: Span, why| {
        Some(BrokenTest { at, word: sources.text(word).to_owned(), why })
    };
    let start = sources.text(first.at);
    // With a comma it is a list that is no JSON.
    let is_item = start.ends_with(',');
    if ["[\"", "[$", "[-", "[!"].iter().any(|glued| start.starts_with(glued)) && !is_item {
        return broken(first.at, first.at, TestSlip::GluedStart);
    }
    if program != Some("[") || first.quoted {
        return None;
    }
    let is_closed = last.as_str() == Some("]");
    if let ([_, only, _], true) = (&simple.words[..], is_closed)
        && joins_by_equals(only, sources)
    {
        return broken(only.at, only.at, TestSlip::OneWord);
    }
    if let ([_, left, operator, right, _], true) = (&simple.words[..], is_closed)
        && operator.as_str().is_some_and(|text| NUMERIC.contains(&text))
    {
        let is_text =
            |word: &&Word| word.as_str().is_some_and(|text| text.trim().parse::<i64>().is_err());
        if let Some(word) = [left, right].into_iter().find(is_text) {
            return broken(word.at, word.at, TestSlip::NoNumber);
        }
    }
    let inside = statement.redirects.iter().find(|redirect| {
        let is_file = matches!(redirect.operator, Operator::Writes | Operator::Reads);
        is_file && is_closed && redirect.target.at.end < last.at.start
    });
    if let Some(redirect) = inside {
        return broken(redirect.target.at, redirect.target.at, TestSlip::Redirection);
    }
    if simple.words.iter().any(|word| word.as_str() == Some("]")) {
        return None;
    }
    let glued = sources.text(last.at).ends_with(']');
    let why = if glued { TestSlip::Glued } else { TestSlip::Open };
    broken(first.at.to(last.at), last.at, why)
}

fn is_comparison(word: &Word) -> bool {
    word.as_str().is_some_and(|text| matches!(text, "=" | "==" | "!=") || NUMERIC.contains(&text))
}

/// Whether a word is two with `=` between them, outside of quotes.
fn joins_by_equals(word: &Word, sources: &Sources) -> bool {
    let mut quote = None;
    let mut depth = 0usize;
    let text = sources.text(word.at);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '(') => depth += 1,
            (None, '}' | ')') => depth = depth.saturating_sub(1),
            (None, '=') if depth == 0 => {
                return i > 0 && text.starts_with(['"', '$']) && !text.ends_with('=');
            }
            _ => {}
        }
    }
    false
}
