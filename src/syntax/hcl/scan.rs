//! Splits HCL into tokens, as far as is needed to tell structure from text: what is inside
//! a string, a heredoc or a comment has no say in where a block ends.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Spaces, tabs and carriage returns.
    Space,
    /// The end of a line.
    Newline,
    /// A comment, without the end of its line.
    Comment,
    /// An identifier or keyword.
    Word,
    /// `=`, alone.
    Equals,
    /// An opening bracket.
    Open(u8),
    /// A closing bracket that has its opening one.
    Close(u8),
    /// A part of a quoted string or heredoc, its quotes or markers included.
    Text,
    /// Anything else.
    Other,
    /// Text that breaks the rules, by what is wrong with it.
    Broken(&'static str),
}

/// A run of bytes of one kind.
#[derive(Debug, Clone)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub range: Range<usize>,
    /// How many brackets, strings and heredocs are open around it.
    pub depth: usize,
    /// Whether it starts a block before which all that was open has been closed.
    pub recovers: bool,
}

/// What is open.
#[derive(Debug, Clone)]
enum Frame {
    /// A bracket, which this byte closes.
    Bracket(u8),
    /// `${` or `%{` in a string or heredoc.
    Sequence,
    /// A quoted string.
    Quote,
    /// A heredoc, by the range of its marker.
    Heredoc(Range<usize>),
}

/// The words that start a block at the margin of a file.
const HEADERS: &[&str] = &[
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "import",
    "moved",
    "removed",
    "check",
    "ephemeral",
];

/// A heredoc without an end makes the scanner look through the rest of the file. It does so
/// this many times.
const UNENDED_HEREDOCS: usize = 8;

/// Reads tokens one by one. It never fails and always ends.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    stack: Vec<Frame>,
    /// Whether a line that looks like the header of a block closes whatever is open.
    recover: bool,
    unended: usize,
}

impl<'a> Scanner<'a> {
    /// A scanner at the start of a text.
    pub fn new(text: &'a str, recover: bool) -> Scanner<'a> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Scanner { text, at, stack: Vec::new(), recover, unended: 0 }
    }

