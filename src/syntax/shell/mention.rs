//! Names behind a `$`, in any text: a script, or what another program makes something of.

/// A name behind a `$`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention<'t> {
    /// The name.
    pub name: &'t str,
    /// Where it begins.
    pub start: usize,
    /// Whether it stands in braces.
    pub is_braced: bool,
}

/// The names behind each `$` and `${` of a text, whatever a second `$` makes of them.
pub fn mentions(text: &str) -> impl Iterator<Item = Mention<'_>> {
    text.match_indices('$').filter_map(|(dollar, _)| {
        let is_braced = text.get(dollar + 1..)?.starts_with('{');
        let start = dollar + 1 + usize::from(is_braced);
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then_some(Mention { name, start, is_braced })
    })
}
