//! The types of the fields of a build, as gcloud's loader sees them.

use super::super::super::yaml::{Entry, Kind, Node, PlainKind};
use super::choice::is_choice;
use super::fields::{FIELDS, SLIPS, camel, is_place, noun, owners};
use super::{Checker, Refused, Refuser};
use crate::nearest::nearest;

impl Checker {
    /// A mapping that is a message.
    pub(super) fn message(&mut self, node: &Node, message: &str) {
        let Some(fields) = FIELDS.get(message) else { return };
        for entry in node.merged() {
            let Some(key) = entry.key.text() else { continue };
            let field = camel(key);
            let Some(kind) = fields.get(&*field) else {
                let names = fields.iter().filter(|(_, kind)| !kind.starts_with('*'));
                let slip = SLIPS.iter().find(|slip| (slip.0, slip.1) == (message, &*field));
                let near = nearest(key, names.clone().map(|(name, _)| *name));
                let near = near.or(slip.map(|slip| slip.2));
                let names: Vec<String> = names.map(|(name, _)| format!("`{name}`")).collect();
                let owners = owners(&field);
                let help = match near {
                    _ if !owners.is_empty() && is_place(message) => {
                        format!("it is a field of {}", owners.join(" and "))
                    }
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("{} has {}", noun(message), names.join(", ")),
                };
                let is_sure = near.is_some() || !owners.is_empty();
                self.refused.push(Refused {
                    at: entry.key.at,
                    message: format!("{} has no field `{key}`", noun(message)),
                    label: "is refused",
                    help,
                    by: if is_sure { Refuser::Everybody } else { Refuser::Perhaps },
                });
                continue;
            };
            if message == "Build" && key == "source" && !is_null(&entry.value) {
                let message = "a build file cannot have `source`".to_owned();
                self.refuse(entry.key.at, message, "is refused", "the command gives the sources");
                continue;
            }
            match kind.strip_prefix('*') {
                None => self.field(&entry.value, key, kind),
                Some(kind) => {
                    let before = self.refused.len();
                    self.field(&entry.value, key, kind);
                    let refused = self.refused.get_mut(before..).unwrap_or_default();
                    if !refused.is_empty() {
                        let help = "leave it out: Cloud Build sets it";
                        refused.iter_mut().for_each(|refused| refused.help = help.to_owned());
                        continue;
                    }
                    let message =
                        format!("`{key}` is set by Cloud Build, and means nothing in a file");
                    let (at, label) = (entry.key.at, "is passed over");
                    self.hint(at, message, label, "leave it out", Refuser::Nobody);
                }
            }
        }
    }

    fn field(&mut self, node: &Node, key: &str, kind: &str) {
        // Nothing is the same as no field, unless it is to be one of some words.
        if is_null(node) && !is_choice(kind) {
            return;
        }
        if let Some(inner) = kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
            if node.items().is_empty() && !is_list(node) {
                if inner.contains('|') {
                    let message = format!("`{key}` must be a list, but is {}", title(node));
                    return self.refuse(node.at, message, "is no list", "write it in brackets");
                }
                if inner == "string" && is_mapping(node) {
                    let message = format!("`{key}` must be a list, but is a map");
                    let help = match node.entries().first() {
                        Some(entry) => format!("write `- {}`", one_text(key, entry)),
                        None => "write it in brackets".to_owned(),
                    };
                    return self.refuse(node.at, message, "is no list", help);
                }
                return self.value(node, &format!("`{key}`"), inner);
            }
            for item in node.items() {
                if let ("string", [entry]) = (inner, item.entries()) {
                    let message = format!("an item of `{key}` must be a string, but is a map");
                    let help = format!("write `{}`", one_text(key, entry));
                    self.refuse(item.at, message, "is no string", help);
                    continue;
                }
                if is_null(item) && inner != "any" {
                    let message = format!("an item of `{key}` is empty");
                    self.refuse(item.at, message, "is no value", "write a value, or remove it");
                } else {
                    self.value(item, &format!("an item of `{key}`"), inner);
                }
            }
        } else if let Some(inner) = kind.strip_prefix('{').and_then(|kind| kind.strip_suffix('}')) {
            if !is_mapping(node) {
                let message = format!("`{key}` must be a map of names, but is {}", title(node));
                return self.refuse(node.at, message, "is no map", "write `NAME: value`");
            }
            for entry in node.merged() {
                if !is_null(&entry.value) {
                    let name = entry.key.text().unwrap_or_default();
                    self.value(&entry.value, &format!("`{name}`"), inner);
                }
            }
        } else {
            self.value(node, &format!("`{key}`"), kind);
        }
    }

    fn value(&mut self, node: &Node, key: &str, kind: &str) {
        let plain = node.plain_kind();
        let quoted = || format!("write it in quotes: `\"{}\"`", node.text().unwrap_or_default());
        match kind {
            _ if is_to_be_filled_in(node) || (self.is_later && is_of_older_yaml(node)) => {}
            "any" => {}
            "string" | "duration" | "base64" => match plain {
                Some(PlainKind::Str) => {
                    let text = node.text().unwrap_or_default();
                    if kind == "base64" && !is_base64(text) {
                        let message = format!("the value of {key} is no base64");
                        let help = "write what `gcloud kms encrypt ... | base64` prints";
                        self.refuse(node.at, message, "cannot be decrypted", help);
                    }
                }
                Some(_) => {
                    let message = format!("{key} must be a string, but is {}", title(node));
                    let help = match (kind, plain) {
                        ("duration", Some(PlainKind::Int | PlainKind::Float)) => {
                            format!("write the unit: `{}s`", node.text().unwrap_or_default())
                        }
                        _ => quoted(),
                    };
                    self.refuse(node.at, message, "is no string", help);
                }
                None => {
                    let message = format!("{key} must be a string, but is {}", title(node));
                    self.refuse(node.at, message, "is no string", "write one value");
                }
            },
            "bool" => {
                if plain != Some(PlainKind::Bool) {
                    let message = format!("{key} must be true or false, but is {}", title(node));
                    self.refuse(node.at, message, "is no boolean", "write `true` or `false`");
                }
            }
            "int" => {
                let text = node.text().unwrap_or_default();
                let is_number = plain == Some(PlainKind::Int)
                    || (plain == Some(PlainKind::Str) && text.trim().parse::<i64>().is_ok());
                if !is_number {
                    let message = format!("{key} must be a whole number, but is {}", title(node));
                    self.refuse(node.at, message, "is no whole number", "write a number");
                }
            }
            kind if kind.contains('|') => self.choice(node, key, kind),
            message => match is_mapping(node) {
                true => self.message(node, message),
                false => {
                    let text = format!("{key} must have fields, but is {}", title(node));
                    self.refuse(node.at, text, "has no fields", "write its fields below it");
                }
            },
        }
    }
}

