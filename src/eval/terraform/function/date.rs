//! Functions on points in time that are given. What asks for the present one is not known.

use super::super::Evaluated;
use super::Outcome;
use super::argument::{Stop, string};
use std::cmp::Ordering;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

/// What the function of a name makes.
pub fn call(name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("formatdate", [pattern, point]) => point_of(point).and_then(|point| {
            let pattern = string(pattern)?;
            Ok(format(&pattern, point)?.into())
        }),
        ("timeadd", [point, duration]) => point_of(point).and_then(|point| {
            let duration = duration_of(&string(duration)?)?;
            let sum = point.checked_add(duration).ok_or(Stop::Fails)?;
            let sum = sum.replace_nanosecond(0).map_err(|_| Stop::Fails)?;
            Ok(sum.format(&Rfc3339).map_err(|_| Stop::Fails)?.into())
        }),
        ("timecmp", [left, right]) => point_of(left).and_then(|left| {
            Ok(match left.cmp(&point_of(right)?) {
                Ordering::Less => -1.0,
                Ordering::Equal => 0.0,
                Ordering::Greater => 1.0,
            }
            .into())
        }),
        _ => return None,
    })
}

fn point_of(value: &Evaluated) -> Result<OffsetDateTime, Stop> {
    OffsetDateTime::parse(&string(value)?, &Rfc3339).map_err(|_| Stop::Fails)
}

/// `-1h30m`: a sign and numbers with units.
fn duration_of(text: &str) -> Result<Duration, Stop> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(Stop::Fails);
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(Stop::Fails)?;
        let (number, after) = rest.split_at(end);
        let number: f64 = number.parse().map_err(|_| Stop::Fails)?;
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        seconds += number
            * match unit {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" | "μs" => 1e-6,
                "ns" => 1e-9,
                _ => return Err(Stop::Fails),
            };
        rest = after;
    }
    // Terraform counts nanoseconds in 64 bits.
    if seconds > 9_223_372_036.0 {
        return Err(Stop::Fails);
    }
    Ok(Duration::seconds_f64(sign * seconds))
}

/// Fills a point in time into a pattern of letters: `YYYY-MM-DD'T'hh:mm:ssZ`.
fn format(pattern: &str, point: OffsetDateTime) -> Result<String, Stop> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(&rest[1..], &mut out)?;
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|c| c != first).unwrap_or(rest.len());
            let (letters, after) = rest.split_at(end);
            fill(letters, point, &mut out)?;
            rest = after;
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(out)
}

/// Takes over what stands between quotes, of which two stand for one.
fn quoted<'t>(mut rest: &'t str, out: &mut String) -> Result<&'t str, Stop> {
    if let Some(after) = rest.strip_prefix('\'') {
        out.push('\'');
        return Ok(after);
    }
    loop {
        let (text, after) = rest.split_once('\'').ok_or(Stop::Fails)?;
        out.push_str(text);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Ok(after),
        }
    }
}

fn fill(letters: &str, point: OffsetDateTime, out: &mut String) -> Result<(), Stop> {
    let month = point.month().to_string();
    let day = point.weekday().to_string();
    let short = |name: &str| name.get(..3).unwrap_or_default().to_owned();
    // Twelve stands where a clock with twelve hours has no zero.
    let half = (point.hour() + 11) % 12 + 1;
    let part = if point.hour() < 12 { "AM" } else { "PM" };
    let text = match letters {
        "YYYY" => format!("{:04}", point.year()),
        "YY" => format!("{:02}", point.year().rem_euclid(100)),
        "MMMM" => month,
        "MMM" => short(&month),
        "MM" => format!("{:02}", u8::from(point.month())),
        "M" => u8::from(point.month()).to_string(),
        "DD" => format!("{:02}", point.day()),
        "D" => point.day().to_string(),
        "EEEE" => day,
        "EEE" => short(&day),
        "hh" => format!("{:02}", point.hour()),
        "h" => point.hour().to_string(),
        "HH" => format!("{half:02}"),
        "H" => half.to_string(),
        "AA" => part.to_owned(),
        "aa" => part.to_lowercase(),
        "mm" => format!("{:02}", point.minute()),
        "m" => point.minute().to_string(),
        "ss" => format!("{:02}", point.second()),
        "s" => point.second().to_string(),
        "Z" if point.offset().is_utc() => "Z".to_owned(),
        "ZZZ" if point.offset().is_utc() => "UTC".to_owned(),
        "Z" | "ZZZZZ" => zone(point.offset(), ":"),
        "ZZZ" | "ZZZZ" => zone(point.offset(), ""),
        _ => return Err(Stop::Fails),
    };
    out.push_str(&text);
    Ok(())
}

fn zone(offset: UtcOffset, between: &str) -> String {
    let (hours, minutes, _) = offset.as_hms();
    let sign = if offset.is_negative() { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}", hours.abs(), minutes.abs())
}