    /// The next token.
    pub fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let byte = self.byte(0)?;
        let recovers = self.recover && !self.stack.is_empty() && self.at_header();
        if recovers {
            self.stack.clear();
        }
        let before = self.stack.len();
        let kind = match self.stack.last().cloned() {
            Some(Frame::Quote) => self.quoted(),
            Some(Frame::Heredoc(marker)) => self.heredoc(&marker),
            Some(Frame::Bracket(_) | Frame::Sequence) | None => self.code(byte),
        };
        // Whatever is wrong, every token takes at least one character.
        while self.at <= start || !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        let depth = self.stack.len().min(before);
        Some(Token { kind, range: start..self.at, depth, recovers })
    }

    /// Whether a bracket, string or heredoc is open.
    pub fn is_open(&self) -> bool {
        !self.stack.is_empty()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn code(&mut self, byte: u8) -> Kind {
        match byte {
            b' ' | b'\t' | b'\r' => self.run(Kind::Space, |b| matches!(b, b' ' | b'\t' | b'\r')),
            b'\n' => self.take(1, Kind::Newline),
            b'#' => self.run(Kind::Comment, |b| b != b'\n'),
            b'/' if self.byte(1) == Some(b'/') => self.run(Kind::Comment, |b| b != b'\n'),
            b'/' if self.byte(1) == Some(b'*') => {
                match self.rest().get(2..).and_then(end_of_comment) {
                    Some(length) => self.take(2 + length, Kind::Comment),
                    None => self.take(self.rest().len(), Kind::Broken("the comment is not closed")),
                }
            }
            b'"' => {
                self.stack.push(Frame::Quote);
                self.take(1, Kind::Text)
            }
            b'<' => self.heredoc_start(),
            b'(' => self.open(byte, b')'),
            b'[' => self.open(byte, b']'),
            b'{' => self.open(byte, b'}'),
            b')' | b']' | b'}' => self.close(byte),
            b'=' if matches!(self.byte(1), Some(b'=' | b'>')) => self.take(2, Kind::Other),
            b'=' => self.take(1, Kind::Equals),
            b'!' | b'>' if self.byte(1) == Some(b'=') => self.take(2, Kind::Other),
            _ if is_word(byte) && !byte.is_ascii_digit() => {
                self.run(Kind::Word, |b| is_word(b) || b == b'-')
            }
            _ => self.take(1, Kind::Other),
        }
    }

    fn take(&mut self, length: usize, kind: Kind) -> Kind {
        self.at += length;
        kind
    }

    fn run(&mut self, kind: Kind, belongs: impl Fn(u8) -> bool) -> Kind {
        let length = self.rest().bytes().position(|b| !belongs(b)).unwrap_or(self.rest().len());
        // A carriage return before the end of the line is no part of a comment.
        let cut = kind == Kind::Comment && self.rest()[..length].ends_with('\r');
        self.take(length - usize::from(cut), kind)
    }

    fn open(&mut self, byte: u8, closing: u8) -> Kind {
        self.stack.push(Frame::Bracket(closing));
        self.take(1, Kind::Open(byte))
    }

    /// A closing bracket closes the innermost bracket of its kind and all that was left open
    /// inside it; it never reaches out of a string.
    fn close(&mut self, byte: u8) -> Kind {
        self.at += 1;
        for (i, frame) in self.stack.iter().enumerate().rev() {
            match frame {
                Frame::Bracket(closing) if *closing == byte => {
                    self.stack.truncate(i);
                    return Kind::Close(byte);
                }
                Frame::Bracket(_) => {}
                Frame::Sequence if byte == b'}' => {
                    self.stack.truncate(i);
                    return Kind::Text;
                }
                Frame::Sequence | Frame::Quote | Frame::Heredoc(_) => break,
            }
        }
        Kind::Broken("this bracket closes nothing")
    }

    fn quoted(&mut self) -> Kind {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'"' => {
                    self.stack.pop();
                    return self.take(1, Kind::Text);
                }
                b'\n' => {
                    self.stack.pop();
                    return Kind::Broken("the string is not closed on its line");
                }
                b'\\' if self.byte(1) != Some(b'\n') => self.at += 2,
                b'$' | b'%' => {
                    if self.sequence(byte) {
                        return Kind::Text;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        self.stack.pop();
        Kind::Broken("the string is not closed on its line")
    }

    /// At a `$` or `%`: goes over it, and into the sequence if it starts one.
    fn sequence(&mut self, byte: u8) -> bool {
        if self.byte(1) == Some(byte) && self.byte(2) == Some(b'{') {
            self.at += 3;
            return false;
        }
        if self.byte(1) == Some(b'{') {
            self.at += 2;
            self.stack.push(Frame::Sequence);
            return true;
        }
        self.at += 1;
        false
    }

    fn heredoc_start(&mut self) -> Kind {
        let marker = heredoc_marker(self.text, self.at);
        let Some(marker) = marker else {
            return self.take(1, Kind::Other);
        };
        self.at = marker.end;
        if self.recover && !self.has_end(&marker) {
            self.unended += 1;
            return Kind::Broken("the heredoc is not ended");
        }
        self.stack.push(Frame::Heredoc(marker));
        Kind::Text
    }

    fn has_end(&self, marker: &Range<usize>) -> bool {
        let name = &self.text[marker.clone()];
        self.unended < UNENDED_HEREDOCS
            && self.rest().lines().skip(1).any(|line| line.trim() == name)
    }

    fn heredoc(&mut self, marker: &Range<usize>) -> Kind {
        let name = &self.text[marker.clone()];
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    let line = self.rest().split('\n').next().unwrap_or_default();
                    if line.trim() == name {
                        self.stack.pop();
                        let indent = line.len() - line.trim_start().len();
                        return self.take(indent + name.len(), Kind::Text);
                    }
                }
                b'$' | b'%' => {
                    if self.sequence(byte) {
                        return Kind::Text;
                    }
                }
                _ => self.at += 1,
            }
        }
        Kind::Broken("the heredoc is not ended")
    }

    /// Whether a line starts here that can hardly be anything but the header of a block at
    /// the margin of the file.
    fn at_header(&self) -> bool {
        let at_margin = self.at == 0 || self.text.as_bytes()[self.at - 1] == b'\n';
        let in_code = matches!(self.stack.last(), Some(Frame::Bracket(_) | Frame::Sequence));
        if !at_margin || !in_code {
            return false;
        }
        let line = self.rest().split('\n').next().unwrap_or_default();
        let length = line.bytes().position(|b| !is_word(b)).unwrap_or(line.len());
        let (word, after) = line.split_at(length);
        HEADERS.contains(&word) && after.trim_start().starts_with(['"', '{'])
    }
}

/// Letters, digits and `_`, and any character that is not ASCII.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The range of the marker of a heredoc that starts at an offset: `EOT` of `<<-EOT`, which
/// must be the last on its line.
pub fn heredoc_marker(text: &str, at: usize) -> Option<Range<usize>> {
    let intro = text.get(at..)?.strip_prefix("<<")?;
    let intro = intro.strip_prefix('-').unwrap_or(intro);
    let start = text.len() - intro.len();
    let length = intro.bytes().position(|b| !is_word(b) && b != b'-').unwrap_or(intro.len());
    let ends_line = intro[length..].starts_with('\n') || intro[length..].starts_with("\r\n");
    (length > 0 && ends_line).then_some(start..start + length)
}

fn end_of_comment(rest: &str) -> Option<usize> {
    rest.find("*/").map(|i| i + 2)
}
