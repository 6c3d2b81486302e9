//! What names stand for.

use super::block::extend;
use super::body::{Instance, Repetition};
use super::folder::{Callers, Declared};
use super::types::convert;
use super::{Datum, Evaluated, Key, Reference, Shape};
use crate::source::{Sources, Span};
use crate::syntax::hcl::{Expression, Origin};
use crate::value::{Step, Text, Why};
use hcl_edit::expr::Expression as Tree;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Expressions inside expressions, references followed included, are read this deep.
const DEEPEST: usize = 160;

/// So many values are made of one folder. Each step to a value counts as one more, and so do
/// 64 bytes of a string.
const MOST_VALUES: usize = 1_000_000;

/// A value that rests on more steps than this is not read.
pub(super) const MOST_STEPS: usize = 100;

/// One folder while it is evaluated: values that are known by now, and what is left of the
/// limits.
pub struct Evaluator<'a> {
    pub(super) sources: &'a Sources,
    /// The folder, from the root of the project.
    folder: &'a str,
    pub(super) declared: &'a Declared<'a>,
    /// How often something failed that Terraform refuses.
    pub(super) failures: Cell<usize>,
    /// What other folders pass, if any calls this one.
    callers: Option<&'a Callers>,
    memo: RefCell<HashMap<Item, Slot>>,
    repetitions: RefCell<HashMap<usize, Option<Rc<Repetition>>>>,
    left: Cell<usize>,
    depth: Cell<usize>,
}

/// Something that is evaluated once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Variable(String),
    Local(String),
    /// An attribute, or the nested blocks of a type, of an instance of a resource.
    Attribute(usize, usize, String),
}

#[derive(Debug, Clone)]
enum Slot {
    /// It is being evaluated.
    Open,
    /// It was.
    Done(Rc<Evaluated>),
}

/// The names that an expression can use.
#[derive(Clone, Copy)]
pub struct Scope<'s, 'a> {
    pub(super) evaluator: &'s Evaluator<'a>,
    /// The repeated block that it stands in.
    pub(super) owner: Option<Owner<'s>>,
    names: Option<&'s Names<'s>>,
}

/// An instance of a declared block.
#[derive(Clone, Copy)]
pub(super) struct Owner<'s> {
    pub kind: &'s str,
    pub name: &'s str,
    pub instance: &'s Instance,
}

/// Names that are bound.
struct Names<'s> {
    bound: Bound<'s>,
    outer: Option<&'s Names<'s>>,
}

/// What binds them.
#[derive(Clone, Copy)]
enum Bound<'s> {
    /// A `for` expression or `dynamic` block, in the round of a number.
    Round(&'s str, &'s Evaluated, usize),
    /// `templatefile`
    Entries(&'s [(Text, Evaluated)]),
}

