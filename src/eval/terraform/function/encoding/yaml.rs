//! `yamlencode`, which writes every string and key between quotes.

use super::super::super::{Datum, Evaluated};
use super::super::argument::{Stop, spell, text};
use super::{DEEPEST, LONGEST_TEXT, write_text};
use crate::value::Text;
use std::collections::BTreeMap;

/// A value as YAML, with holes for what is not known.
pub fn encode(value: &Evaluated) -> Result<Text, Stop> {
    let mut yaml = Text::default();
    write(value, 0, Place::Start, &mut yaml)?;
    match super::super::super::template::length(&yaml) <= LONGEST_TEXT {
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
fn write(value: &Evaluated, indent: usize, place: Place, yaml: &mut Text) -> Result<(), Stop> {
    if indent > DEEPEST {
        return Err(Stop::TooLarge);
    }
    let space = if place == Place::Key { " " } else { "" };
    let margin = |i: usize| match place {
        // What follows a dash stands on its line.
        Place::Dash if i == 0 => String::new(),
        _ => "  ".repeat(indent),
    };
    match &value.datum {
        Datum::List(items, false) if items.is_empty() => {
            yaml.push_str(space);
            yaml.push_str("[]\n");
        }
        Datum::Map(entries, false) if entries.is_empty() => {
            yaml.push_str(space);
            yaml.push_str("{}\n");
        }
        Datum::List(items, false) => {
            // Items stand no deeper than the key that they belong to.
            let indent = if place == Place::Key { indent - 1 } else { indent };
            if place == Place::Key {
                yaml.push_str("\n");
            }
            for (i, item) in items.iter().enumerate() {
                let margin = match place {
                    Place::Dash if i == 0 => String::new(),
                    _ => "  ".repeat(indent),
                };
                yaml.push_str(&margin);
                yaml.push_str("- ");
                write(item, indent + 1, Place::Dash, yaml)?;
            }
        }
        Datum::Map(entries, false) => {
            if place == Place::Key {
                yaml.push_str("\n");
            }
            let sorted: BTreeMap<&Text, &Evaluated> = entries.iter().map(|(k, v)| (k, v)).collect();
            for (i, (name, value)) in sorted.into_iter().enumerate() {
                yaml.push_str(&margin(i));
                write_text(name, yaml)?;
                yaml.push_str(":");
                write(value, indent + 1, Place::Key, yaml)?;
            }
        }
        Datum::List(..) | Datum::Map(..) => return Err(Stop::Unknown),
        scalar => {
            yaml.push_str(space);
            match scalar {
                Datum::Null => yaml.push_str("null"),
                Datum::Bool(value) => yaml.push_str(&value.to_string()),
                Datum::Number(number) => yaml.push_str(&spell(*number).ok_or(Stop::Unknown)?),
                Datum::Text(known) => {
                    // Strings of several lines are written as blocks; that is not done here.
                    let breaks = |text: &str| text.contains('\n');
                    if known.pieces().iter().any(|piece| match piece {
                        crate::value::Piece::Literal(text) => breaks(text),
                        crate::value::Piece::Hole(_) => true,
                    }) {
                        return Err(Stop::Unknown);
                    }
                    write_text(known, yaml)?;
                }
                _ => yaml.append(text(value)?),
            }
            yaml.push_str("\n");
        }
    }
    Ok(())
}
