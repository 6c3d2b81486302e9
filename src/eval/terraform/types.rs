//! Terraform's types, and how a value of one becomes a value of another.
//!
//! Source of the rules: developer.hashicorp.com/terraform/language/expressions/types, and
//! `terraform console` 1.11, against which `tests/terraform_console.rs` compares.

mod convert;
mod set;

pub use convert::{convert, unify};
pub use set::{key, set};

use super::scope::Scope;
use super::{Datum, Evaluated, Shape};
use crate::syntax::hcl::{Expression, Origin};
use hcl_edit::expr::{Expression as Tree, ObjectKey};

/// A type, or what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Any type: of `null`, of what is not known, and where `any` is written.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    Text,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`
    Set(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `tuple([T, ...])`
    Tuple(Vec<Type>),
    /// `object({ name = T, ... })`, in the order of the names.
    Object(Vec<Field>),
}

/// An attribute of an object type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// Whether it may be left out, and what it is then: `null` if nothing else is said.
    pub optional: Option<Evaluated>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        self.name == other.name && self.kind == other.kind
    }
}

impl Type {
    /// The type of a value.
    pub fn of(value: &Evaluated) -> Type {
        match &value.datum {
            Datum::Null | Datum::Reference(_) | Datum::Unknown(_) => Type::Any,
            Datum::Bool(_) => Type::Bool,
            Datum::Number(_) => Type::Number,
            Datum::Text(_) => Type::Text,
            Datum::List(items, open) => {
                let item = || Box::new(items.first().map_or(Type::Any, Type::of));
                match value.shape {
                    Shape::Collection => Type::List(item()),
                    Shape::Set => Type::Set(item()),
                    _ if *open => Type::Any,
                    _ => Type::Tuple(items.iter().map(Type::of).collect()),
                }
            }
            Datum::Map(entries, open) => match value.shape {
                Shape::Collection => {
                    let first = entries.first().map_or(Type::Any, |(_, value)| Type::of(value));
                    Type::Map(Box::new(first))
                }
                _ if *open || entries.iter().any(|(name, _)| name.literal().is_none()) => Type::Any,
                _ => {
                    let field = |(name, value): &(crate::value::Text, Evaluated)| Field {
                        name: name.literal().unwrap_or_default().to_owned(),
                        kind: Type::of(value),
                        optional: None,
                    };
                    let mut fields: Vec<Field> = entries.iter().map(field).collect();
                    fields.sort_by(|a, b| a.name.cmp(&b.name));
                    Type::Object(fields)
                }
            },
        }
    }

    /// Whether any part of it is not known.
    pub fn is_open(&self) -> bool {
        match self {
            Type::Any => true,
            Type::Bool | Type::Number | Type::Text => false,
            Type::List(kind) | Type::Set(kind) | Type::Map(kind) => kind.is_open(),
            Type::Tuple(kinds) => kinds.iter().any(Type::is_open),
            Type::Object(fields) => fields.iter().any(|field| field.kind.is_open()),
        }
    }

    /// Whether a value of it is no collection.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Type::Bool | Type::Number | Type::Text)
    }
}

impl Scope<'_, '_> {
    /// The type that a `type = ...` of a variable says; none if it cannot be read.
    pub(super) fn declared_type(self, expression: &Expression) -> Option<Type> {
        self.type_of_tree(expression.origin(), &expression.tree)
    }

    /// The parser bounds how deep it is nested.
    fn type_of_tree(self, origin: Origin, tree: &Tree) -> Option<Type> {
        let any = || Box::new(Type::Any);
        let named = |name: &str| match name {
            "string" => Some(Type::Text),
            "number" => Some(Type::Number),
            "bool" => Some(Type::Bool),
            "any" => Some(Type::Any),
            "list" => Some(Type::List(any())),
            "set" => Some(Type::Set(any())),
            "map" => Some(Type::Map(any())),
            _ => None,
        };
        match tree {
            Tree::Variable(name) => named(name.as_str()),
            // As Terraform 0.11 wanted it.
            Tree::String(name) => named(name.as_str()),
            Tree::FuncCall(call) => {
                let argument = call.args.iter().next()?;
                let inner = || self.type_of_tree(origin, argument).map(Box::new);
                match (call.name.name.as_str(), argument) {
                    ("list", _) => inner().map(Type::List),
                    ("set", _) => inner().map(Type::Set),
                    ("map", _) => inner().map(Type::Map),
                    ("tuple", Tree::Array(items)) => {
                        let items = items.iter().map(|item| self.type_of_tree(origin, item));
                        items.collect::<Option<Vec<Type>>>().map(Type::Tuple)
                    }
                    ("object", Tree::Object(object)) => {
                        let mut fields = Vec::with_capacity(object.len());
                        for (key, value) in object {
                            let name = match key {
                                ObjectKey::Ident(name) => name.as_str(),
                                ObjectKey::Expression(Tree::Variable(name)) => name.as_str(),
                                ObjectKey::Expression(tree) => tree.as_str()?,
                            };
                            let name = name.to_owned();
                            fields.push(self.field(origin, name, value.expr())?);
                        }
                        fields.sort_by(|a: &Field, b| a.name.cmp(&b.name));
                        Some(Type::Object(fields))
                    }
                    _ => None,
                }
            }
            Tree::Parenthesis(inner) => self.type_of_tree(origin, inner.inner()),
            _ => None,
        }
    }

    fn field(self, origin: Origin, name: String, tree: &Tree) -> Option<Field> {
        let Tree::FuncCall(call) = tree else {
            return Some(Field { name, kind: self.type_of_tree(origin, tree)?, optional: None });
        };
        if call.name.name.as_str() != "optional" {
            return Some(Field { name, kind: self.type_of_tree(origin, tree)?, optional: None });
        }
        let mut arguments = call.args.iter();
        let kind = self.type_of_tree(origin, arguments.next()?)?;
        let default = match arguments.next() {
            Some(default) => self.expression(origin, default),
            None => Evaluated::new(origin.span(tree), Datum::Null),
        };
        Some(Field { name, kind, optional: Some(default) })
    }
}