impl<'a> Evaluator<'a> {
    pub fn new(
        sources: &'a Sources,
        folder: &'a str,
        declared: &'a Declared<'a>,
        callers: Option<&'a Callers>,
    ) -> Evaluator<'a> {
        Evaluator {
            sources,
            folder,
            declared,
            failures: Cell::new(0),
            callers,
            memo: RefCell::default(),
            repetitions: RefCell::default(),
            left: Cell::new(MOST_VALUES),
            depth: Cell::new(0),
        }
    }

    /// The names outside all repeated blocks.
    pub fn scope<'s>(&'s self) -> Scope<'s, 'a> {
        Scope { evaluator: self, owner: None, names: None }
    }

    /// The folder in which Terraform runs, if it is one.
    pub(super) fn root_folder(&self) -> Option<&'a str> {
        Some(self.folder)
    }

    /// Whether the limits allow more values.
    pub(super) fn spend(&self, values: usize) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(values));
        values <= left
    }

    /// Whether the limits are reached.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Evaluates something once. What needs itself is a cycle.
    pub(super) fn once(
        &self,
        item: Item,
        at: Span,
        name: &str,
        evaluate: impl FnOnce() -> Evaluated,
    ) -> Rc<Evaluated> {
        let slot = self.memo.borrow().get(&item).cloned();
        match slot {
            Some(Slot::Open) => return Rc::new(Evaluated::unread(at, Why::Cycle, name)),
            Some(Slot::Done(value)) => return value,
            None => {}
        }
        self.memo.borrow_mut().insert(item.clone(), Slot::Open);
        let mut value = evaluate();
        if value.name.is_none() && value.is_unknown() {
            value.name = Some(name.into());
        }
        let value = Rc::new(value);
        self.memo.borrow_mut().insert(item, Slot::Done(value.clone()));
        value
    }

    /// A copy of a value, as far as the limits allow.
    pub(super) fn copy(&self, value: &Evaluated) -> Evaluated {
        if self.spend(size(value)) {
            return value.clone();
        }
        let name = value.name.as_deref().unwrap_or_default();
        Evaluated::unread(value.at, Why::TooLarge, name)
    }

    /// How often a resource is repeated; unknown while that is being found out.
    pub(super) fn repetition(&self, resource: usize) -> Rc<Repetition> {
        let known = self.repetitions.borrow().get(&resource).cloned();
        match known {
            Some(Some(repetition)) => return repetition,
            Some(None) => return Rc::new(Repetition::unknown()),
            None => {}
        }
        self.repetitions.borrow_mut().insert(resource, None);
        let repetition = match self.declared.resources.get(resource) {
            Some(declaration) => Rc::new(self.scope().repetition(&declaration.view)),
            None => Rc::new(Repetition::unknown()),
        };
        self.repetitions.borrow_mut().insert(resource, Some(repetition.clone()));
        repetition
    }
}

impl<'s, 'a> Scope<'s, 'a> {
    /// The same names, inside an instance of a block.
    pub(super) fn inside(self, owner: Owner<'s>) -> Scope<'s, 'a> {
        Scope { owner: Some(owner), ..self }
    }

    /// Reads with one name more.
    pub(super) fn with<T>(
        self,
        name: &str,
        value: &Evaluated,
        round: usize,
        read: impl FnOnce(Scope<'_, 'a>) -> T,
    ) -> T {
        let names = Names { bound: Bound::Round(name, value, round), outer: self.names };
        let (evaluator, owner) = (self.evaluator, self.owner);
        read(Scope { evaluator, owner, names: Some(&names) })
    }

    /// Reads with the entries of a map as names.
    pub(super) fn with_all<T>(
        self,
        entries: &[(Text, Evaluated)],
        read: impl FnOnce(Scope<'_, 'a>) -> T,
    ) -> T {
        let names = Names { bound: Bound::Entries(entries), outer: self.names };
        let (evaluator, owner) = (self.evaluator, self.owner);
        read(Scope { evaluator, owner, names: Some(&names) })
    }

