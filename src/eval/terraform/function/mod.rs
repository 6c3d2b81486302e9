//! Functions. One that is not known here, or is called with what is not known, gives a value
//! that is not known.

mod collection;
mod text;

use super::expression::equal;
use super::scope::Scope;
use super::traversal::{Found, Missing};
use super::{Datum, Evaluated};
use crate::source::Span;
use crate::syntax::hcl::Origin;
use crate::value::{Text, Why};
use collection::{distinct, flatten, merge, range};
use hcl_edit::expr::{Expression as Tree, FuncCall};
use text::{LONGEST_TEXT, format, join, letters, substr};

impl Scope<'_, '_> {
    /// Calls a function.
    pub(super) fn call(self, origin: Origin, call: &FuncCall, at: Span) -> Evaluated {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() && call.name.namespace.iter().any(|n| n.as_str() != "core") {
            return self.unknown(at, Why::Unread);
        }
        match name {
            "try" => return self.first_that_works(origin, call, at),
            "sensitive" => return self.unknown(at, Why::Sensitive),
            _ => {}
        }
        let mut arguments: Vec<Evaluated> =
            call.args.iter().map(|argument| self.expression(origin, argument)).collect();
        if call.args.expand_final() {
            let Some(last) = arguments.pop() else { return self.unknown(at, Why::Unread) };
            match self.entries(&last) {
                Some((entries, false)) => {
                    arguments.extend(entries.into_iter().map(|(_, item)| item.after(&last.via)))
                }
                _ => return self.result(at, None, &[last]),
            }
        }
        match (name, &arguments[..]) {
            // What these give is one of their arguments, or a part of one.
            ("lookup", [map, key, rest @ ..]) => self.lookup(map, key, rest, at),
            ("element", [list, index]) => self.element(list, index, at),
            ("coalesce", values) => self.coalesce(values, at),
            ("one", [list]) => match &list.datum {
                Datum::List(items, false) => match &items[..] {
                    [] => Evaluated { via: list.via.clone(), ..Evaluated::new(at, Datum::Null) },
                    [item] => self.part(item, &list.via, "this item is taken".to_owned(), at),
                    _ => self.result(at, None, &[]),
                },
                _ => self.result(at, None, &arguments),
            },
            ("nonsensitive" | "tomap" | "tolist" | "tostring" | "tonumber" | "tobool", [value]) => {
                self.convert(name, value, at)
            }
            _ => {
                let datum = self.compute(name, &arguments);
                // What is made of the items of a list rests on their steps too.
                let mut from = arguments;
                if !matches!(datum, Some(Datum::List(..) | Datum::Map(..))) {
                    let items: Vec<Evaluated> = from.iter().flat_map(items).cloned().collect();
                    if self.evaluator.spend(items.len()) {
                        from.extend(items);
                    }
                }
                self.result(at, datum, &from)
            }
        }
    }

    fn first_that_works(self, origin: Origin, call: &FuncCall, at: Span) -> Evaluated {
        for argument in call.args.iter() {
            let value = match argument {
                Tree::Variable(_) | Tree::Traversal(_) => {
                    match self.traversal(origin, argument, origin.span(argument)) {
                        Ok(value) => value,
                        Err(Missing) => continue,
                    }
                }
                argument => self.expression(origin, argument),
            };
            return value.used(at, None);
        }
        self.unknown(at, Why::Unread)
    }

    fn lookup(self, map: &Evaluated, key: &Evaluated, rest: &[Evaluated], at: Span) -> Evaluated {
        let name = key.text();
        let (Datum::Map(entries, open), Some(name)) = (&map.datum, name.literal_text()) else {
            return self.result(at, None, &[map.clone(), key.clone()]);
        };
        let mut via = map.via.clone();
        super::block::extend(&mut via, &key.via);
        match (self.find(entries, *open, name), rest) {
            (Found::Value(found), _) => self.part(found, &via, format!("`{name}` is this"), at),
            (Found::Nothing, [default, ..]) => default.clone().after(&via).used(at, None),
            _ => Evaluated { via, ..self.unknown(at, Why::Unread) },
        }
    }

    fn element(self, list: &Evaluated, index: &Evaluated, at: Span) -> Evaluated {
        match (&list.datum, number(index)) {
            (Datum::List(items, false), Some(index)) if index >= 0.0 && !items.is_empty() => {
                let index =
                    Evaluated::new(at, Datum::Number((index as usize % items.len()) as f64));
                let item = self.index(list, &index, at);
                item.unwrap_or_else(|Missing| self.unknown(at, Why::Unread))
            }
            _ => self.result(at, None, &[list.clone(), index.clone()]),
        }
    }

