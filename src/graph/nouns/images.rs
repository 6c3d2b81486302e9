//! Images in the graph: what builds them, and what they start from.

use super::Nouns;
use crate::graph::draft::Element;
use crate::graph::{EdgeKind, NodeKind};
use crate::model::build::{Build, BuildKind};
use crate::model::image::{Base, Image, Stage};
use crate::model::reference::{ImageReference, Sameness};
use crate::source::Span;
use crate::value::{Text, Value};
use std::collections::{BTreeMap, BTreeSet};

impl Nouns<'_> {
    /// Images by their Dockerfiles, and the files that build them.
    pub(super) fn images(&mut self) {
        let mut called: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for build in &self.project.builds {
            let Some(image) = self.image_of(build) else {
                self.builds.push(None);
                continue;
            };
            self.builds.push(Some(image));
            for tag in &build.tags {
                let reference = ImageReference::parse(&tag.value);
                called.entry(image).or_default().extend(reference.name().map(str::to_owned));
                self.draft.fact(image, "name", &tag.value.to_string(), Some(tag.at));
            }
            self.built_by(build, image);
        }
        for (id, image) in self.project.images_with_ids() {
            if self.project.builds_of(id).next().is_none() {
                self.of_dockerfile(image, &Value::Unset);
            }
        }
        for (node, names) in called {
            let names: BTreeSet<String> = names.into_iter().collect();
            // An image of many names is called by its Dockerfile.
            if let ([only], Some(node)) =
                (&names.into_iter().collect::<Vec<_>>()[..], self.draft.nodes.get_mut(node))
            {
                if node.about.is_empty() {
                    node.about = node.name.clone();
                } else if !node.name.contains(" of ") {
                    node.about = format!("{} · {}", node.name, node.about);
                }
                node.name = crate::report::printable(only).into_owned();
            }
        }
    }

    /// The node of the image that a build makes; nothing if nothing is known of it.
    fn image_of(&mut self, build: &Build) -> Option<usize> {
        if let Some(image) = build.image.as_ref().and_then(|link| self.project.image(link.to)) {
            return Some(self.of_dockerfile(image, &build.target));
        }
        let tag = build.tags.first()?;
        let reference = ImageReference::parse(&tag.value);
        let path: Vec<String> = reference.path.iter().map(Text::to_string).collect();
        let path = path.join("/");
        let node = self.draft.node(format!("image:{path}"), NodeKind::Image, &path, Some(tag.at));
        let about = match (build.kind, build.places.first()) {
            (BuildKind::Source, _) => "built of sources",
            (_, Some(_)) => "its Dockerfile is not in the project",
            (_, None) => "its Dockerfile is not known",
        };
        self.draft.about(node, about);
        Some(node)
    }

    /// The node of a Dockerfile, or of one of its stages.
    fn of_dockerfile(&mut self, image: &Image, target: &Value<Text>) -> usize {
        let stage = image.stage(target).or(image.stages.last());
        let named = target.literal_text().filter(|_| image.stages.len() > 1);
        let (id, name) = match named {
            Some(named) => {
                (format!("image:{}#{named}", image.path), format!("{named} of {}", image.path))
            }
            None => (format!("image:{}", image.path), image.path.to_string()),
        };
        let at = stage.map_or(Span::new(image.source, 0..0), |stage| stage.keyword);
        let node = self.draft.node(id, NodeKind::Image, &name, Some(at));
        self.draft.files.entry(image.source).or_default().insert(node);
        if let Some(stage) = stage {
            self.describe_stage(node, image, stage);
        }
        node
    }

    fn describe_stage(&mut self, node: usize, image: &Image, stage: &Stage) {
        self.draft.fact(node, "Dockerfile", &image.path, Some(stage.keyword));
        for stage in &image.stages {
            if let Some(base) = stage.base.image() {
                self.draft.fact(node, "starts from", &base.value.to_string(), Some(base.at));
            }
        }
        let Some(listener) = &stage.listener else { return };
        if let Some(port) = listener.port.known() {
            let text = format!("{}, by {}", port.value, listener.server);
            self.draft.fact(node, "listens on port", &text, Some(port.at));
            self.draft.about(node, &format!("listens on {}", port.value));
        } else if listener.reads_port {
            let text = format!("$PORT, by {}", listener.server);
            self.draft.fact(node, "listens on port", &text, Some(listener.at));
            self.draft.about(node, "listens on $PORT");
        }
    }

    /// The edge from the file that builds an image, with how it does.
    fn built_by(&mut self, build: &Build, image: usize) {
        let file = self.draft.file(build.at.source);
        let ends = self.draft.edge(file, image, EdgeKind::Builds);
        let contexts: BTreeSet<&str> = build.places.iter().map(|p| p.context.as_str()).collect();
        let context = match (contexts.first(), contexts.len()) {
            (Some(&""), 1) => Some("the root".to_owned()),
            (Some(context), 1) => Some((*context).to_owned()),
            _ => build.context.known().map(|context| context.value.to_string()),
        };
        if let Some(context) = context {
            self.draft.label(ends, &format!("context {context}"));
            self.draft.edge_fact(ends, "context", &context, build.context.at().or(Some(build.at)));
        }
        let values = [
            ("Dockerfile", &build.dockerfile),
            ("platform", &build.platform),
            ("target", &build.target),
        ];
        for (label, value) in values {
            if let Some(value) = value.known() {
                let text = value.value.to_string();
                self.draft.edge_fact(ends, label, &text, Some(value.at));
            }
        }
        for (argument, value) in &build.arguments {
            self.draft.edge_fact(ends, "argument", argument, value.at());
        }
        self.draft.because(ends, build.image.iter().flat_map(|link| &link.because));
        let values =
            [build.dockerfile.at(), build.context.at(), build.platform.at(), build.target.at()];
        let tags = build.tags.iter().map(|tag| tag.at);
        let places = values.into_iter().flatten().chain([build.at]).chain(tags);
        let of_file: Vec<Span> = places.filter(|at| at.source == build.at.source).collect();
        self.draft.stands_for(Element::Edge(ends), of_file);
    }

    /// The images that others start from.
    pub(super) fn bases(&mut self) {
        let mut tags: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (build, node) in self.project.builds.iter().zip(&self.builds) {
            for tag in &build.tags {
                let reference = ImageReference::parse(&tag.value);
                if let (Some(name), Some(node)) = (reference.name(), node) {
                    tags.entry(name.to_owned()).or_default().insert(*node);
                }
            }
        }
        let mut edges = Vec::new();
        for (build, node) in self.project.builds.iter().zip(&self.builds) {
            let image = build.image.as_ref().and_then(|link| self.project.image(link.to));
            let (Some(image), Some(node)) = (image, node) else { continue };
            for stage in &image.stages {
                let Base::Image(Value::Known(base)) = &stage.base else { continue };
                let wanted = ImageReference::parse(&base.value);
                let same = wanted.name().and_then(|name| tags.get(name));
                for other in same.into_iter().flatten().filter(|other| *other != node) {
                    let is_it = |build: &Build| {
                        build.tags.iter().any(|tag| {
                            let tag = ImageReference::parse(&tag.value);
                            wanted.same_repository(&tag, false) == Some(Sameness::Same)
                        })
                    };
                    let mut own = self.project.builds.iter().zip(&self.builds);
                    if own.any(|(build, node)| *node == Some(*other) && is_it(build)) {
                        edges.push((*other, *node, base.at));
                    }
                }
            }
        }
        for (from, to, at) in edges {
            let ends = self.draft.edge(from, to, EdgeKind::Underlies);
            self.draft.stands_for(Element::Edge(ends), [at]);
        }
    }
}
