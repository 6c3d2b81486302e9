//! What functions read of their arguments.

use super::super::{Datum, Evaluated};
use crate::value::Text;
use std::borrow::Cow;

/// Why nothing is made of some arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Something is not known.
    Unknown,
    /// Terraform refuses it, which `try` and `can` notice.
    Fails,
    /// It would be larger than what is made here.
    TooLarge,
}

/// A value as a part of a string; a hole if it is not known.
pub fn text(value: &Evaluated) -> Result<Text, Stop> {
    match &value.datum {
        Datum::Text(text) => Ok(text.clone()),
        Datum::Bool(value) => Ok(Text::from(value.to_string())),
        Datum::Number(number) => Ok(match spell(*number) {
            Some(text) => Text::from(text),
            None => hole(value),
        }),
        Datum::Reference(_) | Datum::Unknown(_) => Ok(hole(value)),
        Datum::Null | Datum::List(..) | Datum::Map(..) => Err(Stop::Fails),
    }
}

/// A value as a part of a string; a hole if it is not known or no scalar.
pub fn as_text(value: &Evaluated) -> Text {
    text(value).unwrap_or_else(|_| hole(value))
}

/// What stands for a value that is not known.
fn hole(value: &Evaluated) -> Text {
    match &value.name {
        Some(name) => Text::hole(&**name),
        // Without a name it must not pass for another.
        None => Text::hole(format!("{:?}", value.at)),
    }
}

/// A whole string.
pub fn string(value: &Evaluated) -> Result<Cow<'_, str>, Stop> {
    if let Datum::Text(text) = &value.datum {
        return text.literal().map(Cow::Borrowed).ok_or(Stop::Unknown);
    }
    let text = text(value)?;
    text.literal().map(|text| Cow::Owned(text.to_owned())).ok_or(Stop::Unknown)
}

/// A number, or a string that is one.
pub fn number(value: &Evaluated) -> Result<f64, Stop> {
    match &value.datum {
        Datum::Number(number) => Ok(*number),
        Datum::Text(text) => {
            let text = text.literal().ok_or(Stop::Unknown)?;
            // What Rust reads further, such as `inf`, Terraform does not.
            let plain =
                text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
            text.parse().ok().filter(|number: &f64| plain && number.is_finite()).ok_or(Stop::Fails)
        }
        Datum::Reference(_) | Datum::Unknown(_) => Err(Stop::Unknown),
        Datum::Null | Datum::Bool(_) | Datum::List(..) | Datum::Map(..) => Err(Stop::Fails),
    }
}

/// A number without a fraction.
pub fn whole(value: &Evaluated) -> Result<i64, Stop> {
    let number = number(value)?;
    match number.fract() == 0.0 && number.abs() < EXACT {
        true => Ok(number as i64),
        false if number.fract() == 0.0 => Err(Stop::TooLarge),
        false => Err(Stop::Fails),
    }
}

/// A boolean, or a string that is one.
pub fn boolean(value: &Evaluated) -> Result<bool, Stop> {
    match &value.datum {
        Datum::Bool(value) => Ok(*value),
        Datum::Text(text) => match text.literal().ok_or(Stop::Unknown)? {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Stop::Fails),
        },
        Datum::Reference(_) | Datum::Unknown(_) => Err(Stop::Unknown),
        Datum::Null | Datum::Number(_) | Datum::List(..) | Datum::Map(..) => Err(Stop::Fails),
    }
}

/// From here on not every whole number is an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number as Terraform writes it in a string; none where it has more digits than are kept
/// here.
pub fn spell(number: f64) -> Option<String> {
    if number == 0.0 {
        return Some("0".to_owned());
    }
    if number.fract() == 0.0 && number.abs() < EXACT {
        return Some(format!("{number}"));
    }
    let text = format!("{number}");
    let digits = text.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit);
    (digits.count() < 15 || text.ends_with("000000")).then_some(text)
}

/// What is inside a collection.
pub fn inner(value: &Evaluated) -> Vec<&Evaluated> {
    match &value.datum {
        Datum::List(items, _) => items.iter().collect(),
        Datum::Map(entries, _) => entries.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}
