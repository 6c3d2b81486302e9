//! Expressions.

use super::body::Entry;
use super::function::{self, Stop};
use super::scope::{Scope, steps};
use super::traversal::Missing;
use super::types::{Type, convert, unify};
use super::{Datum, Evaluated, Shape};
use crate::source::Span;
use crate::syntax::hcl::Origin;
use crate::value::{Comparison, Step, Text, Why};
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression as Tree, ForExpr, Object, ObjectKey, UnaryOp,
    UnaryOperator,
};
use std::collections::BTreeMap;

impl<'a> Scope<'_, 'a> {
    /// Evaluates an expression of any form. The limit on depth is kept by the caller.
    pub(super) fn tree(self, origin: Origin, tree: &Tree) -> Evaluated {
        let at = origin.span(tree);
        match tree {
            Tree::Null(_) => Evaluated::new(at, Datum::Null),
            Tree::Bool(value) => Evaluated::new(at, Datum::Bool(*value.value())),
            Tree::Number(number) => match number.value().as_f64() {
                // A whole number may have more digits than are kept here.
                Some(float) if number.value().as_i64().is_none_or(|n| n == float as i64) => {
                    Evaluated::new(at, Datum::Number(float))
                }
                _ => self.unknown(at, Why::TooLarge),
            },
            Tree::String(_) | Tree::StringTemplate(_) | Tree::HeredocTemplate(_) => {
                self.string(origin, tree)
            }
            Tree::Array(items) => {
                let items = items.iter().map(|item| self.expression(origin, item)).collect();
                Evaluated::new(at, Datum::List(items, false))
            }
            Tree::Object(object) => self.object(origin, object, at),
            Tree::Parenthesis(inner) => {
                let value = self.expression(origin, inner.inner());
                Evaluated { at, ..value }
            }
            Tree::Variable(_) | Tree::Traversal(_) => {
                self.traversal(origin, tree, at).unwrap_or_else(|Missing| self.fail(at))
            }
            Tree::Conditional(conditional) => self.conditional(origin, conditional, at),
            Tree::FuncCall(call) => self.call(origin, call, at),
            Tree::UnaryOp(operation) => self.unary(origin, operation, at),
            Tree::BinaryOp(operation) => self.binary(origin, operation, at),
            Tree::ForExpr(each) => self.for_expression(origin, each, at),
        }
    }

    fn object(self, origin: Origin, object: &Object, at: Span) -> Evaluated {
        let mut entries: Vec<(Text, Evaluated)> = Vec::with_capacity(object.len());
        let mut places: BTreeMap<Text, usize> = BTreeMap::new();
        let mut via = Vec::new();
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(name) => Text::from(name.as_str()),
                ObjectKey::Expression(tree) => {
                    let key = self.expression(origin, tree);
                    super::block::extend(&mut via, &key.via);
                    match function::text(&key) {
                        Ok(key) => key,
                        Err(_) => return self.fail(at),
                    }
                }
            };
            let value = self.expression(origin, value.expr());
            // The last of a name counts.
            match places.get(&key).and_then(|place| entries.get_mut(*place)) {
                Some(entry) => entry.1 = value,
                None => {
                    places.insert(key.clone(), entries.len());
                    entries.push((key, value));
                }
            }
        }
        Evaluated { via, ..Evaluated::new(at, Datum::Map(entries, false)) }
    }

    fn conditional(self, origin: Origin, conditional: &Conditional, at: Span) -> Evaluated {
        let condition = self.expression(origin, &conditional.cond_expr);
        let decided = match function::boolean(&condition) {
            Ok(decided) => decided,
            Err(Stop::Fails) => return self.fail(at),
            Err(_) => {
                let unknown = self.unknown(at, why(&condition));
                return Evaluated { via: condition.via, ..unknown };
            }
        };
        let (chosen, other) = match decided {
            true => (&conditional.true_expr, &conditional.false_expr),
            false => (&conditional.false_expr, &conditional.true_expr),
        };
        let value = self.expression(origin, chosen);
        // Both have one type. The other may fail.
        let failures = self.evaluator.failures().get();
        let other = self.expression(origin, other);
        self.evaluator.failures().set(failures);
        let value = match self.alike(value, &other) {
            Ok(value) => value,
            Err(Stop::Fails) => return self.fail(at),
            Err(_) => {
                self.doubt();
                return self.unknown(at, Why::Unread);
            }
        };
        value.after(&condition.via).used(at, None)
    }

    /// A value as one of the type that it and another have in common.
    fn alike(self, value: Evaluated, other: &Evaluated) -> Result<Evaluated, Stop> {
        if value.shape == Shape::Undecided || other.shape == Shape::Undecided {
            return Ok(value);
        }
        let kinds = [Type::of(&value), Type::of(other)];
        match unify(&kinds) {
            Some(kind) if kind == kinds[0] => Ok(value),
            Some(_) if !self.evaluator.spend(super::scope::size(&value)) => Err(Stop::TooLarge),
            Some(kind) => convert(value, &kind),
            None if kinds.iter().any(Type::is_open) => Err(Stop::Unknown),
            None => Err(Stop::Fails),
        }
    }

    fn unary(self, origin: Origin, operation: &UnaryOp, at: Span) -> Evaluated {
        let value = self.expression(origin, &operation.expr);
        let datum = match operation.operator.value() {
            UnaryOperator::Not => function::boolean(&value).map(|value| Datum::Bool(!value)),
            UnaryOperator::Neg => function::number(&value).map(|value| Datum::Number(-value)),
        };
        self.outcome(at, datum, &[value])
    }

    fn binary(self, origin: Origin, operation: &BinaryOp, at: Span) -> Evaluated {
        use BinaryOperator as Op;
        let left = self.expression(origin, &operation.lhs_expr);
        let right = self.expression(origin, &operation.rhs_expr);
        let numbers = both(function::number(&left), function::number(&right));
        let compare = |test: fn(&f64, &f64) -> bool| {
            numbers.map(|(left, right)| Datum::Bool(test(&left, &right)))
        };
        let compute = |compute: fn(f64, f64) -> f64| {
            let number = numbers.map(|(left, right)| function::tidy(compute(left, right)));
            number.and_then(|number| match number.is_finite() {
                true => Ok(Datum::Number(number)),
                false => Err(Stop::Unknown),
            })
        };
        let booleans = (function::boolean(&left), function::boolean(&right));
        let datum = match operation.operator.value() {
            Op::Eq => equal(&left, &right).map(Datum::Bool).ok_or(Stop::Unknown),
            Op::NotEq => equal(&left, &right).map(|equal| Datum::Bool(!equal)).ok_or(Stop::Unknown),
            Op::Less => compare(f64::lt),
            Op::LessEq => compare(f64::le),
            Op::Greater => compare(f64::gt),
            Op::GreaterEq => compare(f64::ge),
            Op::Plus => compute(|left, right| left + right),
            Op::Minus => compute(|left, right| left - right),
            Op::Mul => compute(|left, right| left * right),
            Op::Div => compute(|left, right| left / right),
            // What is left of nothing is the whole.
            Op::Mod => compute(|left, right| if right == 0.0 { left } else { left % right }),
            Op::And => match booleans {
                (Err(Stop::Fails), _) | (_, Err(Stop::Fails)) => Err(Stop::Fails),
                (Ok(false), _) | (_, Ok(false)) => Ok(Datum::Bool(false)),
                (Ok(true), Ok(true)) => Ok(Datum::Bool(true)),
                _ => Err(Stop::Unknown),
            },
            Op::Or => match booleans {
                (Err(Stop::Fails), _) | (_, Err(Stop::Fails)) => Err(Stop::Fails),
                (Ok(true), _) | (_, Ok(true)) => Ok(Datum::Bool(true)),
                (Ok(false), Ok(false)) => Ok(Datum::Bool(false)),
                _ => Err(Stop::Unknown),
            },
        };
        self.outcome(at, datum, &[left, right])
    }

    /// What was made of some values, or could not be made of them.
    fn outcome(self, at: Span, datum: Result<Datum, Stop>, from: &[Evaluated]) -> Evaluated {
        match datum {
            Ok(datum) => self.result(at, Some(datum), from),
            Err(Stop::Fails) => self.fail(at),
            Err(_) => self.result(at, None, from),
        }
    }

    /// What was made of some values: unknown for the first reason among them if it could not
    /// be made.
    pub(super) fn result(self, at: Span, datum: Option<Datum>, from: &[Evaluated]) -> Evaluated {
        let via = steps(from);
        match datum {
            Some(datum) => Evaluated { via, ..Evaluated::new(at, datum) },
            None => {
                let why = from.iter().find(|value| value.is_unknown()).map_or(Why::Unread, why);
                Evaluated { via, ..self.unknown(at, why) }
            }
        }
    }

    fn for_expression(self, origin: Origin, each: &ForExpr, at: Span) -> Evaluated {
        let collection = self.expression(origin, &each.intro.collection_expr);
        let Some((entries, mut open)) = self.entries(&collection) else {
            if collection.is_known() {
                return self.fail(at);
            }
            return Evaluated { via: collection.via.clone(), ..self.unknown(at, why(&collection)) };
        };
        let is_list = each.key_expr.is_none();
        open |= is_list && collection.is_unordered();
        let mut items: Vec<(Option<Evaluated>, Evaluated)> = Vec::with_capacity(entries.len());
        let mut via = collection.via.clone();
        for (round, entry) in entries.iter().enumerate() {
            if self.evaluator.is_spent() {
                return self.unknown(at, Why::TooLarge);
            }
            let (kept, key, value) = self.round(origin, each, entry, round, &mut via);
            match kept {
                Ok(true) => {}
                Ok(false) => continue,
                Err(Stop::Fails) => return self.fail(at),
                // Whether it is there is not known.
                Err(_) => {
                    open = true;
                    continue;
                }
            }
            items.push((key, value));
        }
        if is_list {
            let items = items.into_iter().map(|(_, value)| value).collect();
            return Evaluated { via, ..Evaluated::new(at, Datum::List(items, open)) };
        }
        let mut map: Vec<(Text, Evaluated)> = Vec::with_capacity(items.len());
        let mut places: BTreeMap<Text, usize> = BTreeMap::new();
        for (key, value) in items {
            let key = match key.as_ref().map_or(Ok(Text::default()), function::text) {
                Ok(key) => key,
                Err(_) => return self.fail(at),
            };
            if !each.grouping {
                // No key may be there twice.
                if places.insert(key.clone(), map.len()).is_some() && key.literal().is_some() {
                    return self.fail(at);
                }
                map.push((key, value));
                continue;
            }
            if key.literal().is_none() {
                // It may belong to any group.
                open = true;
                continue;
            }
            let place = *places.entry(key.clone()).or_insert(map.len());
            match map.get_mut(place) {
                Some((_, Evaluated { datum: Datum::List(items, _), .. })) => items.push(value),
                _ => {
                    let at = value.at;
                    map.push((key, Evaluated::new(at, Datum::List(vec![value], false))));
                }
            }
        }
        if each.grouping && open {
            for (_, group) in &mut map {
                if let Datum::List(_, open) = &mut group.datum {
                    *open = true;
                }
            }
        }
        Evaluated { via, ..Evaluated::new(at, Datum::Map(map, open)) }
    }

    /// One round of a `for` expression: whether it counts, the key and the value. Adds to the
    /// steps that the whole rests on.
    fn round(
        self,
        origin: Origin,
        each: &ForExpr,
        (key, item): &Entry,
        round: usize,
        via: &mut Vec<Step>,
    ) -> (Result<bool, Stop>, Option<Evaluated>, Evaluated) {
        let step = |text: &str| Some(Step::reference(item.at, format!("`{text}` is this")));
        let value_name = each.intro.value_var.as_str();
        let item = item.clone().used(item.at, step(value_name));
        let inner = |scope: Scope<'_, 'a>| {
            let condition = each.cond.as_ref().map(|cond| scope.expression(origin, &cond.expr));
            // Which items there are rests on what decides it.
            if let Some(condition) = &condition {
                super::block::extend(via, &condition.via);
            }
            let kept = condition.as_ref().map_or(Ok(true), function::boolean);
            if kept != Ok(true) {
                return (kept, None, Evaluated::new(item.at, Datum::Null));
            }
            let key = each.key_expr.as_ref().map(|key| scope.expression(origin, key));
            (kept, key, scope.expression(origin, &each.value_expr))
        };
        match &each.intro.key_var {
            Some(name) => self.with(name.as_str(), key, round, |scope| {
                scope.with(value_name, &item, round, inner)
            }),
            None => self.with(value_name, &item, round, inner),
        }
    }
}

