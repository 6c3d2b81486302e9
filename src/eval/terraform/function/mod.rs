//! Functions. One that is not known here, or is called with what is not known, gives a value
//! that is not known.
//!
//! A folder of families: each has a function `call` that gives what the function of a name
//! makes of its arguments, or none if the name is not of the family.

mod address;
mod argument;
mod collection;
mod date;
mod encoding;
mod file;
mod format;
mod hash;
mod number;
mod pattern;
mod set;
mod text;

pub(super) use argument::{Stop, as_text, boolean, number, spell, text};
pub(super) use file::resolve;
pub(super) use number::tidy;

use super::scope::Scope;
use super::traversal::{Found, Missing};
use super::types::{Type, convert, unify};
use super::{Datum, Evaluated, Shape};
use crate::source::Span;
use crate::syntax::hcl::Origin;
use crate::value::{Text, Why};
use hcl_edit::expr::{Expression as Tree, FuncCall};

/// No function makes a list that is longer.
const LONGEST: usize = 10_000;

/// No function makes a string of more bytes.
const LONGEST_TEXT: usize = 1 << 20;

/// What a function makes.
struct Made {
    datum: Datum,
    shape: Shape,
}

/// What a function makes, or why it makes nothing.
type Outcome = Result<Made, Stop>;

impl From<Datum> for Made {
    fn from(datum: Datum) -> Made {
        Made { datum, shape: Shape::Structural }
    }
}

impl From<bool> for Made {
    fn from(value: bool) -> Made {
        Datum::Bool(value).into()
    }
}

impl From<f64> for Made {
    fn from(value: f64) -> Made {
        Datum::Number(value).into()
    }
}

impl From<&str> for Made {
    fn from(text: &str) -> Made {
        Text::from(text).into()
    }
}

impl From<String> for Made {
    fn from(text: String) -> Made {
        Text::from(text).into()
    }
}

impl From<Text> for Made {
    fn from(text: Text) -> Made {
        Datum::Text(text).into()
    }
}

impl Made {
    /// A list of items of one type.
    fn list(items: Vec<Evaluated>, open: bool) -> Made {
        Made { datum: Datum::List(items, open), shape: Shape::Collection }
    }

    /// A list of strings that stand at a place.
    fn texts<'t>(texts: impl IntoIterator<Item = &'t str>, at: Span) -> Made {
        let text = |text| Evaluated::new(at, Datum::Text(Text::from(text)));
        Made::list(texts.into_iter().map(text).collect(), false)
    }
}

impl Scope<'_, '_> {
    /// Calls a function.
    pub(super) fn call(self, origin: Origin, call: &FuncCall, at: Span) -> Evaluated {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() && call.name.namespace.iter().any(|n| n.as_str() != "core") {
            return self.unknown(at, Why::Unread);
        }
        match name {
            "try" => return self.first_that_works(origin, call, at),
            "can" => return self.works(origin, call, at),
            "templatefile" => return self.template_file(origin, call, at),
            _ => {}
        }
        let mut arguments: Vec<Evaluated> =
            call.args.iter().map(|argument| self.expression(origin, argument)).collect();
        if call.args.expand_final() {
            let Some(last) = arguments.pop() else { return self.fail(at) };
            match self.entries(&last) {
                Some((entries, false)) => {
                    arguments.extend(entries.into_iter().map(|(_, item)| item.after(&last.via)))
                }
                _ => return self.result(at, None, &[last]),
            }
        }
        match (name, &mut arguments[..]) {
            // What these give is one of their arguments, or a part of one.
            // What is written there is no name for it.
            ("sensitive", [_]) => {
                let name = self.evaluator.unknown_name(&format!("sensitive at {at:?}"));
                Evaluated::unread(at, Why::Sensitive, name)
            }
            ("nonsensitive" | "ephemeralasnull", [value]) => {
                std::mem::replace(value, Evaluated::new(at, Datum::Null)).used(at, None)
            }
            ("lookup", [map, key, rest @ ..]) => self.lookup(map, key, rest, at),
            ("element", [list, index]) => self.element(list, index, at),
            ("coalesce", values) => self.coalesce(values, at),
            ("coalescelist", values) => self.coalesce_list(values, at),
            ("issensitive", [value]) => match value.datum {
                Datum::Unknown(Why::Sensitive) => self.result(at, Some(Datum::Bool(true)), &[]),
                Datum::Unknown(_) | Datum::Reference(_) => self.result(at, None, &arguments),
                _ => self.result(at, Some(Datum::Bool(false)), &[]),
            },
            ("one", [list]) => self.one(list, at),
            ("tolist" | "toset" | "tomap" | "tostring" | "tonumber" | "tobool", [value]) => {
                self.convert(name, value, at)
            }
            _ => self.make(name, arguments, at),
        }
    }

