//! A text of HCL in the place of one of JSON.

use std::ops::Range;

/// JSON in which every value is an expression of HCL.
#[derive(Debug)]
pub struct Code {
    /// It has the length of the file, and all is where it is there.
    pub text: String,
    /// Places in strings of which no such text can be made, in their order.
    unread: Vec<usize>,
}

/// What a place in a string is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// Characters: of the string, or of one inside of a sequence.
    Text,
    /// `${` or `%{`, with so many open brackets inside.
    Sequence(usize),
}

/// A character, and how many bytes it is written with.
#[derive(Debug, Clone, Copy)]
struct Unit {
    meant: char,
    length: usize,
}

impl Code {
    /// Makes it of a file.
    pub fn of(json: &str) -> Code {
        let mut code = Code { text: String::with_capacity(json.len()), unread: Vec::new() };
        let mut at = 0;
        while let Some(c) = json.get(at..).and_then(|rest| rest.chars().next()) {
            match c {
                '"' => {
                    code.text.push('"');
                    at = code.string(json, at + 1);
                    continue;
                }
                // In HCL the end of a line means something.
                '\n' | '\r' | '\t' => code.text.push(' '),
                c => code.text.push(c),
            }
            at += c.len_utf8();
        }
        code
    }

    /// Whether a range holds something of which no expression was made.
    pub fn is_unread(&self, range: &Range<usize>) -> bool {
        let first = self.unread.partition_point(|at| *at < range.start);
        self.unread.get(first).is_some_and(|at| *at < range.end)
    }

    /// Reads a string from after its quote, and gives the place after the quote at its end.
    fn string(&mut self, json: &str, start: usize) -> usize {
        let mut at = start;
        let mut frames = vec![Frame::Text];
        // Spaces that are due for escapes of operators.
        let mut due = 0;
        while let Some(unit) = unit(json, at) {
            let raw = json.get(at..at + unit.length).unwrap_or_default();
            if raw == "\"" {
                self.pad(&mut due);
                self.text.push('"');
                return at + 1;
            }
            let rest = json.get(at..).unwrap_or_default();
            let depth = frames.len();
            match frames.last_mut() {
                Some(Frame::Sequence(open)) => {
                    let inner = *open;
                    match unit.meant {
                        '{' => *open += 1,
                        '}' if inner == 0 => drop(frames.pop()),
                        '}' => *open -= 1,
                        '"' => frames.push(Frame::Text),
                        _ => {}
                    }
                    self.code(at, unit, raw, &mut due);
                    // A heredoc has lines, which a string of JSON has not.
                    if rest.starts_with("<<") {
                        self.unread.push(at);
                    }
                }
                // A quote inside of a sequence is escaped.
                _ if unit.meant == '"' && depth > 1 => {
                    frames.pop();
                    self.text.push('"');
                    self.text.extend(std::iter::repeat_n(' ', unit.length - 1));
                }
                _ if rest.starts_with("$${") || rest.starts_with("%%{") => {
                    self.text.push_str(rest.get(..3).unwrap_or_default());
                    at += 3;
                    continue;
                }
                _ if rest.starts_with("${") || rest.starts_with("%{") => {
                    self.text.push_str(rest.get(..2).unwrap_or_default());
                    frames.push(Frame::Sequence(0));
                    at += 2;
                    if json.get(at..).is_some_and(|rest| rest.starts_with('~')) {
                        self.text.push('~');
                        at += 1;
                    }
                    continue;
                }
                _ => self.characters(at, unit, raw, depth > 1),
            }
            at += unit.length;
        }
        self.pad(&mut due);
        at
    }

    /// A character in a sequence.
    fn code(&mut self, at: usize, unit: Unit, raw: &str, due: &mut usize) {
        // The characters of an operator stay together.
        if matches!(unit.meant, '<' | '>' | '=' | '&' | '|' | '!') {
            self.text.push(unit.meant);
            *due += unit.length - 1;
            return;
        }
        self.pad(due);
        if !raw.starts_with('\\') {
            self.text.push_str(raw);
            return;
        }
        let meant = match unit.meant {
            '\r' | '\t' => ' ',
            c if c.is_ascii() => c,
            _ => {
                self.unread.push(at);
                ' '
            }
        };
        self.text.extend(std::iter::repeat_n(' ', unit.length - 1));
        self.text.push(meant);
    }

    /// A character that stands for itself or is escaped. In a string inside of a sequence what
    /// is written is escaped twice.
    fn characters(&mut self, at: usize, unit: Unit, raw: &str, nested: bool) {
        let short = matches!(raw, "\\\"" | "\\\\" | "\\n" | "\\r" | "\\t");
        let is_long = raw.starts_with("\\u");
        let may_open = matches!(unit.meant, '$' | '%' | '{' | '\\' | '"');
        match raw.starts_with('\\') {
            false => return self.text.push_str(raw),
            true if nested && (!is_long || may_open) => self.unread.push(at),
            true if is_long && (may_open || unit.length > 6 || unit.meant == '\u{fffd}') => {
                self.unread.push(at);
            }
            true if short || is_long => return self.text.push_str(raw),
            // HCL has no such escape; the evaluator knows it all the same.
            true if raw.len() == 2 && matches!(unit.meant, '/' | '\u{8}' | '\u{c}') => {
                return self.text.push_str("\\\\");
            }
            true => self.unread.push(at),
        }
        self.text.extend(std::iter::repeat_n(' ', unit.length));
    }

    fn pad(&mut self, due: &mut usize) {
        self.text.extend(std::iter::repeat_n(' ', std::mem::take(due)));
    }
}

/// The character at a place in a string. Of an escape that means nothing it is U+FFFD.
fn unit(json: &str, at: usize) -> Option<Unit> {
    let rest = json.get(at..)?;
    let first = rest.chars().next()?;
    let second = rest.chars().nth(1);
    let (meant, length) = match (first, second) {
        ('\\', Some('u')) => escape(rest).unwrap_or(('\u{fffd}', 2)),
        ('\\', Some('n')) => ('\n', 2),
        ('\\', Some('r')) => ('\r', 2),
        ('\\', Some('t')) => ('\t', 2),
        ('\\', Some('b')) => ('\u{8}', 2),
        ('\\', Some('f')) => ('\u{c}', 2),
        ('\\', Some(c @ ('"' | '\\' | '/'))) => (c, 2),
        ('\\', Some(c)) => ('\u{fffd}', 1 + c.len_utf8()),
        ('\\', None) => ('\u{fffd}', 1),
        (c, _) => (c, c.len_utf8()),
    };
    Some(Unit { meant, length })
}

/// `\u1234`, or two of them that are one character.
fn escape(rest: &str) -> Option<(char, usize)> {
    let code = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        are_digits.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    let first = code(0)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((c, 6));
    }
    let c = char::decode_utf16([first, code(6)?]).next()?.ok()?;
    Some((c, 12))
}
