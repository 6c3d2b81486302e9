//! Positions as editors count them, and as people do.

use serde_json::{Value, json};

/// A range, counted from one.
pub fn range(range: &Value) -> String {
    let at = |place: &str, part: &str| range[place][part].as_u64().map_or(0, |n| n + 1);
    let (line, end) = (at("start", "line"), at("end", "line"));
    let (from, to) = (at("start", "character"), at("end", "character"));
    match line == end {
        true => format!("{line}:{from}-{to}"),
        false => format!("{line}:{from}-{end}:{to}"),
    }
}

/// The position of a byte, as the editor counts columns.
pub fn position(text: &str, byte: usize, by_bytes: bool) -> Value {
    let before = &text[..byte];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = before.matches('\n').count();
    let column = match by_bytes {
        true => before.len() - start,
        false => before[start..].encode_utf16().count(),
    };
    json!({ "line": line, "character": column })
}

/// The byte of such a position.
pub fn offset(text: &str, position: &Value, by_bytes: bool) -> usize {
    let line = position["line"].as_u64().unwrap() as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut units = position["character"].as_u64().unwrap() as usize;
    let mut at = start;
    for c in text[start..].chars() {
        if units == 0 {
            break;
        }
        units -= if by_bytes { c.len_utf8() } else { c.len_utf16() };
        at += c.len_utf8();
    }
    at
}
