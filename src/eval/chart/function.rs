//! The functions that templates of charts call. What a function makes of something unknown, and
//! functions that are not here, are not known.
//!
//! Source: helm.sh/docs/chart_template_guide/function_list, read 2026-11.

use super::render::{Amount, Truth, rich, truth};
use super::rich::Rich;
use crate::eval::manifest::value;
use crate::eval::terraform::{Datum, Evaluated};
use crate::source::Span;
use crate::value::{Step, Text};

/// Carries out a function. `is_open` says whether a release may set other values.
pub fn call(name: &str, arguments: Vec<Option<Amount>>, at: Span, is_open: bool) -> Option<Amount> {
    match name {
        "and" | "or" => return junction(arguments, name == "and"),
        "default" => {
            let [otherwise, value] = two(arguments)?;
            let value = value?;
            return match truth(&value) {
                Truth::Yes => Some(value),
                Truth::No => Some(after(otherwise?, &steps(&value))),
                Truth::Unknown => None,
            };
        }
        "coalesce" => {
            for argument in arguments {
                let argument = argument?;
                match truth(&argument) {
                    Truth::Yes => return Some(argument),
                    Truth::No => {}
                    Truth::Unknown => return None,
                }
            }
            return None;
        }
        "ternary" => {
            let [yes, no, condition] = three(arguments)?;
            return match truth(&condition?) {
                Truth::Yes => yes,
                Truth::No => no,
                Truth::Unknown => None,
            };
        }
        "required" => return two(arguments)?.into_iter().nth(1)?,
        _ => {}
    }
    let mut all: Vec<Amount> = arguments.into_iter().collect::<Option<_>>()?;
    let text = |amount: Amount| rich(amount, at, "");
    let bool = |is: bool| Some(boxed(value(at, Datum::Bool(is))));
    match (name, all.len()) {
        ("not", 1) => bool(!truth(&all.pop()?).known()?),
        ("empty", 1) => bool(!truth(&all.pop()?).known()?),
        ("eq", 2..) => {
            let first = text(all.remove(0));
            let first = first.literal()?.into_owned();
            let mut same = false;
            for other in all {
                same |= text(other).literal()? == first.as_str();
            }
            bool(same)
        }
        ("ne", 2) => {
            let (b, a) = (text(all.pop()?), text(all.pop()?));
            bool(a.literal()? != b.literal()?)
        }
        ("contains" | "hasPrefix" | "hasSuffix", 2) => {
            let (hay, needle) = (text(all.pop()?), text(all.pop()?));
            let (hay, needle) = (hay.literal()?, needle.literal()?);
            bool(match name {
                "contains" => hay.contains(&*needle),
                "hasPrefix" => hay.starts_with(&*needle),
                _ => hay.ends_with(&*needle),
            })
        }
        ("hasKey", 2) => {
            let (key, map) = (text(all.pop()?), all.pop()?);
            let Amount::Value(map) = map else { return None };
            match map.field(&key.literal()?) {
                Some(_) => bool(true),
                None => (!map.is_open()).then(|| bool(false))?,
            }
        }
        ("index" | "get", 2..) => {
            let mut rest = all.into_iter();
            let Amount::Value(found) = rest.next()? else { return None };
            let mut found = *found;
            for key in rest {
                let key = text(key);
                let key = key.literal()?;
                let next = match &found.datum {
                    Datum::Map(..) => found.field(&key)?.clone(),
                    Datum::List(items, false) => items.get(key.parse::<usize>().ok()?)?.clone(),
                    _ => return None,
                };
                found = next;
            }
            (!found.is_open()
                || !found.entries().is_empty()
                || !found.items().is_empty()
                || found.text().known().is_some())
            .then(|| boxed(found))
        }
        ("list" | "tuple", _) => {
            let items = all.into_iter().map(|item| as_value(item, at)).collect();
            Some(boxed(value(at, Datum::List(items, false))))
        }
        ("dict", n) if n % 2 == 0 => {
            let mut entries = Vec::new();
            let mut rest = all.into_iter();
            while let (Some(key), Some(item)) = (rest.next(), rest.next()) {
                entries.push((Text::from(&*text(key).literal()?), as_value(item, at)));
            }
            Some(boxed(value(at, Datum::Map(entries, false))))
        }
        ("toYaml" | "toYamlPretty", 1) => match all.pop()? {
            Amount::Rich(rich) => Some(Amount::Rich(rich)),
            Amount::Value(value) => {
                let mut out = Rich::default();
                yaml(&value, 0, at, is_open, &mut out);
                Some(Amount::Rich(out))
            }
        },
        ("nindent" | "indent", 2) => {
            let (made, spaces) = (text(all.pop()?), text(all.pop()?));
            let spaces: usize = spaces.literal()?.parse().ok()?;
            let mut out = Rich::default();
            if name == "nindent" {
                out.append(Rich::known("\n", at, Vec::new()));
            }
            out.append(made.indented(spaces));
            Some(Amount::Rich(out))
        }
        ("tpl", 2) => {
            let written = text(all.swap_remove(0));
            (!written.plain().contains("{{")).then_some(Amount::Rich(written))
        }
        ("printf", 1..) => printf(all, at).map(Amount::Rich),
        ("print", _) => {
            let mut out = Rich::default();
            all.into_iter().for_each(|part| out.append(text(part)));
            Some(Amount::Rich(out))
        }
        ("quote" | "squote", 1) => {
            let sign = if name == "quote" { "\"" } else { "'" };
            let mut out = Rich::known(sign, at, Vec::new());
            out.append(text(all.pop()?));
            out.append(Rich::known(sign, at, Vec::new()));
            Some(Amount::Rich(out))
        }
        ("toString" | "int" | "int64" | "trim" | "nospace", 1) => {
            let made = text(all.pop()?);
            Some(Amount::Rich(if name == "trim" { made.trimmed() } else { made }))
        }
        ("lower" | "upper", 1) => mapped(text(all.pop()?), at, |text| match name {
            "lower" => text.to_lowercase(),
            _ => text.to_uppercase(),
        }),
        // Names of which something is not known are hardly ever too long.
        ("trunc", 2) => {
            let (made, length) = (text(all.pop()?), text(all.pop()?));
            let length: usize = length.literal()?.parse().ok()?;
            match made.literal().is_some() {
                true => mapped(made, at, |text| text.chars().take(length).collect()),
                false => Some(Amount::Rich(made)),
            }
        }
        ("trimSuffix" | "trimPrefix", 2) => {
            let (made, affix) = (text(all.pop()?), text(all.pop()?));
            let affix = affix.literal()?.into_owned();
            match made.literal().is_some() {
                true => mapped(made, at, |text| {
                    let cut = match name {
                        "trimSuffix" => text.strip_suffix(&affix),
                        _ => text.strip_prefix(&affix),
                    };
                    cut.unwrap_or(text).to_owned()
                }),
                false => Some(Amount::Rich(made)),
            }
        }
        ("replace", 3) => {
            let (made, new, old) = (text(all.pop()?), text(all.pop()?), text(all.pop()?));
            let (new, old) = (new.literal()?.into_owned(), old.literal()?.into_owned());
            mapped(made, at, |text| text.replace(&old, &new))
        }
        _ => None,
    }
}

