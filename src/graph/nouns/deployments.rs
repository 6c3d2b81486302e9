//! Deployments in the graph: which images they run, and what sends requests to them.

use super::{Nouns, quoted};
use crate::graph::draft::Element;
use crate::graph::{EdgeKind, NodeKind};
use crate::model::build::BuildId;
use crate::model::deployment::{Container, Deployment, Platform};
use crate::model::request::service::Backend;
use crate::source::Span;
use std::collections::BTreeSet;

impl Nouns<'_> {
    /// What runs images, and the files that deploy it.
    pub(super) fn deployments(&mut self) {
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

    /// The node of a deployment.
    pub(super) fn deployment(&mut self, deployment: &Deployment) -> usize {
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

    /// What a container says of its deployment, and the edge from its image.
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
    pub(super) fn services(&mut self) {
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
            let names = |backend: &&Backend| backend.service.literal_text() == Some(&name);
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
