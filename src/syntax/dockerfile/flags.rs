//! The `--name=value` words between a keyword and its arguments.

use super::Flag;
use super::joined::Joined;
use crate::nearest::nearest;
use crate::source::{Excerpt, Span};
use crate::syntax::SyntaxError;
use std::ops::Range;

/// How often a flag may stand, and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, `true` or `false`.
    Switch,
    /// A value.
    Value,
    /// A value, and the flag may be repeated.
    Values,
}

/// The flags of an instruction, or `None` if BuildKit does not look at them.
pub(super) fn known(keyword: &str) -> Option<&'static [(&'static str, Takes)]> {
    use Takes::{Switch, Value, Values};
    Some(match keyword {
        "from" => &[("platform", Value)],
        "run" => &[("mount", Values), ("network", Value), ("security", Value), ("device", Values)],
        "copy" => &[
            ("from", Value),
            ("chown", Value),
            ("chmod", Value),
            ("link", Switch),
            ("parents", Switch),
            ("exclude", Values),
        ],
        "add" => &[
            ("chown", Value),
            ("chmod", Value),
            ("link", Switch),
            ("keep-git-dir", Switch),
            ("checksum", Value),
            ("unpack", Switch),
            ("exclude", Values),
        ],
        "healthcheck" => &[
            ("interval", Value),
            ("timeout", Value),
            ("start-period", Value),
            ("start-interval", Value),
            ("retries", Value),
        ],
        "arg" | "stopsignal" => return None,
        _ => &[],
    })
}

/// Takes the flags from the start of a range of places; returns where the arguments start.
pub(super) fn extract(line: &Joined<'_>, range: Range<usize>, escape: char) -> (Vec<Flag>, usize) {
    let text = &line.text()[..range.end];
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if !text[at..].starts_with("--") {
            return (flags, at);
        }
        let word = word(line, at..range.end, escape);
        at = word.end;
        if word.excerpt.text == "--" {
            return (flags, at);
        }
        flags.push(word.flag(line));
    }
}

/// A word without its quotes and escapes.
struct Word {
    excerpt: Excerpt,
    start: usize,
    /// The place after the first `=`, quoted or not.
    value: Option<usize>,
    end: usize,
}

/// Reads a word up to a blank that is not in quotes. Inside of both kinds of quotes the
/// escape character escapes.
fn word(line: &Joined<'_>, range: Range<usize>, escape: char) -> Word {
    let mut excerpt = Excerpt::empty(line.span(range.start..range.start));
    let mut value = None;
    let mut quote = None;
    let mut chars = line.text()[range.clone()].char_indices();
    let mut end = range.end;
    while let Some((i, mut c)) = chars.next() {
        let mut place = range.start + i;
        if quote.is_none() && c.is_whitespace() {
            end = place;
            break;
        } else if quote == Some(c) {
            quote = None;
            continue;
        } else if quote.is_none() && matches!(c, '"' | '\'') {
            quote = Some(c);
            continue;
        } else if c == escape {
            let Some((i, escaped)) = chars.next() else { break };
            (place, c) = (range.start + i, escaped);
        }
        let after = place + c.len_utf8();
        if c == '=' && value.is_none() {
            value = Some(after);
        }
        line.push_onto(&mut excerpt, place..after);
    }
    excerpt.at = line.span(range.start..end);
    Word { excerpt, start: range.start, value, end }
}

impl Word {
    fn flag(self, line: &Joined<'_>) -> Flag {
        let (name, value) = match (self.excerpt.text.find('='), self.value) {
            (Some(equals), Some(place)) => {
                let mut value = self.excerpt.slice(equals + 1..self.excerpt.text.len());
                value.at = line.span(place..self.end);
                (&self.excerpt.text[..equals], Some(value))
            }
            _ => (&*self.excerpt.text, None),
        };
        let name = name.strip_prefix("--").unwrap_or(name).to_owned();
        Flag { at: line.span(self.start..self.end), name, value }
    }
}

/// Reports flags that the instruction does not have, and values that they do not take.
pub(super) fn check(keyword: &str, flags: &[Flag], errors: &mut Vec<SyntaxError>) {
    let Some(known) = known(keyword) else { return };
    let instruction = keyword.to_uppercase();
    let mut seen: Vec<&str> = Vec::new();
    for Flag { at, name, value } in flags {
        let Some((name, takes)) = known.iter().find(|(known, _)| known == name) else {
            errors.push(SyntaxError { at: *at, message: unknown(&instruction, name, known) });
            continue;
        };
        if seen.contains(name) && *takes != Takes::Values {
            errors.push(SyntaxError {
                at: *at,
                message: format!("`--{name}` is given twice, where once is expected"),
            });
        }
        seen.push(name);
        errors.extend(match value {
            None if *takes != Takes::Switch => Some(SyntaxError {
                at: *at,
                message: format!("`--{name}` has no value, where `--{name}=...` is expected"),
            }),
            Some(value) if *takes == Takes::Switch && !is_switch(&value.text) => {
                let given = &value.text;
                let message =
                    format!("`--{name}` is `{given}`, where `true` or `false` is expected");
                Some(SyntaxError { at: value.at, message })
            }
            _ => None,
        });
        errors.extend(value.as_ref().and_then(|value| closed_set(name, value)));
    }
}

fn unknown(instruction: &str, name: &str, known: &[(&str, Takes)]) -> String {
    let names = known.iter().map(|(name, _)| *name);
    let list: Vec<String> = names.clone().map(|name| format!("`--{name}`")).collect();
    match nearest(name, names) {
        Some(near) => format!("`{instruction}` has no flag `--{name}`: did you mean `--{near}`"),
        None if list.is_empty() => format!("`{instruction}` has no flag `--{name}`, it takes none"),
        None => format!("`{instruction}` has no flag `--{name}`, only {}", list.join(", ")),
    }
}

fn is_switch(value: &str) -> bool {
    ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Flags of `RUN` whose values are one of a few, and the one place in a mount where a
/// variable is refused.
fn closed_set(name: &str, value: &Excerpt) -> Option<SyntaxError> {
    let expected = match name {
        "network" if !["default", "none", "host"].contains(&&*value.text) => {
            "`default`, `none` or `host`"
        }
        "security" if !["sandbox", "insecure"].contains(&&*value.text) => "`sandbox` or `insecure`",
        "mount" => return variable_in_mount(value),
        _ => return None,
    };
    let message = format!("`--{name}` is `{}`, where {expected} is expected", value.text);
    Some(SyntaxError { at: value.at, message })
}

/// `from=` of a mount names a stage or an image, and a variable in it is not expanded. A `$`
/// at the very end is no variable.
fn variable_in_mount(value: &Excerpt) -> Option<SyntaxError> {
    let mut start = 0;
    for field in value.text.split(',') {
        let end = start + field.len();
        if let Some((key, from)) = field.split_once('=')
            && key.eq_ignore_ascii_case("from")
            && from.find('$').is_some_and(|dollar| dollar + 1 < from.len())
        {
            let at: Span = value.span(end - from.len()..end);
            let message =
                format!("`from={from}` of a mount is not expanded, a stage or image is expected");
            return Some(SyntaxError { at, message });
        }
        start = end + 1;
    }
    None
}
