//! Parser directives: `# syntax=`, `# escape=` and `# check=` before anything else.

/// The parts of a comment that has the form of a directive.
pub(super) struct Parts<'a> {
    /// The name as it is written.
    pub name: &'a str,
    /// The value, trimmed.
    pub value: &'a str,
}

/// The names that BuildKit knows.
pub(super) const NAMES: [&str; 3] = ["syntax", "escape", "check"];

/// Splits `# name = value`. A name is letters and digits, a value is not empty.
pub(super) fn split(line: &str) -> Option<Parts<'_>> {
    let line = line.trim_start().strip_prefix('#')?.trim_start();
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches(is_space);
    let value = value.trim_matches(is_space);
    let letters = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (letters && !value.is_empty()).then_some(Parts { name, value })
}

/// White space within a directive, which is that of ASCII.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_a_name_and_a_value() {
        for (line, expected) in [
            ("#syntax=docker/dockerfile:1", Some(("syntax", "docker/dockerfile:1"))),
            ("  #  Escape\t= ` ", Some(("Escape", "`"))),
            ("# check=skip=all", Some(("check", "skip=all"))),
            ("# syntax=", None),
            ("# two words=1", None),
            ("# 1st=1", None),
            ("# plain", None),
            ("FROM a", None),
        ] {
            let parts = split(line).map(|parts| (parts.name, parts.value));
            assert_eq!(parts, expected, "{line:?}");
        }
    }
}
