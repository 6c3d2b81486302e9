//! `format` and `formatlist`.

use super::super::{Datum, Evaluated};
use super::argument::{Stop, boolean, number, spell, string, text};
use super::{LONGEST, LONGEST_TEXT, Made, Outcome, encoding};
use crate::value::Text;
use unicode_segmentation::UnicodeSegmentation;

/// A verb with what stands between it and its `%`.
#[derive(Debug, Clone, Copy, Default)]
struct Verb {
    alternate: bool,
    zero: bool,
    left: bool,
    plus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// The number of the argument, from one, where it is written.
    argument: Option<usize>,
    letter: char,
}

/// Fills values into a pattern.
pub fn format(pattern: &str, values: &[Evaluated]) -> Result<Text, Stop> {
    let mut out = Text::default();
    let mut next = 0;
    let mut used = 0;
    let mut any_chosen = false;
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let (verb, after) = read(after)?;
        rest = after;
        if verb.letter == '%' {
            out.push_str("%");
            continue;
        }
        let place = verb.argument.map_or(Some(next), |n| n.checked_sub(1)).ok_or(Stop::Fails)?;
        any_chosen |= verb.argument.is_some();
        next = place + 1;
        used = used.max(next);
        let value = values.get(place).ok_or(Stop::Fails)?;
        out.append(fill(&verb, value)?);
        if super::super::template::length(&out) > LONGEST_TEXT {
            return Err(Stop::TooLarge);
        }
    }
    out.push_str(rest);
    // All values must be used, but where they are chosen by their numbers.
    if used < values.len() && !any_chosen { Err(Stop::Fails) } else { Ok(out) }
}

/// A pattern filled once for each item.
pub fn list(pattern: &Evaluated, values: &[Evaluated]) -> Outcome {
    let at = pattern.at;
    let pattern = string(pattern)?;
    let mut length = None;
    for value in values {
        if let Datum::List(items, open) = &value.datum {
            if *open || value.is_unordered() {
                return Err(Stop::Unknown);
            }
            if length.is_some_and(|length| length != items.len()) {
                return Err(Stop::Fails);
            }
            length = Some(items.len());
        } else if value.is_unknown() {
            // It may be a list.
            return Err(Stop::Unknown);
        }
    }
    let length = length.unwrap_or(1);
    if length.saturating_mul(values.len().max(1)) > LONGEST {
        return Err(Stop::TooLarge);
    }
    let mut items = Vec::with_capacity(length);
    for i in 0..length {
        let row: Vec<Evaluated> = values
            .iter()
            .map(|value| match &value.datum {
                Datum::List(items, _) => items.get(i).unwrap_or(value).clone(),
                _ => value.clone(),
            })
            .collect();
        items.push(Evaluated::new(at, Datum::Text(format(&pattern, &row)?)));
    }
    Ok(Made::list(items, false))
}

/// Reads a verb, and gives what is behind it.
fn read(text: &str) -> Result<(Verb, &str), Stop> {
    let mut verb = Verb::default();
    let mut rest = text;
    loop {
        let Some(c) = rest.chars().next() else { return Err(Stop::Fails) };
        match c {
            '#' => verb.alternate = true,
            '0' => verb.zero = true,
            '-' => verb.left = true,
            '+' => verb.plus = true,
            ' ' => verb.space = true,
            _ => break,
        }
        rest = &rest[1..];
    }
    (verb.width, rest) = digits(rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = digits(after)?;
        verb.precision = Some(precision.unwrap_or(0));
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('[') {
        let (argument, after) = digits(after)?;
        verb.argument = Some(argument.ok_or(Stop::Fails)?);
        rest = after.strip_prefix(']').ok_or(Stop::Fails)?;
    }
    verb.letter = rest.chars().next().ok_or(Stop::Fails)?;
    Ok((verb, &rest[verb.letter.len_utf8()..]))
}

fn digits(text: &str) -> Result<(Option<usize>, &str), Stop> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    match digits.parse() {
        Ok(number) if number <= LONGEST => Ok((Some(number), rest)),
        _ => Err(Stop::TooLarge),
    }
}

