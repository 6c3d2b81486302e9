//! The shape of a `function.json` of lambroll over its JSON: a function that runs an image.
//!
//! Source of the fields: fujiwara/lambroll, README, and the API of Lambda, read 2026-11. A file
//! of jsonnet is read as far as it is written like JSON.

use super::yaml::{Node, Yaml};
use crate::source::{Excerpt, Span};

/// A function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Where its image is named.
    pub at: Span,
    /// `FunctionName`
    pub name: Option<Excerpt>,
    /// `Code.ImageUri`
    pub image: Excerpt,
    /// `Architectures`, if it is there: its entries.
    pub architectures: Option<Vec<Excerpt>>,
    /// Whether `ImageConfig` names another entrypoint.
    pub has_entrypoint: bool,
    /// Whether `ImageConfig` names another command.
    pub has_command: bool,
}

/// Reads a function that runs an image.
pub fn read(yaml: &Yaml) -> Option<Function> {
    let root = yaml.root()?;
    let image = root.get("Code")?.get("ImageUri")?.excerpt()?;
    let config = |key| root.get("ImageConfig").is_some_and(|config| config.get(key).is_some());
    Some(Function {
        at: image.at,
        name: root.get("FunctionName").and_then(Node::excerpt),
        image,
        architectures: root.get("Architectures").map(Node::strings),
        has_entrypoint: config("EntryPoint"),
        has_command: config("Command"),
    })
}
