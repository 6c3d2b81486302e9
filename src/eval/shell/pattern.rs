//! The patterns of `case` and `[[ ... ]]`.

use crate::value::{Piece, Text};
use regex::Regex;

/// Whether a text fits a pattern, if that is known.
pub fn fits(text: &Text, pattern: &Text, quoted: bool) -> Option<bool> {
    let written = pattern.literal()?;
    let has_glob = written.contains(['*', '?', '[', '(']);
    if written == "*" && !quoted {
        return Some(true);
    }
    // A star in quotes is a star; which of them is quoted is not kept.
    if has_glob && quoted {
        return None;
    }
    let Some(text) = text.literal() else {
        let first = match text.pieces().first() {
            Some(Piece::Literal(first)) => first.as_str(),
            _ => "",
        };
        // What is known of the start may contradict.
        let fixed = written.find(['*', '?', '[', '(']).map_or(written, |i| &written[..i]);
        let length = fixed.len().min(first.len());
        let differs = fixed.as_bytes()[..length] != first.as_bytes()[..length];
        return differs.then_some(false);
    };
    match has_glob {
        false => Some(text == written),
        true => Some(expression(written)?.is_match(text)),
    }
}

/// The files of a list that fit a path with wildcards.
pub fn matching<'f>(pattern: &str, files: impl Iterator<Item = &'f str>) -> Vec<&'f str> {
    let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
    let Ok(glob) = glob.map(|glob| glob.compile_matcher()) else { return Vec::new() };
    files.filter(|file| glob.is_match(file)).collect()
}

/// A pattern as a regular expression; nothing for groups.
fn expression(pattern: &str) -> Option<Regex> {
    let mut regex = String::from("(?s)^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            '(' => return None,
            '[' => {
                let rest = chars.as_str();
                let end = rest.find(']')?;
                let class = rest[..end].replace('\\', "\\\\").replace('[', "\\[");
                let class = class.strip_prefix('!').map_or(class.clone(), |c| format!("^{c}"));
                regex.push_str(&format!("[{class}]"));
                chars = rest[end + 1..].chars();
            }
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    Regex::new(&regex).ok()
}
