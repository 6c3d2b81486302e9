//! Terraform's JSON, as the tree that HCL has.
//!
//! Structure comes from the YAML parser, of which JSON is a part. A value of JSON is nearly an
//! expression of HCL, so `code` makes a text of it that is one, of the same length: that is
//! read by the parser of expressions, and its spans are those of the file.

mod code;

use super::parse::{self, DEEPEST};
use super::{Attribute, Block, Body, Expression};
use crate::source::{SourceId, Span};
use crate::syntax::yaml::{self, Entry, Kind, Node, PlainKind, Style};
use crate::syntax::{Parsed, SyntaxError};
use code::Code;

/// The keys of resources whose objects are blocks, apart from those that Terraform itself
/// knows. Which keys these are is up to the schemas of providers; here they are those that
/// some part of this tool looks for as blocks. All others are arguments: an object in them is
/// a map, an array a list.
const BLOCKS: &[&str] = &[
    "build",
    "containers",
    "env",
    "git_file_source",
    "ports",
    "secret",
    "secret_key_ref",
    "spec",
    "template",
    "value_from",
    "value_source",
    "volumes",
];

/// How the strings of an argument are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strings {
    /// As templates.
    Templates,
    /// As they are, `${` included.
    Literals,
    /// A string is an expression in quotes.
    Expressions,
}

/// Reads a `.tf.json` or `.tofu.json` file.
pub fn file(source: SourceId, text: &str) -> Parsed<Body> {
    read(source, text, "")
}

/// Reads a `.tfvars.json` file.
pub fn variables(source: SourceId, text: &str) -> Parsed<Body> {
    read(source, text, "tfvars")
}

fn read(source: SourceId, text: &str, kind: &str) -> Parsed<Body> {
    let Parsed { tree, errors } = yaml::parse(source, text);
    let code = Code::of(text);
    let mut reader = Reader { source, code: &code, errors };
    let mut body = Body::default();
    match tree.root() {
        Some(root) if reader.is_collection(root) => {
            for object in reader.objects(root) {
                reader.body(object, kind, 0, &mut body);
            }
        }
        Some(Node { at, .. }) => reader.error(Span { end: at.start, ..*at }, "expected an object"),
        None => {}
    }
    Parsed { tree: body, errors: reader.errors }
}

/// How many labels the blocks of a key have in a block of a kind; none if it is an argument.
fn labels(parent: &str, key: &str) -> Option<usize> {
    match (parent, key) {
        ("", "resource" | "data" | "ephemeral") => Some(2),
        ("", "variable" | "output" | "module" | "provider" | "check") => Some(1),
        ("", _) => Some(0),
        ("terraform", "backend") => Some(1),
        ("terraform", "cloud" | "required_providers") => Some(0),
        ("variable", "validation") => Some(0),
        ("output" | "lifecycle", "precondition" | "postcondition") => Some(0),
        ("dynamic", "content") | ("provisioner", "connection") => Some(0),
        (
            "tfvars" | "terraform" | "variable" | "output" | "lifecycle" | "dynamic"
            | "provisioner" | "connection" | "locals" | "module" | "provider"
            | "required_providers" | "cloud" | "backend",
            _,
        ) => None,
        (_, "provisioner" | "dynamic") => Some(1),
        (_, "lifecycle" | "connection") => Some(0),
        (_, key) => BLOCKS.contains(&key).then_some(0),
    }
}

fn strings(parent: &str, key: &str) -> Strings {
    match (parent, key) {
        ("tfvars", _) | ("variable", "default") | ("module", "source" | "version") => {
            Strings::Literals
        }
        ("variable", "type") | ("dynamic", "iterator") => Strings::Expressions,
        _ => Strings::Templates,
    }
}

struct Reader<'a> {
    source: SourceId,
    code: &'a Code,
    errors: Vec<SyntaxError>,
}

/// The header of a block, as far as it is read.
struct Header<'a> {
    kind: &'a str,
    labels: Vec<String>,
    /// The innermost key.
    at: Span,
}

