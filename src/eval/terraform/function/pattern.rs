//! Regular expressions. Terraform's are those of RE2, as are those of the `regex` crate.

use super::super::{Datum, Evaluated};
use super::argument::{Stop, string};
use super::{LONGEST, LONGEST_TEXT, Made, Outcome};
use crate::source::Span;
use crate::value::Text;
use regex::{Captures, Regex, RegexBuilder};

/// A pattern that needs more memory than this is not used.
const LARGEST: usize = 1 << 20;

/// What the function of a name makes.
pub fn call(name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("regex", [pattern, text]) => first(pattern, text),
        ("regexall", [pattern, text]) => all(pattern, text),
        _ => return None,
    })
}

fn compile(pattern: &str) -> Result<Regex, Stop> {
    let regex = RegexBuilder::new(pattern).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    regex.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Stop::TooLarge,
        // The two read a few things differently: it is not sure that Terraform refuses it.
        _ => Stop::Unknown,
    })
}

fn first(pattern: &Evaluated, text: &Evaluated) -> Outcome {
    let at = text.at;
    let (pattern, text) = (string(pattern)?, string(text)?);
    let regex = compile(&pattern)?;
    let captures = regex.captures(&text).ok_or(Stop::Fails)?;
    captured(&regex, &captures, at).map(Made::from)
}

fn all(pattern: &Evaluated, text: &Evaluated) -> Outcome {
    let at = text.at;
    let (pattern, text) = (string(pattern)?, string(text)?);
    let regex = compile(&pattern)?;
    let mut found = Vec::new();
    for captures in regex.captures_iter(&text) {
        if found.len() >= LONGEST {
            return Err(Stop::TooLarge);
        }
        found.push(Evaluated::new(at, captured(&regex, &captures, at)?));
    }
    Ok(Made::list(found, false))
}

/// The match, a list of its groups, or a map of those that have names.
fn captured(regex: &Regex, captures: &Captures, at: Span) -> Result<Datum, Stop> {
    let group = |i: usize| match captures.get(i) {
        Some(group) => Datum::Text(Text::from(group.as_str())),
        None => Datum::Null,
    };
    let names: Vec<(usize, &str)> =
        regex.capture_names().enumerate().filter_map(|(i, name)| Some((i, name?))).collect();
    let count = captures.len();
    if count == 1 {
        return Ok(group(0));
    }
    if names.is_empty() {
        let groups = (1..count).map(|i| Evaluated::new(at, group(i)));
        return Ok(Datum::List(groups.collect(), false));
    }
    if names.len() + 1 != count {
        return Err(Stop::Fails);
    }
    let entries =
        names.into_iter().map(|(i, name)| (Text::from(name), Evaluated::new(at, group(i))));
    Ok(Datum::Map(entries.collect(), false))
}

/// Replaces all matches of a pattern; `$1` and `${name}` stand for groups.
pub fn replace(text: &str, pattern: &str, by: &str) -> Result<String, Stop> {
    let regex = compile(pattern)?;
    let mut replaced = String::new();
    let mut from = 0;
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        replaced.push_str(text.get(from..whole.start()).unwrap_or_default());
        captures.expand(by, &mut replaced);
        from = whole.end();
        if replaced.len() > LONGEST_TEXT {
            return Err(Stop::TooLarge);
        }
    }
    replaced.push_str(text.get(from..).unwrap_or_default());
    Ok(replaced)
}