    /// The first argument that is neither null nor empty.
    fn coalesce(self, values: &[Evaluated], at: Span) -> Evaluated {
        for (i, value) in values.iter().enumerate() {
            let empty = match &value.datum {
                Datum::Null => true,
                Datum::Text(text) => match text.literal() {
                    Some(text) => text.is_empty(),
                    // All of it may turn out empty.
                    None if text.is_unknown() => break,
                    None => false,
                },
                Datum::Unknown(_) => break,
                _ => false,
            };
            if !empty {
                let before = super::scope::steps(values.iter().take(i));
                return value.clone().after(&before).used(at, None);
            }
        }
        self.result(at, None, values)
    }

    fn convert(self, name: &str, value: &Evaluated, at: Span) -> Evaluated {
        let converted = match (name, &value.datum) {
            (_, Datum::Null | Datum::Unknown(_) | Datum::Reference(_)) => None,
            ("tostring", Datum::Bool(_) | Datum::Number(_)) => Some(Datum::Text(as_text(value))),
            ("tonumber", Datum::Text(_)) => match number(value) {
                Some(number) => Some(Datum::Number(number)),
                None => return self.result(at, None, std::slice::from_ref(value)),
            },
            ("tobool", Datum::Text(_)) => match boolean(value) {
                Some(boolean) => Some(Datum::Bool(boolean)),
                None => return self.result(at, None, std::slice::from_ref(value)),
            },
            _ => None,
        };
        let value = value.clone().used(at, None);
        match converted {
            Some(datum) => Evaluated { datum, ..value },
            None => value,
        }
    }

    /// The functions that make a new value.
    fn compute(self, name: &str, arguments: &[Evaluated]) -> Option<Datum> {
        let text = |text: Option<Text>| text.map(Datum::Text);
        match (name, arguments) {
            ("format", [pattern, values @ ..]) => text(format(known(pattern)?, values)),
            ("join", [separator, lists @ ..]) => text(join(known(separator)?, lists)),
            ("lower", [value]) => text(letters(value, str::to_lowercase)),
            ("upper", [value]) => text(letters(value, str::to_uppercase)),
            ("trimspace", [value]) => Some(made(known(value)?.trim())),
            ("trim", [value, cut]) => {
                let cut: Vec<char> = known(cut)?.chars().collect();
                Some(made(known(value)?.trim_matches(&cut[..])))
            }
            ("trimprefix", [value, prefix]) => {
                let value = known(value)?;
                Some(made(value.strip_prefix(known(prefix)?).unwrap_or(value)))
            }
            ("trimsuffix", [value, suffix]) => {
                let value = known(value)?;
                Some(made(value.strip_suffix(known(suffix)?).unwrap_or(value)))
            }
            ("replace", [value, pattern, by]) => {
                let pattern = known(pattern)?;
                // Between slashes it is a regular expression.
                let plain =
                    pattern.len() < 2 || !(pattern.starts_with('/') && pattern.ends_with('/'));
                let (value, by) = (known(value)?, known(by)?);
                let longer = value.matches(pattern).count().saturating_mul(by.len());
                (plain && longer <= LONGEST_TEXT).then(|| made(&value.replace(pattern, by)))
            }
            ("split", [separator, value]) => {
                let separator = known(separator)?;
                let at = value.at;
                let parts = known(value)?.split(separator);
                Some(Datum::List(parts.map(|part| Evaluated::new(at, made(part))).collect(), false))
            }
            ("startswith", [value, prefix]) => {
                Some(Datum::Bool(known(value)?.starts_with(known(prefix)?)))
            }
            ("endswith", [value, suffix]) => {
                Some(Datum::Bool(known(value)?.ends_with(known(suffix)?)))
            }
            ("strcontains", [value, part]) => {
                Some(Datum::Bool(known(value)?.contains(known(part)?)))
            }
            ("substr", [value, start, length]) => {
                substr(known(value)?, number(start)?, number(length)?)
            }
            ("length", [value]) => match &value.datum {
                Datum::Text(text) => Some(Datum::Number(text.literal()?.chars().count() as f64)),
                _ => Some(Datum::Number(self.closed(value)?.len() as f64)),
            },
            ("concat", lists) => self.concat(lists),
            ("flatten", [value]) => {
                let mut all = Vec::new();
                let open = flatten(value, &mut all)?;
                Some(Datum::List(all, open))
            }
            ("compact", [Evaluated { datum: Datum::List(items, open), via, .. }]) => {
                let mut kept = Vec::new();
                for item in items {
                    let text = item.text();
                    match text.literal_text() {
                        Some("") => {}
                        None if text.is_unset() => {}
                        None if item.is_unknown() => return None,
                        _ => kept.push(item.clone().after(via)),
                    }
                }
                Some(Datum::List(kept, *open))
            }
            ("toset" | "distinct", [Evaluated { datum: Datum::List(items, open), .. }]) => {
                Some(Datum::List(distinct(items, name == "toset"), *open))
            }
            ("reverse", [Evaluated { datum: Datum::List(items, false), .. }]) => {
                Some(Datum::List(items.iter().rev().cloned().collect(), false))
            }
            ("sort", [Evaluated { datum: Datum::List(items, false), .. }]) => {
                let mut items = items.clone();
                let all_known = items.iter().all(|item| known(item).is_some());
                all_known.then_some(())?;
                items.sort_by(|a, b| known(a).cmp(&known(b)));
                Some(Datum::List(items, false))
            }
            ("contains", [list, value]) => {
                let mut sure = true;
                for (_, item) in self.closed(list)? {
                    match equal(&item, value) {
                        Some(true) => return Some(Datum::Bool(true)),
                        Some(false) => {}
                        None => sure = false,
                    }
                }
                sure.then_some(Datum::Bool(false))
            }
            ("keys", [map]) => {
                let (entries, open) = self.map_entries(map)?;
                Some(Datum::List(entries.into_iter().map(|(key, _)| key).collect(), open))
            }
            ("values", [map]) => {
                let (entries, open) = self.map_entries(map)?;
                Some(Datum::List(entries.into_iter().map(|(_, value)| value).collect(), open))
            }
            ("merge", maps) => merge(maps),
            ("zipmap", [keys, values]) => {
                let (keys, values) = (self.closed(keys)?, self.closed(values)?);
                let pairs = keys.into_iter().zip(values);
                let entries = pairs.map(|((_, key), (_, value))| (as_text(&key), value)).collect();
                Some(Datum::Map(entries, false))
            }
            ("range", [end]) => range(0.0, number(end)?, end.at),
            ("range", [start, end]) => range(number(start)?, number(end)?, start.at),
            ("max", values) => fold(values, f64::max),
            ("min", values) => fold(values, f64::min),
            ("basename", [path]) => {
                let path = known(path)?.trim_end_matches('/');
                Some(made(path.rsplit('/').next().unwrap_or(path)))
            }
            ("dirname", [path]) => {
                let folder = known(path)?.rsplit_once('/').map_or(".", |(folder, _)| folder);
                Some(made(if folder.is_empty() { "/" } else { folder }))
            }
            _ => None,
        }
    }

