//! Functions on numbers.

use super::super::{Datum, Evaluated};
use super::Outcome;
use super::argument::{Stop, number, string, whole};

/// What the function of a name makes.
pub fn call(name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    let one = |change: fn(f64) -> f64| match arguments {
        [value] => number(value).map(|number| change(number).into()),
        _ => Err(Stop::Fails),
    };
    Some(match (name, arguments) {
        ("abs", _) => one(f64::abs),
        ("ceil", _) => one(f64::ceil),
        ("floor", _) => one(f64::floor),
        ("signum", [value]) => whole(value).map(|number| (number.signum() as f64).into()),
        ("max", values) => choose(values, f64::max),
        ("min", values) => choose(values, f64::min),
        ("log", [value, base]) => two(value, base, |value, base| value.ln() / base.ln()),
        ("pow", [value, power]) => two(value, power, f64::powf),
        ("parseint", [digits, base]) => parse(digits, base),
        _ => return None,
    })
}

/// A computed number without the noise of binary fractions: 0.3, not 0.30000000000000004.
pub fn tidy(number: f64) -> f64 {
    if number.fract() == 0.0 || !number.is_finite() {
        return number;
    }
    format!("{number:.14e}").parse().unwrap_or(number)
}

fn two(left: &Evaluated, right: &Evaluated, compute: fn(f64, f64) -> f64) -> Outcome {
    let number = compute(number(left)?, number(right)?);
    if number.is_finite() { Ok(tidy(number).into()) } else { Err(Stop::Unknown) }
}

fn choose(values: &[Evaluated], choose: fn(f64, f64) -> f64) -> Outcome {
    let numbers = values.iter().map(number).collect::<Result<Vec<f64>, Stop>>()?;
    numbers.into_iter().reduce(choose).map(Into::into).ok_or(Stop::Fails)
}

fn parse(digits: &Evaluated, base: &Evaluated) -> Outcome {
    if matches!(digits.datum, Datum::Number(_) | Datum::Bool(_)) {
        return Err(Stop::Fails);
    }
    let (digits, base) = (string(digits)?, whole(base)?);
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    if !(2..=62).contains(&base) || unsigned.is_empty() {
        return Err(Stop::Fails);
    }
    let mut number: u64 = 0;
    for c in unsigned.chars() {
        // Above 36 letters of the two cases are different digits.
        let digit = match c {
            '0'..='9' => u64::from(c) - u64::from('0'),
            'a'..='z' => u64::from(c) - u64::from('a') + 10,
            'A'..='Z' if base <= 36 => u64::from(c) - u64::from('A') + 10,
            'A'..='Z' => u64::from(c) - u64::from('A') + 36,
            _ => return Err(Stop::Fails),
        };
        if digit >= base as u64 {
            return Err(Stop::Fails);
        }
        let more = number.checked_mul(base as u64).and_then(|number| number.checked_add(digit));
        number = more.filter(|number| *number < 1 << 53).ok_or(Stop::TooLarge)?;
    }
    let number = number as f64;
    Ok(if negative { -number } else { number }.into())
}
