//! The shape of a compose file over its YAML.
//!
//! Source of the fields: compose-spec/compose-spec, `05-services.md` and `build.md`, read 2026-08.

use super::yaml::{Node, PlainKind, Yaml};
use crate::source::{Excerpt, Span};

/// The services of one file.
#[derive(Debug, Clone, Default)]
pub struct Compose {
    /// `services`
    pub services: Vec<Service>,
}

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its key.
    pub name: Excerpt,
    /// `build`, if the service has one.
    pub build: Option<BuildSection>,
    /// `image`
    pub image: Option<Excerpt>,
    /// `platform`
    pub platform: Option<Excerpt>,
    /// `ports`, as far as they are written as `8080:80` or with a `target`.
    pub ports: Vec<Excerpt>,
    /// `environment`: names with their values, where they have one.
    pub environment: Vec<(Excerpt, Option<Excerpt>)>,
    /// `env_file`, whose variables are not read.
    pub env_file: Option<Span>,
    /// Whether `entrypoint` stands in the place of the image's own.
    pub has_entrypoint: bool,
    /// Whether `command` stands in the place of the image's own.
    pub has_command: bool,
    /// `healthcheck.test`: what asks it whether it is well. A text alone is one for a shell.
    pub health_test: Vec<Excerpt>,
    /// `extends`: a service of the same file, or of another.
    pub extends: Option<Excerpt>,
    /// The other file, relative to this one.
    pub extends_file: Option<Excerpt>,
}

/// `build` of a service.
#[derive(Debug, Clone)]
pub struct BuildSection {
    /// All of it.
    pub at: Span,
    /// `context`, or all of the short form. It is relative to the file in which it stands if
    /// another extends that, otherwise to the first that is read.
    pub context: Option<Excerpt>,
    /// `dockerfile`
    pub dockerfile: Option<Excerpt>,
    /// Whether the Dockerfile stands in the file itself: `dockerfile_inline`.
    pub inline: bool,
    /// `args`: names with their values, where they have one.
    pub args: Vec<(Excerpt, Option<Excerpt>)>,
    /// `additional_contexts`: names with what stands for them.
    pub contexts: Vec<(Excerpt, Option<Excerpt>)>,
    /// `target`
    pub target: Option<Excerpt>,
    /// `platforms`
    pub platforms: Vec<Excerpt>,
    /// `tags`
    pub tags: Vec<Excerpt>,
}

/// Reads the first document that has services.
pub fn read(yaml: &Yaml) -> Option<Compose> {
    let root = yaml.documents.iter().find(|document| document.get("services").is_some())?;
    let services = root.get("services")?.merged().into_iter();
    Some(Compose {
        services: services
            .filter_map(|entry| Some(service(entry.key.excerpt()?, &entry.value)))
            .collect(),
    })
}

fn service(name: Excerpt, node: &Node) -> Service {
    let one = |key| node.get(key).and_then(Node::excerpt);
    let extends = node.get("extends");
    Service {
        name,
        build: node.get("build").and_then(build),
        image: one("image"),
        platform: one("platform"),
        ports: node.get("ports").map(Node::items).unwrap_or_default().iter().map(port).collect(),
        environment: pairs(node, "environment"),
        env_file: node.get("env_file").map(|file| file.at),
        has_entrypoint: node.get("entrypoint").is_some(),
        has_command: node.get("command").is_some(),
        health_test: health_test(node),
        extends: extends.and_then(|node| node.get("service").or(Some(node))?.excerpt()),
        extends_file: extends.and_then(|node| node.get("file")?.excerpt()),
    }
}

fn build(node: &Node) -> Option<BuildSection> {
    let one = |key| node.get(key).and_then(Node::excerpt);
    // `build: null` and `build: !reset` take the build of another file away.
    if node.plain_kind() == Some(PlainKind::Null) || node.tag.as_deref() == Some("!reset") {
        return None;
    }
    let short = node.excerpt();
    if short.is_none() && node.entries().is_empty() {
        return None;
    }
    let list = |key| node.get(key).map(Node::strings).unwrap_or_default();
    Some(BuildSection {
        at: node.at,
        context: short.or_else(|| one("context")),
        dockerfile: one("dockerfile"),
        inline: node.get("dockerfile_inline").is_some(),
        args: pairs(node, "args"),
        contexts: pairs(node, "additional_contexts"),
        target: one("target"),
        platforms: list("platforms"),
        tags: list("tags"),
    })
}

/// What asks a service whether it is well; nothing if that is not read as a whole.
fn health_test(node: &Node) -> Vec<Excerpt> {
    let test = node.get("healthcheck").and_then(|check| check.get("test"));
    let whole = |test: &&Node| test.items().iter().all(|item| item.excerpt().is_some());
    test.filter(whole).map(Node::strings).unwrap_or_default()
}

/// A port of the long or the short form. One of another form is empty.
fn port(node: &Node) -> Excerpt {
    let target = node.get("target").unwrap_or(node);
    target.excerpt().unwrap_or_else(|| Excerpt::empty(node.at))
}

/// A mapping, or a list of `NAME=value`.
fn pairs(node: &Node, key: &str) -> Vec<(Excerpt, Option<Excerpt>)> {
    let Some(node) = node.get(key) else { return Vec::new() };
    let of_mapping = node
        .merged()
        .into_iter()
        .filter_map(|entry| Some((entry.key.excerpt()?, entry.value.excerpt())));
    let of_list = node.items().iter().filter_map(|item| {
        let item = item.excerpt()?;
        Some(match item.text.find('=') {
            Some(i) => (item.slice(0..i), Some(item.slice(i + 1..item.text.len()))),
            None => (item, None),
        })
    });
    of_mapping.chain(of_list).collect()
}
