//! Blocks, and how often they are there.

use super::block::{Attribute, Block, extend};
use super::folder::{Declaration, View};
use super::scope::{Owner, Scope};
use super::{Datum, Evaluated, Key, Shape};
use crate::source::Span;
use crate::syntax::hcl;
use crate::value::{Confidence, Step, Text, Why};
use hcl_edit::expr::Expression as Tree;

/// A block with more instances than this is not unrolled.
const MOST_INSTANCES: usize = 10_000;

/// The instances of a block.
#[derive(Debug)]
pub struct Repetition {
    /// The known ones, and last one that stands for those that are not.
    pub instances: Vec<Instance>,
    /// Whether there may be others than the known ones.
    pub open: bool,
    /// Whether `count` or `for_each` is written.
    pub repeated: bool,
}

/// One instance of a block.
#[derive(Debug)]
pub struct Instance {
    /// Which one it is.
    pub key: Key,
    /// `each.key` and `each.value`.
    pub each: Option<(Evaluated, Evaluated)>,
    /// `count.index`
    pub index: Option<usize>,
    /// Why these are not known, where they are not.
    pub why: Why,
}

impl Instance {
    /// One that is alone, or stands for some that are not known.
    fn new(key: Key, why: Why) -> Instance {
        Instance { key, each: None, index: None, why }
    }
}

/// An item of a collection, with what stands for its key.
pub type Entry = (Evaluated, Evaluated);

impl Repetition {
    /// Nothing is known but that it may be there.
    pub fn unknown(why: Why) -> Repetition {
        let instance = Instance::new(Key::Unknown, why);
        Repetition { instances: vec![instance], open: true, repeated: true }
    }

    /// The instance of a key, or the only one, and its number. Where the key is not known to be
    /// there, it is the instance that stands for all such, of which holds what holds for each.
    pub fn find(&self, key: Option<&str>) -> Option<(usize, &Instance)> {
        let found = self.instances.iter().position(|instance| match (&instance.key, key) {
            (Key::Single, None) => true,
            (Key::Each(own), Some(key)) => own == key,
            _ => false,
        });
        let place = found.or(self.instances.len().checked_sub(1).filter(|_| self.open))?;
        let instance = self.instances.get(place)?;
        let stands_for_all = instance.key == Key::Unknown && instance.each.is_none();
        (found.is_some() || stands_for_all).then_some((place, instance))
    }
}

impl<'s, 'a> Scope<'s, 'a> {
    /// How often a block is there.
    pub(super) fn repetition(self, view: &View) -> Repetition {
        if let Some(each) = view.get("for_each") {
            let value = self.evaluate(&each.value);
            let Some((entries, open)) = self.entries(&value) else {
                return Repetition::unknown(super::expression::why(&value));
            };
            if entries.len() > MOST_INSTANCES {
                return Repetition::unknown(Why::TooLarge);
            }
            let is_map = !matches!(value.datum, Datum::List(..));
            let mut instances: Vec<Instance> = Vec::with_capacity(entries.len());
            let mut seen = std::collections::HashSet::new();
            for (key, item) in entries {
                let at = item.at;
                // A set's items are its keys.
                let key = if is_map { key } else { item.clone() };
                let literal = key.text().literal_text().map(str::to_owned);
                if literal.as_ref().is_some_and(|key| !seen.insert(key.clone())) {
                    continue;
                }
                let step = match &literal {
                    Some(key) => format!("`for_each` has `{key}` here"),
                    None => "`for_each` has this item".to_owned(),
                };
                let via = |own: Evaluated| {
                    let mut via = value.via.clone();
                    extend(&mut via, &[Step::reference(at, step.clone())]);
                    own.after(&via)
                };
                let each = Some((via(key), via(item)));
                let key = literal.map_or(Key::Unknown, Key::Each);
                instances.push(Instance { each, ..Instance::new(key, Why::Computed) });
            }
            if open {
                instances.push(Instance::new(Key::Unknown, super::expression::why(&value)));
            }
            return Repetition { instances, open, repeated: true };
        }
        let Some(count) = view.get("count") else {
            let instance = Instance::new(Key::Single, Why::Unread);
            return Repetition { instances: vec![instance], open: false, repeated: false };
        };
        let value = self.evaluate(&count.value);
        match super::function::number(&value) {
            Ok(count) if (0.0..=MOST_INSTANCES as f64).contains(&count) => {
                let instance = |i: usize| Instance {
                    index: Some(i),
                    ..Instance::new(Key::Each(i.to_string()), Why::Computed)
                };
                let instances = (0..count as usize).map(instance).collect();
                Repetition { instances, open: false, repeated: true }
            }
            Ok(count) if count > 0.0 => Repetition::unknown(Why::TooLarge),
            _ => Repetition::unknown(super::expression::why(&value)),
        }
    }

