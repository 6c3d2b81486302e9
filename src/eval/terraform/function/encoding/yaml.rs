//! `yamlencode`, which writes every string and key between quotes.

use super::super::super::{Datum, Evaluated};
use super::super::argument::{Stop, spell};
use super::{DEEPEST, LONGEST_TEXT};
use crate::value::Text;
use std::collections::BTreeMap;

/// A longer string may be broken into several lines.
const UNBROKEN: usize = 60;

/// A value as YAML. How a string is written depends on all of it, so nothing may be missing.
pub fn encode(value: &Evaluated) -> Result<String, Stop> {
    let mut yaml = String::new();
    write(value, 0, Place::Start, &mut yaml)?;
    // A document that is no more than such a word needs an end.
    if matches!(value.datum, Datum::Null | Datum::Bool(_) | Datum::Number(_)) {
        yaml.push_str("...\n");
    }
    match yaml.len() <= LONGEST_TEXT {
        true => Ok(yaml),
        false => Err(Stop::TooLarge),
    }
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    /// `- `
    Dash,
    /// `"key":`
    Key,
}

/// Writes a value and the end of its line.
fn write(value: &Evaluated, depth: usize, place: Place, yaml: &mut String) -> Result<(), Stop> {
    if depth > DEEPEST {
        return Err(Stop::TooLarge);
    }
    let margin = |i: usize, depth: usize| match place {
        // What follows a dash stands on its line.
        Place::Dash if i == 0 => String::new(),
        _ => "  ".repeat(depth),
    };
    let is_empty = match &value.datum {
        Datum::List(items, _) => items.is_empty(),
        Datum::Map(entries, _) => entries.is_empty(),
        _ => true,
    };
    if place == Place::Key {
        yaml.push_str(if is_empty { " " } else { "\n" });
    }
    match &value.datum {
        Datum::List(_, true) | Datum::Map(_, true) => return Err(Stop::Unknown),
        _ if value.is_unordered() => return Err(Stop::Unknown),
        Datum::List(items, _) => {
            // Items stand no deeper than the key that they belong to.
            let depth = if place == Place::Key { depth.saturating_sub(1) } else { depth };
            for (i, item) in items.iter().enumerate() {
                yaml.push_str(&margin(i, depth));
                yaml.push_str("- ");
                write(item, depth + 1, Place::Dash, yaml)?;
            }
            yaml.push_str(if is_empty { "[]\n" } else { "" });
        }
        Datum::Map(entries, _) => {
            let sorted: BTreeMap<&Text, &Evaluated> = entries.iter().map(|(k, v)| (k, v)).collect();
            for (i, (name, value)) in sorted.into_iter().enumerate() {
                yaml.push_str(&margin(i, depth));
                quote(name.literal().ok_or(Stop::Unknown)?, yaml)?;
                yaml.push(':');
                write(value, depth + 1, Place::Key, yaml)?;
            }
            yaml.push_str(if is_empty { "{}\n" } else { "" });
        }
        Datum::Text(known) => match known.literal().ok_or(Stop::Unknown)? {
            text if text.contains('\n') => block(text, depth.max(1), yaml)?,
            text => {
                quote(text, yaml)?;
                yaml.push('\n');
            }
        },
        Datum::Null => yaml.push_str("null\n"),
        Datum::Bool(value) => yaml.push_str(if *value { "true\n" } else { "false\n" }),
        Datum::Number(number) => {
            yaml.push_str(&spell(*number).ok_or(Stop::Unknown)?);
            yaml.push('\n');
        }
        Datum::Reference(_) | Datum::Unknown(_) => return Err(Stop::Unknown),
    }
    Ok(())
}

/// A string between quotes.
fn quote(text: &str, yaml: &mut String) -> Result<(), Stop> {
    let long = text.len() > UNBROKEN && text.contains(' ');
    let escaped = |c: char| (c.is_control() && c != '\t') || !is_printed(c);
    if long || text.chars().any(escaped) {
        return Err(Stop::Unknown);
    }
    yaml.push_str(&serde_json::to_string(text).map_err(|_| Stop::Unknown)?);
    Ok(())
}

/// Whether a character stands in YAML as it is, whatever the writer thinks of it.
fn is_printed(c: char) -> bool {
    c < '\u{2000}' || ('\u{2100}'..'\u{d7ff}').contains(&c)
}

/// A string of several lines, each on its own.
fn block(text: &str, depth: usize, yaml: &mut String) -> Result<(), Stop> {
    let odd = |line: &str| line.ends_with(' ') || line.chars().any(|c| c.is_control());
    if text.starts_with([' ', '\n']) || text.split('\n').any(odd) {
        return Err(Stop::Unknown);
    }
    let body = text.trim_end_matches('\n');
    yaml.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            yaml.push_str(&"  ".repeat(depth));
            yaml.push_str(line);
        }
        yaml.push('\n');
    }
    Ok(())
}