    /// Calls a function that makes a new value.
    fn make(self, name: &str, arguments: Vec<Evaluated>, at: Span) -> Evaluated {
        let outcome = text::call(name, &arguments)
            .or_else(|| collection::call(self, name, &arguments))
            .or_else(|| set::call(self, name, &arguments))
            .or_else(|| pattern::call(name, &arguments))
            .or_else(|| number::call(name, &arguments))
            .or_else(|| encoding::call(self, name, &arguments, at))
            .or_else(|| hash::call(name, &arguments))
            .or_else(|| address::call(name, &arguments))
            .or_else(|| date::call(name, &arguments))
            .or_else(|| file::call(self, name, &arguments));
        // What is made of the items of a list rests on their steps too.
        let mut from = arguments;
        if !matches!(&outcome, Some(Ok(Made { datum: Datum::List(..) | Datum::Map(..), .. }))) {
            let items: Vec<Evaluated> = from.iter().flat_map(argument::inner).cloned().collect();
            if self.evaluator.spend(items.len()) {
                from.extend(items);
            }
        }
        match outcome {
            Some(Ok(Made { datum, shape })) => {
                let made = self.result(at, Some(datum), &from);
                let made = Evaluated { shape, ..made };
                match self.evaluator.spend(super::scope::size(&made)) {
                    true => made,
                    false => self.unknown(at, Why::TooLarge),
                }
            }
            Some(Err(stop)) => self.stopped(stop, at, &from),
            None => {
                self.doubt();
                self.result(at, None, &from)
            }
        }
    }

    /// What cannot be made of some values.
    fn stopped(self, stop: Stop, at: Span, from: &[Evaluated]) -> Evaluated {
        self.doubt();
        match stop {
            Stop::Fails => self.fail(at),
            Stop::TooLarge => self.unknown(at, Why::TooLarge),
            Stop::Unknown => self.result(at, None, from),
        }
    }

    fn first_that_works(self, origin: Origin, call: &FuncCall, at: Span) -> Evaluated {
        for argument in call.args.iter() {
            let before = self.evaluator.doubts().get();
            let (value, failed) = self.attempt(origin, argument);
            if failed {
                continue;
            }
            // What may fail is not known, even where parts of it would be.
            let doubted = self.evaluator.doubts().get() > before;
            if doubted && value.is_known() && !value.is_whole() {
                return self.result(at, None, &[value]);
            }
            return value.used(at, None);
        }
        self.fail(at)
    }

    fn works(self, origin: Origin, call: &FuncCall, at: Span) -> Evaluated {
        let Some(argument) = call.args.iter().next() else { return self.fail(at) };
        let before = self.evaluator.doubts().get();
        let (value, failed) = self.attempt(origin, argument);
        // Something that is not known may turn out not to work.
        let sure = value.is_whole() && self.evaluator.doubts().get() == before;
        let datum = match failed {
            true => Some(Datum::Bool(false)),
            false => sure.then_some(Datum::Bool(true)),
        };
        self.result(at, datum, &[value])
    }

    /// Evaluates what may fail, and says whether it does.
    fn attempt(self, origin: Origin, tree: &Tree) -> (Evaluated, bool) {
        let before = self.evaluator.failures().get();
        let value = self.expression(origin, tree);
        let failed = self.evaluator.failures().replace(before) > before;
        (value, failed)
    }

    fn lookup(self, map: &Evaluated, key: &Evaluated, rest: &[Evaluated], at: Span) -> Evaluated {
        let name = key.text();
        let (Datum::Map(entries, open), Some(name)) = (&map.datum, name.literal_text()) else {
            return self.result(at, None, &[map.clone(), key.clone()]);
        };
        let mut via = map.via.clone();
        super::block::extend(&mut via, &key.via);
        // The default becomes what the others are.
        let kind = entries.first().map_or(Type::Any, |(_, value)| Type::of(value));
        let default = match (map.shape, rest) {
            (Shape::Collection, [default, ..]) => convert(default.clone(), &kind).map(Some),
            (_, [default, ..]) => Ok(Some(default.clone())),
            _ => Ok(None),
        };
        let default = match default {
            Ok(default) => default,
            Err(stop) => return self.stopped(stop, at, rest),
        };
        match (self.find(entries, *open, name), default) {
            (Found::Value(found), _) => self.part(found, &via, format!("`{name}` is this"), at),
            (Found::Nothing, Some(default)) => default.after(&via).used(at, None),
            (Found::Nothing, None) => self.fail(at),
            _ => Evaluated { via, ..self.unknown(at, Why::Unread) },
        }
    }