/// Whether a text is base64 with its padding. What is to be filled in may be.
fn is_base64(text: &str) -> bool {
    // `ENCODED_PASSWORD_64` is to be filled in.
    let is_small = |c: char| c.is_ascii_lowercase();
    let is_open = text.contains(['$', '<', '[', '{', '.']) || !text.contains(is_small);
    let written: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
    is_open || (written.len().is_multiple_of(4) && written.iter().all(fits))
}

/// What was meant by an entry that stands in the place of a text.
fn one_text(key: &str, entry: &Entry) -> String {
    let (name, value) =
        (entry.key.text().unwrap_or_default(), entry.value.text().unwrap_or_default());
    match key {
        "env" => format!("{name}={value}"),
        _ => format!("\"{name}: {value}\""),
    }
}

/// Whether a value tells what to write in its place: `[KEY_NAME]`.
fn is_to_be_filled_in(node: &Node) -> bool {
    let is_capital = |c: char| c.is_ascii_uppercase() || c == '_' || c == '-';
    match node.items() {
        [only] => only.text().is_some_and(|t| t.contains(['_', '-']) && t.chars().all(is_capital)),
        _ => false,
    }
}

/// Whether a value is a string to ruamel.yaml where a file asks for YAML 1.2, and otherwise not:
/// `yes`, and numbers of base 60.
pub(super) fn is_of_older_yaml(node: &Node) -> bool {
    let text = node.text().unwrap_or_default();
    match node.plain_kind() {
        Some(PlainKind::Bool) => !matches!(&*text.to_ascii_lowercase(), "true" | "false"),
        Some(PlainKind::Int | PlainKind::Float) => text.contains(':'),
        _ => false,
    }
}

/// Whether nothing is written.
pub(super) fn is_null(node: &Node) -> bool {
    node.plain_kind() == Some(PlainKind::Null)
}

/// What a value is, as a phrase.
pub(super) fn title(node: &Node) -> String {
    let text = node.text().unwrap_or_default();
    let text = text.lines().next().unwrap_or_default();
    match node.plain_kind() {
        Some(PlainKind::Null) => "empty".to_owned(),
        Some(PlainKind::Str) if text.is_empty() => "empty".to_owned(),
        Some(PlainKind::Bool) => format!("the boolean `{text}`"),
        Some(PlainKind::Int | PlainKind::Float) => format!("the number `{text}`"),
        Some(PlainKind::Timestamp) => format!("the date `{text}`"),
        Some(PlainKind::Str) => format!("`{text}`"),
        None if is_list(node) => "a list".to_owned(),
        None => "a map".to_owned(),
    }
}

fn is_list(node: &Node) -> bool {
    matches!(node.kind, Kind::Sequence(_))
}

pub(super) fn is_mapping(node: &Node) -> bool {
    matches!(node.kind, Kind::Mapping(_))
}
