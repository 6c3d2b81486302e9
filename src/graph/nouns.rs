//! The graph of a project: its nouns as nodes, its links as edges.

use super::draft::{Draft, Element};
use super::{EdgeKind, Graph, NodeKind};
use crate::finding::Finding;
use crate::model::Project;
use crate::model::build::{Build, BuildId, BuildKind};
use crate::model::deployment::{Container, Deployment, Platform};
use crate::model::image::{Base, Image, Stage};
use crate::model::reference::{ImageReference, Sameness};
use crate::model::secret::{SecretUser, Store};
use crate::source::{Kind, SourceId, Span, folder, name};
use crate::value::{Text, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The graph of a project, with what was found in it.
pub fn graph(project: &Project, findings: &[Finding], title: &str) -> Graph {
    let mut nouns = Nouns { project, draft: Draft::new(&project.sources), builds: Vec::new() };
    nouns.images();
    nouns.bases();
    nouns.deployments();
    nouns.services();
    nouns.secrets();
    nouns.starters();
    nouns.build_files();
    nouns.calls();
    nouns.describe_files();
    let problems = nouns.draft.mark(findings);
    let mut graph = Graph { problems, ..nouns.draft.finish(title) };
    graph.drop_idle_files();
    graph
}

struct Nouns<'a> {
    project: &'a Project,
    draft: Draft<'a>,
    /// The node of the image of each build.
    builds: Vec<Option<usize>>,
}

