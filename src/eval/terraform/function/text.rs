//! Functions on strings.

use super::super::{Datum, Evaluated};
use super::argument::{Stop, boolean, string, text, whole};
use super::collection::closed;
use super::{LONGEST, LONGEST_TEXT, Made, Outcome, format, pattern};
use crate::value::{Piece, Text};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;

/// What the function of a name makes.
pub fn call(name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    let outcome = match (name, arguments) {
        ("format", [pattern, values @ ..]) => {
            string(pattern).and_then(|pattern| format::format(&pattern, values)).map(Made::from)
        }
        ("formatlist", [pattern, values @ ..]) => format::list(pattern, values),
        ("join", [separator, lists @ ..]) => join(separator, lists),
        ("lower", [value]) => letters(value, "lower", lower),
        ("upper", [value]) => letters(value, "upper", upper),
        ("title", [value]) => string(value).map(|text| title(&text).into()),
        ("trimspace", [value]) => plain(value, |text| text.trim()),
        ("chomp", [value]) => plain(value, |text| text.trim_end_matches(['\n', '\r'])),
        ("strrev", [value]) => {
            string(value).map(|text| text.graphemes(true).rev().collect::<String>().into())
        }
        ("trim", [value, cut]) => string(cut).and_then(|cut| {
            let cut: Vec<char> = cut.chars().collect();
            plain(value, |text| text.trim_matches(&cut[..]))
        }),
        ("trimprefix", [value, prefix]) => text(value).and_then(|known| {
            let prefix = string(prefix)?;
            match known.literal() {
                None if known.starts_with(&prefix) => Ok(without(&known, prefix.len(), 0).into()),
                None => Err(Stop::Unknown),
                Some(text) => Ok(text.strip_prefix(&*prefix).unwrap_or(text).into()),
            }
        }),
        ("trimsuffix", [value, suffix]) => text(value).and_then(|known| {
            let suffix = string(suffix)?;
            let last = match known.pieces().last() {
                Some(Piece::Literal(last)) => last.as_str(),
                _ => "",
            };
            match known.literal() {
                None if last.ends_with(&*suffix) => Ok(without(&known, 0, suffix.len()).into()),
                // The hole before it may end in what is missing of it.
                None if last.len() >= suffix.len() => Ok(known.into()),
                None => Err(Stop::Unknown),
                Some(text) => Ok(text.strip_suffix(&*suffix).unwrap_or(text).into()),
            }
        }),
        ("replace", [value, wanted, by]) => replace(value, wanted, by),
        ("split", [separator, value]) => split(separator, value),
        ("startswith", [value, prefix]) => text(value).and_then(|known| {
            let prefix = string(prefix)?;
            let first = match known.pieces().first() {
                Some(Piece::Literal(first)) => first.as_str(),
                _ => "",
            };
            let decided = known.literal().is_some() || first.len() >= prefix.len();
            let surely_not = !prefix.starts_with(first);
            match first.starts_with(&*prefix) {
                true => Ok(true.into()),
                false if decided || surely_not => Ok(false.into()),
                false => Err(Stop::Unknown),
            }
        }),
        ("endswith", [value, suffix]) => text(value).and_then(|known| {
            let suffix = string(suffix)?;
            let last = match known.pieces().last() {
                Some(Piece::Literal(last)) => last.as_str(),
                _ => "",
            };
            let decided = known.literal().is_some() || last.len() >= suffix.len();
            let surely_not = !suffix.ends_with(last);
            match last.ends_with(&*suffix) {
                true => Ok(true.into()),
                false if decided || surely_not => Ok(false.into()),
                false => Err(Stop::Unknown),
            }
        }),
        ("strcontains", [value, part]) => text(value).and_then(|known| {
            let part = string(part)?;
            let found = known.pieces().iter().any(|piece| match piece {
                Piece::Literal(text) => text.contains(&*part),
                Piece::Hole(_) => false,
            });
            match found || known.literal().is_some() {
                true => Ok((found || part.is_empty()).into()),
                false => Err(Stop::Unknown),
            }
        }),
        ("substr", [value, start, length]) => substr(value, start, length),
        ("indent", [spaces, value]) => indent(spaces, value),
        _ => return None,
    };
    Some(outcome)
}

fn plain(value: &Evaluated, change: impl Fn(&str) -> &str) -> Outcome {
    string(value).map(|text| change(&text).into())
}

/// A string without some bytes of its first and last piece.
fn without(text: &Text, start: usize, end: usize) -> Text {
    let mut pieces = text.pieces().to_vec();
    if let Some(Piece::Literal(first)) = pieces.first_mut() {
        *first = first.get(start..).unwrap_or_default().to_owned();
    }
    if let Some(Piece::Literal(last)) = pieces.last_mut() {
        last.truncate(last.len().saturating_sub(end));
    }
    let mut cut = Text::default();
    pieces.into_iter().for_each(|piece| cut.push(piece));
    cut
}

/// Changes the known letters. A part that is not known is another one afterwards.
fn letters(value: &Evaluated, name: &str, change: fn(char) -> char) -> Outcome {
    let mut changed = Text::default();
    for piece in text(value)?.pieces() {
        match piece {
            Piece::Literal(text) => changed.push_str(&text.chars().map(change).collect::<String>()),
            Piece::Hole(hole) => changed.push(Piece::Hole(format!("{name}({hole})"))),
        }
    }
    Ok(changed.into())
}

