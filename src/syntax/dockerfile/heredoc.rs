//! Where an instruction opens heredocs. BuildKit splits the whole line into words as a
//! shell does, with quotes kept, and looks at the words that hold `<<`.

use super::joined::Joined;
use crate::source::Span;
use std::ops::Range;

/// Deeper nesting of `${...}` is not read; no heredoc is seen in such a line.
const DEEPEST: usize = 100;

/// `<<EOF` in an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opener {
    /// The word that ends the lines.
    pub name: String,
    /// Where it is opened.
    pub at: Span,
    /// Whether no part of the word is quoted.
    pub expands: bool,
    /// Whether it is `<<-`.
    pub chomps: bool,
    /// The number before `<<`.
    pub descriptor: u32,
}

/// The heredocs of a line. A line that is no valid shell has none.
pub(super) fn openers(line: &Joined<'_>) -> Vec<Opener> {
    let keep = Keep { quotes: true, escapes: true };
    let words = Lexer::split(line.text(), keep).map(|split| split.words).unwrap_or_default();
    words.iter().filter_map(|word| opener(&word.text, line.span(word.places.clone()))).collect()
}

/// Reads one word as an opener: a number, `<<`, a dash, and a word without another `<`.
pub(super) fn opener(word: &str, at: Span) -> Option<Opener> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = word.split_at(digits);
    let rest = rest.strip_prefix("<<")?;
    let (chomps, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let name = rest.trim_start_matches([' ', '\t', '\r', '\u{c}']);
    if name.is_empty() || name.contains('<') {
        return None;
    }
    let split = Lexer::split(name, Keep { quotes: false, escapes: false })?;
    let [name] = &split.words[..] else { return None };
    let descriptor = if number.is_empty() { 0 } else { number.parse().unwrap_or(u32::MAX) };
    Some(Opener { name: name.text.clone(), at, expands: !split.quotes, chomps, descriptor })
}

/// What stays in the words.
#[derive(Debug, Clone, Copy)]
struct Keep {
    quotes: bool,
    escapes: bool,
}

/// A word, and the places from its first character to its last.
#[derive(Debug, Default)]
struct Word {
    text: String,
    places: Range<usize>,
}

#[derive(Debug)]
struct Split {
    words: Vec<Word>,
    /// Whether there was a quote.
    quotes: bool,
}

/// A character and its place.
type Placed = (usize, char);

/// Splits as BuildKit does with no variable set: `$x` and `${x}` stay as they are.
struct Lexer<'a> {
    chars: std::iter::Peekable<std::str::CharIndices<'a>>,
    keep: Keep,
    words: Vec<Word>,
    word: Word,
    quotes: bool,
}

