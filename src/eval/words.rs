//! Words of a Dockerfile: what is left of them without quotes, escapes and variables.
//!
//! The behaviour is that of `frontend/dockerfile/shell/lex.go` of BuildKit 0.26 (2026-08).

use crate::value::{Piece, Text};
use std::iter::Peekable;
use std::str::Chars;

/// Deeper nesting of `${...}` is not read.
const DEEPEST: usize = 32;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// A text, of which parts may be unknown.
    Set(Text),
    /// Certainly nothing.
    Unset,
    /// Perhaps something.
    Unknown,
}

/// What a word amounts to. What cannot be known is a hole, and so is what BuildKit refuses.
pub fn expand(word: &str, escape: char, look_up: &mut dyn FnMut(&str) -> Variable) -> Text {
    // Most words say what they are.
    if !word.contains(['\'', '"', '$', escape]) {
        return Text::from(word);
    }
    let mut words = Words { chars: word.chars().peekable(), escape, look_up, depth: 0 };
    let mut text = Text::default();
    match words.until(None, &mut text) {
        Some(()) => text,
        None => Text::hole(word),
    }
}

struct Words<'w> {
    chars: Peekable<Chars<'w>>,
    escape: char,
    look_up: &'w mut dyn FnMut(&str) -> Variable,
    depth: usize,
}

