//! Base64, JSON, YAML, CSV and the escapes of URLs.

mod yaml;
mod yaml_decode;

use super::super::scope::Scope;
use super::super::{Datum, Evaluated, Shape};
use super::argument::{Stop, spell, string, text};
use super::{LONGEST, LONGEST_TEXT, Made, Outcome};
use crate::source::Span;
use crate::value::{Piece, Text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use std::collections::BTreeMap;

/// What `urlencode` leaves as it is, apart from letters and digits.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// JSON that is nested deeper is not read.
const DEEPEST: usize = 64;

/// What the function of a name makes; lists and maps stand at a place.
pub fn call(scope: Scope, name: &str, arguments: &[Evaluated], at: Span) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("base64encode", [value]) => string(value).map(|text| STANDARD.encode(&*text).into()),
        ("base64decode", [value]) => string(value).and_then(|text| {
            let bytes = STANDARD.decode(&*text).map_err(|_| Stop::Fails)?;
            Ok(String::from_utf8(bytes).map_err(|_| Stop::Fails)?.into())
        }),
        ("textencodebase64", [value, encoding]) => encode_as(value, encoding),
        ("textdecodebase64", [value, encoding]) => decode_as(value, encoding),
        ("urlencode", [value]) => string(value).map(|text| {
            let encoded = percent_encoding::utf8_percent_encode(&text, KEPT).to_string();
            encoded.replace("%20", "+").into()
        }),
        ("jsonencode", [value]) => json(value).map(Made::from),
        ("jsondecode", [value]) => string(value).and_then(|text| {
            let limit = scope.evaluator.spend(text.len() / 16);
            let decoded = if limit { decode(&text, at)? } else { return Err(Stop::TooLarge) };
            Ok(decoded.datum.into())
        }),
        ("yamldecode", [value]) => string(value).and_then(|text| {
            let limit = scope.evaluator.spend(text.len() / 16);
            if !limit {
                return Err(Stop::TooLarge);
            }
            yaml_decode::decode(scope, &text, at).map(|decoded| decoded.datum.into())
        }),
        ("yamlencode", [value]) => yaml::encode(value).map(Made::from),
        ("csvdecode", [value]) => string(value).and_then(|text| csv(&text, at)),
        _ => return None,
    })
}

/// A value as JSON, with holes for what is not known.
pub fn json(value: &Evaluated) -> Result<Text, Stop> {
    let mut json = Text::default();
    write(value, &mut json)?;
    match super::super::template::length(&json) <= LONGEST_TEXT {
        true => Ok(json),
        false => Err(Stop::TooLarge),
    }
}

fn write(value: &Evaluated, json: &mut Text) -> Result<(), Stop> {
    if value.is_unordered() {
        return Err(Stop::Unknown);
    }
    match &value.datum {
        Datum::Null => json.push_str("null"),
        Datum::Bool(value) => json.push_str(&value.to_string()),
        Datum::Number(number) => json.push_str(&spell(*number).ok_or(Stop::Unknown)?),
        Datum::Text(text) => write_text(text, json)?,
        Datum::List(items, false) => {
            json.push_str("[");
            for (i, item) in items.iter().enumerate() {
                json.push_str(if i > 0 { "," } else { "" });
                write(item, json)?;
            }
            json.push_str("]");
        }
        Datum::Map(entries, false) => {
            json.push_str("{");
            let sorted: BTreeMap<&Text, &Evaluated> = entries.iter().map(|(k, v)| (k, v)).collect();
            for (i, (name, value)) in sorted.into_iter().enumerate() {
                json.push_str(if i > 0 { "," } else { "" });
                write_text(name, json)?;
                json.push_str(":");
                write(value, json)?;
            }
            json.push_str("}");
        }
        Datum::List(..) | Datum::Map(..) => return Err(Stop::Unknown),
        // Quotes, if it has any, belong to the hole.
        Datum::Reference(_) | Datum::Unknown(_) => json.append(text(value)?),
    }
    Ok(())
}

