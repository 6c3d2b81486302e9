//! The shape of a bake file: the targets that `docker buildx bake` builds.
//!
//! Source of the fields: docker/buildx, `docs/bake-reference.md`, read 2026-08. A variable is a
//! hole of its name; what is computed in another way is not known.

use super::hcl::{Body, Expression, Origin};
use super::yaml::{Entry, Node, Yaml};
use crate::source::Span;
use crate::value::{Piece, Sourced, Text, Value, Why};
use hcl_edit::expr::{Expression as Tree, ObjectKey};
use hcl_edit::template::Element;

/// A bake file.
#[derive(Debug, Clone, Default)]
pub struct Bake {
    /// `target`
    pub targets: Vec<Target>,
    /// `group`: names with their targets, or with other groups.
    pub groups: Vec<(String, Vec<Value<Text>>)>,
    /// `variable`: names with their defaults.
    pub variables: Vec<(String, Value<Text>)>,
}

/// A target. What it does not say is unset.
#[derive(Debug, Clone)]
pub struct Target {
    /// The label.
    pub name: String,
    /// The head of the block.
    pub at: Span,
    /// `inherits`
    pub inherits: Vec<Value<Text>>,
    /// `context`
    pub context: Value<Text>,
    /// `dockerfile`
    pub dockerfile: Value<Text>,
    /// `target`
    pub target: Value<Text>,
    /// `platforms`
    pub platforms: Option<Vec<Value<Text>>>,
    /// `tags`
    pub tags: Vec<Value<Text>>,
    /// `output`
    pub output: Vec<Value<Text>>,
    /// `args`
    pub args: Vec<(String, Value<Text>)>,
    /// `contexts`
    pub contexts: Vec<(String, Value<Text>)>,
    /// Whether the Dockerfile stands in the file itself, or a matrix makes several of it.
    pub is_special: bool,
}

/// Reads a `.hcl` file.
pub fn of_hcl(body: &Body) -> Bake {
    let mut bake = Bake::default();
    for block in &body.blocks {
        let Some(name) = block.labels.first().cloned() else { continue };
        let get = |key: &str| block.body.get(key);
        let one = |key: &str| get(key).map_or(Value::Unset, text);
        let all = |key: &str| get(key).map(list);
        match block.kind.as_str() {
            "variable" => bake.variables.push((name, one("default"))),
            "group" => bake.groups.push((name, all("targets").unwrap_or_default())),
            "target" => bake.targets.push(Target {
                name,
                at: block.at,
                inherits: all("inherits").unwrap_or_default(),
                context: one("context"),
                dockerfile: one("dockerfile"),
                target: one("target"),
                platforms: all("platforms"),
                tags: all("tags").unwrap_or_default(),
                output: all("output").unwrap_or_default(),
                args: get("args").map(object).unwrap_or_default(),
                contexts: get("contexts").map(object).unwrap_or_default(),
                is_special: get("matrix").is_some() || get("dockerfile-inline").is_some(),
            }),
            _ => {}
        }
    }
    bake
}

/// Reads a `.json` file.
pub fn of_json(json: &Yaml) -> Bake {
    let Some(root) = json.root() else { return Bake::default() };
    let entries = |key: &str| root.get(key).map(Node::entries).unwrap_or_default();
    let named = |entry: &Entry| entry.key.text().unwrap_or_default().to_owned();
    let target = |entry: &Entry| {
        let get = |key: &str| entry.value.get(key);
        let one = |key: &str| get(key).map_or(Value::Unset, scalar);
        let all = |key: &str| {
            get(key).map(|node| match node.items() {
                [] => vec![scalar(node)],
                items => items.iter().map(scalar).collect(),
            })
        };
        let pairs = |key: &str| {
            let entries = get(key).map(Node::entries).unwrap_or_default();
            entries.iter().map(|entry| (named(entry), scalar(&entry.value))).collect()
        };
        Target {
            name: named(entry),
            at: entry.key.at,
            inherits: all("inherits").unwrap_or_default(),
            context: one("context"),
            dockerfile: one("dockerfile"),
            target: one("target"),
            platforms: all("platforms"),
            tags: all("tags").unwrap_or_default(),
            output: all("output").unwrap_or_default(),
            args: pairs("args"),
            contexts: pairs("contexts"),
            is_special: get("matrix").is_some() || get("dockerfile-inline").is_some(),
        }
    };
    let default = |entry: &Entry| entry.value.get("default").map_or(Value::Unset, scalar);
    let group = |entry: &Entry| {
        let targets = entry.value.get("targets").map(Node::items).unwrap_or_default();
        (named(entry), targets.iter().map(scalar).collect())
    };
    Bake {
        targets: entries("target").iter().map(target).collect(),
        groups: entries("group").iter().map(group).collect(),
        variables: entries("variable").iter().map(|entry| (named(entry), default(entry))).collect(),
    }
}

/// A string of JSON, in which `${...}` is a template that is not read.
fn scalar(node: &Node) -> Value<Text> {
    match node.text() {
        Some(text) if !text.contains("${") => Value::literal(Text::from(text), node.at),
        _ => Value::unknown(node.at, Why::Unread),
    }
}

fn text(expression: &Expression) -> Value<Text> {
    read(expression.origin(), &expression.tree, expression.at)
}

/// A string, a number, a variable, or a template of variables.
fn read(origin: Origin, tree: &Tree, at: Span) -> Value<Text> {
    let mut value = Text::default();
    match tree {
        Tree::Null(_) => return Value::Unset,
        Tree::String(string) => value.push_str(string.as_str()),
        Tree::Number(number) => value.push_str(&number.value().to_string()),
        Tree::Bool(boolean) => value.push_str(&boolean.value().to_string()),
        Tree::Variable(name) => value.push(Piece::Hole(name.as_str().to_owned())),
        Tree::StringTemplate(template) => {
            for element in template.iter() {
                match element {
                    Element::Literal(literal) => value.push_str(literal.as_str()),
                    Element::Interpolation(inner) => match &inner.expr {
                        Tree::Variable(name) => {
                            value.push(Piece::Hole(name.as_str().to_owned()));
                        }
                        other => {
                            let place = origin.span(other).start;
                            value.push(Piece::Hole(format!("expression at {place}")));
                        }
                    },
                    Element::Directive(_) => return Value::unknown(at, Why::Unread),
                }
            }
        }
        _ => return Value::unknown(at, Why::Unread),
    }
    Value::Known(Sourced { value, at, via: Vec::new() })
}

fn list(expression: &Expression) -> Vec<Value<Text>> {
    let origin = expression.origin();
    match &expression.tree {
        Tree::Array(items) => {
            items.iter().map(|item| read(origin, item, origin.span(item))).collect()
        }
        _ => vec![Value::unknown(expression.at, Why::Unread)],
    }
}

fn object(expression: &Expression) -> Vec<(String, Value<Text>)> {
    let origin = expression.origin();
    let Tree::Object(entries) = &expression.tree else { return Vec::new() };
    let entry = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str().to_owned(),
            ObjectKey::Expression(key) => key.as_str()?.to_owned(),
        };
        Some((name, read(origin, value.expr(), origin.span(value.expr()))))
    };
    entries.iter().filter_map(entry).collect()
}