/// These methods give nothing where BuildKit refuses the word.
impl Words<'_> {
    /// Reads up to a character, or to the end of the word.
    fn until(&mut self, stop: Option<char>, text: &mut Text) -> Option<()> {
        while let Some(c) = self.chars.next() {
            match c {
                c if Some(c) == stop => return Some(()),
                '\'' => self.single_quoted(text)?,
                '"' => self.double_quoted(text)?,
                '$' => self.variable(text)?,
                c if c == self.escape => {
                    if let Some(escaped) = self.chars.next() {
                        text.push_str(escaped.encode_utf8(&mut [0; 4]));
                    }
                }
                c => text.push_str(c.encode_utf8(&mut [0; 4])),
            }
        }
        stop.is_none().then_some(())
    }

    fn single_quoted(&mut self, text: &mut Text) -> Option<()> {
        loop {
            match self.chars.next()? {
                '\'' => return Some(()),
                c => text.push_str(c.encode_utf8(&mut [0; 4])),
            }
        }
    }

    fn double_quoted(&mut self, text: &mut Text) -> Option<()> {
        loop {
            let mut c = self.chars.next()?;
            match c {
                '"' => return Some(()),
                '$' => {
                    self.variable(text)?;
                    continue;
                }
                c2 if c2 == self.escape => {
                    let escaped = |next: &char| matches!(next, '"' | '$') || *next == c2;
                    match self.chars.next_if(escaped) {
                        Some(next) => c = next,
                        None => {
                            self.chars.peek()?;
                        }
                    }
                }
                _ => {}
            }
            text.push_str(c.encode_utf8(&mut [0; 4]));
        }
    }

    /// A variable after its `$`.
    fn variable(&mut self, text: &mut Text) -> Option<()> {
        if self.chars.next_if_eq(&'{').is_none() {
            let name = self.name();
            match name.is_empty() {
                true => text.push_str("$"),
                false => self.value(&name, text),
            }
            return Some(());
        }
        if matches!(self.chars.peek()?, '{' | '}' | ':') || self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let name = self.name();
        let read = self.braces(&name, text);
        self.depth -= 1;
        read
    }

    /// What follows the name in `${name...}`.
    fn braces(&mut self, name: &str, text: &mut Text) -> Option<()> {
        let mut operator = self.chars.next()?;
        let null_is_unset = operator == ':';
        match operator {
            '}' => {
                self.value(name, text);
                return Some(());
            }
            ':' => operator = self.chars.next().filter(|c| matches!(c, '-' | '+' | '?'))?,
            '#' | '%' | '/' => {
                self.pattern(operator)?;
                text.push(Piece::Hole(format!("${{{name}{operator}}}")));
                return Some(());
            }
            '-' | '+' | '?' => {}
            _ => return None,
        }
        let mut word = Text::default();
        self.until(Some('}'), &mut word)?;
        let value = (self.look_up)(name);
        // Whether it counts as set, as far as that is known.
        let set = match &value {
            Variable::Unset => Some(false),
            Variable::Unknown => None,
            Variable::Set(_) if !null_is_unset => Some(true),
            Variable::Set(value) => value.is_empty().map(|empty| !empty),
        };
        match (operator, set, value) {
            ('-' | '?', Some(true), Variable::Set(value)) => text.append(value),
            ('-', Some(false), _) | ('+', Some(true), _) => text.append(word),
            ('+', Some(false), _) => {}
            ('?', Some(false), _) => return None,
            _ => text.push(Piece::Hole(format!("${{{name}{operator}}}"))),
        }
        Some(())
    }

    /// Skips the pattern of `#`, `%` and `/`, whose result is not worked out.
    fn pattern(&mut self, operator: char) -> Option<()> {
        let mut skipped = Text::default();
        if operator == '/' {
            self.chars.next_if_eq(&'/');
            self.until(Some('/'), &mut skipped)?;
        }
        self.until(Some('}'), &mut skipped)
    }

    fn value(&mut self, name: &str, text: &mut Text) {
        match (self.look_up)(name) {
            Variable::Set(value) => text.append(value),
            Variable::Unset => {}
            Variable::Unknown => text.push(Piece::Hole(format!("${name}"))),
        }
    }

    /// A name: digits, one special character, or letters with digits.
    fn name(&mut self) -> String {
        let mut name = String::new();
        let Some(first) = self.chars.next_if(|c| {
            c.is_alphanumeric() || matches!(c, '_' | '@' | '*' | '#' | '?' | '-' | '$' | '!')
        }) else {
            return name;
        };
        name.push(first);
        if !first.is_alphanumeric() && first != '_' {
            return name;
        }
        let digits = first.is_numeric();
        while let Some(c) =
            self.chars.next_if(|c| c.is_numeric() || !digits && (c.is_alphabetic() || *c == '_'))
        {
            name.push(c);
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(word: &str, escape: char) -> String {
        let mut look_up = |name: &str| match name {
            "A" => Variable::Set(Text::from("a")),
            "EMPTY" => Variable::Set(Text::from("")),
            "PART" => Variable::Set({
                let mut text = Text::from("x-");
                text.append(Text::hole("y"));
                text
            }),
            "HOLE" => Variable::Set(Text::hole("h")),
            "MAYBE" => Variable::Unknown,
            _ => Variable::Unset,
        };
        let text = expand(word, escape, &mut look_up);
        let piece = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Hole(name) => format!("<{name}>"),
        };
        text.pieces().iter().map(piece).collect()
    }

    #[test]
    fn words_are_what_buildkit_makes_of_them() {
        for (word, expected) in [
            ("plain", "plain"),
            ("$A", "a"),
            ("${A}b", "ab"),
            ("$A_b", ""),
            ("x$NONE.y", "x.y"),
            ("\\$A", "$A"),
            ("'$A'", "$A"),
            ("\"$A\"", "a"),
            ("\"\\$A \\\"q\\\" \\n\"", "$A \"q\" \\n"),
            ("it\\'s", "it's"),
            ("a$", "a$"),
            ("$1x", "x"),
            ("${A:-b}", "a"),
            ("${NONE:-b}", "b"),
            ("${EMPTY:-b}", "b"),
            ("${EMPTY-b}", ""),
            ("${A:+b}", "b"),
            ("${NONE:+b}", ""),
            ("${EMPTY+b}", "b"),
            ("${A:?no}", "a"),
            ("${NONE:-${A}c}", "ac"),
            ("${NONE:-'$A}'}", "$A}"),
            ("${PART:-b}", "x-<y>"),
            ("${HOLE:-b}", "<${HOLE-}>"),
            ("${HOLE-b}", "<h>"),
            ("${MAYBE:-b}", "<${MAYBE-}>"),
            ("$MAYBE/x", "<$MAYBE>/x"),
            ("${A%x*}.z", "<${A%}>.z"),
            ("${A/b/c}.z", "<${A/}>.z"),
            ("\\", ""),
            // What is refused is one hole.
            ("${NONE:?no}", "<${NONE:?no}>"),
            ("'open", "<'open>"),
            ("\"open", "<\"open>"),
            ("${A", "<${A>"),
            ("${}", "<${}>"),
            ("${A:=b}", "<${A:=b}>"),
        ] {
            assert_eq!(expanded(word, '\\'), expected, "{word}");
        }
        assert_eq!(expanded("c:\\x`$A", '`'), "c:\\x$A");
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = "${N:-".repeat(100_000);
        assert_eq!(expand(&deep, '\\', &mut |_| Variable::Unset), Text::hole(&*deep));
    }
}