impl Nouns<'_> {
    fn images(&mut self) {
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
    fn bases(&mut self) {
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

    fn deployments(&mut self) {
        for deployment in &self.project.deployments {
            // What only restarts something says nothing of it.
            if !deployment.names_image() && deployment.name.known().is_none() {
                continue;
            }
            let node = self.deployment(deployment);
            let file = self.draft.file(deployment.at.source);
            let deploys = self.draft.edge(file, node, EdgeKind::Deploys);
            self.draft.edge_fact(deploys, "by", deployment.manager.name(), Some(deployment.at));
            let places = places_of(deployment);
            self.draft.stands_for(Element::Node(node), places);
            for container in &deployment.containers {
                self.container(node, container);
            }
        }
    }

    fn deployment(&mut self, deployment: &Deployment) -> usize {
        let (name, id) = match deployment.name.known() {
            Some(name) if !name.value.is_unknown() => {
                (name.value.to_string(), name.value.to_string())
            }
            _ => {
                let head = quoted(self.project.sources.text(deployment.at));
                let name = head.unwrap_or("name not known").to_owned();
                (name, self.project.sources.display(deployment.at))
            }
        };
        let namespace = deployment.namespace.literal_text().map(|name| format!("{name}/"));
        let platform = deployment.platform;
        let id = format!(
            "{}:{}{id}",
            format!("{} {}", platform.name(), platform.unit())
                .to_ascii_lowercase()
                .replace(' ', "-"),
            namespace.unwrap_or_default()
        );
        let node = self.draft.node(id, NodeKind::Deployment, &name, Some(deployment.at));
        let what = match platform {
            Platform::Kubernetes => "Kubernetes workload".to_owned(),
            Platform::Compose => "compose service".to_owned(),
            platform => format!("{} {}", platform.name(), platform.unit()),
        };
        let namespace = deployment.namespace.known().map(|name| format!(" · {}", name.value));
        let what = format!("{what}{}", namespace.unwrap_or_default());
        let mut containers = deployment.containers.iter();
        let opened = |c: &'_ Container| c.ports.iter().find_map(|port| port.port.known().cloned());
        let port = containers.find_map(|c| c.port.known().cloned().or_else(|| opened(c)));
        let port = port.map(|port| format!(" · port {}", port.value)).unwrap_or_default();
        self.draft.fact(node, "is a", &what, Some(deployment.at));
        self.draft.about(node, &format!("{what}{port}"));
        self.draft.fact_of(node, "region", &deployment.region);
        self.draft.fact_of(node, "project", &deployment.project);
        self.draft.fact_of(node, "namespace", &deployment.namespace);
        node
    }

    fn container(&mut self, node: usize, container: &Container) {
        self.draft.fact_of(node, "runs image", &container.image);
        if let Some(port) = container.port.known() {
            self.draft.fact(node, "gets requests on port", &port.value.to_string(), Some(port.at));
        }
        for port in &container.ports {
            if let Some(port) = port.port.known() {
                self.draft.fact(node, "opens port", &port.value.to_string(), Some(port.at));
            }
        }
        for variable in &container.env {
            self.draft.fact_of(node, "sets variable", &variable.name);
        }
        for link in &container.builds {
            let BuildId(i) = link.to;
            let Some(Some(image)) = self.builds.get(i).copied() else { continue };
            let ends = self.draft.edge(image, node, EdgeKind::RunsAs);
            self.draft.because(ends, &link.because);
            if let Some(port) = container.port.known() {
                self.draft.label(ends, &format!("port {}", port.value));
            }
            self.draft.stands_for(Element::Edge(ends), container.image.at());
        }
    }

    /// Services of clusters, which send requests to workloads.
    fn services(&mut self) {
        for service in &self.project.services {
            let Some(name) = service.name.known() else { continue };
            let name = name.value.to_string();
            let namespace = service.namespace.literal_text().map(|name| format!("{name}/"));
            let id = format!("service:{}{name}", namespace.unwrap_or_default());
            let node = self.draft.node(id, NodeKind::Service, &name, Some(service.at));
            let ports: Vec<String> = service
                .ports
                .iter()
                .filter_map(|port| {
                    let (number, target) = (port.port.known()?, port.target.known());
                    let target = target.map(|target| target.value.to_string().replace('`', ""));
                    Some(match target.filter(|target| *target != number.value.to_string()) {
                        Some(target) => format!("{} → {target}", number.value),
                        None => number.value.to_string(),
                    })
                })
                .collect();
            let mut seen = BTreeSet::new();
            let ports: Vec<String> =
                ports.into_iter().filter(|port| seen.insert(port.clone())).collect();
            if !ports.is_empty() {
                self.draft.about(node, &format!("port {}", ports.join(", ")));
            }
            for port in &service.ports {
                if let Some(number) = port.port.known() {
                    self.draft.fact(
                        node,
                        "gets requests on port",
                        &number.value.to_string(),
                        Some(number.at),
                    );
                }
            }
            let names = |backend: &&crate::model::request::service::Backend| {
                backend.service.literal_text() == Some(&name)
            };
            for backend in self.project.backends.iter().filter(names) {
                self.draft.fact(node, "gets requests of", "an Ingress", backend.service.at());
            }
            let targets = service.ports.iter().filter_map(|port| port.target.at());
            let numbers = service.ports.iter().filter_map(|port| port.port.at());
            let places = [Some(service.at), service.name.at()];
            let places: Vec<Span> =
                places.into_iter().flatten().chain(numbers).chain(targets).collect();
            self.draft.stands_for(Element::Node(node), places);
            for deployment in self.project.selected(service) {
                let to = self.deployment(deployment);
                let ends = self.draft.edge(node, to, EdgeKind::Sends);
                if !ports.is_empty() {
                    self.draft.label(ends, &format!("port {}", ports.join(", ")));
                }
            }
        }
    }

    /// Secrets by their names: who creates them, and what needs them.
    fn secrets(&mut self) {
        for secret in &self.project.secrets {
            let Some(node) = self.secret(&secret.name, secret.store) else { continue };
            let file = self.draft.file(secret.at.source);
            let ends = self.draft.edge(file, node, EdgeKind::Creates);
            self.draft.edge_fact(ends, "by", "its declaration", Some(secret.at));
            self.draft.stands_for(
                Element::Node(node),
                [Some(secret.at), secret.name.at()].into_iter().flatten(),
            );
        }
        for reference in &self.project.secret_references {
            let Some(node) = self.secret(&reference.name, reference.store) else { continue };
            let Some(at) = reference.name.at() else { continue };
            let users = match &reference.user {
                Some(user) => self.users(user),
                None => BTreeSet::from([self.draft.file(at.source)]),
            };
            for user in users {
                let ends = self.draft.edge(user, node, EdgeKind::Reads);
                self.draft.edge_fact(ends, "because", reference.use_, Some(at));
                self.draft.stands_for(Element::Edge(ends), [at]);
            }
        }
    }

    fn secret(&mut self, secret: &Value<Text>, store: Store) -> Option<usize> {
        let known = secret.known().filter(|name| !name.value.is_unknown())?;
        let name = known.value.to_string();
        let id = format!("secret:{}:{name}", store.name().to_ascii_lowercase().replace(' ', "-"));
        let node = self.draft.node(id, NodeKind::Secret, &name, Some(known.at));
        self.draft.about(node, store.name());
        Some(node)
    }

    /// The deployments that use a secret.
    fn users(&mut self, user: &SecretUser) -> BTreeSet<usize> {
        let is_it = |deployment: &&Deployment| SecretUser::of(deployment) == *user;
        let users: Vec<&Deployment> = self.project.deployments.iter().filter(is_it).collect();
        users.into_iter().map(|deployment| self.deployment(deployment)).collect()
    }

    /// What starts builds: triggers, and files with commands that submit.
    fn starters(&mut self) {
        for trigger in &self.project.triggers {
            let started = match trigger.is_inline {
                true => Some(trigger.at.source),
                false => self.project.sources.find(&trigger.build).map(|(id, _)| id),
            };
            let Some(started) = started else { continue };
            let file = self.draft.file(started);
            let patterns = trigger.included.iter().filter_map(Value::known);
            let patterns: Vec<_> = patterns.map(|p| (p.value.to_string(), p.at)).collect();
            if trigger.at.source == started && !trigger.is_inline {
                for (pattern, at) in patterns {
                    self.draft.fact(file, "starts on changes of", &pattern, Some(at));
                }
                continue;
            }
            let head =
                quoted(self.project.sources.text(trigger.at)).unwrap_or("trigger").to_owned();
            let declared_in = self.project.sources.get(trigger.at.source).path.clone();
            let id = format!("trigger:{declared_in}:{head}");
            let node = self.draft.node(id, NodeKind::Trigger, &head, Some(trigger.at));
            self.draft.about(node, &declared_in);
            for (pattern, at) in patterns {
                self.draft.fact(node, "watches", &pattern, Some(at));
            }
            for name in &trigger.substitutions {
                self.draft.fact_of(node, "gives substitution", name);
            }
            let given = trigger.included.iter().chain(&trigger.ignored).filter_map(Value::at);
            let places: Vec<Span> =
                [trigger.at].into_iter().chain(trigger.named).chain(given).collect();
            self.draft.stands_for(Element::Node(node), places);
            let ends = self.draft.edge(node, file, EdgeKind::Starts);
            self.draft.because(ends, &trigger.off);
        }
        for submission in &self.project.submissions {
            let found = submission.files.iter().filter_map(|path| self.project.sources.find(path));
            let found: BTreeSet<_> = found.map(|(id, _)| id).collect();
            for started in found.into_iter().filter(|id| *id != submission.at.source) {
                let (from, to) = (self.draft.file(submission.at.source), self.draft.file(started));
                let ends = self.draft.edge(from, to, EdgeKind::Starts);
                self.draft.edge_fact(ends, "by", "gcloud builds submit", Some(submission.at));
                let places = [Some(submission.at), submission.config.at()];
                self.draft.stands_for(Element::Edge(ends), places.into_iter().flatten());
            }
        }
    }

    /// Build files are shown even if nothing is known of what they do.
    fn build_files(&mut self) {
        for file in &self.project.build_files {
            let node = self.draft.file(file.at.source);
            for name in &file.declared {
                self.draft.fact_of(node, "has substitution", name);
            }
        }
    }

    /// The files that run scripts which build or deploy, be it by way of others.
    fn calls(&mut self) {
        let calls = &self.project.calls;
        let mut drawn: BTreeSet<SourceId> = self.draft.files.keys().copied().collect();
        loop {
            let leads =
                |(at, to): &&(Span, SourceId)| drawn.contains(to) && !drawn.contains(&at.source);
            let new: Vec<SourceId> = calls.iter().filter(leads).map(|(at, _)| at.source).collect();
            if new.is_empty() {
                break;
            }
            drawn.extend(new);
        }
        for (at, to) in calls.iter().filter(|(at, to)| drawn.contains(to) && at.source != *to) {
            let (from, to) = (self.draft.file(at.source), self.draft.file(*to));
            let ends = self.draft.edge(from, to, EdgeKind::Starts);
            self.draft.edge_fact(ends, "by", self.project.sources.text(*at), Some(*at));
            self.draft.stands_for(Element::Edge(ends), [*at]);
        }
    }

    /// What kind of file each is.
    fn describe_files(&mut self) {
        let files: Vec<_> =
            self.draft.files.iter().map(|(id, nodes)| (*id, nodes.clone())).collect();
        for (id, nodes) in files {
            let source = self.project.sources.get(id);
            for node in nodes {
                let is_file =
                    self.draft.nodes.get(node).is_some_and(|n| n.kind == NodeKind::Pipeline);
                if is_file {
                    self.draft.about(node, kind_of_file(source.kind, &source.path));
                }
            }
        }
    }
}

/// The places of a deployment that say something of it.
fn places_of(deployment: &Deployment) -> Vec<Span> {
    let mut places = vec![Some(deployment.at), deployment.name.at(), deployment.architecture.at()];
    for container in &deployment.containers {
        places.extend([container.image.at(), container.port.at(), container.name.at()]);
        places.extend(container.env.iter().map(|variable| Some(variable.setting)));
        places.extend(container.probes.iter().map(|probe| probe.port.at()));
        places.extend(container.ports.iter().map(|port| port.port.at()));
    }
    places.into_iter().flatten().filter(|at| at.source == deployment.at.source).collect()
}

/// The last word in quotes: the name of a block of Terraform.
fn quoted(head: &str) -> Option<&str> {
    let head = head.lines().next()?;
    head.split('"').enumerate().filter(|(i, _)| i % 2 == 1).last().map(|(_, name)| name)
}

/// What a file is, as a phrase.
fn kind_of_file(kind: Kind, path: &str) -> &'static str {
    match kind {
        Kind::CloudBuild => "Cloud Build file",
        Kind::Workflow => "workflow",
        Kind::Compose => "compose file",
        Kind::Bake => "bake file",
        Kind::Skaffold => "skaffold",
        Kind::GitLab => "GitLab CI",
        Kind::CircleCi => "CircleCI",
        Kind::Tasks => "tasks",
        Kind::Kustomization => "kustomization",
        Kind::Terraform => "Terraform",
        Kind::Script if name(path).to_ascii_lowercase().contains("makefile") => "Makefile",
        Kind::Script => "script",
        Kind::Yaml if folder(path).ends_with("templates") => "template of a chart",
        Kind::Yaml => "manifests",
        _ => "file",
    }
}
