//! `test`, `[ ... ]` and `[[ ... ]]`.

use super::{Run, State, pattern};
use crate::syntax::shell::{Kind, Simple, Statement};
use crate::value::{Sourced, Text};

/// Whether a statement is a test, or has a status that is written out.
pub fn is_test(statement: &Statement) -> bool {
    match &statement.kind {
        Kind::Simple(simple) => matches!(
            simple.words.first().and_then(|word| word.as_str()),
            Some("[" | "[[" | "test" | "true" | "false" | ":")
        ),
        _ => false,
    }
}

/// The status of a test, if it is one.
pub(super) fn evaluate(
    run: &Run<'_>,
    simple: &Simple,
    words: &[Sourced<Text>],
    state: &State<'_>,
) -> Option<Option<bool>> {
    let (words, doubled) = match words.first()?.value.literal()? {
        "[" => (words.get(1..words.len().checked_sub(1)?)?, false),
        "[[" => (words.get(1..words.len().checked_sub(1)?)?, true),
        "test" => (words.get(1..)?, false),
        _ => return None,
    };
    let quoted = |i: usize| {
        let word = simple.words.get(i + 1);
        word.is_none_or(|word| word.quoted)
    };
    Some(any(run, words, 0, doubled, &quoted, state))
}

/// Conditions that are joined by `||`, or `-o`.
fn any(
    run: &Run<'_>,
    words: &[Sourced<Text>],
    base: usize,
    doubled: bool,
    quoted: &dyn Fn(usize) -> bool,
    state: &State<'_>,
) -> Option<bool> {
    let split = |joins: &[&str]| {
        words.iter().position(|word| word.value.literal().is_some_and(|w| joins.contains(&w)))
    };
    if let Some(i) = split(&["||", "-o"]) {
        let first = any(run, &words[..i], base, doubled, quoted, state);
        let rest = any(run, &words[i + 1..], base + i + 1, doubled, quoted, state);
        return match (first, rest) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
    }
    if let Some(i) = split(&["&&", "-a"]).filter(|i| *i > 0) {
        let first = any(run, &words[..i], base, doubled, quoted, state);
        let rest = any(run, &words[i + 1..], base + i + 1, doubled, quoted, state);
        return match (first, rest) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
    }
    if words.first()?.value.literal() == Some("!") {
        return any(run, &words[1..], base + 1, doubled, quoted, state).map(|holds| !holds);
    }
    match words {
        [word] => word.value.is_empty().map(|empty| !empty),
        [operator, word] => match operator.value.literal()? {
            "-z" => word.value.is_empty(),
            "-n" => word.value.is_empty().map(|empty| !empty),
            "-f" | "-e" | "-d" | "-r" | "-s" => {
                let [folder] = &state.folders[..] else { return None };
                let path = folder.resolve(&word.value)?;
                // What is not there now may be made before.
                let files = run.files;
                (files.has_file(&path) || files.has_folder(&path)).then_some(true)
            }
            _ => None,
        },
        [left, operator, right] => {
            // Only `[[` takes patterns.
            let as_written = !doubled || quoted(base + 2);
            let equal = || match as_written {
                true => {
                    let (a, b) = (left.value.literal()?, right.value.literal()?);
                    Some(a == b)
                }
                false => pattern::fits(&left.value, &right.value, false),
            };
            match operator.value.literal()? {
                "=" | "==" => equal(),
                "!=" => equal().map(|equal| !equal),
                "-eq" => Some(number(left)? == number(right)?),
                "-ne" => Some(number(left)? != number(right)?),
                "-lt" => Some(number(left)? < number(right)?),
                "-le" => Some(number(left)? <= number(right)?),
                "-gt" => Some(number(left)? > number(right)?),
                "-ge" => Some(number(left)? >= number(right)?),
                _ => None,
            }
        }
        _ => None,
    }
}

fn number(word: &Sourced<Text>) -> Option<i64> {
    word.value.literal()?.parse().ok()
}
