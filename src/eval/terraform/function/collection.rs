//! Functions on lists and maps.

use super::super::{Datum, Evaluated};
use super::as_text;
use crate::source::Span;
use crate::value::{Text, Why};

/// A longer list is not made by `range` and the like.
const LONGEST: f64 = 10_000.0;

/// Collects the items of lists in lists. Gives whether there may be others.
pub fn flatten(value: &Evaluated, into: &mut Vec<Evaluated>) -> Option<bool> {
    let Datum::List(items, open) = &value.datum else { return None };
    let mut open = *open;
    for item in items {
        match &item.datum {
            Datum::List(..) => open |= flatten(&item.clone().after(&value.via), into)?,
            // It may be a list or not.
            Datum::Unknown(_) | Datum::Reference(_) => open = true,
            _ => into.push(item.clone().after(&value.via)),
        }
    }
    Some(open)
}

/// Items without those that are there before; sorted as Terraform sorts a set.
pub fn distinct(items: &[Evaluated], sort: bool) -> Vec<Evaluated> {
    let mut seen = std::collections::HashSet::new();
    let mut kept: Vec<Evaluated> = items
        .iter()
        .filter(|item| match item.text().literal_text() {
            Some(text) => seen.insert(text.to_owned()),
            None => true,
        })
        .cloned()
        .collect();
    if sort {
        kept.sort_by(|a, b| as_text(a).cmp(&as_text(b)));
    }
    kept
}

/// Entries of later maps win. One that is not known may change the value of any before it.
pub fn merge(maps: &[Evaluated]) -> Option<Datum> {
    let mut entries: Vec<(Text, Evaluated)> = Vec::new();
    let mut places: std::collections::BTreeMap<Text, usize> = Default::default();
    let mut open = false;
    for map in maps {
        let (more, further): (&[(Text, Evaluated)], bool) = match &map.datum {
            Datum::Map(more, further) => (more, *further),
            Datum::Null => continue,
            _ => (&[], true),
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
    Some(Datum::Map(entries, open))
}

pub fn range(start: f64, end: f64, at: Span) -> Option<Datum> {
    let step = if end < start { -1.0 } else { 1.0 };
    let length = (end - start).abs().ceil();
    (length <= LONGEST).then(|| {
        let item = |i: usize| Evaluated::new(at, Datum::Number(start + step * i as f64));
        Datum::List((0..length as usize).map(item).collect(), false)
    })
}
