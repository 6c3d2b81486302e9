//! Conversions between types.

use super::super::function::{self, Stop};
use super::super::{Datum, Evaluated, Shape};
use super::{Field, Type, set};
use crate::value::Text;
use std::collections::BTreeMap;

/// The type to which values of some types are turned where they must have one: in a list, or
/// after `?`. None if there is none.
pub fn unify<'t>(kinds: impl IntoIterator<Item = &'t Type>) -> Option<Type> {
    let mut kinds: Vec<&Type> = kinds.into_iter().filter(|kind| **kind != Type::Any).collect();
    kinds.dedup();
    let Some(first) = kinds.first() else { return Some(Type::Any) };
    if kinds.len() == 1 {
        return Some((*first).clone());
    }
    if kinds.iter().all(|kind| kind.is_primitive()) {
        let mixed = kinds.iter().any(|kind| kind != first);
        // Numbers and booleans turn into strings, but only where one is among them.
        let any_text = kinds.contains(&&Type::Text);
        return if !mixed { Some((*first).clone()) } else { any_text.then_some(Type::Text) };
    }
    lists(&kinds).or_else(|| maps(&kinds))
}

fn lists(kinds: &[&Type]) -> Option<Type> {
    let mut tuples: Vec<&Vec<Type>> = Vec::new();
    let mut items: Vec<&Type> = Vec::new();
    let mut sets = 0;
    for kind in kinds {
        match kind {
            Type::Tuple(types) => {
                tuples.push(types);
                items.extend(types);
            }
            Type::List(item) => items.push(item),
            Type::Set(item) => {
                sets += 1;
                items.push(item);
            }
            _ => return None,
        }
    }
    // Lists and sets turn into each other, so the first decides.
    if tuples.is_empty() && sets > 0 && sets < kinds.len() {
        return kinds.first().map(|kind| (*kind).clone());
    }
    let length = tuples.first().map_or(0, |tuple| tuple.len());
    if tuples.len() == kinds.len() && tuples.iter().all(|tuple| tuple.len() == length) {
        let column = |i| unify(tuples.iter().filter_map(|tuple: &&Vec<Type>| tuple.get(i)));
        return (0..length).map(column).collect::<Option<Vec<Type>>>().map(Type::Tuple);
    }
    let item = Box::new(unify(items)?);
    Some(if sets > 0 { Type::Set(item) } else { Type::List(item) })
}

fn maps(kinds: &[&Type]) -> Option<Type> {
    let mut objects: Vec<&Vec<Field>> = Vec::new();
    let mut values: Vec<&Type> = Vec::new();
    for kind in kinds {
        match kind {
            Type::Object(fields) => {
                objects.push(fields);
                values.extend(fields.iter().map(|field| &field.kind));
            }
            Type::Map(value) => values.push(value),
            _ => return None,
        }
    }
    let names = |fields: &[Field]| fields.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
    let same = objects.windows(2).all(|pair| names(pair[0]) == names(pair[1]));
    if objects.len() == kinds.len() && same {
        let first = objects.first()?;
        let column = |(i, field): (usize, &Field)| {
            let column = objects.iter().filter_map(|fields| fields.get(i)).map(|f| &f.kind);
            Some(Field { name: field.name.clone(), kind: unify(column)?, optional: None })
        };
        let fields = first.iter().enumerate().map(column).collect::<Option<Vec<Field>>>();
        return fields.map(Type::Object);
    }
    Some(Type::Map(Box::new(unify(values)?)))
}

/// A value as one of a type. What is not known stays so.
pub fn convert(value: Evaluated, to: &Type) -> Result<Evaluated, Stop> {
    if *to == Type::Any
        || matches!(value.datum, Datum::Null | Datum::Unknown(_) | Datum::Reference(_))
    {
        return Ok(value);
    }
    match to {
        Type::Any => Ok(value),
        Type::Bool => {
            let boolean = function::boolean(&value)?;
            Ok(Evaluated { datum: Datum::Bool(boolean), shape: Shape::Structural, ..value })
        }
        Type::Number => {
            let number = function::number(&value)?;
            Ok(Evaluated { datum: Datum::Number(number), shape: Shape::Structural, ..value })
        }
        Type::Text => {
            let text = function::text(&value)?;
            Ok(Evaluated { datum: Datum::Text(text), shape: Shape::Structural, ..value })
        }
        Type::List(item) => {
            let unordered = value.is_unordered();
            let Evaluated { datum: Datum::List(items, open), .. } = value else {
                return Err(Stop::Fails);
            };
            let items = all(items, item)?;
            let datum = Datum::List(items, open || unordered);
            Ok(Evaluated { datum, shape: Shape::Collection, ..value })
        }
        Type::Set(item) => {
            let Evaluated { datum: Datum::List(items, open), .. } = value else {
                return Err(Stop::Fails);
            };
            let datum = Datum::List(set(all(items, item)?), open);
            Ok(Evaluated { datum, shape: Shape::Set, ..value })
        }
        Type::Tuple(kinds) => {
            let Evaluated { datum: Datum::List(items, open), .. } = value else {
                return Err(Stop::Fails);
            };
            if !open && items.len() != kinds.len() {
                return Err(Stop::Fails);
            }
            let items = items.into_iter().zip(kinds).map(|(item, kind)| convert(item, kind));
            let datum = Datum::List(items.collect::<Result<_, Stop>>()?, open);
            Ok(Evaluated { datum, shape: Shape::Structural, ..value })
        }
        Type::Map(kind) => {
            let Evaluated { datum: Datum::Map(entries, open), .. } = value else {
                return Err(Stop::Fails);
            };
            let (names, values): (Vec<Text>, Vec<Evaluated>) = entries.into_iter().unzip();
            let entries = names.into_iter().zip(all(values, kind)?).collect();
            let datum = Datum::Map(entries, open);
            Ok(Evaluated { datum, shape: Shape::Collection, ..value })
        }
        Type::Object(fields) => object(value, fields),
    }
}

/// The items of a collection, all of one type: the given one, or one that all have.
fn all(items: Vec<Evaluated>, kind: &Type) -> Result<Vec<Evaluated>, Stop> {
    let unified;
    let kind = match kind {
        Type::Any => {
            let kinds: Vec<Type> = items.iter().map(Type::of).collect();
            unified = unify(&kinds).ok_or(Stop::Fails)?;
            &unified
        }
        kind => kind,
    };
    items.into_iter().map(|item| convert(item, kind)).collect()
}

fn object(value: Evaluated, fields: &[Field]) -> Result<Evaluated, Stop> {
    let Evaluated { datum: Datum::Map(entries, open), .. } = value else {
        return Err(Stop::Fails);
    };
    // A key that is not known may be any of them.
    let open = open || entries.iter().any(|(name, _)| name.literal().is_none());
    let mut values: BTreeMap<String, Evaluated> = entries
        .into_iter()
        .filter_map(|(name, value)| Some((name.literal()?.to_owned(), value)))
        .collect();
    let mut converted = Vec::with_capacity(fields.len());
    for field in fields {
        let given = values.remove(&field.name);
        let own = match (given, &field.optional) {
            (Some(value), Some(default)) if matches!(value.datum, Datum::Null) => default.clone(),
            (Some(value), _) => value,
            (None, _) if open => continue,
            (None, Some(default)) => default.clone(),
            (None, None) => return Err(Stop::Fails),
        };
        converted.push((Text::from(field.name.as_str()), convert(own, &field.kind)?));
    }
    let datum = Datum::Map(converted, open);
    Ok(Evaluated { datum, shape: Shape::Structural, ..value })
}