    /// Calls back with each instance of a declaration, evaluated, and with its scope. Where the limits are
    /// reached, one instance stands for the rest.
    pub(super) fn instances(
        self,
        declaration: &Declaration,
        repetition: &Repetition,
        mut take: impl FnMut(Scope<'_, 'a>, Key, Block),
    ) {
        let unknown = Instance::new(Key::Unknown, Why::TooLarge);
        for instance in &repetition.instances {
            let exhausted = repetition.repeated && !self.evaluator.spend(1);
            let instance = if exhausted { &unknown } else { instance };
            let owner = Owner { kind: &declaration.kind, name: declaration.name, instance };
            let scope = self.inside(owner);
            take(scope, instance.key.clone(), scope.block(&declaration.view));
            if exhausted {
                break;
            }
        }
    }

    /// The steps that lead to the default of a variable, if that decides how often a block is
    /// there.
    pub(super) fn switched_off_by_default(self, view: &View) -> Option<Vec<Step>> {
        let written = view.get("count").or_else(|| view.get("for_each"))?;
        let value = self.evaluate(&written.value);
        let rests_on_default = |step: &Step| step.confidence() < Confidence::Certain;
        value.via.iter().any(rests_on_default).then_some(value.via)
    }

    /// The content of a block. What says how often it is there is no part of it.
    pub(super) fn block(self, view: &View) -> Block {
        let mut block = Block {
            at: view.block.at,
            whole: view.block.whole,
            labels: view.block.labels.clone(),
            attributes: Vec::new(),
            blocks: Vec::new(),
            open: Vec::new(),
        };
        for attribute in &view.attributes {
            let value = match (view.block.kind.as_str(), attribute.name.as_str()) {
                ("resource" | "data" | "module", "for_each" | "count") => continue,
                ("lifecycle", "ignore_changes" | "replace_triggered_by")
                | ("resource" | "data" | "module", "depends_on" | "provider" | "providers") => {
                    self.names(&attribute.value)
                }
                ("provisioner", "when" | "on_failure") => self.names(&attribute.value),
                _ => self.evaluate(&attribute.value),
            };
            block.attributes.push(Attribute {
                name: attribute.name.clone(),
                at: attribute.at,
                value,
            });
        }
        for nested in &view.blocks {
            if !self.evaluator.spend(1) {
                block.open.push(nested.kind.clone());
                break;
            }
            match nested.labels.first() {
                Some(kind) if nested.kind == "dynamic" => self.dynamic(nested, kind, &mut block),
                _ => block.blocks.push((nested.kind.clone(), self.block(&View::of(nested)))),
            }
        }
        block
    }

    /// Unrolls a `dynamic` block.
    fn dynamic(self, dynamic: &hcl::Block, kind: &str, block: &mut Block) {
        let content = dynamic.body.blocks.iter().find(|block| block.kind == "content");
        let (Some(each), Some(content)) = (dynamic.body.get("for_each"), content) else {
            return block.open.push(kind.to_owned());
        };
        let iterator = match dynamic.body.get("iterator").map(|e| &e.tree) {
            Some(Tree::Variable(name)) => name.as_str(),
            _ => kind,
        };
        let collection = self.evaluate(each);
        let (entries, open) = self.entries(&collection).unwrap_or((Vec::new(), true));
        if open || entries.len() > MOST_INSTANCES {
            block.open.push(kind.to_owned());
        }
        let view = View::of(content);
        for (round, (key, item)) in entries.into_iter().take(MOST_INSTANCES).enumerate() {
            let step = Step::reference(item.at, format!("`{iterator}` is this"));
            let mut via = collection.via.clone();
            extend(&mut via, &[step]);
            let at = item.at;
            let entries =
                vec![(Text::from("key"), key.after(&via)), (Text::from("value"), item.after(&via))];
            let value = Evaluated::new(at, Datum::Map(entries, false));
            let mut made = self.with(iterator, &value, round, |scope| scope.block(&view));
            made.at = dynamic.at;
            block.blocks.push((kind.to_owned(), made));
        }
    }

