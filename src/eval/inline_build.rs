//! Builds that a trigger of Terraform holds itself, with the names that build files have. Source:
//! registry.terraform.io, hashicorp/google, google_cloudbuild_trigger, read 2026-11.

use super::terraform::{Block, Datum, Evaluated};
use crate::source::{Excerpt, Span};
use crate::syntax::cloudbuild::UNKNOWN;
use crate::syntax::cloudbuild::shape::is_field;
use crate::syntax::yaml::{Entry, Kind, Node, Scalar, Style};
use crate::value::Piece;
use std::sync::Arc;

/// The blocks that are lists in a build file, with their names there.
const LISTS: &[(&str, &str)] = &[
    ("step", "steps"),
    ("secret", "secrets"),
    ("volumes", "volumes"),
    ("secret_manager", "secretManager"),
    ("inline", "inline"),
    ("maven_artifacts", "mavenArtifacts"),
    ("npm_packages", "npmPackages"),
    ("python_packages", "pythonPackages"),
    ("go_modules", "goModules"),
];

/// The tree of a `build` block, as a build file would have it. Nothing if it may have blocks that
/// are not known.
pub fn root(block: &Block) -> Option<Node> {
    if !block.open.is_empty() {
        return None;
    }
    let mut entries = Vec::new();
    for attribute in &block.attributes {
        if !matches!(attribute.value.datum, Datum::Null) {
            // In JSON blocks are written like attributes.
            let list = LISTS.iter().find(|(name, _)| *name == attribute.name);
            let key = key(list.map_or(&*attribute.name, |(_, name)| name), attribute.at);
            entries.push(Entry { key, value: value(&attribute.value) });
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for (kind, inner) in &block.blocks {
        // The sources are those of the trigger.
        if kind == "source" || seen.contains(&kind.as_str()) {
            continue;
        }
        seen.push(kind);
        let (name, value) = match LISTS.iter().find(|(name, _)| name == kind) {
            Some((_, name)) => {
                let blocks: Option<Vec<Node>> = block.blocks(kind).map(root).collect();
                (*name, node(inner.at, Kind::Sequence(blocks?.into())))
            }
            None => (kind.as_str(), root(inner)?),
        };
        entries.push(Entry { key: key(name, inner.at), value });
    }
    Some(node(block.at, Kind::Mapping(entries.into())))
}

/// What a tree says, whatever its places: two that say the same are one build.
pub fn written(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out, 0);
    out
}

fn write(node: &Node, out: &mut String, depth: usize) {
    const DEEPEST: usize = 16;
    out.push_str(node.text().unwrap_or_default());
    out.push('\n');
    if depth < DEEPEST {
        node.items().iter().for_each(|item| write(item, out, depth + 1));
        for entry in node.entries() {
            write(&entry.key, out, depth + 1);
            write(&entry.value, out, depth + 1);
        }
    }
    out.push('.');
}

fn node(at: Span, kind: Kind) -> Node {
    Node { at, kind, tag: None }
}

fn key(name: &str, at: Span) -> Node {
    let mut text = Excerpt::empty(at);
    text.push(name, at.range());
    scalar(text, Style::DoubleQuoted)
}

fn scalar(text: Excerpt, style: Style) -> Node {
    node(text.at, Kind::Scalar(Arc::new(Scalar { text, style })))
}

/// What stands for a value that is not known. The same name is the same value; one without a
/// name is like no other.
fn hole(name: &str, at: Span) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name = match name {
        "" => at.start.to_string(),
        name => name.chars().map(plain).collect(),
    };
    format!("${{{UNKNOWN}{name}}}")
}

fn value(value: &Evaluated) -> Node {
    let written = |text: &str, style| {
        let mut excerpt = Excerpt::empty(value.at);
        excerpt.push(text, value.at.range());
        scalar(excerpt, style)
    };
    let name = value.name.as_deref().unwrap_or_default();
    let unknown = || written(&hole(name, value.at), Style::DoubleQuoted);
    match &value.datum {
        Datum::Null => node(value.at, Kind::Empty),
        Datum::Bool(truth) => written(&truth.to_string(), Style::Plain),
        Datum::Number(number) => written(&number.to_string(), Style::Plain),
        Datum::Text(text) => match (&value.written, text.literal()) {
            // The text that is written has a place for each of its characters.
            (Some(written), Some(known)) if written.text == known => {
                scalar(written.clone(), Style::DoubleQuoted)
            }
            _ => {
                let pieces = text.pieces().iter().map(|piece| match piece {
                    Piece::Literal(text) => text.clone(),
                    Piece::Hole(name) => hole(name, value.at),
                });
                written(&pieces.collect::<String>(), Style::DoubleQuoted)
            }
        },
        Datum::List(items, false) => {
            node(value.at, Kind::Sequence(items.iter().map(self::value).collect()))
        }
        Datum::Map(entries, _) => {
            let entries = entries.iter().filter_map(|(name, value)| {
                Some(Entry { key: key(name.literal()?, value.at), value: self::value(value) })
            });
            node(value.at, Kind::Mapping(entries.collect()))
        }
        Datum::List(_, true) | Datum::Reference(_) | Datum::Unknown(_) => unknown(),
    }
}

/// What is said with the names of build files, as Terraform writes it: `` `waitFor: ['-']` `` as
/// `` `wait_for = ["-"]` ``.
pub fn words(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts: Vec<String> =
        parts.map(|(i, part)| if i % 2 == 1 { code(part) } else { part.to_owned() }).collect();
    parts.join("`")
}

fn code(text: &str) -> String {
    let (path, value) = match text.split_once(": ") {
        Some((path, value)) => (path, Some(value)),
        None => (text, None),
    };
    let names: Vec<String> = path.split('.').map(name).collect();
    // What is none of the names of a build is a value or a name of people.
    if !path.split('.').all(is_field) {
        return text.to_owned();
    }
    let Some(value) = value else { return names.join(".") };
    let is_plain = matches!(value, "true" | "false") || value.parse::<f64>().is_ok();
    let list = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let value = match list {
        Some(items) => {
            let items = items.split(", ").map(|item| format!("{:?}", item.trim_matches('\'')));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        None if is_plain || value == "..." => value.to_owned(),
        None => format!("{value:?}"),
    };
    match &names[..] {
        [outer, name] => format!("{outer} {{ {name} = {value} }}"),
        _ => format!("{} = {value}", names.join(".")),
    }
}

/// A name of a build file as Terraform has it.
fn name(name: &str) -> String {
    if let Some((block, _)) = LISTS.iter().find(|(_, list)| *list == name) {
        return (*block).to_owned();
    }
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