impl Lexer<'_> {
    /// The words, or nothing if a quote or a brace stays open.
    fn split(text: &str, keep: Keep) -> Option<Split> {
        let chars = text.char_indices().peekable();
        let (words, word) = (Vec::new(), Word::default());
        let mut lexer = Lexer { chars, keep, words, word, quotes: false };
        while let Some((place, c)) = lexer.chars.next() {
            match c {
                '\'' | '"' => {
                    let quoted = lexer.quoted((place, c), keep.escapes, 0)?;
                    quoted.into_iter().for_each(|placed| lexer.add(placed));
                }
                '$' => {
                    let variable = lexer.variable(place, 0)?;
                    variable.into_iter().for_each(|placed| lexer.add_or_split(placed));
                }
                '<' => lexer.angle(place).into_iter().for_each(|placed| lexer.add(placed)),
                '\\' => {
                    if keep.escapes {
                        lexer.add((place, c));
                    }
                    if let Some(escaped) = lexer.chars.next() {
                        lexer.add(escaped);
                    }
                }
                _ => lexer.add_or_split((place, c)),
            }
        }
        lexer.finish_word();
        Some(Split { words: lexer.words, quotes: lexer.quotes })
    }

    fn add(&mut self, (place, c): Placed) {
        if self.word.text.is_empty() {
            self.word.places.start = place;
        }
        self.word.text.push(c);
        self.word.places.end = place + c.len_utf8();
    }

    fn add_or_split(&mut self, placed: Placed) {
        if placed.1.is_whitespace() {
            self.finish_word();
        } else {
            self.add(placed);
        }
    }

    fn finish_word(&mut self) {
        if !self.word.text.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    /// A quoted part after its first quote.
    fn quoted(&mut self, open: Placed, escapes: bool, depth: usize) -> Option<Vec<Placed>> {
        self.quotes = true;
        let mut out = Vec::new();
        out.extend(self.keep.quotes.then_some(open));
        loop {
            let placed = self.chars.next()?;
            match placed.1 {
                c if c == open.1 => {
                    out.extend(self.keep.quotes.then_some(placed));
                    return Some(out);
                }
                '$' if open.1 == '"' => out.extend(self.variable(placed.0, depth)?),
                '\\' if open.1 == '"' => {
                    out.extend(escapes.then_some(placed));
                    let escaped = self.chars.next_if(|(_, c)| matches!(c, '"' | '$' | '\\'));
                    out.push(escaped.unwrap_or(placed));
                }
                _ => out.push(placed),
            }
        }
    }

    /// `<` or `<<` with the blanks after it, which belong to the word.
    fn angle(&mut self, place: usize) -> Vec<Placed> {
        let mut out = vec![(place, '<')];
        if let Some(second) = self.chars.next_if(|(_, c)| *c == '<') {
            out.push(second);
            while let Some(blank) = self.chars.next_if(|(_, c)| matches!(c, '\t' | '\r' | ' ')) {
                out.push(blank);
            }
        }
        out
    }

    /// A variable after its `$`.
    fn variable(&mut self, place: usize, depth: usize) -> Option<Vec<Placed>> {
        let mut out = vec![(place, '$')];
        let Some(brace) = self.chars.next_if(|(_, c)| *c == '{') else {
            self.name(&mut out);
            return Some(out);
        };
        out.push(brace);
        if depth >= DEEPEST || matches!(self.chars.peek()?.1, '{' | '}' | ':') {
            return None;
        }
        self.name(&mut out);
        let mut operator = self.chars.next()?;
        out.push(operator);
        match operator.1 {
            '}' => return Some(out),
            ':' => {
                operator = self.chars.next()?;
                if matches!(operator.1, '#' | '%') {
                    return None;
                }
                out.push(operator);
                self.until('}', &mut out, false, depth)?;
            }
            '+' | '-' | '?' => self.until('}', &mut out, false, depth)?,
            '#' | '%' => self.until('}', &mut out, true, depth)?,
            '/' => {
                self.chars.next_if(|(_, c)| *c == '/');
                self.until('/', &mut out, true, depth)?;
                self.until('}', &mut out, true, depth)?;
            }
            _ => return None,
        }
        Some(out)
    }

    /// What follows an operator, with the character that ends it. BuildKit forgets what came
    /// before it in the same word, since both use one buffer.
    fn until(
        &mut self,
        stop: char,
        out: &mut Vec<Placed>,
        escapes: bool,
        depth: usize,
    ) -> Option<()> {
        self.word = Word::default();
        loop {
            let placed = self.chars.next()?;
            match placed.1 {
                c if c == stop => {
                    out.push(placed);
                    return Some(());
                }
                '\'' | '"' => out.extend(self.quoted(placed, escapes, depth + 1)?),
                '$' => out.extend(self.variable(placed.0, depth + 1)?),
                '<' => out.extend(self.angle(placed.0)),
                '\\' => {
                    out.extend(escapes.then_some(placed));
                    out.extend(self.chars.next());
                }
                _ => out.push(placed),
            }
        }
    }

    /// The name of a variable: digits, one special character, or letters.
    fn name(&mut self, out: &mut Vec<Placed>) {
        let Some(first) = self.chars.next_if(|(_, c)| {
            c.is_alphanumeric() || matches!(c, '_' | '@' | '*' | '#' | '?' | '-' | '$' | '!')
        }) else {
            return;
        };
        out.push(first);
        let digits = first.1.is_numeric();
        if !digits && !first.1.is_alphabetic() && first.1 != '_' {
            return;
        }
        while let Some(more) = self
            .chars
            .next_if(|(_, c)| c.is_numeric() || !digits && (c.is_alphabetic() || *c == '_'))
        {
            out.push(more);
        }
    }
}