    /// What a name is bound to by a `for` expression or `dynamic` block.
    pub(super) fn bound(self, name: &str) -> Option<&'s Evaluated> {
        let mut names = self.names;
        while let Some(Names { bound, outer }) = names {
            match bound {
                Bound::Round(own, value, _) if *own == name => return Some(value),
                Bound::Round(..) => {}
                Bound::Entries(entries) => {
                    let found = entries.iter().rev().find(|(own, _)| own.literal() == Some(name));
                    if let Some((_, value)) = found {
                        return Some(value);
                    }
                }
            }
            names = *outer;
        }
        None
    }

    /// Evaluates an expression of a file.
    pub fn evaluate(self, expression: &Expression) -> Evaluated {
        self.expression(expression.origin(), &expression.tree)
    }

    /// Evaluates a part of an expression.
    pub(super) fn expression(self, origin: Origin, tree: &Tree) -> Evaluated {
        let depth = self.evaluator.depth.get();
        if depth >= DEEPEST || !self.evaluator.spend(1) {
            let at = origin.span(tree);
            return Evaluated::unread(at, Why::TooLarge, self.hole(at));
        }
        self.evaluator.depth.set(depth + 1);
        let mut value = self.tree(origin, tree);
        self.evaluator.depth.set(depth);
        if value.via.len() > MOST_STEPS {
            value.via.clear();
            value.datum = Datum::Unknown(Why::TooLarge);
            value.name = Some(self.hole(value.at).into());
        }
        value
    }

    /// A name for the value of an expression that is not known: what is written, and in which
    /// round, since the same text can mean something else in another.
    pub(super) fn hole(self, at: Span) -> String {
        let text = self.evaluator.sources.text(at);
        let mut name = text.chars().take(80).collect::<String>();
        if let Some(owner) = self.owner
            && owner.instance.key != Key::Single
        {
            name = format!("{name} in {}", owner.address());
        }
        let mut names = self.names;
        while let Some(Names { bound, outer }) = names {
            if let Bound::Round(_, _, round) = bound {
                name = format!("{name} at {round}");
            }
            names = *outer;
        }
        name
    }

    /// What Terraform refuses. `try` and `can` notice it.
    pub(super) fn fail(self, at: Span) -> Evaluated {
        let failures = &self.evaluator.failures;
        failures.set(failures.get().saturating_add(1));
        self.unknown(at, Why::Unread)
    }

    /// A value that is not known, named by what is written.
    pub(super) fn unknown(self, at: Span, why: Why) -> Evaluated {
        let why = if self.evaluator.is_spent() { Why::TooLarge } else { why };
        Evaluated::unread(at, why, self.hole(at))
    }

    /// `var.NAME`
    pub(super) fn variable(self, name: &str, at: Span) -> Rc<Evaluated> {
        let item = Item::Variable(name.to_owned());
        let label = format!("var.{name}");
        self.evaluator.once(item, at, &label, || self.read_variable(name, at))
    }

    fn read_variable(self, name: &str, at: Span) -> Evaluated {
        let label = format!("var.{name}");
        let unknown = |why| Evaluated::unread(at, why, label.as_str());
        let Evaluator { declared, callers, .. } = self.evaluator;
        let Some(view) = declared.variables.get(name) else { return unknown(Why::NoDefault) };
        let is_true = |attribute: &str| {
            view.get(attribute).is_some_and(|a| a.value.tree.as_bool() != Some(false))
        };
        if is_true("sensitive") {
            return unknown(Why::Sensitive);
        }
        let (value, step) = match callers {
            Some(callers) if callers.inputs.contains(name) => return unknown(Why::NoDefault),
            // The folder's own variable files count only where it is not called.
            None if let Some(set) = declared.settings.get(name) => {
                (&set.value, Step::reference(set.value.at, format!("`{label}` is set here")))
            }
            _ => match view.get("default") {
                Some(default) => {
                    let text = format!("the default of `{label}`, unless it is set elsewhere");
                    (&default.value, Step::default(default.value.at, text))
                }
                None => return unknown(Why::NoDefault),
            },
        };
        let value = self.evaluator.scope().evaluate(value);
        let kind = view.get("type").and_then(|kind| self.declared_type(&kind.value));
        let value = match kind {
            Some(kind) => convert(value, &kind),
            None => Ok(value),
        };
        let value = match value {
            Ok(value) => value,
            Err(_) => return unknown(Why::Unread),
        };
        value.used(at, Some(step))
    }

    /// `local.NAME`
    pub(super) fn local(self, name: &str, at: Span) -> Rc<Evaluated> {
        let Some(attribute) = self.evaluator.declared.locals.get(name) else {
            return Rc::new(self.unknown(at, Why::Unread));
        };
        let label = format!("local.{name}");
        let step = Step::reference(attribute.value.at, format!("`{label}` is this"));
        self.evaluator.once(Item::Local(name.to_owned()), at, &label, || {
            self.evaluator.scope().evaluate(&attribute.value).used(at, Some(step))
        })
    }

    /// The value of an argument, or the content of the nested blocks, of a resource that is
    /// declared here; the reference with one more name if that is not known.
    pub(super) fn follow(self, reference: &Reference, name: &str, at: Span) -> Evaluated {
        let further =
            Evaluated::reference(at, Reference { attribute: name.to_owned(), ..reference.clone() });
        let Evaluator { declared, .. } = self.evaluator;
        let Some(resource) = declared.find(&reference.kind, &reference.name) else {
            return further;
        };
        let Some(declaration) = declared.resources.get(resource) else { return further };
        let view = &declaration.view;
        let attribute = view.get(name);
        let nested =
            view.blocks.iter().any(|b| b.kind == name || b.labels.iter().any(|l| l == name));
        if attribute.is_none() && !nested {
            return further;
        }
        let repetition = self.evaluator.repetition(resource);
        let Some((i, instance)) = repetition.find(reference.key.as_deref()) else {
            return further;
        };
        let owner = Owner { kind: &declaration.kind, name: declaration.name, instance };
        let item = Item::Attribute(resource, i, name.to_owned());
        let label = further.name.as_deref().unwrap_or_default();
        let value = self.evaluator.once(item, at, label, || {
            let scope = self.evaluator.scope().inside(owner);
            match attribute {
                Some(attribute) => scope.evaluate(&attribute.value),
                None => scope.nested(view, name),
            }
        });
        if value.is_unknown() || matches!(value.datum, Datum::Null) {
            // The name stands for the same value, however it is reached.
            return Evaluated { name: value.name.clone().or(further.name), ..further };
        }
        let text = format!("`{}.{}.{name}` is this", reference.kind, reference.name);
        let step = Step::reference(value.at, text);
        let mut value = self.evaluator.copy(&value).used(at, Some(step));
        undecide(&mut value);
        value
    }
}

