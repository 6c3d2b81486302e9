//! What names stand for.

use super::block::extend;
use super::body::Instance;
use super::environment::Setting;
use super::evaluator::{Caller, Evaluator, Item, Repeated};
use super::folder::View;
use super::traversal::Missing;
use super::types::convert;
use super::{Datum, Evaluated, Key, Reference, Shape};
use crate::source::Span;
use crate::syntax::hcl::{Attribute, Expression, Origin};
use crate::value::{Step, Text, Why};
use hcl_edit::expr::Expression as Tree;
use std::rc::Rc;

/// Expressions inside expressions, references followed included, are read this deep.
const DEEPEST: usize = 160;

/// A value that rests on more steps than this is not read.
pub(super) const MOST_STEPS: usize = 100;

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

impl<'s, 'a> Scope<'s, 'a> {
    /// The names outside all repeated blocks of a module.
    pub(super) fn of(evaluator: &'s Evaluator<'a>) -> Scope<'s, 'a> {
        Scope { evaluator, owner: None, names: None }
    }

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
        let depth = self.evaluator.depth().get();
        if depth >= DEEPEST || !self.evaluator.spend(1) {
            let at = origin.span(tree);
            return Evaluated::unread(at, Why::TooLarge, self.hole(at));
        }
        self.evaluator.depth().set(depth + 1);
        let mut value = self.tree(origin, tree);
        self.evaluator.depth().set(depth);
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
        let text = self.evaluator.sources().text(at);
        let mut name = self.evaluator.unknown_name(&text.chars().take(80).collect::<String>());
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
        let failures = self.evaluator.failures();
        failures.set(failures.get().saturating_add(1));
        self.unknown(at, Why::Unread)
    }

    /// Notes that something may fail, for all that is known.
    pub(super) fn doubt(self) {
        let doubts = self.evaluator.doubts();
        doubts.set(doubts.get().saturating_add(1));
    }

    /// A value that is not known, named by what is written.
    pub(super) fn unknown(self, at: Span, why: Why) -> Evaluated {
        let why = if self.evaluator.is_spent() { Why::TooLarge } else { why };
        Evaluated::unread(at, why, self.hole(at))
    }

    /// `var.NAME`
    pub(super) fn variable(self, name: &str, at: Span) -> Rc<Evaluated> {
        let item = Item::Variable(name.to_owned());
        let label = self.evaluator.unknown_name(&format!("var.{name}"));
        self.evaluator.once(item, at, &label, || self.read_variable(name, &label, at))
    }

    fn read_variable(self, name: &str, label: &str, at: Span) -> Evaluated {
        let unknown = |why| Evaluated::unread(at, why, label);
        let Some(view) = self.evaluator.declared.variables.get(name) else {
            return unknown(Why::NoDefault);
        };
        let is_false =
            |attribute: &str| view.get(attribute).map(|a| a.value.tree.as_bool() == Some(false));
        if is_false("sensitive") == Some(false) {
            return unknown(Why::Sensitive);
        }
        let given = match self.given(name) {
            Ok(given) => given,
            Err(why) => return unknown(why),
        };
        // `null` is a value, unless that is excluded.
        let is_null = |value: &Evaluated| matches!(value.datum, Datum::Null);
        let given = given.filter(|value| is_false("nullable") != Some(true) || !is_null(value));
        let value = match (given, view.get("default")) {
            (Some(given), _) => given,
            (None, Some(_)) if self.is_set_elsewhere(name) => return unknown(Why::Environment),
            (None, Some(default)) => {
                let at = default.value.at;
                let step = match self.evaluator.caller {
                    Caller::Call(_) => Step::reference(at, format!("the default of `var.{name}`")),
                    Caller::Nobody(_) | Caller::Unknown => Step::default(
                        at,
                        format!("the default of `var.{name}`, unless it is set elsewhere"),
                    ),
                };
                let value = self.evaluator.scope().evaluate(&default.value);
                value.used(at, Some(step))
            }
            (None, None) => return unknown(Why::NoDefault),
        };
        let value = match view.get("type").and_then(|kind| self.declared_type(&kind.value)) {
            Some(kind) => convert(value, &kind),
            None => Ok(value),
        };
        value.map_or_else(|_| unknown(Why::Unread), |value| value.used(at, None))
    }

    /// Whether those who apply a root module may set a variable that has a default.
    fn is_set_elsewhere(self, name: &str) -> bool {
        let Evaluator { folders, folder, caller, .. } = self.evaluator;
        match caller {
            Caller::Nobody(None) => folders.is_set_elsewhere(folder, name),
            Caller::Nobody(Some(environment)) => {
                let by_commands = folders.set_by_commands.contains(name);
                environment.open || (by_commands && !environment.complete)
            }
            Caller::Unknown | Caller::Call(_) => false,
        }
    }

    /// What a variable is set to by a call or a file of variables, if it is.
    fn given(self, name: &str) -> Result<Option<Evaluated>, Why> {
        let set = |value: Evaluated| {
            let step = Step::reference(value.at, format!("`var.{name}` is set here"));
            let at = value.at;
            value.used(at, Some(step))
        };
        let Evaluator { declared, folders, folder, caller, .. } = self.evaluator;
        match caller {
            Caller::Nobody(environment) => {
                let own = environment.and_then(|environment| environment.settings.get(name));
                let setting = match (own, declared.settings.get(name)) {
                    (Some(Setting::Unread), _) => return Err(Why::Unread),
                    (Some(Setting::Given(text)), _) => {
                        let value = Evaluated::new(text.at, Datum::Text(text.value.clone()));
                        return Ok(Some(set(value.after(&text.via))));
                    }
                    (Some(Setting::Written(own)), _) => Some(*own),
                    (None, setting) => setting.copied(),
                };
                Ok(setting.map(|set| self.evaluator.scope().evaluate(&set.value)).map(set))
            }
            // The folder's own variable files count only where it is not called.
            Caller::Unknown => {
                let callers = folders.callers.get(*folder);
                match callers.is_some_and(|callers| callers.inputs.contains(name)) {
                    true => Err(Why::NoDefault),
                    false => Ok(None),
                }
            }
            Caller::Call(call) => {
                let given = call.read(|scope, view, _| {
                    let input = view.get(name)?;
                    Some(set(scope.evaluate(&input.value)))
                });
                given.ok_or(Why::NoDefault)
            }
        }
    }

    /// `local.NAME`
    pub(super) fn local(self, name: &str, at: Span) -> Rc<Evaluated> {
        let Some(attribute) = self.evaluator.declared.locals.get(name) else {
            return Rc::new(self.unknown(at, Why::Unread));
        };
        let label = self.evaluator.unknown_name(&format!("local.{name}"));
        let step = Step::reference(attribute.value.at, format!("`local.{name}` is this"));
        self.evaluator.once(Item::Local(name.to_owned()), at, &label, || {
            self.evaluator.scope().evaluate(&attribute.value).used(at, Some(step))
        })
    }

    /// The value of an argument, or the content of the nested blocks, of a resource that is
    /// declared here; the reference with one more name if that is not known.
    pub(super) fn follow(self, reference: &Reference, name: &str, at: Span) -> Evaluated {
        let further =
            Evaluated::reference(at, Reference { attribute: name.to_owned(), ..reference.clone() });
        let Some((module, Repeated::Resource(resource))) = self.evaluator.find(reference) else {
            return further;
        };
        let Some(declaration) = module.declared.resources.get(resource) else { return further };
        let view = &declaration.view;
        let attribute = view.get(name);
        let nested =
            view.blocks.iter().any(|b| b.kind == name || b.labels.iter().any(|l| l == name));
        if attribute.is_none() && !nested {
            return match (reference.kind.as_str(), name) {
                ("aws_ecr_repository", "repository_url") => self.repository_url(further, reference),
                _ => further,
            };
        }
        let repetition = module.repetition(Repeated::Resource(resource));
        let Some((i, instance)) = repetition.find(reference.key.as_deref()) else {
            return further;
        };
        let owner = Owner { kind: &declaration.kind, name: declaration.name, instance };
        let item = Item::Attribute(resource, i, name.to_owned());
        let label = further.name.as_deref().unwrap_or_default();
        let value = module.once(item, at, label, || {
            let scope = module.scope().inside(owner);
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

impl Scope<'_, '_> {
    /// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`, of which the name may be known. Source: the
    /// documentation of `aws_ecr_repository`.
    fn repository_url(self, computed: Evaluated, reference: &Reference) -> Evaluated {
        let at = computed.at;
        let name = self.follow(reference, "name", at);
        let name_text = super::function::as_text(&name);
        if name_text.is_unknown() {
            return computed;
        }
        let mut text = Text::hole("the registry of ECR");
        text.push_str("/");
        text.append(name_text);
        Evaluated { via: name.via, ..Evaluated::new(at, Datum::Text(text)) }
    }
}

impl Scope<'_, '_> {
    /// An output of a module that is called, if the folder is one of the project's.
    pub(super) fn output(
        self,
        reference: &Reference,
        name: &str,
        at: Span,
    ) -> Result<Option<Evaluated>, Missing> {
        let Some((module, Repeated::Call(call))) = self.evaluator.find(reference) else {
            return Ok(None);
        };
        let repetition = module.repetition(Repeated::Call(call));
        let instance = repetition.find(reference.key.as_deref()).map(|(instance, _)| instance);
        let Some(child) = instance.and_then(|instance| module.child(call, instance)) else {
            return Ok(None);
        };
        let view = child.declared.outputs.get(name).ok_or(Missing)?;
        let Some(output) = view.get("value") else { return Ok(None) };
        let label = child.unknown_name(&format!("output.{name}"));
        if is_secret(view) {
            return Ok(Some(Evaluated::unread(at, Why::Sensitive, label)));
        }
        let value = child.once(Item::Output(name.to_owned()), at, &label, || {
            child.scope().evaluate(&output.value)
        });
        let text = format!("`module.{}.{name}` is this", reference.name);
        let step = Step::reference(output.value.at, text);
        Ok(Some(self.evaluator.copy(&value).used(at, Some(step))))
    }
}

impl Scope<'_, '_> {
    /// What the module gives to whoever asks for it, but for what is secret.
    pub(super) fn outputs(self) -> Vec<(String, Evaluated)> {
        let open = self.evaluator.declared.outputs.iter().filter(|(_, view)| !is_secret(view));
        let value = |(name, view): (&&str, &View<'_>)| {
            let written = view.get("value")?;
            Some(((*name).to_owned(), self.evaluate(&written.value)))
        };
        open.filter_map(value).collect()
    }
}

/// Whether an output is not shown.
fn is_secret(view: &View<'_>) -> bool {
    let is_true = |a: &Attribute| a.value.tree.as_bool() != Some(false);
    view.get("sensitive").is_some_and(is_true)
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
    pub(super) fn reference(self, module: &str) -> Reference {
        let key = match &self.instance.key {
            Key::Each(key) => Some(key.clone()),
            Key::Single | Key::Unknown => None,
        };
        let (kind, name) = (self.kind.to_owned(), self.name.to_owned());
        let module = module.to_owned();
        Reference { module, kind, name, key, attribute: String::new() }
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