fn write_text(text: &Text, json: &mut Text) -> Result<(), Stop> {
    json.push_str("\"");
    for piece in text.pieces() {
        match piece {
            Piece::Literal(text) => {
                let quoted = quoted(text)?;
                json.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
            }
            Piece::Hole(name) => json.push(Piece::Hole(name.clone())),
        }
    }
    json.push_str("\"");
    Ok(())
}

/// A string between quotes, with the escapes that Go's encoder makes: those that keep a
/// browser from reading it as HTML too.
pub fn quoted(text: &str) -> Result<String, Stop> {
    let quoted = serde_json::to_string(text).map_err(|_| Stop::Unknown)?;
    Ok(quoted
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029"))
}

/// What JSON says.
pub fn decode(text: &str, at: Span) -> Result<Evaluated, Stop> {
    let value = serde_json::from_str(text).map_err(|_| Stop::Fails)?;
    decoded(value, at, 0)
}

fn decoded(value: serde_json::Value, at: Span, depth: usize) -> Result<Evaluated, Stop> {
    use serde_json::Value as Json;
    if depth > DEEPEST {
        return Err(Stop::TooLarge);
    }
    let datum = match value {
        Json::Null => Datum::Null,
        Json::Bool(value) => Datum::Bool(value),
        Json::Number(number) => {
            let whole = number.as_i64().is_none_or(|whole| whole.unsigned_abs() < 1 << 53);
            match number.as_f64().filter(|number| number.is_finite() && whole) {
                Some(number) => Datum::Number(number),
                None => return Err(Stop::TooLarge),
            }
        }
        Json::String(text) => Datum::Text(Text::from(text)),
        Json::Array(items) => {
            let items = items.into_iter().map(|item| decoded(item, at, depth + 1));
            Datum::List(items.collect::<Result<_, Stop>>()?, false)
        }
        Json::Object(entries) => {
            let entries = entries
                .into_iter()
                .map(|(name, value)| Ok((Text::from(name), decoded(value, at, depth + 1)?)));
            Datum::Map(entries.collect::<Result<_, Stop>>()?, false)
        }
    };
    Ok(Evaluated::new(at, datum))
}

/// How a text is put into bytes; of others than these Terraform knows many more.
fn encoding_of(name: &Evaluated) -> Result<&'static str, Stop> {
    let name = string(name)?.to_ascii_uppercase();
    let known = ["UTF-8", "UTF-16LE", "UTF-16BE"];
    known.into_iter().find(|known| *known == name).ok_or(Stop::Unknown)
}

fn encode_as(value: &Evaluated, encoding: &Evaluated) -> Outcome {
    let text = string(value)?;
    let bytes: Vec<u8> = match encoding_of(encoding)? {
        "UTF-8" => text.bytes().collect(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    };
    Ok(STANDARD.encode(bytes).into())
}

fn decode_as(value: &Evaluated, encoding: &Evaluated) -> Outcome {
    let bytes = STANDARD.decode(&*string(value)?).map_err(|_| Stop::Fails)?;
    let pairs = |pair: fn([u8; 2]) -> u16| -> Result<String, Stop> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().copied().map(pair).collect();
        let whole = rest.is_empty().then_some(units).ok_or(Stop::Unknown)?;
        String::from_utf16(&whole).map_err(|_| Stop::Unknown)
    };
    Ok(match encoding_of(encoding)? {
        "UTF-8" => String::from_utf8(bytes).map_err(|_| Stop::Unknown)?,
        "UTF-16LE" => pairs(u16::from_le_bytes)?,
        _ => pairs(u16::from_be_bytes)?,
    }
    .into())
}

fn csv(text: &str, at: Span) -> Outcome {
    if text.trim().is_empty() {
        return Err(Stop::Fails);
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<Text> =
        reader.headers().map_err(|_| Stop::Fails)?.iter().map(Text::from).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Stop::Fails)?;
        if rows.len() >= LONGEST {
            return Err(Stop::TooLarge);
        }
        let cell = |text| Evaluated::new(at, Datum::Text(Text::from(text)));
        let entries = names.iter().cloned().zip(record.iter().map(cell)).collect();
        rows.push(Evaluated::new(at, Datum::Map(entries, false)));
    }
    Ok(Made { datum: Datum::List(rows, false), shape: Shape::Collection })
}
