//! Manifests of Kubernetes as values, be they documents of YAML or blocks of Terraform.

use super::terraform::{Block, Datum, Evaluated, Shape};
use crate::source::{Excerpt, Span};
use crate::syntax::kubernetes::{HOLE, holes};
use crate::syntax::yaml::{Kind, Node};
use crate::value::{Piece, Text, Why};

/// Longer texts are not looked through for placeholders.
const LONGEST: usize = 4096;

/// The value of a document of a file, or of a part of one. With `is_open` every list and map
/// may hold more than what is read.
pub fn of_yaml(node: &Node, file: &str, is_open: bool) -> Evaluated {
    of_node(node, file, is_open, &|at| at)
}

/// The value of a document that stands in a text of a file.
pub fn of_excerpt(node: &Node, within: &Excerpt) -> Evaluated {
    of_node(node, &within.text, false, &|at| {
        let range = at.range();
        let end = range.end.min(within.text.len());
        within.span(range.start.min(end)..end)
    })
}

fn of_node(node: &Node, file: &str, is_open: bool, place: &dyn Fn(Span) -> Span) -> Evaluated {
    let datum = match &node.kind {
        Kind::Empty if is_open => Datum::Unknown(Why::Unread),
        Kind::Empty => Datum::Null,
        Kind::Scalar(scalar) => match text(&scalar.text, file) {
            text if text.is_unknown() => Datum::Unknown(Why::Unread),
            text => Datum::Text(text),
        },
        Kind::Sequence(items) => {
            let items = items.iter().map(|item| of_node(item, file, is_open, place));
            Datum::List(items.collect(), is_open)
        }
        Kind::Mapping(_) => {
            let entries = node.merged().into_iter().filter_map(|entry| {
                let key = text(&entry.key.scalar()?.text, file);
                Some((key, of_node(&entry.value, file, is_open, place)))
            });
            Datum::Map(entries.collect(), is_open)
        }
    };
    value(place(node.at), datum)
}

/// A block of the provider for Kubernetes, with the names that a manifest has.
pub fn of_block(block: &Block) -> Evaluated {
    of_block_in("", block)
}

fn of_block_in(name: &str, block: &Block) -> Evaluated {
    let mut entries: Vec<(Text, Evaluated)> = block
        .attributes
        .iter()
        .map(|attribute| (Text::from(camel(&attribute.name)), attribute.value.clone()))
        .collect();
    let mut kinds: Vec<&str> = block.blocks.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.extend(block.open.iter().map(String::as_str));
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let is_open = block.open.iter().any(|open| open == kind);
        let blocks: Vec<Evaluated> =
            block.blocks(kind).map(|block| of_block_in(kind, block)).collect();
        let at = block.blocks(kind).next().map_or(block.at, |block| block.at);
        // A backend's service has one port, which is a block of that name as well.
        let list = if name == "service" { None } else { list(kind) };
        let made = match (list, blocks.into_iter()) {
            (Some(name), blocks) => {
                (Text::from(name), value(at, Datum::List(blocks.collect(), is_open)))
            }
            (None, mut blocks) => {
                let unknown = || value(at, Datum::Unknown(Why::Unread));
                (
                    Text::from(camel(kind)),
                    blocks.next().filter(|_| !is_open).unwrap_or_else(unknown),
                )
            }
        };
        entries.push(made);
    }
    value(block.at, Datum::Map(entries, false))
}

/// What a manifest calls the list of blocks of a type. Source: the documentation of
/// hashicorp/kubernetes 2.38, read 2026-11.
fn list(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "container" => "containers",
        "init_container" => "initContainers",
        "port" => "ports",
        "env" => "env",
        "env_from" => "envFrom",
        "volume" => "volumes",
        "rule" => "rules",
        "path" => "paths",
        "node_selector_term" => "nodeSelectorTerms",
        "match_expressions" => "matchExpressions",
        "match_fields" => "matchFields",
        _ => return None,
    })
}

/// `container_port` as `containerPort`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

/// A value that is written where it is used.
pub fn value(at: Span, datum: Datum) -> Evaluated {
    let shape = Shape::Structural;
    Evaluated { at, via: Vec::new(), datum, name: None, shape, written: None }
}

/// The text of a scalar, with a hole for each mask and for what something puts in later:
/// `${VAR}`, `$VAR`, `$(VAR)`, `__VAR__`, `<var>`.
fn text(excerpt: &Excerpt, file: &str) -> Text {
    let written = &excerpt.text;
    // What is so long is a file or a script, which nobody asks for.
    if written.len() > LONGEST || !written.contains(['$', '_', '<', HOLE]) {
        return Text::from(written.as_str());
    }
    let mut made = Text::default();
    let mut rest = 0;
    for range in holes(written) {
        made.append(placeholders(&written[rest..range.start]));
        let tag = file.get(excerpt.span(range.clone()).range()).unwrap_or_default();
        made.push(Piece::Hole(tag.to_owned()));
        rest = range.end;
    }
    made.append(placeholders(&written[rest..]));
    made
}

/// A text with a hole for what something puts in later: `${VAR}`, `$(VAR)`, `__VAR__`, `<var>`.
pub fn placeholders(written: &str) -> Text {
    let mut made = Text::default();
    let mut rest = written;
    while let Some(start) = rest.find(['$', '_', '<']) {
        let (before, from) = rest.split_at(start);
        made.push_str(before);
        let length = placeholder(from);
        match length {
            0 => {
                made.push_str(&from[..1]);
                rest = &from[1..];
            }
            length => {
                made.push(Piece::Hole(from[..length].to_owned()));
                rest = &from[length..];
            }
        }
    }
    made.push_str(rest);
    made
}

/// How long the placeholder is with which a text starts; nothing if it starts with none.
fn placeholder(text: &str) -> usize {
    let word = |text: &str| {
        text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
    };
    let closed = |open: usize, close: char| text[open..].find(close).map_or(0, |i| open + i + 1);
    if text.starts_with("${") {
        closed(2, '}')
    } else if text.starts_with("$(") {
        closed(2, ')')
    } else if let Some(name) = text.strip_prefix('$') {
        match word(name) {
            0 => 0,
            length => length + 1,
        }
    } else if text.starts_with('<') {
        closed(1, '>')
    } else if text.starts_with("__") {
        let length = word(text);
        if length > 4 && text[..length].ends_with("__") { length } else { 0 }
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_later_is_a_hole() {
        for (written, expected) in [
            ("api", "api"),
            ("gcr.io/${PROJECT}/api:$TAG", "gcr.io/*/api:*"),
            ("__IMAGE__", "*"),
            ("my_app__x", "my_app__x"),
            ("<project>/api", "*/api"),
            ("$(POD_NAME)-a", "*-a"),
            ("$", "$"),
            ("${x", "${x"),
        ] {
            assert_eq!(placeholders(written).to_string(), expected, "{written}");
        }
    }

    #[test]
    fn names_of_blocks_become_those_of_manifests() {
        assert_eq!(camel("secret_key_ref"), "secretKeyRef");
        assert_eq!(camel("name"), "name");
    }
}
