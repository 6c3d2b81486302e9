//! `a.b[c].*.d`

use super::block::extend;
use super::folder::relative;
use super::scope::Scope;
use super::{Datum, Evaluated, Reference, Shape, function};
use crate::source::Span;
use crate::syntax::hcl::Origin;
use crate::value::{Piece, Step, Text, Why};
use hcl_edit::Decorated;
use hcl_edit::expr::{Expression as Tree, TraversalOperator as Operator};
use std::ops::Deref;
use std::rc::Rc;

/// The way leads to something that is surely not there: an error in Terraform, which `try`
/// and `can` are made for.
#[derive(Debug)]
pub struct Missing;

/// A value, wherever it is kept.
enum Shared<'v> {
    Borrowed(&'v Evaluated),
    Counted(Rc<Evaluated>),
    Owned(Box<Evaluated>),
}

impl Deref for Shared<'_> {
    type Target = Evaluated;

    fn deref(&self) -> &Evaluated {
        match self {
            Shared::Borrowed(value) => value,
            Shared::Counted(value) => value,
            Shared::Owned(value) => value,
        }
    }
}

impl<'s> Scope<'s, '_> {
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
            let value = self.expression(origin, root);
            return self.operate(origin, &value, operators, at);
        };
        let names: Vec<&str> = operators
            .iter()
            .map_while(|operator| match operator.value() {
                Operator::GetAttr(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let (value, used) = self.root(name.as_str(), &names, at);
        self.operate(origin, &value, operators.get(used..).unwrap_or_default(), at)
    }

    /// The value of the first names, and how many of those after the very first it took.
    fn root(self, name: &str, rest: &[&str], at: Span) -> (Shared<'s>, usize) {
        if let Some(value) = self.bound(name) {
            return (Shared::Borrowed(value), 0);
        }
        match (name, rest) {
            ("var", [name, ..]) => return (Shared::Counted(self.variable(name, at)), 1),
            ("local", [name, ..]) => return (Shared::Counted(self.local(name, at)), 1),
            ("each", [name, ..]) => {
                let each = self.owner.and_then(|owner| owner.instance.each.as_ref());
                match (each, *name) {
                    (Some((key, _)), "key") => return (Shared::Borrowed(key), 1),
                    (Some((_, value)), "value") => return (Shared::Borrowed(value), 1),
                    _ => {}
                }
            }
            _ => {}
        }
        let (value, used) = self.made_root(name, rest, at);
        (Shared::Owned(Box::new(value)), used)
    }

    /// The same for a name that is not kept anywhere.
    fn made_root(self, name: &str, rest: &[&str], at: Span) -> (Evaluated, usize) {
        let reference = |kind: String, name: &str| {
            let (name, key, attribute) = (name.to_owned(), None, String::new());
            let module = self.evaluator.address.clone();
            Evaluated::reference(at, Reference { module, kind, name, key, attribute })
        };
        let unknown_instance = self.owner.map_or(Why::Unread, |owner| owner.instance.why);
        match (name, rest) {
            ("each", [_, ..]) => (self.unknown(at, unknown_instance), 1),
            ("count", ["index", ..]) => match self.owner.and_then(|owner| owner.instance.index) {
                Some(index) => (Evaluated::new(at, Datum::Number(index as f64)), 1),
                None => (self.unknown(at, unknown_instance), 1),
            },
            // Relative to the folder in which Terraform runs.
            ("path", ["root", ..]) => (Evaluated::new(at, Datum::Text(Text::from("."))), 1),
            ("path", ["module", ..]) => match self.evaluator.root_folder() {
                Some(root) => {
                    let path = relative(root, self.evaluator.folder);
                    (Evaluated::new(at, Datum::Text(Text::from(path))), 1)
                }
                None => (self.unknown(at, Why::Environment), 1),
            },
            ("path", [_, ..]) => (self.unknown(at, Why::Environment), 1),
            ("terraform" | "tofu", [_, ..]) => (self.unknown(at, Why::Environment), 1),
            ("self", _) => match self.owner {
                Some(owner) => {
                    (Evaluated::reference(at, owner.reference(&self.evaluator.address)), 0)
                }
                None => (self.unknown(at, Why::Unread), 0),
            },
            ("module", [name, ..]) => (reference("module".to_owned(), name), 1),
            ("data", [kind, name, ..]) => (reference(format!("data.{kind}"), name), 2),
            (kind, [name, ..]) => (reference(kind.to_owned(), name), 1),
            (_, []) => (self.unknown(at, Why::Unread), 0),
        }
    }

    fn operate(
        self,
        origin: Origin,
        value: &Evaluated,
        operators: &[Decorated<Operator>],
        at: Span,
    ) -> Result<Evaluated, Missing> {
        let mut made: Option<Evaluated> = None;
        let mut operators = operators.iter();
        while let Some(operator) = operators.next() {
            // Only the part that is taken is copied, not all that it is a part of.
            let value = made.as_ref().unwrap_or(value);
            made = Some(match operator.value() {
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
                        .take_while(|o| {
                            matches!(o.value(), Operator::GetAttr(_) | Operator::LegacyIndex(_))
                        })
                        .count();
                    let (inner, outer) = rest.split_at(length);
                    let all = self.splat(origin, value, inner, at);
                    return self.operate(origin, &all, outer, at);
                }
                Operator::FullSplat(_) => {
                    return Ok(self.splat(origin, value, operators.as_slice(), at));
                }
            });
        }
        Ok(made.unwrap_or_else(|| self.evaluator.copy(value)).used(at, None))
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
            let value = self.operate(origin, &item, operators, at);
            value.map_or_else(|_| self.fail(at), |value| value.used(place, None))
        };
        let items = entries.into_iter().map(apply).collect();
        let open = open || value.is_unordered();
        let list = Evaluated::new(at, Datum::List(items, open));
        // Of a list or set it makes a list, of a tuple a tuple.
        let shape = match (&value.datum, value.shape) {
            (Datum::List(..), Shape::Collection | Shape::Set) => Shape::Collection,
            (Datum::List(..), shape) => shape,
            _ => Shape::Structural,
        };
        Evaluated { via: value.via.clone(), shape, ..list }
    }

    /// A part of a collection that was reached over some steps.
    pub(super) fn part(self, item: &Evaluated, via: &[Step], text: String, at: Span) -> Evaluated {
        let mut via = via.to_vec();
        extend(&mut via, &[Step::reference(item.at, text)]);
        self.evaluator.copy(item).after(&via).used(at, None)
    }

    /// Looks for a key; the last of its name counts.
    pub(super) fn find<'v>(
        self,
        entries: &'v [(Text, Evaluated)],
        open: bool,
        name: &str,
    ) -> Found<'v> {
        if !self.evaluator.spend(entries.len() / 64) {
            return Found::Unsure;
        }
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

    /// `value.name`
    fn attribute(self, value: &Evaluated, name: &str, at: Span) -> Result<Evaluated, Missing> {
        match &value.datum {
            Datum::Map(entries, open) => match self.find(entries, *open, name) {
                Found::Value(found) => {
                    Ok(self.part(found, &value.via, format!("`{name}` is this"), at))
                }
                Found::Nothing => Err(Missing),
                Found::Unsure => Ok(self.further(value, &format!(".{name}"), at)),
            },
            Datum::Reference(reference) if reference.attribute.is_empty() => {
                if reference.kind == "module" {
                    let output = self.output(reference, name, at)?;
                    let output = output.map(|output| output.after(&value.via).used(at, None));
                    return Ok(
                        output.unwrap_or_else(|| self.further(value, &format!(".{name}"), at))
                    );
                }
                let mut followed = self.follow(reference, name, at);
                // An instance that is not known has a name of its own.
                if followed.is_unknown() && value.name.as_deref() != Some(&*reference.to_string()) {
                    let name = format!("{}.{name}", value.name.as_deref().unwrap_or_default());
                    followed.name = Some(name.into());
                }
                Ok(followed.after(&value.via))
            }
            Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) => Err(Missing),
            Datum::List(_, false) => Err(Missing),
            _ => Ok(self.further(value, &format!(".{name}"), at)),
        }
    }

    /// `value[index]`
    pub(super) fn index(
        self,
        value: &Evaluated,
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
                _ => Evaluated { via, name, ..self.further(value, "[*]", at) },
            });
        };
        match &value.datum {
            Datum::Map(entries, open) => match self.find(entries, *open, key) {
                Found::Value(found) => Ok(self.part(found, &via, format!("`{key}` is this"), at)),
                // In JSON it may be a nested block, which expressions see as a list.
                Found::Nothing if value.shape != Shape::Undecided || key != "0" => Err(Missing),
                Found::Nothing | Found::Unsure => {
                    Ok(Evaluated { via, ..self.further(value, &format!("[{key:?}]"), at) })
                }
            },
            Datum::List(..) if value.shape == Shape::Set => Err(Missing),
            Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) => Err(Missing),
            Datum::List(items, open) => {
                let found = key.parse::<usize>().ok().and_then(|i| items.get(i));
                match found {
                    Some(item) if !open => {
                        Ok(self.part(item, &via, "this item is taken".to_owned(), at))
                    }
                    None if !open => Err(Missing),
                    _ => Ok(Evaluated { via, ..self.further(value, &format!("[{key}]"), at) }),
                }
            }
            Datum::Reference(reference)
                if reference.attribute.is_empty() && reference.key.is_none() =>
            {
                let reference = Reference { key: Some(key.to_owned()), ..reference.clone() };
                Ok(Evaluated { via, ..Evaluated::reference(at, reference) })
            }
            _ => Ok(Evaluated { via, ..self.further(value, &format!("[{key}]"), at) }),
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

impl Scope<'_, '_> {
    /// A part of something that is not known. It may be missing there.
    fn further(self, value: &Evaluated, text: &str, at: Span) -> Evaluated {
        if !matches!(value.datum, Datum::Reference(_)) {
            self.doubt();
        }
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
}
