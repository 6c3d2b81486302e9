//! Lines and columns as editors count them: from zero, in units of an encoding.

use lsp_types::{Position, Range};
use std::ops;

/// The units in which columns are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// What every client knows.
    Utf16,
}

/// Where the lines of a text start.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Encoding {
    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
        }
    }
}

impl Lines {
    /// Finds them. They end with `\n`, `\r\n` or `\r`.
    pub fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let ends = |i: usize| match bytes.get(i) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(i + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = (0..bytes.len()).filter(|i| ends(*i));
        Lines { starts: [0].into_iter().chain(ends.map(|i| i + 1)).collect() }
    }

    /// The position of a byte. One outside of the text is its end.
    pub fn position(&self, text: &str, byte: usize, encoding: Encoding) -> Position {
        let byte = byte.min(text.len());
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = text.get(start..).unwrap_or_default().char_indices();
        let before = before.take_while(|(at, character)| {
            // Between the halves of `\r\n` is the end of the line.
            *character != '\r' && start + at + character.len_utf8() <= byte
        });
        let column: usize = before.map(|(_, character)| encoding.width(character)).sum();
        Position::new(line as u32, column as u32)
    }

    /// The positions of a range of bytes.
    pub fn range(&self, text: &str, range: ops::Range<usize>, encoding: Encoding) -> Range {
        let start = self.position(text, range.start, encoding);
        Range::new(start, self.position(text, range.end, encoding))
    }

    /// The byte of a position. A column behind the end of its line is that end, a line behind
    /// the last is the end of the text, and the middle of a character is its start.
    pub fn byte(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let (mut at, mut column) = (start, 0);
        for character in content.chars() {
            column += encoding.width(character);
            if column > position.character as usize {
                return at;
            }
            at += character.len_utf8();
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_counted_in_units_of_the_encoding() {
        let text = "a\r\né📦x\rb\n";
        let lines = Lines::of(text);
        let x = text.find('x').unwrap();
        for (encoding, column) in [(Encoding::Utf8, 6), (Encoding::Utf16, 3)] {
            let position = Position::new(1, column);
            assert_eq!(lines.position(text, x, encoding), position);
            assert_eq!(lines.byte(text, position, encoding), x);
        }
        assert_eq!(
            lines.byte(text, Position::new(1, 2), Encoding::Utf16),
            text.find('📦').unwrap()
        );
        assert_eq!(lines.byte(text, Position::new(0, 99), Encoding::Utf8), 1);
        assert_eq!(lines.byte(text, Position::new(99, 0), Encoding::Utf8), text.len());
        assert_eq!(lines.position(text, 99, Encoding::Utf8), Position::new(3, 0));
        assert_eq!(lines.position(text, 2, Encoding::Utf8), Position::new(0, 1));
    }

    proptest! {
        #[test]
        fn bytes_and_positions_agree(text in "[aé📦\r\n]{0,30}", byte in 0..90usize) {
            let lines = Lines::of(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let position = lines.position(&text, byte, encoding);
                let back = lines.byte(&text, position, encoding);
                prop_assert!(text.is_char_boundary(back));
                prop_assert_eq!(lines.position(&text, back, encoding).line, position.line);
                let inside = text.is_char_boundary(byte) && byte <= text.len();
                let breaks = text.get(..byte).is_some_and(|it| it.ends_with('\r'))
                    && text.get(byte..).is_some_and(|it| it.starts_with('\n'));
                if inside && !breaks {
                    prop_assert_eq!(back, byte);
                }
            }
        }
    }
}