    fn element(self, list: &Evaluated, index: &Evaluated, at: Span) -> Evaluated {
        let from = || [list.clone(), index.clone()];
        let wanted = match number(index) {
            Ok(wanted) if wanted.fract() == 0.0 => wanted,
            Ok(_) => return self.fail(at),
            Err(stop) => return self.stopped(stop, at, &from()),
        };
        match &list.datum {
            Datum::List(_, _) if list.shape == Shape::Set => self.fail(at),
            Datum::List(items, false) if items.is_empty() => self.fail(at),
            Datum::List(items, false) => {
                let length = items.len() as f64;
                let place = wanted % length;
                // Of a list Terraform counts from the end, of a tuple it does not.
                let place = match list.shape {
                    Shape::Structural if place < 0.0 => return self.fail(at),
                    _ => Datum::Number((place + length) % length),
                };
                let item = self.index(list, &Evaluated::new(at, place), at);
                item.unwrap_or_else(|Missing| self.fail(at))
            }
            _ => self.result(at, None, &from()),
        }
    }

    fn one(self, list: &Evaluated, at: Span) -> Evaluated {
        match &list.datum {
            Datum::List(items, false) => match &items[..] {
                [] => Evaluated { via: list.via.clone(), ..Evaluated::new(at, Datum::Null) },
                [item] => self.part(item, &list.via, "this item is taken".to_owned(), at),
                _ => self.fail(at),
            },
            Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) | Datum::Map(..) => self.fail(at),
            _ => self.result(at, None, std::slice::from_ref(list)),
        }
    }

    /// The first argument that is neither null nor empty, as one of the type of all.
    fn coalesce(self, values: &[Evaluated], at: Span) -> Evaluated {
        let kinds: Vec<Type> = values.iter().map(Type::of).collect();
        let Some(kind) = unify(&kinds) else { return self.fail(at) };
        for (i, value) in values.iter().enumerate() {
            let empty = match &value.datum {
                Datum::Null => true,
                Datum::Text(text) => match text.literal() {
                    Some(text) => text.is_empty(),
                    // All of it may turn out empty.
                    None if text.is_unknown() => return self.result(at, None, values),
                    None => false,
                },
                Datum::Unknown(_) => return self.result(at, None, values),
                _ => false,
            };
            if !empty {
                let before = super::scope::steps(values.iter().take(i));
                return match convert(value.clone(), &kind) {
                    Ok(value) => value.after(&before).used(at, None),
                    Err(stop) => self.stopped(stop, at, values),
                };
            }
        }
        self.fail(at)
    }

    /// The first argument that is not empty.
    fn coalesce_list(self, values: &[Evaluated], at: Span) -> Evaluated {
        let is_list = |value: &Evaluated| match value.datum {
            Datum::List(..) => value.shape != Shape::Set,
            Datum::Null | Datum::Unknown(_) | Datum::Reference(_) => true,
            _ => false,
        };
        if !values.iter().all(is_list) {
            return self.fail(at);
        }
        for (i, value) in values.iter().enumerate() {
            match &value.datum {
                Datum::List(items, false) if items.is_empty() => {}
                Datum::List(items, _) if !items.is_empty() => {
                    let before = super::scope::steps(values.iter().take(i));
                    return value.clone().after(&before).used(at, None);
                }
                Datum::Null => {}
                _ => return self.result(at, None, values),
            }
        }
        self.fail(at)
    }

    fn convert(self, name: &str, value: &Evaluated, at: Span) -> Evaluated {
        let any = Box::new(Type::Any);
        let kind = match name {
            "tolist" => Type::List(any),
            "toset" => Type::Set(any),
            "tomap" => Type::Map(any),
            "tostring" => Type::Text,
            "tonumber" => Type::Number,
            _ => Type::Bool,
        };
        // Of a repeated resource the instances are items.
        let listed = match (&value.datum, &kind) {
            (Datum::Reference(_), Type::List(_)) => self.entries(value).map(|(entries, open)| {
                let items = entries.into_iter().map(|(_, item)| item).collect();
                let datum = Datum::List(items, open);
                Evaluated { via: value.via.clone(), ..Evaluated::new(at, datum) }
            }),
            _ => None,
        };
        let value = listed.unwrap_or_else(|| value.clone());
        let from = value.clone();
        match convert(value, &kind) {
            Ok(value) => value.used(at, None),
            Err(stop) => self.stopped(stop, at, &[from]),
        }
    }
}
