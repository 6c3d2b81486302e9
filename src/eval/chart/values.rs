//! The values of a chart: its defaults, files that releases name, and what commands set.

use crate::eval::manifest::value;
use crate::eval::terraform::{Datum, Evaluated};
use crate::source::Span;
use crate::syntax::yaml::{Kind, Node, PlainKind};
use crate::value::{Sourced, Step, Text, Why};

/// Values are nested this deep where they are changed.
const DEEPEST: usize = 32;

/// The values of a file. Each leaf has the step that `told` makes of its place and its path.
pub fn of_file(root: &Node, told: &impl Fn(Span, &str) -> Step) -> Evaluated {
    of_node(root, "", told)
}

fn of_node(node: &Node, path: &str, told: &impl Fn(Span, &str) -> Step) -> Evaluated {
    let datum = match &node.kind {
        Kind::Empty => Datum::Null,
        Kind::Scalar(scalar) => {
            let text = scalar.text.text.as_str();
            match node.plain_kind() {
                Some(PlainKind::Null) => Datum::Null,
                Some(PlainKind::Bool) => node.boolean().map_or(Datum::Null, Datum::Bool),
                Some(PlainKind::Int | PlainKind::Float) => {
                    text.parse().map_or_else(|_| Datum::Text(Text::from(text)), Datum::Number)
                }
                _ => Datum::Text(Text::from(text)),
            }
        }
        Kind::Sequence(items) => {
            Datum::List(items.iter().map(|item| of_node(item, path, told)).collect(), false)
        }
        Kind::Mapping(_) => {
            let entries = node.merged().into_iter().filter_map(|entry| {
                let key = entry.key.text()?;
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                Some((Text::from(key), of_node(&entry.value, &path, told)))
            });
            Datum::Map(entries.collect(), false)
        }
    };
    let is_leaf = !matches!(datum, Datum::List(..) | Datum::Map(..));
    let via = if is_leaf { vec![told(node.at, path)] } else { Vec::new() };
    Evaluated { via, ..value(node.at, datum) }
}

/// Lays other values over some, as Helm does.
pub fn lay_over(own: &mut Evaluated, other: &Evaluated) {
    match (&mut own.datum, &other.datum) {
        (Datum::Map(entries, _), Datum::Map(changes, _)) => {
            for (key, change) in changes {
                match entries.iter_mut().find(|(own, _)| own == key) {
                    Some((_, own)) => lay_over(own, change),
                    None => entries.push((key.clone(), change.clone())),
                }
            }
        }
        _ => *own = other.clone(),
    }
}

/// Forgets the values that others set differently.
pub fn forget_other(own: &mut Evaluated, other: &Evaluated) {
    if is_same(own, other) {
        return;
    }
    match (&mut own.datum, &other.datum) {
        (Datum::Map(entries, _), Datum::Map(changes, _)) => {
            for (key, change) in changes {
                let unknown = || value(change.at, Datum::Unknown(Why::Environment));
                match entries.iter_mut().find(|(own, _)| own == key) {
                    Some((_, own)) => forget_other(own, change),
                    None => entries.push((key.clone(), unknown())),
                }
            }
        }
        (own, _) => *own = Datum::Unknown(Why::Environment),
    }
}

fn is_same(a: &Evaluated, b: &Evaluated) -> bool {
    match (&a.datum, &b.datum) {
        (Datum::Null, Datum::Null) => true,
        (Datum::List(a, _), Datum::List(b, _)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Datum::Map(a, _), Datum::Map(b, _)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && is_same(&a.1, &b.1))
        }
        _ => match (a.text().literal_text(), b.text().literal_text()) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}

/// Forgets everything below a value, and that there is nothing else.
pub fn forget_all(own: &mut Evaluated) {
    match &mut own.datum {
        Datum::Map(entries, open) => {
            *open = true;
            entries.iter_mut().for_each(|(_, value)| forget_all(value));
        }
        datum => *datum = Datum::Unknown(Why::Environment),
    }
}

/// The leaves with their paths: `image.tag`.
pub fn forget_leaves(own: &mut Evaluated, path: &str, is_set: &impl Fn(&str) -> bool) {
    match &mut own.datum {
        Datum::Map(entries, _) if !entries.is_empty() => {
            for (key, value) in entries {
                let key = key.literal().unwrap_or_default();
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                forget_leaves(value, &path, is_set);
            }
        }
        datum if is_set(path) => *datum = Datum::Unknown(Why::Environment),
        _ => {}
    }
}

/// Sets one value: `image.tag`. What a path into a list sets is not known.
pub fn set(own: &mut Evaluated, path: &str, new: &Sourced<Text>, is_text: bool) {
    let mut place = own;
    for (i, name) in path.split('.').enumerate() {
        let (name, is_item) = match name.split_once('[') {
            Some((name, _)) => (name, true),
            None => (name, false),
        };
        if !matches!(place.datum, Datum::Map(..)) {
            place.datum = Datum::Map(Vec::new(), false);
        }
        let Datum::Map(entries, _) = &mut place.datum else { return };
        if !entries.iter().any(|(key, _)| key.literal() == Some(name)) {
            entries.push((Text::from(name), value(new.at, Datum::Null)));
        }
        let found = entries.iter_mut().find(|(key, _)| key.literal() == Some(name));
        let Some((_, next)) = found else { return };
        place = next;
        if is_item || i >= DEEPEST {
            place.datum = Datum::Unknown(Why::Unread);
            return;
        }
    }
    place.datum = match new.value.literal() {
        Some("true") if !is_text => Datum::Bool(true),
        Some("false") if !is_text => Datum::Bool(false),
        Some("null") if !is_text => Datum::Null,
        _ => Datum::Text(new.value.clone()),
    };
    place.via = vec![Step::reference(new.at, format!("the release sets `{path}`"))];
    place.via.extend(new.via.iter().cloned());
}
