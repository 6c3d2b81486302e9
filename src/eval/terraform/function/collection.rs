//! Functions on lists and maps.

use super::super::body::Entry;
use super::super::expression::equal;
use super::super::scope::Scope;
use super::super::types::{Type, convert, set, unify};
use super::super::{Datum, Evaluated, Shape};
use super::argument::{Stop, number, string, text, whole};
use super::text::quantified;
use super::{LONGEST, Made, Outcome};
use crate::source::Span;
use crate::value::{Text, Why};
use std::collections::{BTreeMap, HashMap};
use unicode_segmentation::UnicodeSegmentation;

/// What the function of a name makes.
pub fn call(scope: Scope, name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    let outcome = match (name, arguments) {
        ("length", [value]) => length(scope, value),
        ("concat", lists) => concat(scope, lists),
        ("flatten", [value]) => {
            let mut all = Vec::new();
            flatten(value, &mut all).map(|open| Datum::List(all, open).into())
        }
        ("compact", [list]) => compact(list),
        ("distinct", [list]) => items(list).and_then(distinct),
        ("reverse", [list]) => closed(list).map(|items| Made {
            datum: Datum::List(items.iter().rev().cloned().collect(), false),
            shape: if list.shape == Shape::Set { Shape::Collection } else { list.shape },
        }),
        ("sort", [list]) => sort(list),
        ("contains", [list, value]) => contains(list, value),
        ("index", [list, value]) => index(list, value),
        ("keys", [map]) => entries(scope, map).map(|(entries, open)| Made {
            datum: Datum::List(entries.into_iter().map(|(key, _)| key).collect(), open),
            shape: map.shape,
        }),
        ("values", [map]) => entries(scope, map).map(|(entries, open)| Made {
            datum: Datum::List(entries.into_iter().map(|(_, value)| value).collect(), open),
            shape: map.shape,
        }),
        ("merge", maps) => merge(maps),
        ("zipmap", [keys, values]) => zipmap(keys, values),
        ("range", limits) => range(limits),
        ("slice", [list, start, end]) => slice(list, start, end),
        ("chunklist", [list, size]) => chunk_list(list, size),
        ("matchkeys", [values, keys, wanted]) => match_keys(values, keys, wanted),
        ("sum", [list]) => sum(list),
        ("transpose", [map]) => transpose(map),
        ("alltrue", [list]) => closed(list).and_then(|items| quantified(items, true)),
        ("anytrue", [list]) => closed(list).and_then(|items| quantified(items, false)),
        _ => return None,
    };
    Some(outcome)
}

/// The items of a list, and whether there may be others.
pub fn items(value: &Evaluated) -> Result<(&[Evaluated], bool), Stop> {
    match &value.datum {
        Datum::List(items, open) => Ok((items, *open)),
        Datum::Unknown(_) | Datum::Reference(_) => Err(Stop::Unknown),
        Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) | Datum::Map(..) => {
            Err(Stop::Fails)
        }
    }
}

/// The items of a list in their places.
pub fn closed(value: &Evaluated) -> Result<&[Evaluated], Stop> {
    match items(value)? {
        _ if value.is_unordered() => Err(Stop::Unknown),
        (items, false) => Ok(items),
        _ => Err(Stop::Unknown),
    }
}

/// The entries of a map, of which the last of a name counts.
fn named(value: &Evaluated) -> Result<(BTreeMap<&str, &Evaluated>, bool), Stop> {
    match &value.datum {
        Datum::Map(entries, open) => {
            let names = entries.iter().filter_map(|(name, value)| Some((name.literal()?, value)));
            let names: BTreeMap<&str, &Evaluated> = names.collect();
            let any_unknown = entries.iter().any(|(name, _)| name.literal().is_none());
            Ok((names, *open || any_unknown))
        }
        Datum::Unknown(_) | Datum::Reference(_) => Err(Stop::Unknown),
        Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) | Datum::List(..) => {
            Err(Stop::Fails)
        }
    }
}

/// The entries of a map or of a resource that `for_each` repeats, in the order of their keys.
fn entries(scope: Scope, value: &Evaluated) -> Result<(Vec<Entry>, bool), Stop> {
    match value.datum {
        Datum::Map(..) | Datum::Reference(_) => {
            let (entries, open) = scope.entries(value).ok_or(Stop::Unknown)?;
            Ok((entries, open || value.is_unordered()))
        }
        Datum::Unknown(_) => Err(Stop::Unknown),
        _ => Err(Stop::Fails),
    }
}

