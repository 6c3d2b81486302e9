//! What is known at a place: the values of a project, written out.

use super::Project;
use super::blur::Blur;
use super::deployment::PortName;
use super::platform::Architecture;
use crate::eval::terraform::{Block, Evaluated, Terraform};
use crate::source::Span;
use crate::value::{Step, Text, Value, Why};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

/// Blocks are gone down to this deep.
const DEEPEST: usize = 32;

/// A value of a project, written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where it is used.
    pub at: Span,
    /// The value, or why it is not known.
    pub value: Result<String, Why>,
    /// The steps that lead to it, nearest first.
    pub via: Vec<Step>,
    /// With which file of variables it has this value, if only with that.
    pub environment: Option<String>,
}

impl Known {
    /// A value written out, if it is of a kind that can be, and written somewhere.
    pub fn of<T: 'static>(value: &Value<T>) -> Option<Known> {
        match value {
            Value::Known(known) => Some(Known {
                at: known.at,
                value: Ok(shown(&known.value)?),
                via: known.via.clone(),
                environment: None,
            }),
            Value::Unknown(unknown) => Some(Known {
                at: unknown.at,
                value: Err(unknown.why),
                via: Vec::new(),
                environment: None,
            }),
            Value::Unset => None,
        }
    }
}

impl Project {
    /// The values of all nouns, and of the expressions of Terraform, in the order of their places.
    pub fn known(&mut self) -> Vec<Known> {
        let mut all = self.survey();
        of_terraform(&self.terraform, &mut all);
        all.retain(|known| !known.at.range().is_empty());
        all.sort_by(|a, b| (a.at, &a.value).cmp(&(b.at, &b.value)));
        all.dedup_by(|a, b| (a.at, &a.value, &a.via) == (b.at, &b.value, &b.via));
        all
    }

    fn survey(&mut self) -> Vec<Known> {
        let mut blur = Blur::survey();
        self.blur(&mut blur);
        blur.surveyed()
    }
}

fn of_terraform(terraform: &Terraform, all: &mut Vec<Known>) {
    for module in &terraform.modules {
        let mut found = Vec::new();
        let resources = module.resources.iter().chain(&module.data);
        resources.for_each(|resource| of_block(&resource.body, 0, &mut found));
        module.calls.iter().for_each(|call| of_block(&call.body, 0, &mut found));
        for known in &mut found {
            known.environment.clone_from(&module.environment);
        }
        all.append(&mut found);
    }
    // What is the same in all environments belongs to none.
    let mut values: BTreeMap<Span, BTreeSet<&Result<String, Why>>> = BTreeMap::new();
    for known in all.iter() {
        values.entry(known.at).or_default().insert(&known.value);
    }
    let several = values.into_iter().filter(|(_, values)| values.len() > 1);
    let several: BTreeSet<Span> = several.map(|(at, _)| at).collect();
    for known in all.iter_mut().filter(|known| !several.contains(&known.at)) {
        known.environment = None;
    }
}

fn of_block(block: &Block, depth: usize, all: &mut Vec<Known>) {
    if depth > DEEPEST {
        return;
    }
    all.extend(block.attributes.iter().filter_map(|attribute| of_expression(&attribute.value)));
    block.blocks.iter().for_each(|(_, block)| of_block(block, depth + 1, all));
}

/// An expression that is more than a literal.
fn of_expression(evaluated: &Evaluated) -> Option<Known> {
    let text = evaluated.text();
    let known = Known::of(&text)?;
    let is_literal = known.via.is_empty() && evaluated.written.is_some();
    (!is_literal).then_some(Known { at: evaluated.at, ..known })
}

/// A value as text; nothing if it is of a kind that has none.
fn shown(value: &dyn Any) -> Option<String> {
    fn as_text<T: ToString + 'static>(value: &dyn Any) -> Option<String> {
        value.downcast_ref::<T>().map(ToString::to_string)
    }
    as_text::<Text>(value)
        .or_else(|| as_text::<u16>(value))
        .or_else(|| as_text::<String>(value))
        .or_else(|| as_text::<bool>(value))
        .or_else(|| as_text::<PortName>(value))
        .or_else(|| as_text::<Architecture>(value))
}
