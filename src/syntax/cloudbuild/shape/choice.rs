//! Values that are one of some words.

use super::super::super::yaml::{Entry, Node, PlainKind};
use super::fields::{FIELDS, camel};
use super::value::{is_of_older_yaml, title};
use super::{Checker, Refused, Refuser};
use crate::nearest::nearest;

/// The values of an option, if it has only some.
pub(super) fn choices(entry: &Entry) -> Option<&'static str> {
    let kinds = FIELDS.get("BuildOptions")?;
    kinds.get(&*camel(entry.key.text()?)).copied().filter(|kind| is_choice(kind))
}

pub(super) fn is_choice(kind: &str) -> bool {
    kind.contains('|') && !kind.starts_with('[')
}

impl Checker {
    /// A value that must be one of some words.
    pub(super) fn choice(&mut self, node: &Node, key: &str, choices: &str) {
        let text = node.text().unwrap_or_default();
        // To gcloud, a number or a boolean is the number of a choice, but for the first.
        let is_number = match node.plain_kind() {
            Some(PlainKind::Bool) => node.boolean() != Some(false),
            Some(PlainKind::Int) => {
                let numbers = 1..choices.split('|').count();
                text.parse::<usize>().is_ok_and(|number| numbers.contains(&number))
            }
            _ => false,
        };
        if is_number
            || (self.is_later && is_of_older_yaml(node))
            || choices.split('|').any(|choice| choice == text)
        {
            return;
        }
        let near = word(text, choices).or_else(|| nearest(text, choices.split('|')));
        let near = near.or_else(|| part(text, choices));
        let near = near.filter(|_| node.scalar().is_some());
        // A word may be newer than the table; nothing is substituted here.
        let may_be_newer = node.scalar().is_some()
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && !matches!(node.plain_kind(), Some(PlainKind::Bool))
            && !text.contains('$');
        let names: Vec<String> = choices.split('|').map(|choice| format!("`{choice}`")).collect();
        self.refused.push(Refused {
            at: node.at,
            message: format!("{key} is {}, but must be one of {}", title(node), names.join(", ")),
            label: "is none of them",
            help: near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default(),
            by: match near.is_none() && may_be_newer {
                true => Refuser::Perhaps,
                false => Refuser::Everybody,
            },
        });
    }
}

/// The only choice of which a text is a word: `ON` of `STREAM_ON`.
fn word<'c>(text: &str, choices: &'c str) -> Option<&'c str> {
    let text = text.to_ascii_uppercase();
    let is_word = text.len() > 1 && text.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut holding = choices.split('|').filter(|choice| choice.split('_').any(|w| w == text));
    holding.next().filter(|_| is_word && holding.next().is_none())
}

/// The only choice that holds a text, or begins as it does: `CLOUD_LOGGING`, `VERIFY`.
fn part<'c>(text: &str, choices: &'c str) -> Option<&'c str> {
    const LEAST: usize = 5;
    let text = text.to_ascii_uppercase().replace('-', "_");
    let begins = text.get(..LEAST)?;
    let holding = |choice: &&str| choice.contains(&text);
    let beginning = |choice: &&str| choice.starts_with(begins);
    let only = |mut found: Vec<&'c str>| found.pop().filter(|_| found.is_empty());
    let holds = only(choices.split('|').filter(holding).collect());
    holds.or_else(|| only(choices.split('|').filter(beginning).collect()))
}