fn length(scope: Scope, value: &Evaluated) -> Outcome {
    let count = match &value.datum {
        Datum::Text(text) => text.literal().ok_or(Stop::Unknown)?.graphemes(true).count(),
        Datum::List(items, false) if value.shape == Shape::Set => {
            // Two that are not known may be the same.
            let known = |item: &&Evaluated| item.text().literal_text().is_some();
            let sure = items.len() < 2 || items.iter().all(|item| known(&item));
            let composed =
                |item: &Evaluated| matches!(item.datum, Datum::List(..) | Datum::Map(..));
            match sure || items.iter().all(composed) {
                true => items.len(),
                false => return Err(Stop::Unknown),
            }
        }
        Datum::List(items, false) => items.len(),
        Datum::Map(_, false) => match named(value)? {
            (names, false) => names.len(),
            _ => return Err(Stop::Unknown),
        },
        Datum::Null | Datum::Bool(_) | Datum::Number(_) => return Err(Stop::Fails),
        _ => match scope.entries(value) {
            Some((entries, false)) => entries.len(),
            _ => return Err(Stop::Unknown),
        },
    };
    Ok((count as f64).into())
}

fn concat(scope: Scope, lists: &[Evaluated]) -> Outcome {
    let mut all: Vec<Evaluated> = Vec::new();
    let mut any_open = false;
    for list in lists {
        let is_list = matches!(list.datum, Datum::List(..)) && list.shape != Shape::Set;
        if !is_list && !list.is_unknown() {
            return Err(Stop::Fails);
        }
        match scope.entries(list) {
            Some((entries, open)) => {
                any_open |= open;
                all.extend(entries.into_iter().map(|(_, item)| item.after(&list.via)));
            }
            None => any_open = true,
        }
    }
    let at = lists.first().map(|list| list.at).ok_or(Stop::Fails)?;
    if all.is_empty() && any_open {
        return Err(Stop::Unknown);
    }
    // Lists of one type make a list, anything else a tuple.
    let collections = lists.iter().all(|list| list.shape != Shape::Structural);
    let shape = if collections { Shape::Collection } else { Shape::Structural };
    let made = Evaluated::new(at, Datum::List(all, any_open));
    if shape == Shape::Collection {
        let list = convert(made.clone(), &Type::List(Box::new(Type::Any)));
        if let Ok(Evaluated { datum, shape, .. }) = list {
            return Ok(Made { datum, shape });
        }
    }
    Ok(Made { datum: made.datum, shape: Shape::Structural })
}

/// Collects the items of lists in lists. Gives whether there may be others.
fn flatten(value: &Evaluated, into: &mut Vec<Evaluated>) -> Result<bool, Stop> {
    let (items, mut open) = items(value)?;
    open |= value.is_unordered();
    for item in items {
        match &item.datum {
            Datum::List(..) => open |= flatten(&item.clone().after(&value.via), into)?,
            // It may be a list or not.
            Datum::Unknown(_) | Datum::Reference(_) => open = true,
            _ => into.push(item.clone().after(&value.via)),
        }
    }
    Ok(open)
}

fn compact(list: &Evaluated) -> Outcome {
    let (items, mut open) = items(list)?;
    let mut kept = Vec::new();
    for item in items {
        if matches!(item.datum, Datum::Null) {
            continue;
        }
        let known = text(item)?;
        match known.literal() {
            Some("") => {}
            // It may turn out empty.
            None if known.is_unknown() => open = true,
            _ => {
                let item = Evaluated { datum: Datum::Text(known), ..item.clone() };
                kept.push(item.after(&list.via));
            }
        }
    }
    Ok(Made::list(kept, open))
}

/// Items of one type, as those of a list are.
pub fn alike(items: &[Evaluated]) -> Result<Vec<Evaluated>, Stop> {
    let kinds: Vec<Type> = items.iter().map(Type::of).collect();
    let kind = unify(&kinds).ok_or(Stop::Fails)?;
    items.iter().map(|item| convert(item.clone(), &kind)).collect()
}

