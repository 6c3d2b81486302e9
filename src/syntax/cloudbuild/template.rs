//! Texts in which Cloud Build puts in the values of names.
//!
//! The scan is textual: `$NAME` and `${NAME}` of capitals, digits and `_`, after `$$` has been
//! taken for a `$`. All else stays as it is written. Source: GoogleCloudPlatform/cloud-build-local,
//! subst/subst.go, read 2022-08.

use std::ops::Range;

/// A `$` in a text, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dollar<'t> {
    /// What it is.
    pub kind: DollarKind<'t>,
    /// Where it stands with all that belongs to it. What stays may hold other dollars.
    pub range: Range<usize>,
}

/// What Cloud Build makes of a `$`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DollarKind<'t> {
    /// `$$` is a `$`, here before a name, which may be empty.
    Twice(&'t str),
    /// `$NAME` and `${NAME}` are replaced.
    Name(&'t str),
    /// `${NAME:-default}` and the like stay, but for names in them. Source: the error that
    /// datacommonsorg/website, pull request 6392, 2026-06, quotes.
    Operation(&'t str),
    /// `${NAME`, with no brace behind, stays.
    Open(&'t str),
    /// `$name`, `${list[@]}`, `$(date)` and `$1` stay.
    Other,
}

/// The dollars of a text, those within others behind them.
pub fn dollars(text: &str) -> impl Iterator<Item = Dollar<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find('$')?;
        let dollar = dollar(text, start);
        // What stays is read on.
        at = match dollar.kind {
            DollarKind::Twice(_) | DollarKind::Name(_) => dollar.range.end,
            DollarKind::Operation(_) | DollarKind::Open(_) | DollarKind::Other => start + 1,
        };
        Some(dollar)
    })
}

/// A text with something else in the place of its dollars; those that get nothing stay.
pub fn replace(text: &str, by: impl Fn(DollarKind<'_>) -> Option<&'static str>) -> String {
    let mut out = String::new();
    let mut start = 0;
    for Dollar { kind, range } in dollars(text) {
        if range.start >= start
            && let Some(by) = by(kind)
        {
            out.push_str(&text[start..range.start]);
            out.push_str(by);
            start = range.end;
        }
    }
    out.push_str(&text[start..]);
    out
}

/// The `$` at a place of a text.
fn dollar(text: &str, start: usize) -> Dollar<'_> {
    let behind = &text[start + 1..];
    if let Some(rest) = behind.strip_prefix('$') {
        let name = name_at(rest.strip_prefix('{').unwrap_or(rest));
        return Dollar { kind: DollarKind::Twice(name), range: start..start + 2 };
    }
    let Some(inner) = behind.strip_prefix('{') else {
        let name = name_at(behind);
        let kind = if name.is_empty() { DollarKind::Other } else { DollarKind::Name(name) };
        return Dollar { kind, range: start..start + 1 + name.len() };
    };
    let name = name_at(inner);
    let end = closing(inner);
    let kind = match (inner.get(name.len()..).unwrap_or_default(), end) {
        _ if name.is_empty() => DollarKind::Other,
        (_, None) => DollarKind::Open(name),
        (rest, _) if rest.starts_with('}') => DollarKind::Name(name),
        (rest, _) if operates(rest) => DollarKind::Operation(name),
        _ => DollarKind::Other,
    };
    let end = end.map_or(text.len(), |end| start + "${".len() + end + "}".len());
    Dollar { kind, range: start..end }
}

/// The longest `[A-Z_][A-Z0-9_]*` at the start.
fn name_at(text: &str) -> &str {
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return "";
    }
    &text[..text.find(|c| !is_name(c)).unwrap_or(text.len())]
}

/// Whether what stands behind a name makes something of its value, as it does in bash.
fn operates(behind: &str) -> bool {
    match behind.strip_prefix(':') {
        Some(rest) => rest.starts_with(|c: char| "-=+?".contains(c) || c.is_ascii_digit()),
        None => behind.starts_with(|c: char| "-=+?/^,#%".contains(c)),
    }
}

/// Where the `}` stands that closes what a text begins in.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(i),
            '}' => depth -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use DollarKind::{Name, Open, Operation, Other, Twice};

    #[test]
    fn dollars_are_what_cloud_build_makes_of_them() {
        for (text, expected) in [
            ("a:$_X-${_X}", vec![(Name("_X"), 2..5), (Name("_X"), 6..11)]),
            ("$$X $$$_X", vec![(Twice("X"), 0..2), (Twice(""), 4..6), (Name("_X"), 6..9)]),
            ("a:${_X:-d} ${_Y}", vec![(Operation("_X"), 2..10), (Name("_Y"), 11..16)]),
            ("$${_X:-d}", vec![(Twice("_X"), 0..2)]),
            ("$${X[@]}$", vec![(Twice("X"), 0..2), (Other, 8..9)]),
            ("${X[@]} ${lower:-d}", vec![(Other, 0..7), (Other, 8..19)]),
            ("$(date) $1 ${", vec![(Other, 0..1), (Other, 8..9), (Other, 11..13)]),
            ("${A//x/y}${B:0:7}", vec![(Operation("A"), 0..9), (Operation("B"), 9..17)]),
            ("${A:-${B:-c}}", vec![(Operation("A"), 0..13), (Operation("B"), 5..12)]),
            ("${A-$B}", vec![(Operation("A"), 0..7), (Name("B"), 4..6)]),
            ("${A:-", vec![(Open("A"), 0..5)]),
            ("${A/b:$C", vec![(Open("A"), 0..8), (Name("C"), 6..8)]),
        ] {
            let found: Vec<_> = dollars(text).map(|found| (found.kind, found.range)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_gets_nothing_stays() {
        let by = |kind: DollarKind<'_>| match kind {
            Name("A") => Some(""),
            Operation(_) => Some("x"),
            _ => None,
        };
        assert_eq!(replace("a$A-${A}-${A:-$A}/$B", by), "a--x/$B");
    }
}
