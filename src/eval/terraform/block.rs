//! The evaluated content of a block.

use super::function::spell;
use super::scope::MOST_STEPS;
use crate::source::{Excerpt, Span};
use crate::value::{Sourced, Step, Text, Value, Why};
use std::fmt;
use std::sync::Arc;

/// The body of a block: attributes and nested blocks.
#[derive(Debug, Clone)]
pub struct Block {
    /// The block's type and labels.
    pub at: Span,
    /// All of the block, its braces included.
    pub whole: Span,
    /// The labels: `local-exec` of `provisioner "local-exec"`.
    pub labels: Vec<String>,
    /// Attributes, in the order in which they are written.
    pub attributes: Vec<Attribute>,
    /// Nested blocks with their types, in order; `dynamic` ones with known items unrolled.
    pub blocks: Vec<(String, Block)>,
    /// Types of nested blocks that may be here, or be repeated, by a `dynamic` block whose
    /// items are not known.
    pub open: Vec<String>,
}

/// `name = expression`
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// Where the name is.
    pub at: Span,
    /// What the expression amounts to.
    pub value: Evaluated,
}

/// An expression and what it amounts to.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// The expression; of a string the quotes are included.
    pub at: Span,
    /// The steps by which the value was reached, nearest first.
    pub via: Vec<Step>,
    /// The value.
    pub datum: Datum,
    /// Of a value that is not known, or a reference: what stands for it as a hole, such as
    /// `var.env`. Within a module the same name stands for the same value.
    pub name: Option<Arc<str>>,
    /// Which kind of list or map it is, and whether its type is sure.
    pub shape: Shape,
    /// Of a string that is written here: its text with the way back into the file, in which
    /// `${{ name }}` stands for what is not known. A shell script is read from it.
    pub written: Option<Excerpt>,
}

/// Which kind of list or map a value is. Those of different kinds are never equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A tuple or object, of which each item has its own type, or no collection at all.
    Structural,
    /// A list or map of items of one type.
    Collection,
    /// A set, whose items have no places.
    Set,
    /// The provider decides: it is the argument of a resource.
    Undecided,
}

/// A value of Terraform's.
#[derive(Debug, Clone)]
pub enum Datum {
    /// `null`, which counts as not written.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, of which some parts may be unknown.
    Text(Text),
    /// A list, tuple or set. `true` if there may be further items that are not known; those
    /// that are may then have any place.
    List(Vec<Evaluated>, bool),
    /// A map or object. `true` if there may be further entries that are not known.
    Map(Vec<(Text, Evaluated)>, bool),
    /// A declared object, or a computed attribute of one.
    Reference(Reference),
    /// Not decided by the files.
    Unknown(Why),
}

/// `google_secret_manager_secret.db.id`, `module.api.url`, `data.x.y.z`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The address of the module in which it is declared: `module.api["eu"]`, empty for a root
    /// module.
    pub module: String,
    /// The type of the resource; `data.TYPE` or `module` for these.
    pub kind: String,
    /// The name of the resource or module.
    pub name: String,
    /// The key of the instance, if it is known.
    pub key: Option<String>,
    /// The attributes that follow, e.g. `id` or `status.url`.
    pub attribute: String,
}

/// Which instance of a repeated block it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The block is not repeated.
    Single,
    /// `for_each`, or `count` as a number.
    Each(String),
    /// `for_each` or `count` is not known: there may be none, one or many.
    Unknown,
}

impl Block {
    /// The value of an attribute, if it is written.
    pub fn get(&self, name: &str) -> Option<&Evaluated> {
        self.attributes.iter().find(|a| a.name == name).map(|a| &a.value)
    }

    /// The nested blocks of a type.
    pub fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |(k, _)| k == kind).map(|(_, block)| block)
    }

    /// The string of an attribute.
    pub fn text(&self, name: &str) -> Value<Text> {
        self.get(name).map_or(Value::Unset, Evaluated::text)
    }
}

impl fmt::Display for Reference {
    /// As it is written: `module.api["eu"].url`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_empty() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{}.{}", self.kind, self.name)?;
        if let Some(key) = &self.key {
            write!(f, "[{key:?}]")?;
        }
        match self.attribute.as_str() {
            "" => Ok(()),
            attribute => write!(f, ".{attribute}"),
        }
    }
}

impl Evaluated {
    /// A value that is written where it is used.
    pub(super) fn new(at: Span, datum: Datum) -> Evaluated {
        let shape = Shape::Structural;
        Evaluated { at, via: Vec::new(), datum, name: None, shape, written: None }
    }

