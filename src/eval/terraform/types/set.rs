//! The order of sets.

use super::super::function::spell;
use super::super::{Datum, Evaluated, Shape};
use crate::value::Text;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt::Write;

/// Items, each once, in the order in which Terraform goes through a set: strings, numbers and
/// booleans in their own; whatever is made of others by a text that Terraform makes of it; and
/// last what is not known, any two of which may turn out the same.
pub fn set(items: Vec<Evaluated>) -> Vec<Evaluated> {
    let mut seen = HashSet::new();
    let mut kept: Vec<(String, Evaluated)> = Vec::with_capacity(items.len());
    for item in items {
        let key = key(&item);
        if seen.insert(key.clone()) {
            kept.push((key, item));
        }
    }
    kept.sort_by(|(a_key, a), (b_key, b)| {
        let unknown = |value: &Evaluated| match &value.datum {
            Datum::Text(text) => text.literal().is_none(),
            _ => value.is_unknown(),
        };
        let null = |value: &Evaluated| matches!(value.datum, Datum::Null);
        let last = unknown(a).cmp(&unknown(b)).then(null(a).cmp(&null(b)));
        last.then_with(|| match (&a.datum, &b.datum) {
            (Datum::Number(a), Datum::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Datum::Bool(a), Datum::Bool(b)) => a.cmp(b),
            (Datum::Text(a), Datum::Text(b)) => a.cmp(b),
            _ => a_key.cmp(b_key),
        })
    });
    kept.into_iter().map(|(_, item)| item).collect()
}

/// A text that two values have in common only if they are the same.
pub fn key(value: &Evaluated) -> String {
    let mut key = String::new();
    write_key(value, &mut key);
    key
}

/// The text by which Terraform orders composed values. Source: `set_internals.go` of
/// zclconf/go-cty.
fn write_key(value: &Evaluated, key: &mut String) {
    match &value.datum {
        Datum::Null => key.push('~'),
        Datum::Bool(value) => key.push(if *value { 'T' } else { 'F' }),
        Datum::Number(number) => match spell(*number) {
            Some(text) => key.push_str(&text),
            None => drop(write!(key, "{number}")),
        },
        Datum::Text(text) => match text.literal() {
            Some(text) => drop(write!(key, "{text:?}")),
            None => drop(write!(key, "?{text:?}")),
        },
        Datum::List(items, _) => {
            let (open, close) = match value.shape {
                Shape::Collection | Shape::Set => ('[', ']'),
                Shape::Structural | Shape::Undecided => ('<', '>'),
            };
            key.push(open);
            for item in items {
                write_key(item, key);
                key.push(';');
            }
            key.push(close);
        }
        Datum::Map(entries, _) => {
            let is_map = value.shape == Shape::Collection;
            let mut sorted: Vec<&(Text, Evaluated)> = entries.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            key.push(if is_map { '{' } else { '<' });
            for (name, value) in sorted {
                // The names of an object belong to its type, but two objects that are
                // compared here need not be of one type.
                match (is_map, name.literal()) {
                    (true, Some(name)) => drop(write!(key, "{name:?}:")),
                    (false, Some(_)) => {}
                    (_, None) => drop(write!(key, "{name:?}:")),
                }
                write_key(value, key);
                key.push(';');
            }
            key.push(if is_map { '}' } else { '>' });
        }
        Datum::Reference(_) | Datum::Unknown(_) => {
            key.push('?');
            // Without a name it must not pass for another.
            match &value.name {
                Some(name) => key.push_str(name),
                None => drop(write!(key, "{:?}", value.at)),
            }
        }
    }
}
