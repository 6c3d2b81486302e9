//! The graph of a project: its nouns as nodes, its links as edges.

mod deployments;
mod images;

use super::draft::{Draft, Element};
use super::{EdgeKind, Graph, NodeKind};
use crate::finding::Finding;
use crate::model::Project;
use crate::model::deployment::Deployment;
use crate::model::secret::{SecretUser, Store};
use crate::source::{Kind, SourceId, Span, folder, name};
use crate::value::{Text, Value};
use std::collections::BTreeSet;

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