/// One letter becomes one letter, as Go has it: `ß` has no capital.
fn upper(c: char) -> char {
    let mut capitals = c.to_uppercase();
    capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(c)
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut starts = true;
    for c in text.chars() {
        titled.push(if starts { upper(c) } else { c });
        // What separates words in Go's `strings.Title`.
        starts = match c.is_ascii() {
            true => !(c.is_ascii_alphanumeric() || c == '_'),
            false => c.is_whitespace(),
        };
    }
    titled
}

fn join(separator: &Evaluated, lists: &[Evaluated]) -> Outcome {
    let separator = string(separator)?;
    let mut joined = Text::default();
    let mut first = true;
    let mut length = 0;
    if lists.is_empty() {
        return Err(Stop::Fails);
    }
    for list in lists {
        let items = closed(list)?;
        for item in items {
            if !first {
                joined.push_str(&separator);
                length += separator.len();
            }
            first = false;
            let part = text(item)?;
            length += super::super::template::length(&part);
            if length > LONGEST_TEXT {
                return Err(Stop::TooLarge);
            }
            joined.append(part);
        }
    }
    Ok(joined.into())
}

fn split(separator: &Evaluated, value: &Evaluated) -> Outcome {
    let separator = string(separator)?;
    let known = text(value)?;
    let count = known.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => text.matches(&*separator).count(),
        Piece::Hole(_) => 0,
    });
    if count.sum::<usize>() > LONGEST {
        return Err(Stop::TooLarge);
    }
    if let Some(known) = known.literal() {
        // Without a separator each character is a part.
        return Ok(match separator.is_empty() {
            true => Made::texts(known.graphemes(true), value.at),
            false => Made::texts(known.split(&*separator), value.at),
        });
    }
    let mut characters = separator.chars();
    let (Some(separator), None) = (characters.next(), characters.next()) else {
        return Err(Stop::Unknown);
    };
    let mut parts = known.split(separator).into_iter();
    // A hole may hold separators too: only what stands before the first is surely there.
    let before = parts.by_ref().take_while(|part| part.literal().is_some());
    let items: Vec<Evaluated> =
        before.map(|part| Evaluated::new(value.at, Datum::Text(part))).collect();
    match items.is_empty() {
        true => Err(Stop::Unknown),
        false => Ok(Made::list(items, true)),
    }
}

fn replace(value: &Evaluated, wanted: &Evaluated, by: &Evaluated) -> Outcome {
    let (wanted, by) = (string(wanted)?, string(by)?);
    // Between slashes it is a regular expression.
    if wanted.len() > 1 && wanted.starts_with('/') && wanted.ends_with('/') {
        let pattern = &wanted[1..wanted.len() - 1];
        return pattern::replace(&string(value)?, pattern, &by).map(Made::from);
    }
    let whole = string(value)?;
    let longer = whole.matches(&*wanted).count().saturating_mul(by.len());
    match longer <= LONGEST_TEXT {
        true => Ok(whole.replace(&*wanted, &by).into()),
        false => Err(Stop::TooLarge),
    }
}

fn substr(value: &Evaluated, start: &Evaluated, length: &Evaluated) -> Outcome {
    let (start, length) = (whole(start)?, whole(length)?);
    let known = text(value)?;
    // The start of a string may be known where its end is not.
    if known.literal().is_none()
        && let Some(Piece::Literal(first)) = known.pieces().first()
        && start >= 0
        && length >= 0
        && first.is_ascii()
        && let Some(end) = start.checked_add(length)
        && end <= first.len() as i64
    {
        return Ok(first.get(start as usize..end as usize).unwrap_or_default().into());
    }
    let text = known.literal().ok_or(Stop::Unknown)?;
    let from_end = start < 0;
    let start = match from_end {
        true => (text.graphemes(true).count() as i64).saturating_add(start),
        false => start,
    };
    let start = usize::try_from(start).unwrap_or(0);
    let rest = text.graphemes(true).skip(start);
    let taken: String = match usize::try_from(length) {
        // Terraform takes nothing from the start, but all from a place before the end.
        Ok(0) if from_end => rest.collect(),
        Ok(length) => rest.take(length).collect(),
        Err(_) => rest.collect(),
    };
    Ok(taken.into())
}

fn indent(spaces: &Evaluated, value: &Evaluated) -> Outcome {
    let spaces = usize::try_from(whole(spaces)?).map_err(|_| Stop::Fails)?;
    let text = text(value)?;
    let lines = text.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => text.matches('\n').count(),
        Piece::Hole(_) => 0,
    });
    if lines.sum::<usize>().saturating_mul(spaces) > LONGEST_TEXT {
        return Err(Stop::TooLarge);
    }
    let by: Cow<str> = format!("\n{}", " ".repeat(spaces)).into();
    let mut indented = Text::default();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(text) => indented.push_str(&text.replace('\n', &by)),
            Piece::Hole(name) => indented.push(Piece::Hole(format!("indent({name})"))),
        }
    }
    Ok(indented.into())
}

/// Whether all values are true, or any; what is not known decides nothing.
pub fn quantified(values: &[Evaluated], all: bool) -> Outcome {
    let is_null = |value: &Evaluated| matches!(value.datum, Datum::Null);
    if values.iter().any(|value| !is_null(value) && boolean(value) == Err(Stop::Fails)) {
        return Err(Stop::Fails);
    }
    let mut sure = true;
    for value in values {
        match boolean(value) {
            Ok(value) if value != all => return Ok((!all).into()),
            // `null` is not true.
            Err(Stop::Fails) if all => return Ok(false.into()),
            Ok(_) | Err(Stop::Fails) => {}
            Err(_) => sure = false,
        }
    }
    if sure { Ok(all.into()) } else { Err(Stop::Unknown) }
}
