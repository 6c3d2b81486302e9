//! Functions of Lambda that lambroll deploys.
//!
//! Source: fujiwara/lambroll, README, read 2026-11: `{{ ... }}` in a string is filled in from
//! the environment, or from the state of Terraform.

use super::aws::{container, default_architecture};
use crate::model::deployment::{Deployment, Manager, Platform, Replaced};
use crate::model::platform::Architecture;
use crate::source::Excerpt;
use crate::syntax::lambroll::Function;
use crate::value::{Sourced, Step, Text, Value, Why};

/// The function of a file.
pub fn lower(function: &Function) -> Deployment {
    let mut container = container(filled_in(&function.image), Value::Unset);
    container.replaced =
        Replaced { entrypoint: function.has_entrypoint, arguments: function.has_command };
    let name = function.name.as_ref().map_or(Value::Unset, filled_in);
    Deployment {
        architecture: architecture(function),
        name: name.or(Value::unknown(function.at, Why::Unread)),
        containers: vec![container],
        ..Deployment::new(function.at, Platform::Lambda, Manager::Script)
    }
}

fn architecture(function: &Function) -> Value<Architecture> {
    match function.architectures.as_deref() {
        None => default_architecture(Step::reference(
            function.at,
            "Lambda runs x86_64 where no architecture is named",
        )),
        Some([one]) => filled_in(one).and_then(|text| Architecture::of_platform(text.literal()?)),
        Some(_) => Value::unknown(function.at, Why::Unread),
    }
}

/// A string with its templates, each of which is not known.
fn filled_in(written: &Excerpt) -> Value<Text> {
    let mut value = Text::default();
    let mut rest = written.text.as_str();
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((inner, after)) = behind.split_once("}}") else { break };
        value.push_str(before);
        value.append(Text::hole(inner.trim()));
        rest = after;
    }
    value.push_str(rest);
    match value.is_unknown() {
        true => Value::unknown(written.at, Why::Environment),
        false => Value::Known(Sourced { value, at: written.at, via: Vec::new() }),
    }
}
