//! What a scalar without quotes is taken for.

/// What a value that has no quotes is taken for under YAML 1.1, as gcloud, Docker Compose v1
/// and most Python tools read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlainKind {
    /// `~`, `null` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` or their opposites.
    Bool,
    /// A whole number: also `0x1f`, `017`, `0b1`, `1_000` and, in base 60, `12:30`.
    Int,
    /// A number with a fraction or an exponent, `.inf` or `.nan`.
    Float,
    /// A date, with or without a time.
    Timestamp,
    /// Anything else.
    Str,
}

impl PlainKind {
    /// What a text is taken for. The rules are those of ruamel.yaml for version 1.1, which
    /// gcloud uses; PyYAML differs in that `y`, `n` and `1e3` are strings to it.
    pub fn of(text: &str) -> PlainKind {
        // Numbers, dates and words are short, and other text is not worth a closer look.
        if text.len() > 64 {
            return PlainKind::Str;
        }
        if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            PlainKind::Null
        } else if boolean(text).is_some() {
            PlainKind::Bool
        } else if is_int(text) {
            PlainKind::Int
        } else if is_float(text) {
            PlainKind::Float
        } else if is_timestamp(text) {
            PlainKind::Timestamp
        } else {
            PlainKind::Str
        }
    }

    /// The name as a message says it.
    pub fn name(self) -> &'static str {
        match self {
            PlainKind::Null => "null",
            PlainKind::Bool => "boolean",
            PlainKind::Int => "integer",
            PlainKind::Float => "number",
            PlainKind::Timestamp => "date",
            PlainKind::Str => "string",
        }
    }
}

/// The truth of a word that is a boolean under YAML 1.1.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(false)
        }
        _ => None,
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Whether a text is some of these characters and underscores.
fn all(text: &str, digit: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'_' || digit(byte))
}

fn is_decimal(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && all(text, |b| b.is_ascii_digit())
}

fn is_int(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(digits) = text.strip_prefix("0b") {
        return all(digits, |byte| matches!(byte, b'0' | b'1'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |byte| byte.is_ascii_hexdigit());
    }
    let octal = all(text, |byte| matches!(byte, b'0'..=b'7'));
    let decimal = is_decimal(text) && (text == "0" || !text.starts_with('0'));
    octal || decimal || (!text.starts_with('0') && is_sexagesimal(text))
}

/// Hours, minutes and seconds as one number: `1:30:00`.
fn is_sexagesimal(text: &str) -> bool {
    text.split_once(':').is_some_and(|(first, rest)| {
        is_decimal(first)
            && rest.split(':').all(|part| match part.as_bytes() {
                [ones] => ones.is_ascii_digit(),
                [b'0'..=b'5', ones] => ones.is_ascii_digit(),
                _ => false,
            })
    })
}

fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some((whole, fraction)) = number.split_once('.')
        && is_sexagesimal(whole)
    {
        return fraction.is_empty() || all(fraction, |byte| byte.is_ascii_digit());
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (number, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if exponent.is_some_and(|exponent| !digits(unsigned(exponent))) {
        return false;
    }
    match mantissa.split_once('.') {
        // Without digits before the point there is no sign, and the exponent needs one.
        Some(("", fraction)) => {
            text.starts_with('.')
                && all(fraction, |byte| byte.is_ascii_digit())
                && exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']))
        }
        Some((whole, fraction)) => {
            is_decimal(whole)
                && (fraction.is_empty() || all(fraction, |byte| byte.is_ascii_digit()))
        }
        None => is_decimal(mantissa) && exponent.is_some(),
    }
}

fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    if !(digits(0..4) && bytes.get(4) == Some(&b'-')) {
        return false;
    }
    if text.len() == 10 && digits(5..7) && bytes.get(7) == Some(&b'-') && digits(8..10) {
        return true;
    }
    let Some((date, time)) = text.split_once(['T', 't', ' ', '\t']) else { return false };
    let short = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let date: Vec<&str> = date.split('-').collect();
    let is_date = matches!(date[..], [_, month, day] if short(month) && short(day));
    let clock = time.trim_start_matches([' ', '\t']);
    let end =
        clock.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let clock: Vec<&str> = clock.split(':').collect();
    let is_clock = matches!(clock[..], [hours, minutes, seconds]
        if short(hours) && minutes.len() == 2 && seconds.len() == 2);
    let zone = zone.trim_start_matches([' ', '\t']);
    let is_zone = zone.is_empty()
        || zone == "Z"
        || zone.strip_prefix(['+', '-']).is_some_and(|zone| match zone.split_once(':') {
            Some((hours, minutes)) => short(hours) && minutes.len() == 2 && short(minutes),
            None => short(zone),
        });
    is_date && is_clock && is_zone
}
