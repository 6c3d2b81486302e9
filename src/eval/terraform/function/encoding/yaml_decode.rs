//! `yamldecode`, as zclconf/go-cty-yaml reads it: one document, and words without quotes as YAML
//! 1.1 has them.

use super::super::super::scope::Scope;
use super::super::super::{Datum, Evaluated};
use super::super::argument::Stop;
use super::DEEPEST;
use crate::source::Span;
use crate::syntax::yaml::{self, Kind, Node, PlainKind};
use crate::value::{Text, Why};

/// What YAML says. What readers may take for different things is not known.
pub fn decode(scope: Scope, text: &str, at: Span) -> Result<Evaluated, Stop> {
    let parsed = yaml::parse(at.source, text);
    match &parsed.tree.documents[..] {
        [document] if parsed.errors.is_empty() => decoded(scope, document, at, 0),
        _ => Err(Stop::Unknown),
    }
}

fn decoded(scope: Scope, node: &Node, at: Span, depth: usize) -> Result<Evaluated, Stop> {
    // An alias is gone through as often as it stands there.
    if depth > DEEPEST || !scope.evaluator.spend(1) {
        return Err(Stop::TooLarge);
    }
    let datum = match &node.kind {
        Kind::Sequence(items) => {
            let items = items.iter().map(|item| decoded(scope, item, at, depth + 1));
            Datum::List(items.collect::<Result<_, Stop>>()?, false)
        }
        Kind::Mapping(_) => {
            let mut entries = Vec::new();
            for entry in node.merged() {
                let key = match entry.key.plain_kind() {
                    Some(PlainKind::Str | PlainKind::Int) => entry.key.text(),
                    _ => None,
                };
                let key = Text::from(key.ok_or(Stop::Unknown)?);
                entries.push((key, decoded(scope, &entry.value, at, depth + 1)?));
            }
            Datum::Map(entries, false)
        }
        Kind::Empty | Kind::Scalar(_) => match (node.plain_kind(), node.text()) {
            (Some(PlainKind::Null), _) => Datum::Null,
            (Some(PlainKind::Str), Some(text)) => Datum::Text(Text::from(text)),
            (Some(PlainKind::Bool), _) => node.boolean().map_or(NOT_KNOWN, Datum::Bool),
            (Some(PlainKind::Int | PlainKind::Float), Some(text)) => {
                decimal(text).map_or(NOT_KNOWN, Datum::Number)
            }
            _ => NOT_KNOWN,
        },
    };
    Ok(Evaluated::new(at, datum))
}

const NOT_KNOWN: Datum = Datum::Unknown(Why::Unread);

/// A number as everybody writes it: others are read in more than one way.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let leading = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let number = text.parse::<f64>().ok().filter(|_| plain && !leading && digits.len() <= 15);
    number.filter(|number| *number != 0.0 || !text.starts_with('-'))
}
