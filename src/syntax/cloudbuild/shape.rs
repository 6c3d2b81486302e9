//! What Cloud Build takes in a build file: fields, their types and their limits.
//!
//! gcloud's loader refuses unknown fields anywhere, and values of another type as YAML 1.1 has
//! it: `8080` and `yes` are no strings. One value stands for a list of it, and snake_case for
//! camelCase. Source: googlecloudsdk/api_lib/cloudbuild of 528.0.0, read 2026-11.

mod account;
mod artifacts;
mod choice;
mod dated;
mod limits;
mod names;
mod secrets;
mod volumes;

pub use account::chooses_logs;
pub use dated::{Dated, dated};

use super::super::yaml::{Entry, Node, PlainKind, Yaml};
use super::{UNKNOWN, listed};
use crate::nearest::nearest;
use crate::source::Span;
use choice::{choices, is_choice};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Something that Cloud Build, or gcloud before it, refuses.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Where.
    pub at: Span,
    /// What is wrong, complete.
    pub message: String,
    /// A phrase beside the place.
    pub label: &'static str,
    /// What to do. May be empty.
    pub help: String,
    /// Who refuses it.
    pub by: Refuser,
}

/// Who refuses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refuser {
    /// Whoever reads it.
    Everybody,
    /// Perhaps nobody: it came later than the table.
    Perhaps,
    /// Whoever reads it for `gcloud builds submit`; where a trigger reads it, it may pass.
    Submission,
    /// Nobody: it is only idle.
    Nobody,
    /// Only versions of gcloud that are older than it.
    OlderGcloud,
    /// Whoever starts the build, unless the command for it makes this choice.
    Start(Choice),
}

/// What a command that starts a build may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Where the logs go.
    Logs,
    /// How long the build may take.
    Timeout,
}

/// The fields of each message with their types.
static FIELDS: LazyLock<BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>> =
    LazyLock::new(|| {
        let mut messages: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let lines = include_str!("../../../data/cloudbuild.tsv").lines();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            if let (Some(message), Some(field), Some(kind)) =
                (columns.next(), columns.next(), columns.next())
            {
                messages.entry(message).or_default().insert(field, kind);
            }
        }
        messages
    });

/// What is refused of a build.
pub fn check(yaml: &Yaml, root: &Node) -> Vec<Refused> {
    let mut checker = Checker { refused: Vec::new(), is_later: yaml.is_later };
    if let [_, second, ..] = &yaml.documents[..] {
        let message = "a build file is one document, and this has more".to_owned();
        checker.refuse(second.at, message, "is another document", "write it into another file");
    }
    checker.message(root, "Build");
    check_meaning(root, &mut checker);
    // What lacks a field that is only misspelt is told once.
    let meant: Vec<(u32, String)> = checker
        .refused
        .iter()
        .filter_map(|refused| Some((refused.at.start, meant(&refused.help)?.to_owned())))
        .collect();
    checker.refused.retain(|refused| {
        let lacks = |(at, name): &(u32, String)| {
            refused.at.touches(*at) && refused.message.contains(&format!("needs a `{name}`"))
        };
        !meant.iter().any(lacks)
    });
    checker.refused.sort_by_key(|refused| refused.at);
    checker.refused
}

/// What is refused of the values of a build whose fields and types are right.
pub fn check_values(root: &Node) -> Vec<Refused> {
    let mut checker = Checker { refused: Vec::new(), is_later: false };
    let options = root.get("options").map(Node::entries).unwrap_or_default();
    for (entry, choices) in options.iter().filter_map(|entry| Some((entry, choices(entry)?))) {
        let is_known = entry.value.text().is_some_and(|text| !text.contains('$'));
        if is_known {
            let name = format!("`{}`", entry.key.text().unwrap_or_default());
            checker.choice(&entry.value, &name, choices);
        }
    }
    check_meaning(root, &mut checker);
    // No gcloud reads it.
    let is_meant = |refused: &Refused| {
        !matches!(refused.by, Refuser::OlderGcloud | Refuser::Submission)
            && !refused.message.contains(UNKNOWN)
    };
    checker.refused.retain(is_meant);
    checker.refused.sort_by_key(|refused| refused.at);
    checker.refused
}

/// What is refused of a build whatever its fields are.
fn check_meaning(root: &Node, checker: &mut Checker) {
    limits::check(root, checker);
    names::check(root, checker);
    artifacts::check(root, checker);
    secrets::check(root, checker);
    volumes::check(root, checker);
    account::check(root, checker);
}

/// What is wrong with a file that is called like a build and holds none: nothing, or steps alone.
pub fn no_build(yaml: &Yaml, at: Span) -> Option<Refused> {
    let is_steps = |entry: &&Entry| {
        let key = entry.key.text().unwrap_or_default();
        let first = listed(Some(&entry.value)).first();
        nearest(key, ["steps"]).is_some() && first.is_some_and(|step| step.get("name").is_some())
    };
    if let Some(entry) = yaml.root().and_then(|root| root.entries().iter().find(is_steps)) {
        let message = format!("a build has no field `{}`", entry.key.text().unwrap_or_default());
        let (at, help) = (entry.key.at, "did you mean `steps`?".to_owned());
        return Some(Refused { at, message, label: "is refused", help, by: Refuser::Everybody });
    }
    let (message, label, by) = match yaml.root().filter(|root| !is_null(root)) {
        None => ("the file holds no build", "is empty", Refuser::Perhaps),
        Some(root) => {
            let first = root.items().first().filter(|step| step.get("name").is_some())?;
            ["args", "entrypoint", "script"].iter().find_map(|key| first.get(key))?;
            ("a build file is a map, but this is a list", "is no map", Refuser::Everybody)
        }
    };
    let help = "write the steps below `steps:`".to_owned();
    Some(Refused { at, message: message.to_owned(), label, help, by })
}

