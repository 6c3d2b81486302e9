//! `a.b[c].*.d`

use super::block::extend;
use super::scope::Scope;
use super::{Datum, Evaluated, Reference, function};
use crate::source::Span;
use crate::syntax::hcl::Origin;
use crate::value::{Piece, Step, Text, Why};
use hcl_edit::Decorated;
use hcl_edit::expr::{Expression as Tree, TraversalOperator as Operator};

/// The way leads to something that is surely not there: an error in Terraform, which `try`
/// and `can` are made for.
#[derive(Debug)]
pub struct Missing;

impl Scope<'_, '_> {
    /// Follows a name, and what comes after it.
    pub(super) fn traversal(
        self,
        origin: Origin,
        tree: &Tree,
        at: Span,
    ) -> Result<Evaluated, Missing> {
        let (root, operators): (&Tree, &[Decorated<Operator>]) = match tree {
            Tree::Traversal(traversal) => (&traversal.expr, &traversal.operators),
            root => (root, &[]),
        };
        let Tree::Variable(name) = root else {
            let value = self.expression(origin, root).used(at, None);
            return self.operate(origin, value, operators, at);
        };
        let names: Vec<&str> = operators
            .iter()
            .map_while(|operator| match operator.value() {
                Operator::GetAttr(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let (value, used) = self.root(name.as_str(), &names, at);
        self.operate(origin, value, operators.get(used..).unwrap_or_default(), at)
    }

    /// The value of the first names, and how many of those after the very first it took.
    fn root(self, name: &str, rest: &[&str], at: Span) -> (Evaluated, usize) {
        if let Some(value) = self.bound(name) {
            return (value.clone().used(at, None), 0);
        }
        let reference = |kind: String, name: &str| {
            let (name, key, attribute) = (name.to_owned(), None, String::new());
            Evaluated::reference(at, Reference { kind, name, key, attribute })
        };
        match (name, rest) {
            ("var", [name, ..]) => (self.variable(name, at), 1),
            ("local", [name, ..]) => (self.local(name, at), 1),
            ("each", [name, ..]) => (self.each(name, at), 1),
            ("count", ["index", ..]) => match self.owner.and_then(|owner| owner.instance.index) {
                Some(index) => (Evaluated::new(at, Datum::Number(index as f64)), 1),
                None => (self.unknown(at, Why::Computed), 1),
            },
            // Relative to the folder of the file, as everything that is written there.
            ("path", ["module", ..]) => (Evaluated::new(at, Datum::Text(Text::from("."))), 1),
            ("path", [_, ..]) => (self.unknown(at, Why::Environment), 1),
            ("terraform" | "tofu", [_, ..]) => (self.unknown(at, Why::Environment), 1),
            ("self", _) => match self.owner {
                Some(owner) => (Evaluated::reference(at, owner.reference()), 0),
                None => (self.unknown(at, Why::Unread), 0),
            },
            ("module", [name, ..]) => (reference("module".to_owned(), name), 1),
            ("data", [kind, name, ..]) => (reference(format!("data.{kind}"), name), 2),
            (kind, [name, ..]) => (reference(kind.to_owned(), name), 1),
            (_, []) => (self.unknown(at, Why::Unread), 0),
        }
    }

    fn each(self, name: &str, at: Span) -> Evaluated {
        let each = self.owner.and_then(|owner| owner.instance.each.as_ref());
        match (each, name) {
            (Some((key, _)), "key") => key.clone().used(at, None),
            (Some((_, value)), "value") => value.clone().used(at, None),
            _ => self.unknown(at, Why::Computed),
        }
    }

    fn operate(
        self,
        origin: Origin,
        mut value: Evaluated,
        operators: &[Decorated<Operator>],
        at: Span,
    ) -> Result<Evaluated, Missing> {
        let mut operators = operators.iter();
        while let Some(operator) = operators.next() {
            value = match operator.value() {
                Operator::GetAttr(name) => self.attribute(value, name.as_str(), at)?,
                Operator::Index(index) => {
                    let index = self.expression(origin, index);
                    self.index(value, &index, at)?
                }
                Operator::LegacyIndex(index) => {
                    let index = Evaluated::new(at, Datum::Number(*index.value() as f64));
                    self.index(value, &index, at)?
                }
                Operator::AttrSplat(_) => {
                    let rest = operators.as_slice();
                    let length = rest
                        .iter()
                        .take_while(|o| matches!(o.value(), Operator::GetAttr(_)))
                        .count();
                    let (inner, outer) = rest.split_at(length);
                    let all = self.splat(origin, &value, inner, at);
                    return self.operate(origin, all, outer, at);
                }
                Operator::FullSplat(_) => {
                    return Ok(self.splat(origin, &value, operators.as_slice(), at));
                }
            };
        }
        Ok(value)
    }

    /// Applies operators to each item of a list.
    fn splat(
        self,
        origin: Origin,
        value: &Evaluated,
        operators: &[Decorated<Operator>],
        at: Span,
    ) -> Evaluated {
        // Of a map, as of anything that is no list, it makes a list of one.
        let all = match &value.datum {
            Datum::Null => Some((Vec::new(), false)),
            Datum::List(..) | Datum::Reference(_) => self.entries(value),
            Datum::Unknown(_) => None,
            _ => Some((vec![(value.clone(), value.clone())], false)),
        };
        let Some((entries, open)) = all else {
            let name = value.name.as_deref().unwrap_or_default();
            let name = format!("{name} {}", self.hole(at));
            let why = super::expression::why(value);
            return Evaluated { via: value.via.clone(), ..Evaluated::unread(at, why, name) };
        };
        let apply = |(_, item): (_, Evaluated)| {
            let place = item.at;
            let value = self.operate(origin, item, operators, at);
            value.map_or_else(|_| self.unknown(at, Why::Unread), |value| value.used(place, None))
        };
        let items = entries.into_iter().map(apply).collect();
        Evaluated { via: value.via.clone(), ..Evaluated::new(at, Datum::List(items, open)) }
    }

    /// `value.name`
    fn attribute(self, value: Evaluated, name: &str, at: Span) -> Result<Evaluated, Missing> {
        match &value.datum {
            Datum::Map(entries, open) => match lookup(entries, *open, name) {
                Found::Value(found) => Ok(part(found, &value.via, format!("`{name}` is this"), at)),
                Found::Nothing => Err(Missing),
                Found::Unsure => Ok(further(&value, &format!(".{name}"), at)),
            },
            Datum::Reference(reference) if reference.attribute.is_empty() => {
                if reference.kind == "module" {
                    return Ok(further(&value, &format!(".{name}"), at));
                }
                let mut followed = self.follow(reference, name, at);
                // An instance that is not known has a name of its own.
                if followed.is_unknown() && value.name.as_deref() != Some(&*reference.to_string()) {
                    let name = format!("{}.{name}", value.name.as_deref().unwrap_or_default());
                    followed.name = Some(name.into());
                }
                Ok(followed.after(&value.via))
            }
            _ => Ok(further(&value, &format!(".{name}"), at)),
        }
    }

    /// `value[index]`
    pub(super) fn index(
        self,
        value: Evaluated,
        index: &Evaluated,
        at: Span,
    ) -> Result<Evaluated, Missing> {
        let key = index.text();
        let key = key.literal_text();
        let mut via = value.via.clone();
        extend(&mut via, &index.via);
        let Some(key) = key else {
            let name = value.name.as_deref().unwrap_or_default();
            let index = function::as_text(index);
            let pieces = index.pieces().iter().map(|piece| match piece {
                Piece::Literal(text) | Piece::Hole(text) => text.as_str(),
            });
            let name = Some(format!("{name}[{}]", pieces.collect::<String>()).into());
            return Ok(match &value.datum {
                // One of the instances.
                Datum::Reference(reference) if reference.attribute.is_empty() => {
                    Evaluated { via, name, ..Evaluated::reference(at, reference.clone()) }
                }
                _ => Evaluated { via, name, ..further(&value, "[*]", at) },
            });
        };
        match &value.datum {
            Datum::Map(entries, open) => match lookup(entries, *open, key) {
                Found::Value(found) => Ok(part(found, &via, format!("`{key}` is this"), at)),
                Found::Nothing => Err(Missing),
                Found::Unsure => {
                    Ok(Evaluated { via, ..further(&value, &format!("[{key:?}]"), at) })
                }
            },
            Datum::List(items, open) => {
                let found = key.parse::<usize>().ok().and_then(|i| items.get(i));
                match found {
                    Some(item) if !open => {
                        Ok(part(item, &via, "this item is taken".to_owned(), at))
                    }
                    None if !open => Err(Missing),
                    _ => Ok(Evaluated { via, ..further(&value, &format!("[{key}]"), at) }),
                }
            }
            Datum::Reference(reference)
                if reference.attribute.is_empty() && reference.key.is_none() =>
            {
                let reference = Reference { key: Some(key.to_owned()), ..reference.clone() };
                Ok(Evaluated { via, ..Evaluated::reference(at, reference) })
            }
            _ => Ok(Evaluated { via, ..further(&value, &format!("[{key}]"), at) }),
        }
    }
}

/// What a map says of a key.
pub(super) enum Found<'v> {
    /// Its value.
    Value(&'v Evaluated),
    /// It is not there.
    Nothing,
    /// It may be there.
    Unsure,
}

/// Looks for a key; the last of its name counts.
pub(super) fn lookup<'v>(entries: &'v [(Text, Evaluated)], open: bool, name: &str) -> Found<'v> {
    for (key, value) in entries.iter().rev() {
        match key.literal() {
            Some(key) if key == name => return Found::Value(value),
            Some(_) => {}
            // Might be the same.
            None => return Found::Unsure,
        }
    }
    if open { Found::Unsure } else { Found::Nothing }
}

/// A part of a collection that was reached over some steps.
pub(super) fn part(item: &Evaluated, via: &[Step], text: String, at: Span) -> Evaluated {
    let mut via = via.to_vec();
    extend(&mut via, &[Step::reference(item.at, text)]);
    item.clone().after(&via).used(at, None)
}

/// A part of something that is not known.
fn further(value: &Evaluated, text: &str, at: Span) -> Evaluated {
    let name = value.name.as_deref().unwrap_or_default();
    let name = format!("{name}{text}");
    let datum = match &value.datum {
        Datum::Reference(reference) => {
            let attribute = format!("{}{text}", reference.attribute);
            let attribute = attribute.trim_start_matches('.').to_owned();
            Datum::Reference(Reference { attribute, ..reference.clone() })
        }
        Datum::Unknown(why) => Datum::Unknown(*why),
        _ => Datum::Unknown(Why::Unread),
    };
    let via = value.via.clone();
    Evaluated { via, name: Some(name.into()), ..Evaluated::new(at, datum) }
}