fn distinct((items, open): (&[Evaluated], bool)) -> Outcome {
    // What is not known may be the same as any other.
    let open = open || (items.len() > 1 && !items.iter().all(Evaluated::is_whole));
    let items = alike(items)?;
    let mut kept: Vec<Evaluated> = Vec::new();
    let mut seen: HashMap<String, ()> = HashMap::new();
    let composed = items.iter().any(|i| matches!(i.datum, Datum::List(..) | Datum::Map(..)));
    if composed && items.len() > 500 {
        return Err(Stop::TooLarge);
    }
    for item in items {
        let new = match item.text().literal_text() {
            Some(text) => seen.insert(text.to_owned(), ()).is_none(),
            None => kept.iter().all(|kept| equal(kept, &item) != Some(true)),
        };
        if new {
            kept.push(item);
        }
    }
    Ok(Made::list(kept, open))
}

fn sort(list: &Evaluated) -> Outcome {
    let mut sorted: Vec<(String, Evaluated)> = Vec::new();
    for item in closed(list)? {
        let text = string(item)?.into_owned();
        let datum = Datum::Text(Text::from(text.as_str()));
        sorted.push((text, Evaluated { datum, ..item.clone() }));
    }
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(Made::list(sorted.into_iter().map(|(_, item)| item).collect(), false))
}

fn contains(list: &Evaluated, value: &Evaluated) -> Outcome {
    let (items, open) = items(list)?;
    let mut sure = !open;
    if matches!(value.datum, Datum::Null) {
        return Err(Stop::Fails);
    }
    for item in items {
        match equal(item, value) {
            Some(true) => return Ok(true.into()),
            Some(false) => {}
            None => sure = false,
        }
    }
    if sure { Ok(false.into()) } else { Err(Stop::Unknown) }
}

fn index(list: &Evaluated, value: &Evaluated) -> Outcome {
    for (i, item) in closed(list)?.iter().enumerate() {
        match equal(item, value) {
            Some(true) => return Ok((i as f64).into()),
            Some(false) => {}
            None => return Err(Stop::Unknown),
        }
    }
    Err(Stop::Fails)
}

/// Entries of later maps win. One that is not known may change the value of any before it.
fn merge(maps: &[Evaluated]) -> Outcome {
    let mut entries: Vec<(Text, Evaluated)> = Vec::new();
    let mut places: BTreeMap<Text, usize> = Default::default();
    let mut open = false;
    for map in maps {
        let (more, further): (&[(Text, Evaluated)], bool) = match &map.datum {
            Datum::Map(more, further) => (more, *further),
            Datum::Null => continue,
            Datum::Unknown(_) | Datum::Reference(_) => (&[], true),
            Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) | Datum::List(..) => {
                return Err(Stop::Fails);
            }
        };
        if further || more.iter().any(|(key, _)| key.literal().is_none()) {
            for (key, value) in &mut entries {
                let name = format!("{:?}[{key}]", map.at);
                *value = Evaluated::unread(value.at, Why::Unread, name);
            }
        }
        open |= further;
        for (key, value) in more {
            let value = value.clone().after(&map.via);
            match places.get(key) {
                Some(place) => {
                    if let Some(entry) = entries.get_mut(*place) {
                        entry.1 = value;
                    }
                }
                None => {
                    if key.literal().is_some() {
                        places.insert(key.clone(), entries.len());
                    }
                    entries.push((key.clone(), value));
                }
            }
        }
    }
    let maps: Vec<&Evaluated> = maps.iter().filter(|m| !matches!(m.datum, Datum::Null)).collect();
    if maps.is_empty() {
        return Ok(Datum::Map(entries, open).into());
    }
    let collections = maps.iter().all(|map| map.shape == Shape::Collection);
    let shape = if collections { Shape::Collection } else { Shape::Structural };
    Ok(Made { datum: Datum::Map(entries, open), shape })
}

fn zipmap(keys: &Evaluated, values: &Evaluated) -> Outcome {
    let shape = values.shape;
    if shape == Shape::Set {
        return Err(Stop::Fails);
    }
    let (keys, values) = (closed(keys)?, closed(values)?);
    if keys.len() != values.len() {
        return Err(Stop::Fails);
    }
    let mut entries: BTreeMap<Text, Evaluated> = BTreeMap::new();
    for (key, value) in keys.iter().zip(values) {
        entries.insert(text(key)?, value.clone());
    }
    // Keys that are not known may be the same as others.
    let open = entries.len() > 1 && entries.keys().any(|key| key.literal().is_none());
    Ok(Made { datum: Datum::Map(entries.into_iter().collect(), open), shape })
}