/// Whether a function makes a text of which only what is put in may be unknown.
pub fn keeps_holes(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "indent",
        "nindent",
        "print",
        "printf",
        "quote",
        "squote",
        "toString",
        "toYaml",
        "trim",
        "trimPrefix",
        "trimSuffix",
        "trunc",
    ];
    NAMES.contains(&name)
}

impl Truth {
    fn known(self) -> Option<bool> {
        match self {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown => None,
        }
    }
}

/// `and` gives the first that is false, `or` the first that is true, else the last.
fn junction(arguments: Vec<Option<Amount>>, is_and: bool) -> Option<Amount> {
    let count = arguments.len();
    for (i, argument) in arguments.into_iter().enumerate() {
        let argument = argument?;
        let decides = match truth(&argument) {
            Truth::Yes => !is_and,
            Truth::No => is_and,
            Truth::Unknown => return None,
        };
        if decides || i + 1 == count {
            return Some(argument);
        }
    }
    None
}

fn boxed(value: Evaluated) -> Amount {
    Amount::Value(Box::new(value))
}

fn two(arguments: Vec<Option<Amount>>) -> Option<[Option<Amount>; 2]> {
    arguments.try_into().ok()
}

fn three(arguments: Vec<Option<Amount>>) -> Option<[Option<Amount>; 3]> {
    arguments.try_into().ok()
}

fn steps(amount: &Amount) -> Vec<Step> {
    match amount {
        Amount::Rich(rich) => rich.via(),
        Amount::Value(value) => value.via.clone(),
    }
}

