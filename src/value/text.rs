//! Strings of which some parts may not be known.

use std::fmt;

/// A string of literal pieces and holes: `"${var.env}-db-url"` with no `var.env` is a hole
/// and the literal `-db-url`.
#[derive(Debug, Clone, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Text(Vec<Piece>);

/// A part of a string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Known characters.
    Literal(String),
    /// Unknown ones, by the name that stands for them (`var.env`, `PROJECT_ID`). It may
    /// turn out empty.
    Hole(String),
}

/// What can be said of two strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same, whatever their holes turn out to be.
    Equal,
    /// They are not the same, whatever their holes turn out to be.
    Different,
    /// It depends on the holes.
    MayBeEqual,
}

impl Text {
    /// A hole and nothing else.
    pub fn hole(name: impl Into<String>) -> Text {
        Text(vec![Piece::Hole(name.into())])
    }

    /// The pieces. No two literals are neighbours, and none is empty.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Appends characters.
    pub fn push_str(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Literal(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => {
                // Most strings are one piece.
                self.0.reserve_exact(1);
                self.0.push(Piece::Literal(text.to_owned()));
            }
        }
    }

    /// Appends a piece.
    pub fn push(&mut self, piece: Piece) {
        match piece {
            Piece::Literal(text) => self.push_str(&text),
            hole => self.0.push(hole),
        }
    }

    /// Appends another string.
    pub fn append(&mut self, other: Text) {
        other.0.into_iter().for_each(|piece| self.push(piece));
    }

    /// The whole string, if it has no hole.
    pub fn literal(&self) -> Option<&str> {
        match &self.0[..] {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it is empty, if that is known: what is not known may be nothing.
    pub fn is_empty(&self) -> Option<bool> {
        match self.literal() {
            Some(text) => Some(text.is_empty()),
            None => self.pieces().iter().any(|p| matches!(p, Piece::Literal(_))).then_some(false),
        }
    }

    /// Whether nothing of it is known.
    pub fn is_unknown(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|piece| matches!(piece, Piece::Hole(_)))
    }

    /// Whether it surely begins with some characters.
    pub fn starts_with(&self, prefix: &str) -> bool {
        matches!(self.0.first(), Some(Piece::Literal(text)) if text.starts_with(prefix))
    }

    /// The parts between the occurrences of a character in the literal pieces.
    pub fn split(&self, separator: char) -> Vec<Text> {
        let mut parts = vec![Text::default()];
        for piece in &self.0 {
            let last = parts.len() - 1;
            match piece {
                Piece::Hole(name) => parts[last].push(Piece::Hole(name.clone())),
                Piece::Literal(text) => {
                    let mut words = text.split(separator);
                    parts[last].push_str(words.next().unwrap_or_default());
                    parts.extend(words.map(Text::from));
                }
            }
        }
        parts
    }

    /// What stands before the first occurrence of a character in the literal pieces, and what stands
    /// between it and the next.
    pub fn split_first(self, separator: char) -> (Text, Option<Text>) {
        let has = |piece: &Piece| matches!(piece, Piece::Literal(text) if text.contains(separator));
        if !self.0.iter().any(has) {
            return (self, None);
        }
        let mut parts = self.split(separator).into_iter();
        (parts.next().unwrap_or_default(), parts.next())
    }

    /// Compares with another string of the same scope, in which a hole of one name has one
    /// value.
    pub fn compare(&self, other: &Text) -> Comparison {
        if self == other {
            return Comparison::Equal;
        }
        match (self.literal(), other.literal()) {
            (Some(_), Some(_)) => Comparison::Different,
            _ if may_match(&self.symbols(), &other.symbols()) => Comparison::MayBeEqual,
            _ => Comparison::Different,
        }
    }

    /// Whether it may be the same as another string.
    pub fn may_be(&self, other: &Text) -> bool {
        self.compare(other) != Comparison::Different
    }

    /// The characters, with `None` for a hole.
    fn symbols(&self) -> Vec<Option<char>> {
        let mut symbols = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => symbols.extend(text.chars().map(Some)),
                Piece::Hole(_) => symbols.push(None),
            }
        }
        symbols
    }
}

/// Whether two patterns have a string in common, where `None` stands for any characters.
fn may_match(a: &[Option<char>], b: &[Option<char>]) -> bool {
    let mut row = vec![false; b.len() + 1];
    row[0] = true;
    for j in 0..b.len() {
        row[j + 1] = row[j] && b[j].is_none();
    }
    for x in a {
        let mut next = vec![row[0] && x.is_none(); b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            next[j + 1] = match (x, y) {
                (Some(x), Some(y)) => row[j] && x == y,
                (None, Some(_)) => row[j + 1] || next[j],
                (Some(_), None) => next[j] || row[j + 1],
                (None, None) => row[j] || row[j + 1] || next[j],
            };
        }
        row = next;
    }
    row[b.len()]
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        let mut pieces = Text::default();
        pieces.push_str(text);
        pieces
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::from(text.as_str())
    }
}

/// Shows a hole as `*`, as findings do.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(text) => f.write_str(text),
            Piece::Hole(_) => f.write_str("*"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Braces stand for holes: `{env}-url`.
    fn text(pattern: &str) -> Text {
        let mut out = Text::default();
        for part in pattern.split_inclusive(['{', '}']) {
            match part.strip_suffix('}') {
                Some(name) => out.push(Piece::Hole(name.into())),
                None => out.push_str(part.trim_end_matches('{')),
            }
        }
        out
    }

    #[test]
    fn a_partly_known_string_is_compared_by_what_is_known() {
        use Comparison::*;
        for (a, b, expected) in [
            ("database-url", "database-url", Equal),
            ("database-url", "database-url-production", Different),
            ("{env}-db-url", "database-url", Different),
            ("{env}-db-url", "prod-db-url", MayBeEqual),
            ("{env}-db-url", "-db-url", MayBeEqual),
            ("{env}-db-url", "{env}-db-url", Equal),
            ("{env}-db-url", "{other}-db-url", MayBeEqual),
            ("{a}x", "y{b}", MayBeEqual),
            ("x{a}", "y{b}", Different),
            ("{a}", "", MayBeEqual),
            ("{a}b{c}", "ab", MayBeEqual),
            ("{a}b{c}", "ac", Different),
        ] {
            assert_eq!(text(a).compare(&text(b)), expected, "{a} against {b}");
            assert_eq!(text(b).compare(&text(a)), expected, "{b} against {a}");
        }
    }

    #[test]
    fn split_keeps_holes_in_their_parts() {
        let parts = text("gcr.io/{PROJECT_ID}/api:{SHA}").split('/');
        assert_eq!(parts.iter().map(Text::to_string).collect::<Vec<_>>(), ["gcr.io", "*", "api:*"]);
    }
}