    /// The nested blocks of a type as Terraform shows them in expressions: a list of objects.
    pub(super) fn nested(self, view: &View, kind: &str) -> Evaluated {
        let block = self.block(&View {
            block: view.block,
            attributes: Vec::new(),
            blocks: view
                .blocks
                .iter()
                .filter(|block| block.kind == kind || block.labels.iter().any(|l| l == kind))
                .copied()
                .collect(),
        });
        let at = block.blocks.first().map_or(block.at, |(_, block)| block.at);
        list(block.blocks.iter().map(|(_, block)| block), !block.open.is_empty(), at)
    }

    /// The items of a collection with their keys, and whether there may be others.
    pub(super) fn entries(self, value: &Evaluated) -> Option<(Vec<Entry>, bool)> {
        let length = match &value.datum {
            Datum::List(items, _) => items.len(),
            Datum::Map(entries, _) => entries.len(),
            _ => 0,
        };
        if !self.evaluator.spend(length) {
            return None;
        }
        match &value.datum {
            Datum::List(items, open) => {
                // An item of a set is its own key.
                let key = |i: usize, item: &Evaluated| match value.shape {
                    Shape::Set => item.clone(),
                    // Others may stand before it.
                    _ if *open => {
                        let name = format!("{:?} of {:?}", item.at, value.at);
                        Evaluated::unread(item.at, Why::Unread, name)
                    }
                    _ => Evaluated::new(item.at, Datum::Number(i as f64)),
                };
                let entries =
                    items.iter().enumerate().map(|(i, item)| (key(i, item), item.clone()));
                Some((entries.collect(), *open))
            }
            // Terraform goes through a map in the order of its keys.
            Datum::Map(entries, open) => {
                let key = |key: &Text, value: &Evaluated| {
                    Evaluated::new(value.at, Datum::Text(key.clone()))
                };
                let mut sorted: Vec<&(Text, Evaluated)> = entries.iter().collect();
                sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
                let entries = sorted.into_iter().map(|(k, value)| (key(k, value), value.clone()));
                Some((entries.collect(), *open))
            }
            Datum::Reference(reference) if reference.attribute.is_empty() => {
                let (module, block) = self.evaluator.find(reference)?;
                let repetition = module.repetition(block);
                if !repetition.repeated || reference.key.is_some() {
                    return None;
                }
                let entry = |instance: &Instance| {
                    let Key::Each(key) = &instance.key else { return None };
                    let reference =
                        super::Reference { key: Some(key.clone()), ..reference.clone() };
                    let item = Evaluated::reference(value.at, reference);
                    let key = match instance.index {
                        Some(i) => Datum::Number(i as f64),
                        None => Datum::Text(Text::from(key.as_str())),
                    };
                    Some((Evaluated::new(value.at, key), item))
                };
                let entries: Vec<Entry> = repetition.instances.iter().filter_map(entry).collect();
                let open = repetition.open || entries.len() < repetition.instances.len();
                Some((entries, open))
            }
            _ => None,
        }
    }

    /// An expression that names things instead of reading them: its words, as written.
    fn names(self, expression: &hcl::Expression) -> Evaluated {
        let origin = expression.origin();
        let name = |tree: &Tree| {
            let at = origin.span(tree);
            let text = match tree {
                Tree::String(text) => text.as_str(),
                _ => self.evaluator.sources().text(at),
            };
            Evaluated::new(at, Datum::Text(Text::from(text)))
        };
        match &expression.tree {
            Tree::Array(items) => {
                let items = items.iter().map(name).collect();
                Evaluated::new(expression.at, Datum::List(items, false))
            }
            Tree::Object(_) => self.unknown(expression.at, Why::Unread),
            tree => {
                let items = vec![name(tree)];
                Evaluated::new(expression.at, Datum::List(items, false))
            }
        }
    }
}

fn list<'b>(blocks: impl Iterator<Item = &'b Block>, open: bool, at: Span) -> Evaluated {
    let items = blocks.map(object).collect();
    Evaluated::new(at, Datum::List(items, open))
}

/// A block as an object. It may have further attributes, which the provider computes.
fn object(block: &Block) -> Evaluated {
    let mut entries: Vec<(Text, Evaluated)> = block
        .attributes
        .iter()
        .map(|attribute| (Text::from(attribute.name.as_str()), attribute.value.clone()))
        .collect();
    let mut kinds: Vec<&str> = block.blocks.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.dedup();
    for kind in kinds {
        if entries.iter().all(|(name, _)| name.literal() != Some(kind)) {
            let open = block.open.iter().any(|open| open == kind);
            entries.push((Text::from(kind), list(block.blocks(kind), open, block.at)));
        }
    }
    Evaluated::new(block.at, Datum::Map(entries, true))
}