/// Why a value is not known.
pub(super) fn why(value: &Evaluated) -> Why {
    match &value.datum {
        Datum::Unknown(why) => *why,
        Datum::Reference(_) => Why::Computed,
        _ => Why::Unread,
    }
}

/// Whether two values are the same, if that is sure.
pub(super) fn equal(left: &Evaluated, right: &Evaluated) -> Option<bool> {
    match (&left.datum, &right.datum) {
        (Datum::Unknown(_) | Datum::Reference(_), _) => None,
        (_, Datum::Unknown(_) | Datum::Reference(_)) => None,
        (Datum::Null, Datum::Null) => Some(true),
        (Datum::Null, _) | (_, Datum::Null) => Some(false),
        (Datum::Bool(left), Datum::Bool(right)) => Some(left == right),
        (Datum::Number(left), Datum::Number(right)) => Some(left == right),
        (Datum::Text(left), Datum::Text(right)) => match left.compare(right) {
            Comparison::Equal => Some(true),
            Comparison::Different => Some(false),
            Comparison::MayBeEqual => None,
        },
        (Datum::List(l, false), Datum::List(r, false)) => {
            let pairs = || l.iter().zip(r).map(|(l, r)| equal(l, r));
            let same = l.len() == r.len() && !pairs().any(|equal| equal == Some(false));
            if !same {
                return Some(false);
            }
            all_equal(left, right, pairs())
        }
        (Datum::Map(l, false), Datum::Map(r, false)) => {
            let named = |entries| -> Option<BTreeMap<&str, &Evaluated>> {
                let entries: &Vec<(Text, Evaluated)> = entries;
                entries.iter().map(|(name, value)| Some((name.literal()?, value))).collect()
            };
            let (l, r) = (named(l)?, named(r)?);
            let pairs = || l.values().zip(r.values()).map(|(l, r)| equal(l, r));
            if !l.keys().eq(r.keys()) || pairs().any(|equal| equal == Some(false)) {
                return Some(false);
            }
            all_equal(left, right, pairs())
        }
        (Datum::List(_, true) | Datum::Map(_, true), _) => None,
        (_, Datum::List(_, true) | Datum::Map(_, true)) => None,
        // A provider's schema may turn one into the other.
        _ if left.shape == Shape::Undecided || right.shape == Shape::Undecided => None,
        _ => Some(false),
    }
}

/// Whether collections are the same of which no two items are surely different.
fn all_equal(
    left: &Evaluated,
    right: &Evaluated,
    mut pairs: impl Iterator<Item = Option<bool>>,
) -> Option<bool> {
    if left.shape == Shape::Undecided || right.shape == Shape::Undecided {
        return None;
    }
    if left.shape != right.shape {
        return Some(false);
    }
    pairs.all(|equal| equal == Some(true)).then_some(true)
}

fn both(left: Result<f64, Stop>, right: Result<f64, Stop>) -> Result<(f64, f64), Stop> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(Stop::Fails), _) | (_, Err(Stop::Fails)) => Err(Stop::Fails),
        (Err(stop), _) | (_, Err(stop)) => Err(stop),
    }
}