/// Whether a field of a build, or of a part of it, is called so.
pub fn is_field(name: &str) -> bool {
    FIELDS.values().any(|fields| fields.contains_key(name))
}

/// Whether all keys of a build are fields, so that it is one beyond doubt.
pub fn is_build(root: &Node) -> bool {
    let steps = listed(root.get("steps"));
    has_fields_of_build(root) && steps.iter().all(|step| step.get("name").is_some())
}

/// Whether all keys of a mapping are fields of a build.
pub fn has_fields_of_build(root: &Node) -> bool {
    let known = FIELDS.get("Build");
    let is_known = |key: &str| known.is_some_and(|fields| fields.contains_key(&*camel(key)));
    let keys = root.merged();
    !keys.is_empty() && keys.iter().all(|entry| entry.key.text().is_some_and(is_known))
}

struct Checker {
    refused: Vec<Refused>,
    /// Whether the file asks for YAML 1.2.
    is_later: bool,
}

impl Checker {
    fn refuse(&mut self, at: Span, message: String, label: &'static str, help: impl Into<String>) {
        self.hint(at, message, label, &help.into(), Refuser::Everybody);
    }

    /// What only some refuse.
    fn hint(&mut self, at: Span, message: String, label: &'static str, help: &str, by: Refuser) {
        self.refused.push(Refused { at, message, label, help: help.to_owned(), by });
    }

    /// A mapping that is a message.
    fn message(&mut self, node: &Node, message: &str) {
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

/// Names that other tools have for a field: the message, the name, the field.
const SLIPS: &[(&str, &str, &str)] = &[
    ("BuildStep", "command", "entrypoint"),
    ("BuildStep", "commands", "script"),
    ("BuildStep", "dependsOn", "waitFor"),
    ("BuildStep", "environment", "env"),
    ("BuildStep", "image", "name"),
    ("BuildStep", "needs", "waitFor"),
    ("BuildStep", "run", "script"),
    ("BuildStep", "secrets", "secretEnv"),
    ("BuildStep", "uses", "name"),
    ("BuildStep", "workingDirectory", "dir"),
    ("SecretManagerSecret", "name", "env"),
    ("SecretManagerSecret", "secret", "versionName"),
    ("SecretManagerSecret", "version", "versionName"),
    ("Volume", "mountPath", "path"),
];

/// The messages whose fields people take for one another's.
const PLACES: [&str; 3] = ["Build", "BuildStep", "BuildOptions"];

fn is_place(message: &str) -> bool {
    PLACES.contains(&message)
}

/// What of a build has a field of a name.
fn owners(field: &str) -> Vec<String> {
    let has = |message: &&&str| {
        let kind = FIELDS.get(**message).and_then(|fields| fields.get(field));
        kind.is_some_and(|kind| !kind.starts_with('*'))
    };
    PLACES.iter().filter(has).map(|message| noun(message)).collect()
}

/// `waitFor` of `wait_for`.
fn camel(key: &str) -> String {
    let mut parts = key.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// How a message is called: `a step`.
fn noun(message: &str) -> String {
    match message {
        "Build" => "a build".to_owned(),
        "BuildStep" => "a step".to_owned(),
        "BuildOptions" => "`options`".to_owned(),
        "PoolOption" => "`pool`".to_owned(),
        "Secrets" => "`availableSecrets`".to_owned(),
        "SecretManagerSecret" => "an entry of `secretManager`".to_owned(),
        "InlineSecret" => "an entry of `inline`".to_owned(),
        "Secret" => "an entry of `secrets`".to_owned(),
        "Volume" => "a volume".to_owned(),
        "Artifacts" => "`artifacts`".to_owned(),
        "ArtifactObjects" => "`objects`".to_owned(),
        "GitConfig" => "`gitConfig`".to_owned(),
        "HttpConfig" => "`http`".to_owned(),
        "Dependency" | "GitSource" | "GitRepository" | "DependencyArtifact" => {
            "a dependency".to_owned()
        }
        _ => "an artifact".to_owned(),
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
fn is_of_older_yaml(node: &Node) -> bool {
    let text = node.text().unwrap_or_default();
    match node.plain_kind() {
        Some(PlainKind::Bool) => !matches!(&*text.to_ascii_lowercase(), "true" | "false"),
        Some(PlainKind::Int | PlainKind::Float) => text.contains(':'),
        _ => false,
    }
}

/// The name that a help offers.
fn meant(help: &str) -> Option<&str> {
    help.strip_prefix("did you mean `")?.strip_suffix("`?")
}

/// Whether nothing is written.
fn is_null(node: &Node) -> bool {
    node.plain_kind() == Some(PlainKind::Null)
}

/// What a value is, as a phrase.
fn title(node: &Node) -> String {
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
    matches!(node.kind, super::super::yaml::Kind::Sequence(_))
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.kind, super::super::yaml::Kind::Mapping(_))
}
