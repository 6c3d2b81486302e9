//! The shape of a `skaffold.yaml` over its YAML: what it builds of Dockerfiles.
//!
//! Source of the fields: skaffold.dev/docs/references/yaml, v4beta13, read 2026-11.

use super::yaml::{Node, Yaml};
use crate::source::Excerpt;

/// What the documents of a file build.
#[derive(Debug, Clone, Default)]
pub struct Skaffold {
    /// `build.artifacts`, without those that need no Dockerfile.
    pub artifacts: Vec<Artifact>,
    /// The names of `profiles`.
    pub profiles: Vec<String>,
    /// Whether it needs no other file: `requires`.
    pub is_whole: bool,
}

/// An image.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// `image`
    pub image: Excerpt,
    /// `context`
    pub context: Option<Excerpt>,
    /// `docker.dockerfile`
    pub dockerfile: Option<Excerpt>,
    /// `docker.target`
    pub target: Option<Excerpt>,
    /// `docker.buildArgs`
    pub arguments: Vec<(Excerpt, Option<Excerpt>)>,
    /// `platforms` of the image, or of all.
    pub platforms: Vec<Excerpt>,
    /// Whether commands of its own run before.
    pub hooks: bool,
    /// Whether it stays on the machine: `local.push: false`.
    pub stays: bool,
}

/// Reads every document.
pub fn read(yaml: &Yaml) -> Skaffold {
    let mut artifacts = Vec::new();
    for build in yaml.documents.iter().filter_map(|document| document.get("build")) {
        let local = build.get("local").and_then(|local| local.get("push"));
        let stays = local.and_then(Node::boolean) == Some(false);
        let items = build.get("artifacts").map(Node::items).unwrap_or_default();
        artifacts.extend(items.iter().filter_map(|item| artifact(build, item, stays)));
    }
    let documents = yaml.documents.iter();
    let profiles = documents.clone().filter_map(|document| document.get("profiles"));
    let profiles = profiles.flat_map(Node::items).filter_map(|profile| profile.get("name"));
    let profiles = profiles.filter_map(|name| name.text().map(str::to_owned)).collect();
    let is_whole = !documents.clone().any(|document| document.get("requires").is_some());
    Skaffold { artifacts, profiles, is_whole }
}

fn artifact(build: &Node, node: &Node, stays: bool) -> Option<Artifact> {
    const OTHERS: &[&str] = &["bazel", "buildpacks", "custom", "jib", "kaniko", "ko"];
    if OTHERS.iter().any(|key| node.get(key).is_some()) {
        return None;
    }
    let docker = node.get("docker");
    let of_docker = |key| docker.and_then(|docker| docker.get(key));
    let platforms = node.get("platforms").or_else(|| build.get("platforms"));
    let arguments = of_docker("buildArgs").map(Node::entries).unwrap_or_default();
    Some(Artifact {
        image: node.get("image")?.excerpt()?,
        context: node.get("context").and_then(Node::excerpt),
        dockerfile: of_docker("dockerfile").and_then(Node::excerpt),
        target: of_docker("target").and_then(Node::excerpt),
        arguments: arguments
            .iter()
            .filter_map(|entry| Some((entry.key.excerpt()?, entry.value.excerpt())))
            .collect(),
        platforms: platforms.map(Node::strings).unwrap_or_default(),
        hooks: node.get("hooks").is_some(),
        stays,
    })
}