/// The same amount, reached over steps.
fn after(amount: Amount, steps: &[Step]) -> Amount {
    match amount {
        Amount::Rich(mut rich) => {
            rich.0.iter_mut().for_each(|run| run.via.extend_from_slice(steps));
            Amount::Rich(rich)
        }
        Amount::Value(mut value) => {
            value.via.extend_from_slice(steps);
            Amount::Value(value)
        }
    }
}

fn as_value(amount: Amount, at: Span) -> Evaluated {
    match amount {
        Amount::Value(value) => *value,
        Amount::Rich(rich) => {
            let via = rich.via();
            let mut text = Text::default();
            for run in rich.0 {
                match run.hole {
                    Some(name) => text.push(crate::value::Piece::Hole(name)),
                    None => text.push_str(&run.text),
                }
            }
            Evaluated { via, ..value(at, Datum::Text(text)) }
        }
    }
}

fn mapped(made: Rich, at: Span, change: impl FnOnce(&str) -> String) -> Option<Amount> {
    let changed = change(&made.literal()?);
    Some(Amount::Rich(Rich::known(changed, at, made.via())))
}

/// `%s`, `%v`, `%d` and `%q`.
fn printf(all: Vec<Amount>, at: Span) -> Option<Rich> {
    let mut rest = all.into_iter();
    let format = rich(rest.next()?, at, "");
    let format = format.literal()?.into_owned();
    let mut out = Rich::default();
    let mut parts = format.split('%');
    out.append(Rich::known(parts.next()?, at, Vec::new()));
    while let Some(part) = parts.next() {
        let (verb, after) = match part.chars().next() {
            // `%%`
            None => {
                out.append(Rich::known(format!("%{}", parts.next()?), at, Vec::new()));
                continue;
            }
            Some(verb) => (verb, part.get(verb.len_utf8()..)?),
        };
        let put = rich(rest.next()?, at, "an argument of printf");
        let quote = if verb == 'q' { "\"" } else { "" };
        if !matches!(verb, 's' | 'v' | 'd' | 'q') {
            return None;
        }
        out.append(Rich::known(quote, at, Vec::new()));
        out.append(put);
        out.append(Rich::known(quote, at, Vec::new()));
        out.append(Rich::known(after, at, Vec::new()));
    }
    Some(out)
}

/// Writes a value as YAML. Where a release may set other values, every collection may hold more.
fn yaml(written: &Evaluated, indent: usize, at: Span, is_open: bool, out: &mut Rich) {
    let plain = |text: String| Rich::known(text, at, Vec::new());
    let open = is_open || written.is_open();
    let spaces = " ".repeat(indent);
    match &written.datum {
        Datum::Map(entries, _) if !entries.is_empty() => {
            for (i, (key, item)) in entries.iter().enumerate() {
                if i > 0 {
                    out.append(plain(format!("\n{spaces}")));
                }
                let key = key.literal().unwrap_or_default().replace(['"', '\\'], "");
                out.append(plain(format!("\"{key}\": ")));
                if is_nested(item) {
                    out.append(plain(format!("\n{spaces}  ")));
                }
                yaml(item, indent + 2, at, is_open, out);
            }
            if open {
                out.append(plain(format!("\n{spaces}")));
                out.append(Rich::hole("further entries", at));
            }
        }
        Datum::List(items, _) if !items.is_empty() => {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.append(plain(format!("\n{spaces}")));
                }
                out.append(plain("- ".to_owned()));
                yaml(item, indent + 2, at, is_open, out);
            }
            if open {
                out.append(plain(format!("\n{spaces}- ")));
                out.append(Rich::hole("further items", at));
            }
        }
        Datum::Map(..) if !open => out.append(plain("{}".to_owned())),
        Datum::List(..) if !open => out.append(plain("[]".to_owned())),
        Datum::Null => out.append(plain("null".to_owned())),
        Datum::Text(text) => {
            out.append(plain("\"".to_owned()));
            for piece in text.pieces() {
                out.append(match piece {
                    crate::value::Piece::Literal(text) => {
                        let escaped =
                            text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                        Rich::known(escaped, at, written.via.clone())
                    }
                    crate::value::Piece::Hole(name) => Rich::hole(name, at),
                });
            }
            out.append(plain("\"".to_owned()));
        }
        _ => out.append(rich(boxed(written.clone()), at, "a value")),
    }
}

fn is_nested(value: &Evaluated) -> bool {
    !value.entries().is_empty() || !value.items().is_empty()
}