impl Owner<'_> {
    /// `TYPE.NAME["key"]`
    fn address(self) -> String {
        match &self.instance.key {
            Key::Single => format!("{}.{}", self.kind, self.name),
            Key::Each(key) => format!("{}.{}[{key:?}]", self.kind, self.name),
            Key::Unknown => format!("{}.{}[*]", self.kind, self.name),
        }
    }

    /// `self` in a provisioner.
    pub(super) fn reference(self) -> Reference {
        let key = match &self.instance.key {
            Key::Each(key) => Some(key.clone()),
            Key::Single | Key::Unknown => None,
        };
        let (kind, name) = (self.kind.to_owned(), self.name.to_owned());
        Reference { kind, name, key, attribute: String::new() }
    }
}

/// How many values a value is made of.
pub(super) fn size(value: &Evaluated) -> usize {
    let own = 1 + value.via.len();
    own + match &value.datum {
        Datum::Text(text) => text
            .pieces()
            .iter()
            .map(|piece| match piece {
                crate::value::Piece::Literal(text) | crate::value::Piece::Hole(text) => {
                    1 + text.len() / 64
                }
            })
            .sum(),
        Datum::List(items, _) => items.iter().map(size).sum(),
        Datum::Map(entries, _) => entries.iter().map(|(_, value)| 1 + size(value)).sum(),
        _ => 0,
    }
}

/// Leaves the types of a value and of all inside to a provider's schema.
fn undecide(value: &mut Evaluated) {
    value.shape = Shape::Undecided;
    match &mut value.datum {
        Datum::List(items, _) => items.iter_mut().for_each(undecide),
        Datum::Map(entries, _) => entries.iter_mut().for_each(|(_, value)| undecide(value)),
        _ => {}
    }
}

/// The steps of some values together.
pub(super) fn steps<'v>(values: impl IntoIterator<Item = &'v Evaluated>) -> Vec<Step> {
    let mut steps = Vec::new();
    for value in values {
        extend(&mut steps, &value.via);
    }
    steps
}