impl Reader<'_> {
    fn error(&mut self, at: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError { at, message: message.into() });
    }

    /// Whether a collection is written between brackets, as in JSON.
    fn is_collection(&self, node: &Node) -> bool {
        let bracket = match node.kind {
            Kind::Mapping(_) => '{',
            Kind::Sequence(_) => '[',
            _ => return false,
        };
        self.code.text.get(node.at.range()).is_some_and(|text| text.starts_with(bracket))
    }

    /// The objects that a value is: itself, or the items of an array.
    fn objects<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        let mut objects = Vec::new();
        let items = match node.kind {
            Kind::Sequence(_) => node.items(),
            _ => std::slice::from_ref(node),
        };
        for item in items {
            let is_object = matches!(item.kind, Kind::Mapping(_)) && self.is_collection(item);
            // What an alias stands for is written elsewhere.
            if is_object && contains(node.at, item.at) {
                objects.push(item);
            } else if item.plain_kind() != Some(PlainKind::Null) {
                self.error(Span { end: item.at.start, ..item.at }, "expected an object");
            }
        }
        objects
    }

    /// The keys of an object with their values.
    fn entries<'n>(&mut self, object: &'n Node) -> Vec<(&'n str, &'n Entry)> {
        let mut entries = Vec::new();
        for entry in object.entries() {
            let Entry { key, value } = entry;
            let quoted = key.scalar().filter(|scalar| scalar.style == Style::DoubleQuoted);
            match quoted {
                Some(name) if contains(object.at, key.at) && contains(object.at, value.at) => {
                    // By this key Terraform's JSON has comments.
                    if name.text.text != "//" {
                        entries.push((name.text.text.as_str(), entry));
                    }
                }
                _ => self.error(key.at, "expected a key in double quotes"),
            }
        }
        entries
    }

    /// Adds what an object says, as the body of a block of a kind.
    fn body(&mut self, object: &Node, kind: &str, depth: usize, body: &mut Body) {
        for (name, Entry { key, value }) in self.entries(object) {
            match labels(kind, name) {
                Some(labels) if labels > 0 || kind.is_empty() || are_objects(value) => {
                    let header = Header { kind: name, labels: Vec::new(), at: key.at };
                    self.blocks(value, header, labels, depth, body);
                }
                _ => {
                    let value = self.expression(key.at, value, strings(kind, name));
                    body.attributes.push(Attribute { name: name.to_owned(), at: key.at, value });
                }
            }
        }
    }

    /// Adds the blocks of a header of which some labels are not read yet.
    fn blocks(
        &mut self,
        node: &Node,
        header: Header,
        missing: usize,
        depth: usize,
        body: &mut Body,
    ) {
        if depth >= DEEPEST {
            self.error(header.at, format!("blocks are nested more than {DEEPEST} deep"));
            return;
        }
        let several = matches!(node.kind, Kind::Sequence(_));
        for object in self.objects(node) {
            if missing > 0 {
                for (label, Entry { key, value }) in self.entries(object) {
                    let mut labels = header.labels.clone();
                    labels.push(label.to_owned());
                    let header = Header { kind: header.kind, labels, at: key.at };
                    self.blocks(value, header, missing - 1, depth, body);
                }
                continue;
            }
            let mut inner = Body::default();
            self.body(object, header.kind, depth + 1, &mut inner);
            // The blocks of an array have one key together.
            let bracket = Span { end: object.at.start + 1, ..object.at };
            body.blocks.push(Block {
                kind: header.kind.to_owned(),
                labels: header.labels.clone(),
                at: if several { bracket } else { header.at },
                whole: if several { object.at } else { header.at.to(object.at) },
                body: inner,
            });
        }
    }

    /// The value of a key as an expression.
    fn expression(&mut self, key: Span, node: &Node, strings: Strings) -> Expression {
        if let Err(at) = check(node) {
            let place = if contains(node.at, at) { at } else { key };
            self.error(place, "expected a value of JSON");
            return parse::unread(place);
        }
        let mut range = node.at.range();
        let text = self.code.text.get(range.clone()).unwrap_or_default();
        let is_literal =
            strings != Strings::Literals || !(text.contains("${") || text.contains("%{"));
        if !is_literal || self.code.is_unread(&range) {
            return parse::unread(node.at);
        }
        if strings == Strings::Expressions && node.scalar().is_some() && range.len() > 2 {
            range = range.start + 1..range.end - 1;
        }
        let (expression, error) = parse::value(self.source, &self.code.text, range);
        self.errors.extend(error);
        expression
    }
}

/// Whether a value can be blocks: an object, or an array of nothing else.
fn are_objects(node: &Node) -> bool {
    let is_object = |node: &Node| matches!(node.kind, Kind::Mapping(_));
    match node.kind {
        Kind::Sequence(_) => node.items().iter().all(is_object),
        _ => is_object(node),
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The place of what JSON does not have but YAML has.
fn check(node: &Node) -> Result<(), Span> {
    let inner = |part: &Node| match contains(node.at, part.at) {
        true => check(part),
        false => Err(node.at),
    };
    match &node.kind {
        Kind::Empty => return Err(node.at),
        Kind::Scalar(scalar) => {
            let text = scalar.text.text.as_str();
            let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
            return match scalar.style {
                Style::DoubleQuoted => Ok(()),
                Style::Plain if is_number || matches!(text, "true" | "false" | "null") => Ok(()),
                _ => Err(node.at),
            };
        }
        Kind::Sequence(items) => items.iter().try_for_each(inner)?,
        Kind::Mapping(entries) => {
            for Entry { key, value } in entries.iter() {
                inner(key)?;
                inner(value)?;
            }
        }
    }
    match node.tag {
        Some(_) => Err(node.at),
        None => Ok(()),
    }
}
