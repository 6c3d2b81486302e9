//! JSON arrays of strings, as the exec form writes them.

use super::joined::Joined;
use crate::source::Excerpt;
use std::ops::Range;

/// Deeper nesting is no JSON to BuildKit.
const DEEPEST: usize = 10_000;

/// What the arguments of an instruction are as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Array {
    /// No valid array, which makes it the shell form.
    Absent,
    /// A valid array with something else than a string at these places.
    Mixed(Range<usize>),
    /// The places of the strings, quotes included.
    Strings(Vec<Range<usize>>),
}

/// Reads an array that takes all of a range of places.
pub(super) fn array(text: &str, range: Range<usize>) -> Array {
    let mut scanner = Scanner { text: text.as_bytes(), at: range.start, end: range.end };
    scanner.array().unwrap_or(Array::Absent)
}

/// The string at some places, decoded.
pub(super) fn string(line: &Joined<'_>, at: Range<usize>) -> Excerpt {
    let mut excerpt = Excerpt::empty(line.span(at.clone()));
    let (mut from, end) = (at.start + 1, at.end.saturating_sub(1));
    while from < end {
        let rest = &line.text()[from..end];
        let plain = rest.find('\\').unwrap_or(rest.len());
        line.push_onto(&mut excerpt, from..from + plain);
        from += plain;
        if from < end {
            let (decoded, length) = escape(&line.text()[from..end]);
            let written = line.span(from..from + length).range();
            excerpt.push(decoded.encode_utf8(&mut [0; 4]), written);
            from += length;
        }
    }
    excerpt
}

/// The character that an escape stands for, and the length of the escape. Half of a
/// surrogate pair is the replacement character.
fn escape(text: &str) -> (char, usize) {
    let unit = |from: usize| {
        let digits = text.get(from..from + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    match text.as_bytes().get(1) {
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'u') => {
            let (first, second) = (unit(0).unwrap_or(0xfffd), unit(6));
            match (first, second) {
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                }
                _ => (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            }
        }
        Some(other) => (char::from(*other), 2),
        None => ('\\', 1),
    }
}

/// Reads bytes; each method returns `None` where the JSON is not valid.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
}

impl Scanner<'_> {
    fn array(&mut self) -> Option<Array> {
        self.blanks();
        self.take(b'[')?;
        let mut strings = Vec::new();
        let mut other = None;
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            loop {
                self.blanks();
                let start = self.at;
                if self.peek() == Some(b'"') {
                    self.string()?;
                    strings.push(start..self.at);
                } else {
                    self.value()?;
                    other.get_or_insert(start..self.at);
                }
                self.blanks();
                match self.next()? {
                    b',' => {}
                    b']' => break,
                    _ => return None,
                }
            }
        }
        self.blanks();
        (self.at == self.end).then_some(other.map_or(Array::Strings(strings), Array::Mixed))
    }

    /// Skips any value. Brackets are kept on a stack of our own, since they may be many.
    fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                // The array around all of it counts, and so does this one.
                b'[' | b'{' if open.len() + 2 > DEEPEST => return None,
                bracket @ (b'[' | b'{') => {
                    self.at += 1;
                    self.blanks();
                    if self.peek()? == bracket + 2 {
                        self.at += 1;
                    } else {
                        open.push(bracket + 2);
                        if bracket == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b'"' => self.string()?,
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => self.number()?,
            }
            loop {
                let Some(close) = open.last().copied() else { return Some(()) };
                self.blanks();
                match self.next()? {
                    b',' => {
                        if close == b'}' {
                            self.key()?;
                        }
                        break;
                    }
                    byte if byte == close => {
                        open.pop();
                    }
                    _ => return None,
                }
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.blanks();
        self.string()?;
        self.blanks();
        self.take(b':')
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            self.next().filter(u8::is_ascii_hexdigit)?;
                        }
                    }
                    _ => return None,
                },
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.next()? {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.next().filter(u8::is_ascii_digit)?;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.next().filter(u8::is_ascii_digit)?;
            self.digits();
        }
        Some(())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|byte| self.take(*byte))
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(..self.end)?.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Array {
        array(text, 0..text.len())
    }

    #[test]
    fn only_a_valid_array_is_the_exec_form() {
        for text in [
            "",
            "echo",
            "\"a\"",
            "[",
            "[\"a\"",
            "[\"a\",]",
            "['a']",
            "[\"a\"] b",
            "[\"a\" \"b\"]",
            "[\"\\x\"]",
            "[\"\\u12\"]",
            "[\"\t\"]",
            "[01]",
            "[nul]",
            "[{\"a\"}]",
            "[[1]",
            "[1.]",
            "[-]",
            "[{\"a\":1,}]",
            "{\"a\": 1}",
        ] {
            assert_eq!(read(text), Array::Absent, "{text:?}");
        }
    }

    #[test]
    fn anything_but_strings_is_found() {
        for (text, place) in [
            ("[\"a\", 1]", 6..7),
            ("[true, \"a\"]", 1..5),
            ("[null]", 1..5),
            ("[-1.5e+3]", 1..8),
            ("[{\"a\": [1, {}, []]}, 2]", 1..19),
            ("[[\"a\"]]", 1..6),
        ] {
            assert_eq!(read(text), Array::Mixed(place), "{text:?}");
        }
        assert_eq!(read("[]"), Array::Strings(vec![]));
        assert_eq!(read(" [ \"a\" , \"\" ] "), Array::Strings(vec![3..6, 9..11]));
    }

    #[test]
    fn deep_nesting_ends_quietly() {
        assert_eq!(read(&"[".repeat(100_000)), Array::Absent);
        let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
        assert!(matches!(read(&deep), Array::Mixed(_)));
        let deeper = format!("{}{}", "[".repeat(10_001), "]".repeat(10_001));
        assert_eq!(read(&deeper), Array::Absent);
    }

    #[test]
    fn escapes_are_decoded() {
        for (text, expected) in [
            (r"\n", ('\n', 2)),
            (r"\/", ('/', 2)),
            (r"\u00e9", ('é', 6)),
            (r"\ud83d\ude00", ('😀', 12)),
            (r"\ud83d\u0041", ('\u{fffd}', 6)),
            (r"\udc00", ('\u{fffd}', 6)),
        ] {
            assert_eq!(escape(text), expected, "{text}");
        }
    }
}
