//! The shape of a pipeline of GitLab CI over its YAML.
//!
//! Source of the fields: docs.gitlab.com/ci/yaml, read 2026-11.

use super::yaml::{Node, Yaml};
use crate::source::Excerpt;

/// Templates extend templates this deep.
const DEEPEST: usize = 8;

/// A pipeline.
#[derive(Debug, Clone, Default)]
pub struct Pipeline {
    /// The jobs, with what they extend and what holds for all of them. Templates left out.
    pub jobs: Vec<Job>,
}

/// A job.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// `before_script` and `script`, a command each.
    pub script: Vec<Excerpt>,
    /// `image`
    pub image: Option<Excerpt>,
    /// `tags`: which runners take it.
    pub tags: Vec<Excerpt>,
    /// `variables`, those of the pipeline first.
    pub variables: Vec<(Excerpt, Excerpt)>,
    /// Whether jobs before it, or a cache, may leave files to it.
    pub gets_files: bool,
    /// Whether a part of it comes from a file or a place that is not read.
    pub open: bool,
}

/// Keys at the top that are no jobs.
const GLOBAL: &[&str] = &[
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "variables",
    "workflow",
];

/// Reads the first document that has a job.
pub fn read(yaml: &Yaml) -> Option<Pipeline> {
    let has_job = |node: &&Node| node.entries().iter().any(|e| e.value.get("script").is_some());
    let root = yaml.documents.iter().find(has_job)?;
    let includes = root.get("include").is_some();
    let gets_files = root.entries().iter().any(|entry| {
        let job = &entry.value;
        job.get("artifacts").is_some() || job.get("cache").is_some()
    }) || root.get("cache").is_some();
    let is_job = |name: &str| !name.starts_with('.') && !GLOBAL.contains(&name);
    let mut jobs = Vec::new();
    for entry in root.entries() {
        if !entry.key.text().is_some_and(is_job) || entry.value.entries().is_empty() {
            continue;
        }
        let mut layers: Vec<&Node> = Vec::new();
        let known = collect(root, &entry.value, 0, &mut layers);
        let default = root.get("default").into_iter().chain([root]);
        let find = |key: &str| {
            let own = layers.iter().find_map(|layer| layer.get(key));
            own.or_else(|| default.clone().find_map(|node| node.get(key)))
        };
        let mut job = Job { gets_files, open: !known, ..Job::default() };
        for key in ["before_script", "script"] {
            if let Some(lines) = find(key) {
                // A `!reference`, or a list in a list, is not followed.
                let nested =
                    lines.tag.is_some() || lines.items().iter().any(|i| i.excerpt().is_none());
                job.open |= nested;
                job.script.extend(lines.strings());
            }
        }
        let image = find("image");
        job.image = image.and_then(|node| node.get("name").or(Some(node))?.excerpt());
        job.tags = find("tags").map(Node::strings).unwrap_or_default();
        job.open |= includes && find("image").is_none() && find("tags").is_none();
        let variables = layers.iter().rev().filter_map(|layer| layer.get("variables"));
        for node in root.get("variables").into_iter().chain(variables) {
            for entry in node.entries() {
                let value = entry.value.get("value").unwrap_or(&entry.value);
                if let (Some(name), Some(value)) = (entry.key.excerpt(), value.excerpt()) {
                    job.variables.retain(|(other, _)| other.text != name.text);
                    job.variables.push((name, value));
                }
            }
        }
        if !job.script.is_empty() {
            jobs.push(job);
        }
    }
    Some(Pipeline { jobs })
}

/// A job and what it extends, the nearest first. Says whether all of that is known.
fn collect<'a>(root: &'a Node, job: &'a Node, depth: usize, layers: &mut Vec<&'a Node>) -> bool {
    layers.push(job);
    let Some(extends) = job.get("extends") else { return true };
    if depth >= DEEPEST {
        return false;
    }
    extends.strings().iter().rev().all(|name| match root.get(&name.text) {
        Some(template) => collect(root, template, depth + 1, layers),
        None => false,
    })
}
