//! Functions on strings.

use super::super::{Datum, Evaluated};
use super::{as_text, known, made, number};
use crate::value::{Piece, Text};

/// `join` and `replace` put in no more bytes than this.
pub const LONGEST_TEXT: usize = 1 << 20;

/// Changes the known letters. A part that is not known is another one afterwards.
pub fn letters(value: &Evaluated, change: impl Fn(&str) -> String) -> Option<Text> {
    let Datum::Text(text) = &value.datum else { return None };
    let mut changed = Text::default();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(text) => changed.push_str(&change(text)),
            Piece::Hole(name) => changed.push(Piece::Hole(format!("{}({name})", change("Case")))),
        }
    }
    Some(changed)
}

pub fn format(pattern: &str, values: &[Evaluated]) -> Option<Text> {
    let mut text = Text::default();
    let mut values = values.iter();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let verb = after.chars().next()?;
        rest = &after[verb.len_utf8()..];
        match verb {
            '%' => text.push_str("%"),
            's' | 'v' | 'd' => {
                let value = values.next()?;
                let whole = number(value).is_some_and(|number| number.fract() == 0.0);
                match &value.datum {
                    Datum::Null | Datum::List(..) | Datum::Map(..) => return None,
                    Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) if verb == 'd' && !whole => {
                        return None;
                    }
                    _ => text.append(as_text(value)),
                }
            }
            'q' => {
                // What needs an escape is left alone.
                let value = values.next()?;
                let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ';
                let value = known(value).filter(|value| value.chars().all(plain))?;
                text.push_str("\"");
                text.push_str(value);
                text.push_str("\"");
            }
            _ => return None,
        }
    }
    text.push_str(rest);
    Some(text)
}

pub fn join(separator: &str, lists: &[Evaluated]) -> Option<Text> {
    let mut text = Text::default();
    let mut first = true;
    for list in lists {
        let Datum::List(items, false) = &list.datum else { return None };
        let separators = items.len().saturating_mul(separator.len());
        (separators <= LONGEST_TEXT).then_some(())?;
        for item in items {
            if !first {
                text.push_str(separator);
            }
            first = false;
            text.append(as_text(item));
        }
    }
    Some(text)
}

pub fn substr(text: &str, start: f64, length: f64) -> Option<Datum> {
    let count = text.chars().count() as f64;
    let start = if start < 0.0 { (count + start).max(0.0) } else { start };
    let taken = text.chars().skip(start as usize);
    let taken: String =
        if length < 0.0 { taken.collect() } else { taken.take(length as usize).collect() };
    Some(made(&taken))
}
