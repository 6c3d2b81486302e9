//! The words between the braces of a template.

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// A name: a keyword, a function or a constant.
    Word(String),
    /// `$name`, or `$` with no name.
    Variable(String),
    /// `.` alone.
    Dot,
    /// `.name` at the start of a word.
    Field(String),
    /// `.name` right behind a value.
    Joined(String),
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// `(`, `)`, `|`, `:=`, `=`, `,`
    Sign(&'static str),
    /// Something else.
    Other,
}

/// The words of a tag.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut joined = false;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
            joined = false;
            continue;
        }
        let (token, length) = token(rest, first, joined);
        joined = !matches!(token, Token::Sign(_)) || token == Token::Sign(")");
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn token(rest: &str, first: char, joined: bool) -> (Token, usize) {
    const SIGNS: &[&str] = &[":=", "=", "(", ")", "|", ","];
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return (Token::Sign(sign), sign.len());
    }
    let name = |from: usize| {
        let end = rest[from..].find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[from..end.map_or(rest.len(), |i| from + i)]
    };
    match first {
        '.' => match name(1) {
            "" => (Token::Dot, 1),
            name if joined => (Token::Joined(name.to_owned()), 1 + name.len()),
            name => (Token::Field(name.to_owned()), 1 + name.len()),
        },
        '$' => {
            let name = name(1);
            (Token::Variable(name.to_owned()), 1 + name.len())
        }
        '"' => quoted(rest),
        '`' => match rest[1..].find('`') {
            Some(end) => (Token::Text(rest[1..=end].to_owned()), end + 2),
            None => (Token::Other, rest.len()),
        },
        '-' | '0'..='9' => {
            let end = rest[1..].find(|c: char| !c.is_alphanumeric() && c != '.');
            let written = &rest[..end.map_or(rest.len(), |i| i + 1)];
            (written.parse().map_or(Token::Other, Token::Number), written.len())
        }
        c if c.is_alphabetic() || c == '_' => {
            let name = name(0);
            (Token::Word(name.to_owned()), name.len())
        }
        c => (Token::Other, c.len_utf8()),
    }
}

/// A string with escapes.
fn quoted(rest: &str) -> (Token, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return (Token::Text(text), i + 1),
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, c @ ('"' | '\\'))) => text.push(c),
                _ => return (Token::Other, rest.len()),
            },
            c => text.push(c),
        }
    }
    (Token::Other, rest.len())
}
