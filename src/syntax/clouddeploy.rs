//! The shape of Cloud Deploy's files over their YAML: pipelines and targets.
//!
//! Source of the fields: cloud.google.com/deploy/docs/config-files, read 2026-11.

use super::yaml::{Node, Yaml};
use crate::source::Excerpt;

/// What the documents of a file declare.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// Documents of kind `DeliveryPipeline`.
    pub pipelines: Vec<Pipeline>,
    /// The names of documents of kind `Target`.
    pub targets: Vec<Excerpt>,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// `metadata.name`
    pub name: Excerpt,
    /// `serialPipeline.stages`
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone)]
pub struct Stage {
    /// `targetId`
    pub target: Option<Excerpt>,
    /// `profiles`, of Skaffold.
    pub profiles: Vec<Excerpt>,
}

/// What the files of Cloud Deploy name in their `apiVersion`.
pub const API: &str = "deploy.cloud.google.com/";

/// Reads every document.
pub fn read(yaml: &Yaml) -> Delivery {
    let mut delivery = Delivery::default();
    for document in &yaml.documents {
        let text = |key| document.get(key).and_then(Node::text).unwrap_or_default();
        let name = document.get("metadata").and_then(|metadata| metadata.get("name")?.excerpt());
        let Some(name) = name.filter(|_| text("apiVersion").starts_with(API)) else { continue };
        match text("kind") {
            "Target" => delivery.targets.push(name),
            "DeliveryPipeline" => {
                let stages = document.get("serialPipeline").and_then(|serial| serial.get("stages"));
                let stages = stages.map(Node::items).unwrap_or_default().iter().map(stage);
                delivery.pipelines.push(Pipeline { name, stages: stages.collect() });
            }
            _ => {}
        }
    }
    delivery
}

fn stage(node: &Node) -> Stage {
    Stage {
        target: node.get("targetId").and_then(Node::excerpt),
        profiles: node.get("profiles").map(Node::strings).unwrap_or_default(),
    }
}
