//! Text as XML 1.0 takes it.

use std::borrow::Cow;
use std::fmt::Write;

/// Escapes text for an element or for an attribute in double quotes.
///
/// Line breaks and tabs become references, as a reader makes spaces of those in an attribute.
/// What XML cannot hold at all (<https://www.w3.org/TR/xml/#charsets>, read on 2026-11-21) is
/// replaced.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '<' | '>' | '&' | '"' | '\'' | '\t' | '\n' | '\r');
    if !text.contains(|c| special(c) || !is_allowed(c)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if special(character) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "&#{};", u32::from(character));
        } else {
            out.push(if is_allowed(character) { character } else { '\u{fffd}' });
        }
    }
    out.into()
}

/// Whether a document may hold a character. Of those that it may, control characters and those
/// that turn the direction of writing would still deceive who reads them.
fn is_allowed(character: char) -> bool {
    let is_break = matches!(character, '\n' | '\r');
    is_break || !super::steers(character) && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(escape("plain `text`, é 📦"), "plain `text`, é 📦");
        assert_eq!(escape("<a b=\"c\">&'"), "&#60;a b=&#34;c&#34;&#62;&#38;&#39;");
        assert_eq!(escape("]]>\r\n\t"), "]]&#62;&#13;&#10;&#9;");
        assert_eq!(
            escape("\0\u{1b}[31m\u{7f}\u{fffe}\u{202e}"),
            "\u{fffd}".repeat(2) + "[31m" + &"\u{fffd}".repeat(3)
        );
    }
}
