//! `${{ ... }}` of workflows: names of `env` and `matrix` that are known; the rest are holes.

mod condition;

use super::shell::is_long;
use crate::source::Excerpt;
use crate::value::{Piece, Sourced, Step, Text};
use std::collections::BTreeMap;
use std::ops::Range;

/// A text takes in no more expressions than this.
const MOST: usize = 1_000;

/// What is known where an expression stands.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// `env.NAME`
    pub env: BTreeMap<String, Sourced<Text>>,
    /// `matrix.NAME`
    pub matrix: BTreeMap<String, Sourced<Text>>,
}

impl Context {
    /// The string that a text becomes.
    pub fn expand(&self, text: &Excerpt) -> Sourced<Text> {
        let mut value = Text::default();
        let mut via = Vec::new();
        let mut at = 0;
        for range in expressions(&text.text) {
            value.push_str(&text.text[at..range.start]);
            at = range.end;
            let name = inner(&text.text[range]);
            match self.find(name) {
                Some(known) => {
                    value.append(known.value.clone());
                    for step in &known.via {
                        if !via.contains(step) {
                            via.push(step.clone());
                        }
                    }
                }
                None => value.push(Piece::Hole(name.to_owned())),
            }
        }
        value.push_str(&text.text[at..]);
        // Each variable may double the one before.
        if is_long(&value) {
            value = Text::hole(format!("text at {}", text.at.start));
        }
        Sourced { value, at: text.at, via }
    }

    /// A script in which what is known is written out; the rest stays as it is.
    pub fn expand_script(&self, text: &Excerpt) -> Excerpt {
        let mut script = Excerpt::empty(text.at);
        let mut at = 0;
        for range in expressions(&text.text) {
            let known = self.find(inner(&text.text[range.clone()]));
            let Some(known) = known.and_then(|known| known.value.literal()) else { continue };
            script.append(&text.slice(at..range.start));
            script.push(known, text.span(range.clone()).range());
            at = range.end;
        }
        script.append(&text.slice(at..text.text.len()));
        script
    }

    /// Whether a condition holds, if what is known decides it.
    pub fn holds(&self, condition: &Excerpt) -> Option<bool> {
        condition::holds(&condition.text, &|name| self.find(name)?.value.literal())
    }

    /// Takes over variables, each with what is known before it.
    pub fn set_env(&mut self, entries: &[(Excerpt, Excerpt)]) {
        for (name, value) in entries {
            let mut value = self.expand(value);
            let step = Step::reference(value.at, format!("`{}` is set here", name.text));
            value.via.insert(0, step);
            self.env.insert(name.text.clone(), value);
        }
    }

    fn find(&self, expression: &str) -> Option<&Sourced<Text>> {
        let (object, name) = expression.split_once('.')?;
        match object {
            "env" => self.env.get(name),
            "matrix" => self.matrix.get(name),
            _ => None,
        }
    }
}

/// A script with a word of underscores, as long, in the place of each expression, and where these
/// words are.
pub fn masked(text: &Excerpt) -> (Excerpt, Vec<Range<usize>>) {
    let mut script = Excerpt::empty(text.at);
    let ranges = expressions(&text.text);
    let mut at = 0;
    for range in &ranges {
        script.append(&text.slice(at..range.start));
        script.push(&"_".repeat(range.len()), text.span(range.clone()).range());
        at = range.end;
    }
    script.append(&text.slice(at..text.text.len()));
    (script, ranges)
}

fn inner(expression: &str) -> &str {
    expression.trim_start_matches("${{").trim_end_matches("}}").trim()
}

/// The places of `${{ ... }}`.
fn expressions(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("${{").map(|i| at + i) {
        let Some(end) = text[start..].find("}}").map(|i| start + i + 2) else { break };
        ranges.push(start..end);
        at = end;
        if ranges.len() == MOST {
            break;
        }
    }
    ranges
}