    /// A value that is not known.
    pub(super) fn unread(at: Span, why: Why, name: impl Into<Arc<str>>) -> Evaluated {
        Evaluated { name: Some(name.into()), ..Evaluated::new(at, Datum::Unknown(why)) }
    }

    /// A reference, which stands for itself.
    pub(super) fn reference(at: Span, reference: Reference) -> Evaluated {
        let name = Some(reference.to_string().into());
        Evaluated { name, ..Evaluated::new(at, Datum::Reference(reference)) }
    }

    /// The same value, used at another place, from which a step may lead to this one.
    pub(super) fn used(mut self, at: Span, step: Option<Step>) -> Evaluated {
        self.at = at;
        self.written = None;
        if let Some(step) = step {
            self.via.insert(0, step);
        }
        self
    }

    /// The same value, reached over steps that come before its own.
    pub(super) fn after(mut self, steps: &[Step]) -> Evaluated {
        let own = std::mem::replace(&mut self.via, steps.to_vec());
        extend(&mut self.via, &own);
        self
    }

    /// Whether nothing of it is known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.datum, Datum::Unknown(_) | Datum::Reference(_))
    }

    /// Whether it has several items of which some decide the places of the others and are not
    /// known: those of a set, or the keys of a map.
    pub(super) fn is_unordered(&self) -> bool {
        match &self.datum {
            Datum::List(items, _) => {
                self.shape == Shape::Set && items.len() > 1 && !items.iter().all(Self::is_whole)
            }
            Datum::Map(entries, _) => {
                entries.len() > 1 && entries.iter().any(|(name, _)| name.literal().is_none())
            }
            _ => false,
        }
    }

    /// Whether all of it is known.
    pub(super) fn is_whole(&self) -> bool {
        match &self.datum {
            Datum::Null | Datum::Bool(_) | Datum::Number(_) => true,
            Datum::Text(text) => text.literal().is_some(),
            Datum::List(items, open) => !open && items.iter().all(Self::is_whole),
            Datum::Map(entries, open) => {
                let whole = |(name, value): &(Text, Evaluated)| {
                    name.literal().is_some() && value.is_whole()
                };
                !open && entries.iter().all(whole)
            }
            Datum::Reference(_) | Datum::Unknown(_) => false,
        }
    }

    /// Whether it is a value of which at least the kind is known.
    pub(super) fn is_known(&self) -> bool {
        !self.is_unknown()
    }

    /// As a string: Terraform turns numbers and booleans into strings where one is expected.
    pub fn text(&self) -> Value<Text> {
        let value = match &self.datum {
            Datum::Null => return Value::Unset,
            Datum::Text(text) if text.is_unknown() => return self.unknown(Why::Computed),
            Datum::Text(text) => text.clone(),
            Datum::Bool(value) => Text::from(value.to_string()),
            Datum::Number(number) => match spell(*number) {
                Some(text) => Text::from(text),
                None => return self.unknown(Why::TooLarge),
            },
            Datum::Unknown(why) => return self.unknown(*why),
            Datum::Reference(_) => return self.unknown(Why::Computed),
            Datum::List(..) | Datum::Map(..) => return self.unknown(Why::Unread),
        };
        Value::Known(Sourced { value, at: self.at, via: self.via.clone() })
    }

    /// The value of a key of a map.
    pub fn field(&self, name: &str) -> Option<&Evaluated> {
        let Datum::Map(entries, _) = &self.datum else { return None };
        entries.iter().find(|(key, _)| key.literal() == Some(name)).map(|(_, value)| value)
    }

    /// The string of a key of a map.
    pub fn field_text(&self, name: &str) -> Value<Text> {
        self.field(name).map_or(Value::Unset, Evaluated::text)
    }

    /// The items of a list that are known; none of anything else.
    pub fn items(&self) -> &[Evaluated] {
        if let Datum::List(items, _) = &self.datum { items } else { &[] }
    }

    /// The keys and values of a map that are known; none of anything else.
    pub fn entries(&self) -> &[(Text, Evaluated)] {
        if let Datum::Map(entries, _) = &self.datum { entries } else { &[] }
    }

    /// Whether it may hold more than its items or entries.
    pub fn is_open(&self) -> bool {
        match &self.datum {
            Datum::Null => false,
            Datum::List(_, open) | Datum::Map(_, open) => *open,
            _ => true,
        }
    }

    fn unknown<T>(&self, why: Why) -> Value<T> {
        Value::unknown(self.at, why)
    }
}

/// Appends the steps that are not there yet, until there are more than a value may have.
pub(super) fn extend(steps: &mut Vec<Step>, more: &[Step]) {
    for step in more {
        if steps.len() <= MOST_STEPS && !steps.contains(step) {
            steps.push(step.clone());
        }
    }
}
