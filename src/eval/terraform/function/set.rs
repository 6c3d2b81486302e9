//! Functions on sets.

use super::super::scope::Scope;
use super::super::types::{Type, convert, key, set, unify};
use super::super::{Datum, Evaluated, Shape};
use super::argument::Stop;
use super::collection::{alike, closed, items};
use super::{LONGEST, Made, Outcome};
use std::collections::HashSet;

/// What the function of a name makes.
pub fn call(scope: Scope, name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("setunion", [_, ..]) => sets(arguments).map(|sets| {
            let open = sets.iter().any(|(_, open)| *open);
            made(sets.into_iter().flat_map(|(items, _)| items).collect(), open)
        }),
        ("setintersection", [_, ..]) => known(arguments).map(|sets| combine(sets, true)),
        ("setsubtract", [_, _]) => known(arguments).map(|sets| combine(sets, false)),
        ("setproduct", [_, ..]) => product(scope, arguments),
        _ => return None,
    })
}

fn made(items: Vec<Evaluated>, open: bool) -> Made {
    Made { datum: Datum::List(set(items), open), shape: Shape::Set }
}

/// The items of all sets, as ones of one type, and whether there may be others.
fn sets(arguments: &[Evaluated]) -> Result<Vec<(Vec<Evaluated>, bool)>, Stop> {
    let mut kinds = Vec::new();
    for argument in arguments {
        kinds.extend(items(argument)?.0.iter().map(Type::of));
    }
    let kind = unify(&kinds).ok_or(Stop::Fails)?;
    let sets = arguments.iter().map(|argument| {
        let (items, open) = items(argument)?;
        let items = items.iter().map(|item| convert(item.clone(), &kind));
        Ok((items.collect::<Result<Vec<Evaluated>, Stop>>()?, open))
    });
    sets.collect()
}

/// The items of sets of which all is known, each with a text that no other has.
fn known(arguments: &[Evaluated]) -> Result<Vec<Vec<(String, Evaluated)>>, Stop> {
    let named = |item: Evaluated| match item.is_whole() {
        true => Ok((key(&item), item)),
        false => Err(Stop::Unknown),
    };
    sets(arguments)?
        .into_iter()
        .map(|(items, open)| match open {
            true => Err(Stop::Unknown),
            false => items.into_iter().map(named).collect(),
        })
        .collect()
}

/// The items of the first set that are in all others, or in none.
fn combine(sets: Vec<Vec<(String, Evaluated)>>, in_all: bool) -> Made {
    let mut sets = sets.into_iter();
    let mut kept = sets.next().unwrap_or_default();
    for other in sets {
        let other: HashSet<String> = other.into_iter().map(|(name, _)| name).collect();
        kept.retain(|(name, _)| other.contains(name) == in_all);
    }
    made(kept.into_iter().map(|(_, item)| item).collect(), false)
}

/// All combinations of one item of each.
fn product(scope: Scope, arguments: &[Evaluated]) -> Outcome {
    if arguments.len() < 2 {
        return Err(Stop::Fails);
    }
    let mut rows: Vec<Vec<Evaluated>> = vec![Vec::new()];
    for argument in arguments {
        let items = alike(closed(argument)?)?;
        let length = rows.len().saturating_mul(items.len());
        if length > LONGEST || !scope.evaluator.spend(length.saturating_mul(arguments.len())) {
            return Err(Stop::TooLarge);
        }
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(|item| row.iter().chain([item]).cloned().collect()))
            .collect();
    }
    let at = arguments.first().map(|argument| argument.at).ok_or(Stop::Fails)?;
    let rows: Vec<Evaluated> =
        rows.into_iter().map(|row| Evaluated::new(at, Datum::List(row, false))).collect();
    // Where a set is among them it makes a set.
    match arguments.iter().any(|argument| argument.shape == Shape::Set) {
        true => Ok(made(rows, false)),
        false => Ok(Made::list(rows, false)),
    }
}
