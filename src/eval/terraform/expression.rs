//! Expressions.

use super::body::Entry;
use super::scope::{Scope, steps};
use super::{Datum, Evaluated, function};
use crate::source::Span;
use crate::syntax::hcl::Origin;
use crate::value::{Comparison, Step, Text, Why};
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression as Tree, ForExpr, Object, ObjectKey, UnaryOp,
    UnaryOperator,
};

impl<'a> Scope<'_, 'a> {
    /// Evaluates an expression of any form. The limit on depth is kept by the caller.
    pub(super) fn tree(self, origin: Origin, tree: &Tree) -> Evaluated {
        let at = origin.span(tree);
        match tree {
            Tree::Null(_) => Evaluated::new(at, Datum::Null),
            Tree::Bool(value) => Evaluated::new(at, Datum::Bool(*value.value())),
            Tree::Number(number) => match number.value().as_f64() {
                Some(number) => Evaluated::new(at, Datum::Number(number)),
                None => self.unknown(at, Why::TooLarge),
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
                // What surely fails, Terraform refuses; what it would be is of no interest.
                self.traversal(origin, tree, at).unwrap_or_else(|_| self.unknown(at, Why::Unread))
            }
            Tree::Conditional(conditional) => self.conditional(origin, conditional, at),
            Tree::FuncCall(call) => self.call(origin, call, at),
            Tree::UnaryOp(operation) => self.unary(origin, operation, at),
            Tree::BinaryOp(operation) => self.binary(origin, operation, at),
            Tree::ForExpr(each) => self.for_expression(origin, each, at),
        }
    }

    fn object(self, origin: Origin, object: &Object, at: Span) -> Evaluated {
        let mut entries = Vec::with_capacity(object.len());
        let mut via = Vec::new();
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(name) => Text::from(name.as_str()),
                ObjectKey::Expression(tree) => {
                    let key = self.expression(origin, tree);
                    super::block::extend(&mut via, &key.via);
                    function::as_text(&key)
                }
            };
            entries.push((key, self.expression(origin, value.expr())));
        }
        Evaluated { via, ..Evaluated::new(at, Datum::Map(entries, false)) }
    }

    fn conditional(self, origin: Origin, conditional: &Conditional, at: Span) -> Evaluated {
        let condition = self.expression(origin, &conditional.cond_expr);
        let Some(decided) = function::boolean(&condition) else {
            let unknown = self.unknown(at, why(&condition));
            return Evaluated { via: condition.via, ..unknown };
        };
        let branch = if decided { &conditional.true_expr } else { &conditional.false_expr };
        let value = self.expression(origin, branch).after(&condition.via);
        value.used(at, None)
    }

    fn unary(self, origin: Origin, operation: &UnaryOp, at: Span) -> Evaluated {
        let value = self.expression(origin, &operation.expr);
        let datum = match operation.operator.value() {
            UnaryOperator::Not => function::boolean(&value).map(|value| Datum::Bool(!value)),
            UnaryOperator::Neg => function::number(&value).map(|value| Datum::Number(-value)),
        };
        self.result(at, datum, &[value])
    }

    fn binary(self, origin: Origin, operation: &BinaryOp, at: Span) -> Evaluated {
        use BinaryOperator as Op;
        let left = self.expression(origin, &operation.lhs_expr);
        let right = self.expression(origin, &operation.rhs_expr);
        let numbers = function::number(&left).zip(function::number(&right));
        let compare = |test: fn(&f64, &f64) -> bool| {
            numbers.map(|(left, right)| Datum::Bool(test(&left, &right)))
        };
        let compute = |compute: fn(f64, f64) -> f64| {
            numbers
                .map(|(left, right)| compute(left, right))
                .filter(|number| number.is_finite())
                .map(Datum::Number)
        };
        let booleans = (function::boolean(&left), function::boolean(&right));
        let datum = match operation.operator.value() {
            Op::Eq => equal(&left, &right).map(Datum::Bool),
            Op::NotEq => equal(&left, &right).map(|equal| Datum::Bool(!equal)),
            Op::Less => compare(f64::lt),
            Op::LessEq => compare(f64::le),
            Op::Greater => compare(f64::gt),
            Op::GreaterEq => compare(f64::ge),
            Op::Plus => compute(|left, right| left + right),
            Op::Minus => compute(|left, right| left - right),
            Op::Mul => compute(|left, right| left * right),
            Op::Div => compute(|left, right| left / right),
            Op::Mod => compute(|left, right| left % right),
            Op::And => match booleans {
                (Some(false), _) | (_, Some(false)) => Some(Datum::Bool(false)),
                (Some(true), Some(true)) => Some(Datum::Bool(true)),
                _ => None,
            },
            Op::Or => match booleans {
                (Some(true), _) | (_, Some(true)) => Some(Datum::Bool(true)),
                (Some(false), Some(false)) => Some(Datum::Bool(false)),
                _ => None,
            },
        };
        self.result(at, datum, &[left, right])
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
            return Evaluated { via: collection.via.clone(), ..self.unknown(at, why(&collection)) };
        };
        let mut items: Vec<(Option<Evaluated>, Evaluated)> = Vec::with_capacity(entries.len());
        let mut via = collection.via.clone();
        for (round, entry) in entries.iter().enumerate() {
            if self.evaluator.is_spent() {
                return self.unknown(at, Why::TooLarge);
            }
            let (kept, key, value) = self.round(origin, each, entry, round, &mut via);
            match kept {
                Some(true) => {}
                Some(false) => continue,
                // Whether it is there is not known.
                None => {
                    open = true;
                    continue;
                }
            }
            items.push((key, value));
        }
        if each.key_expr.is_none() {
            let items = items.into_iter().map(|(_, value)| value).collect();
            return Evaluated { via, ..Evaluated::new(at, Datum::List(items, open)) };
        }
        let mut map: Vec<(Text, Evaluated)> = Vec::with_capacity(items.len());
        let mut places: std::collections::BTreeMap<Text, usize> = Default::default();
        for (key, value) in items {
            let key = key.as_ref().map(function::as_text).unwrap_or_default();
            if !each.grouping {
                map.push((key, value));
                continue;
            }
            let place = *places.entry(key.clone()).or_insert(map.len());
            match map.get_mut(place) {
                Some((_, Evaluated { datum: Datum::List(items, _), .. })) => items.push(value),
                _ => {
                    let at = value.at;
                    map.push((key, Evaluated::new(at, Datum::List(vec![value], open))));
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
    ) -> (Option<bool>, Option<Evaluated>, Evaluated) {
        let step = |text: &str| Some(Step::reference(item.at, format!("`{text}` is this")));
        let value_name = each.intro.value_var.as_str();
        let item = item.clone().used(item.at, step(value_name));
        let inner = |scope: Scope<'_, 'a>| {
            let condition = each.cond.as_ref().map(|cond| scope.expression(origin, &cond.expr));
            // Which items there are rests on what decides it.
            if let Some(condition) = &condition {
                super::block::extend(via, &condition.via);
            }
            let kept = condition.as_ref().map_or(Some(true), function::boolean);
            if kept != Some(true) {
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
        (Datum::List(left, false), Datum::List(right, false)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            left.iter().zip(right).try_fold(true, |all, (l, r)| Some(all && equal(l, r)?))
        }
        // A variable's type may turn one kind into the other.
        _ => None,
    }
}