    /// The items of a collection with their keys, if all are known.
    fn closed(self, value: &Evaluated) -> Option<Vec<super::body::Entry>> {
        self.entries(value).and_then(|(entries, open)| (!open).then_some(entries))
    }

    /// The entries of a map or of an object that `for_each` repeats.
    fn map_entries(self, value: &Evaluated) -> Option<(Vec<super::body::Entry>, bool)> {
        match value.datum {
            Datum::Map(..) | Datum::Reference(_) => self.entries(value),
            _ => None,
        }
    }

    fn concat(self, lists: &[Evaluated]) -> Option<Datum> {
        let mut all = Vec::new();
        let mut any_open = false;
        for list in lists {
            match self.entries(list) {
                Some((entries, open)) => {
                    any_open |= open;
                    all.extend(entries.into_iter().map(|(_, item)| item.after(&list.via)));
                }
                None => any_open = true,
            }
        }
        (!all.is_empty() || !any_open).then_some(Datum::List(all, any_open))
    }
}

/// A value as a part of a string; as a hole if it is not known or no scalar.
pub(super) fn as_text(value: &Evaluated) -> Text {
    match &value.datum {
        Datum::Text(text) => text.clone(),
        Datum::Bool(value) => Text::from(value.to_string()),
        Datum::Number(value) => Text::from(value.to_string()),
        Datum::Null
        | Datum::List(..)
        | Datum::Map(..)
        | Datum::Reference(_)
        | Datum::Unknown(_) => match &value.name {
            Some(name) => Text::hole(&**name),
            // Without a name it must not pass for another.
            None => Text::hole(format!("{:?}", value.at)),
        },
    }
}

/// A number, or a string that is one.
pub(super) fn number(value: &Evaluated) -> Option<f64> {
    match &value.datum {
        Datum::Number(number) => Some(*number),
        Datum::Text(text) => text.literal()?.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// A boolean, or a string that is one.
pub(super) fn boolean(value: &Evaluated) -> Option<bool> {
    match &value.datum {
        Datum::Bool(value) => Some(*value),
        Datum::Text(text) => text.literal()?.parse().ok(),
        _ => None,
    }
}

/// A string without a hole.
fn known(value: &Evaluated) -> Option<&str> {
    match &value.datum {
        Datum::Text(text) => text.literal(),
        _ => None,
    }
}

fn made(text: &str) -> Datum {
    Datum::Text(Text::from(text))
}

/// What is inside a collection.
fn items(value: &Evaluated) -> Vec<&Evaluated> {
    match &value.datum {
        Datum::List(items, _) => items.iter().collect(),
        Datum::Map(entries, _) => entries.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

fn fold(values: &[Evaluated], choose: fn(f64, f64) -> f64) -> Option<Datum> {
    let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
    numbers?.into_iter().reduce(choose).map(Datum::Number)
}