fn fill(verb: &Verb, value: &Evaluated) -> Result<Text, Stop> {
    // `null` is a value only where any is.
    if matches!(value.datum, Datum::Null) && verb.letter != 'v' {
        return Err(Stop::Fails);
    }
    let unshaped = verb.width.is_none() && verb.precision.is_none();
    let plain = |text: &str| Text::from(verb.pad(verb.cut(text)));
    match verb.letter {
        's' => match text(value)? {
            known if known.literal().is_some() => Ok(plain(known.literal().unwrap_or_default())),
            partly if unshaped => Ok(partly),
            _ => Err(Stop::Unknown),
        },
        'v' if verb.alternate => encoding::json(value).map(|json| match json.literal() {
            Some(json) => plain(json),
            None => json,
        }),
        'v' => match &value.datum {
            Datum::Text(_) | Datum::Reference(_) | Datum::Unknown(_) => {
                fill(&Verb { letter: 's', ..*verb }, value)
            }
            Datum::Bool(value) => Ok(plain(&value.to_string())),
            Datum::Number(_) => fill(&Verb { letter: 'g', ..*verb }, value),
            // Terraform does not say.
            Datum::Null => Err(Stop::Unknown),
            Datum::List(..) | Datum::Map(..) => fill(&Verb { alternate: true, ..*verb }, value),
        },
        'q' => {
            let text = string(value)?;
            encoding::quoted(&text).map(|text| plain(&text))
        }
        't' => boolean(value).map(|value| plain(&value.to_string())),
        'd' | 'b' | 'o' | 'x' | 'X' => {
            let number = match number(value) {
                Err(Stop::Unknown) if unshaped && verb.letter == 'd' => return text(value),
                number => number?,
            };
            if number.fract() != 0.0 {
                return Err(Stop::Fails);
            }
            if spell(number).is_none() {
                return Err(Stop::TooLarge);
            }
            let (sign, size) = (number < 0.0, number.abs() as u64);
            let prefix = |text: &'static str| if verb.alternate { text } else { "" };
            let digits = match verb.letter {
                'b' => format!("{}{size:b}", prefix("0b")),
                'o' => format!("{}{size:o}", prefix("0")),
                'x' => format!("{}{size:x}", prefix("0x")),
                'X' => format!("{}{size:X}", prefix("0X")),
                _ => size.to_string(),
            };
            Ok(Text::from(verb.signed(sign, &digits)))
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = number(value)?;
            let size = number.abs();
            let mut digits = match verb.letter {
                'f' | 'F' => format!("{size:.*}", verb.precision.unwrap_or(6)),
                'e' | 'E' => exponent(&format!("{size:.*e}", verb.precision.unwrap_or(6))),
                _ => shortest(size, verb.precision)?,
            };
            if matches!(verb.letter, 'E' | 'G') {
                digits = digits.to_uppercase();
            }
            Ok(Text::from(verb.signed(number < 0.0, &digits)))
        }
        _ => Err(Stop::Fails),
    }
}

/// An exponent with a sign and two digits, as C writes it: `1.5e+06`.
fn exponent(text: &str) -> String {
    let (digits, power) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    format!("{digits}e{sign}{power:0>2}")
}

/// `%g`: with an exponent where that is large or small.
fn shortest(size: f64, precision: Option<usize>) -> Result<String, Stop> {
    if size == 0.0 {
        return Ok("0".to_owned());
    }
    let text = match precision {
        Some(precision) => format!("{size:.*e}", precision.max(1) - 1),
        None => format!("{size:e}"),
    };
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().map_err(|_| Stop::Unknown)?;
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    };
    let count = digits.bytes().filter(u8::is_ascii_digit).count() as i32;
    if count > 15 {
        // More digits than are kept here.
        return Err(Stop::Unknown);
    }
    // As Go does: six digits are the limit where no other is set.
    let limit = match precision.map(|precision| precision.max(1) as i32) {
        None => 6,
        Some(precision) if precision > count && count > power => count,
        Some(precision) => precision,
    };
    if power < -4 || power >= limit {
        return Ok(exponent(&format!("{digits}e{power}")));
    }
    let plain: f64 = format!("{digits}e{power}").parse().map_err(|_| Stop::Unknown)?;
    Ok(format!("{plain}"))
}

impl Verb {
    /// A string, cut to the precision.
    fn cut<'t>(&self, text: &'t str) -> &'t str {
        let end = self.precision.and_then(|length| text.grapheme_indices(true).nth(length));
        end.map_or(text, |(end, _)| &text[..end])
    }

    fn signed(&self, negative: bool, digits: &str) -> String {
        let sign = match negative {
            true => "-",
            false if self.plus => "+",
            false if self.space => " ",
            false => "",
        };
        let width = self.width.unwrap_or(0).saturating_sub(sign.len());
        match self.zero && !self.left {
            true => format!("{sign}{digits:0>width$}"),
            false => self.pad(&format!("{sign}{digits}")),
        }
    }

    /// Fills up to the width.
    fn pad(&self, text: &str) -> String {
        let missing =
            self.width.map_or(0, |width| width.saturating_sub(text.graphemes(true).count()));
        match (self.left, self.zero) {
            (true, _) => format!("{text}{}", " ".repeat(missing)),
            (false, true) => format!("{}{text}", "0".repeat(missing)),
            (false, false) => format!("{}{text}", " ".repeat(missing)),
        }
    }
}
