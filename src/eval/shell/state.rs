//! What a script has set so far, and what is left of that where branches meet.

use super::{MOST_ROUNDS, WorkingFolder};
use crate::syntax::shell::{List, Statement};
use crate::value::{Sourced, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What a script has set at one point of it.
#[derive(Clone)]
pub struct State<'a> {
    pub variables: BTreeMap<String, Variable>,
    pub exported: BTreeSet<String>,
    pub folders: Vec<WorkingFolder>,
    pub functions: BTreeMap<&'a str, &'a Statement>,
    pub arguments: Option<Vec<Sourced<Text>>>,
    pub ended: Option<End>,
    /// The paths that are not there and that a test has asked for.
    pub asked: BTreeSet<String>,
}

/// The value of a variable.
#[derive(Clone, PartialEq)]
pub enum Variable {
    Text(Sourced<Text>),
    Array(Vec<Sourced<Text>>),
    /// An array that may hold these words, or others.
    Perhaps(Vec<Sourced<Text>>),
    /// Not the same in every branch before.
    Unknown,
}

impl Variable {
    /// An array of which it is only known what it may hold; only words that are known count.
    pub fn perhaps(items: impl IntoIterator<Item = Sourced<Text>>) -> Variable {
        let mut known: Vec<Sourced<Text>> = Vec::new();
        for item in items {
            let is_new = known.iter().all(|other| other.value != item.value);
            if is_new && item.value.literal().is_some() && known.len() < MOST_ROUNDS {
                known.push(item);
            }
        }
        if known.is_empty() { Variable::Unknown } else { Variable::Perhaps(known) }
    }

    fn items(&self) -> &[Sourced<Text>] {
        match self {
            Variable::Array(items) | Variable::Perhaps(items) => items,
            Variable::Text(_) | Variable::Unknown => &[],
        }
    }
}

/// What ends a list before its last command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// `break` and `continue`
    Round,
    /// `return`
    Function,
    /// `exit`
    Script,
}

impl<'a> State<'a> {
    /// What holds whichever of two states it is. One that is ended leads nowhere.
    pub fn merge(&mut self, other: State<'a>) {
        match (self.ended, other.ended) {
            (None, Some(_)) => return,
            (Some(_), None) => {
                *self = other;
                return;
            }
            (a, b) => self.ended = a.min(b),
        }
        let names: BTreeSet<String> =
            self.variables.keys().chain(other.variables.keys()).cloned().collect();
        for name in names {
            let (a, b) = (self.variables.get(&name), other.variables.get(&name));
            let same = match (a, b) {
                (Some(Variable::Text(a)), Some(Variable::Text(b))) => a.value == b.value,
                (a, b) => a == b,
            };
            if !same {
                let items = [a, b].into_iter().flatten().flat_map(Variable::items);
                let either = Variable::perhaps(items.cloned());
                self.variables.insert(name, either);
            }
        }
        if self.folders != other.folders {
            self.folders.clear();
        }
        self.asked.extend(other.asked);
        self.exported.extend(other.exported);
        self.functions.extend(other.functions);
        if self.arguments != other.arguments {
            self.arguments = None;
        }
    }

    /// Forgets what a list that runs any number of times sets.
    pub fn forget(&mut self, list: &'a List) {
        list.each(&mut |simple, _| {
            for set in &simple.assignments {
                let name = set.name.split('[').next().unwrap_or_default();
                self.variables.insert(name.to_owned(), Variable::Unknown);
            }
            match simple.program() {
                Some("cd" | "pushd" | "popd") => self.folders.clear(),
                Some("shift" | "set") => self.arguments = None,
                _ => {}
            }
        });
    }

    /// `break` and `continue` end no more than the loop.
    pub fn continue_after_rounds(&mut self) {
        if self.ended == Some(End::Round) {
            self.ended = None;
        }
    }

    /// The folders after `cd`.
    pub fn enter(&self, to: &Text) -> Vec<WorkingFolder> {
        match to.literal() {
            Some("-") => Vec::new(),
            _ if self.folders.is_empty() => WorkingFolder::absolute(to).into_iter().collect(),
            _ => {
                let mut moved: Vec<WorkingFolder> =
                    self.folders.iter().filter_map(|folder| folder.enter(to)).collect();
                moved.dedup();
                moved
            }
        }
    }

    pub fn environment(&self) -> Vec<(String, Sourced<Text>)> {
        let value = |name: &String| match self.variables.get(name)? {
            Variable::Text(text) => Some((name.clone(), text.clone())),
            _ => None,
        };
        self.exported.iter().filter_map(value).collect()
    }
}