fn range(limits: &[Evaluated]) -> Outcome {
    let numbers = limits.iter().map(number).collect::<Result<Vec<f64>, Stop>>()?;
    let (start, end, step) = match numbers[..] {
        [end] => (0.0, end, if end < 0.0 { -1.0 } else { 1.0 }),
        [start, end] => (start, end, if end < start { -1.0 } else { 1.0 }),
        [start, end, step] => (start, end, step),
        _ => return Err(Stop::Fails),
    };
    let wrong_way = (step > 0.0 && end < start) || (step < 0.0 && end > start);
    if step == 0.0 || wrong_way {
        return Err(Stop::Fails);
    }
    let length = ((end - start) / step).ceil();
    // Terraform makes no longer list either.
    if length > 1024.0 {
        return Err(Stop::Fails);
    }
    let at = limits.first().map_or(Err(Stop::Fails), |limit| Ok(limit.at))?;
    let item = |i: usize| number_at(at, start + step * i as f64);
    Ok(Made::list((0..length as usize).map(item).collect(), false))
}

fn number_at(at: Span, number: f64) -> Evaluated {
    Evaluated::new(at, Datum::Number(super::number::tidy(number)))
}

fn slice(list: &Evaluated, start: &Evaluated, end: &Evaluated) -> Outcome {
    let (start, end) = (whole(start)?, whole(end)?);
    let (items, open) = items(list)?;
    if list.shape == Shape::Set {
        return Err(Stop::Fails);
    }
    let range = usize::try_from(start).map_err(|_| Stop::Fails)?
        ..usize::try_from(end).map_err(|_| Stop::Fails)?;
    match items.get(range) {
        // Others may stand before those that are known.
        Some(_) if open => Err(Stop::Unknown),
        Some(items) => Ok(Made { datum: Datum::List(items.to_vec(), false), shape: list.shape }),
        None if open => Err(Stop::Unknown),
        None => Err(Stop::Fails),
    }
}

fn chunk_list(list: &Evaluated, size: &Evaluated) -> Outcome {
    let size = usize::try_from(whole(size)?).map_err(|_| Stop::Fails)?;
    let items = alike(closed(list)?)?;
    let part = |items: &[Evaluated]| {
        let datum = Datum::List(items.to_vec(), false);
        Evaluated { shape: Shape::Collection, ..Evaluated::new(list.at, datum) }
    };
    // Of no size is one that holds all.
    let parts = match size {
        0 if items.is_empty() => Vec::new(),
        0 => vec![part(&items)],
        size => items.chunks(size).map(part).collect(),
    };
    Ok(Made::list(parts, false))
}

fn match_keys(values: &Evaluated, keys: &Evaluated, wanted: &Evaluated) -> Outcome {
    let (values, keys, wanted) = (closed(values)?, closed(keys)?, closed(wanted)?);
    if values.len() != keys.len() {
        return Err(Stop::Fails);
    }
    let kinds: Vec<Type> = keys.iter().chain(wanted).map(Type::of).collect();
    unify(&kinds).ok_or(Stop::Fails)?;
    if keys.len().saturating_mul(wanted.len()) > LONGEST * 100 {
        return Err(Stop::TooLarge);
    }
    let mut kept = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        let mut found = false;
        for wanted in wanted {
            match equal(key, wanted) {
                Some(true) => found = true,
                Some(false) => {}
                None => return Err(Stop::Unknown),
            }
        }
        if found {
            kept.push(value.clone());
        }
    }
    Ok(Made::list(alike(&kept)?, false))
}

fn sum(list: &Evaluated) -> Outcome {
    let items = closed(list)?;
    if items.is_empty() {
        return Err(Stop::Fails);
    }
    let numbers = items.iter().map(number).collect::<Result<Vec<f64>, Stop>>()?;
    Ok(super::number::tidy(numbers.into_iter().sum()).into())
}

fn transpose(map: &Evaluated) -> Outcome {
    let (names, open) = named(map)?;
    if open {
        return Err(Stop::Unknown);
    }
    let mut turned: BTreeMap<String, Vec<Evaluated>> = BTreeMap::new();
    for (name, values) in names {
        for value in closed(values)? {
            let key = Evaluated::new(value.at, Datum::Text(Text::from(name)));
            turned.entry(string(value)?.into_owned()).or_default().push(key);
        }
    }
    let list = |names: Vec<Evaluated>| {
        let list = Evaluated::new(map.at, Datum::List(set(names), false));
        Evaluated { shape: Shape::Collection, ..list }
    };
    let entries = turned.into_iter().map(|(key, names)| (Text::from(key), list(names)));
    Ok(Made { datum: Datum::Map(entries.collect(), false), shape: Shape::Collection })
}
