//! Services of Kubernetes: what gets requests in a cluster, and sends them to pods.

use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::deployment::{Deployment, Label, Platform, PortName};
use crate::source::{SourceId, Span, folder};
use crate::value::{Comparison, Text, Value};
use std::collections::BTreeMap;

/// A Service.
#[derive(Debug, Clone)]
pub struct Service {
    /// The head of the block, or the kind of the document.
    pub at: Span,
    /// The name.
    pub name: Value<Text>,
    /// The namespace.
    pub namespace: Value<Text>,
    /// The kustomization or chart that it is applied with, if one is known.
    pub bundle: Option<SourceId>,
    /// The labels of the pods that it sends to; one that is not known if they are not.
    pub selector: Vec<Label>,
    /// Its ports. A list that is not known to be whole has an item that is not known.
    pub ports: Vec<ServicePort>,
}

/// Where something is written, and what it is applied with.
type Home = (Span, Option<SourceId>);

/// A port of a Service.
#[derive(Debug, Clone)]
pub struct ServicePort {
    /// The name.
    pub name: Value<Text>,
    /// The number on which it gets requests.
    pub port: Value<u16>,
    /// The port of the pods to which it sends them: the same where none is written.
    pub target: Value<PortName>,
}

/// What sends requests to a Service: a path of an Ingress.
#[derive(Debug, Clone)]
pub struct Backend {
    /// The namespace.
    pub namespace: Value<Text>,
    /// The kustomization or chart that it is applied with, if one is known.
    pub bundle: Option<SourceId>,
    /// The name of the Service.
    pub service: Value<Text>,
    /// The port of the Service.
    pub port: Value<PortName>,
    /// Whether that may be the port of the pods instead.
    pub by_target: bool,
}

impl Service {
    /// Whether it sends to the pods of a deployment: `Equal` if it surely does.
    pub(super) fn selects(&self, deployment: &Deployment) -> Comparison {
        if deployment.platform != Platform::Kubernetes
            || self.selector.is_empty()
            || !same_namespace(&self.namespace, &deployment.namespace)
        {
            return Comparison::Different;
        }
        self.fits(deployment)
    }

    /// Whether the pods of a deployment have the labels that it asks for.
    pub(super) fn fits(&self, deployment: &Deployment) -> Comparison {
        let any_more = deployment.labels.iter().any(|label| label.key.literal().is_none());
        let compare = |wanted: &Label| {
            let label = deployment.labels.iter().find(|label| label.key == wanted.key);
            match (label.map(|label| label.value.known()), wanted.value.known()) {
                (Some(Some(label)), Some(wanted)) => label.value.compare(&wanted.value),
                (None, _) if wanted.key.literal().is_some() && !any_more => Comparison::Different,
                _ => Comparison::MayBeEqual,
            }
        };
        weakest(self.selector.iter().map(compare))
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
        blur.value(&mut self.namespace);
        self.selector.iter_mut().for_each(|label| blur.value(&mut label.value));
        for port in &mut self.ports {
            blur.value(&mut port.name);
            blur.value(&mut port.port);
            blur.value(&mut port.target);
        }
    }
}

impl ServicePort {
    /// Whether it is called so, or may be.
    pub(super) fn may_be(&self, wanted: &PortName) -> bool {
        match wanted {
            PortName::Number(number) => self.port.known().is_none_or(|p| p.value == *number),
            PortName::Name(name) => match self.name.known() {
                Some(other) => other.value.may_be(&Text::from(name.as_str())),
                None => !self.name.is_unset(),
            },
        }
    }
}

impl Backend {
    /// Whether it may mean a port of a Service.
    pub(super) fn may_mean(&self, port: &ServicePort, wanted: &PortName) -> bool {
        let is_target = || port.target.known().is_none_or(|target| target.value == *wanted);
        port.may_be(wanted) || (self.by_target && is_target())
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.namespace);
        blur.value(&mut self.service);
        blur.value(&mut self.port);
    }
}

impl Project {
    /// The deployments to whose pods a Service surely sends: those of its file, else of its
    /// folder, else of the project, since many projects hold several variants of one system.
    pub fn selected<'a>(&'a self, service: &Service) -> Vec<&'a Deployment> {
        self.selectable(service).into_iter().filter(|(sure, _)| *sure).map(|(_, d)| d).collect()
    }

    /// The deployments that are as near, with those to whose pods it perhaps sends, and whether
    /// it surely does.
    pub(super) fn selectable<'a>(&'a self, service: &Service) -> Vec<(bool, &'a Deployment)> {
        if self.is_patched(service) {
            return Vec::new();
        }
        let all = self
            .deployments_beside(service.bundle)
            .map(|d| (service.selects(d), (d.at, d.bundle), d));
        self.nearest((service.at, service.bundle), all)
    }

    /// The deployments that are not applied with another bundle.
    fn deployments_beside(&self, bundle: Option<SourceId>) -> impl Iterator<Item = &Deployment> {
        let by_bundle = self.by_bundle.get_or_init(|| {
            let mut by_bundle: BTreeMap<Option<SourceId>, Vec<usize>> = BTreeMap::new();
            for (i, deployment) in self.deployments.iter().enumerate() {
                by_bundle.entry(deployment.bundle).or_default().push(i);
            }
            by_bundle
        });
        let of = by_bundle.iter().filter(move |(other, _)| !is_foreign(bundle, **other));
        of.flat_map(|(_, all)| all).filter_map(|i| self.deployments.get(*i))
    }

    /// The Services that a backend surely means, likewise.
    pub fn services_of<'a>(&'a self, backend: &Backend) -> Vec<&'a Service> {
        let Some(wanted) = backend.service.known() else { return Vec::new() };
        let near = self.services.iter().filter(|s| !is_foreign(backend.bundle, s.bundle));
        let all = near.map(|service| {
            let same = match service.name.known() {
                Some(name) if same_namespace(&service.namespace, &backend.namespace) => {
                    name.value.compare(&wanted.value)
                }
                Some(_) => Comparison::Different,
                None => Comparison::MayBeEqual,
            };
            (same, (service.at, service.bundle), service)
        });
        let nearest = self.nearest((wanted.at, backend.bundle), all).into_iter();
        nearest.filter(|(sure, _)| *sure).map(|(_, service)| service).collect()
    }

    /// Whether another document says more of a Service, as patches do.
    pub(super) fn is_patched(&self, service: &Service) -> bool {
        let has_part = |other: &Service| {
            other.selector.is_empty() && !other.ports.is_empty() && other.name.may_be(&service.name)
        };
        self.services.iter().any(|other| other.at != service.at && has_part(other))
    }

    /// Of the things that may be meant at a place those that are written in its file; else in its
    /// folder; else all. Each with whether it surely is meant.
    fn nearest<T>(
        &self,
        place: Home,
        all: impl Iterator<Item = (Comparison, Home, T)>,
    ) -> Vec<(bool, T)> {
        let path = |at: Span| &*self.sources.get(at.source).path;
        let (from, own) = place;
        let distance = |(at, bundle): Home| match () {
            () if bundle != own => 3,
            () if at.source == from.source => 0,
            () if folder(path(at)) == folder(path(from)) => 1,
            () => 2,
        };
        let all: Vec<_> = all.filter(|(same, ..)| *same != Comparison::Different).collect();
        let Some(least) = all.iter().map(|(_, home, _)| distance(*home)).min() else {
            return Vec::new();
        };
        let near = all.into_iter().filter(|(_, home, _)| distance(*home) == least);
        near.map(|(same, _, thing)| (same == Comparison::Equal, thing)).collect()
    }
}

/// Whether two things are applied with different bundles: then neither means the other.
fn is_foreign(a: Option<SourceId>, b: Option<SourceId>) -> bool {
    a.is_some() && b.is_some() && a != b
}

/// Whether all conditions hold.
fn weakest(conditions: impl Iterator<Item = Comparison>) -> Comparison {
    let mut all = Comparison::Equal;
    for condition in conditions {
        match condition {
            Comparison::Different => return Comparison::Different,
            Comparison::MayBeEqual => all = Comparison::MayBeEqual,
            Comparison::Equal => {}
        }
    }
    all
}

/// Whether two namespaces are not known to differ. One that is not written is given when the
/// manifest is applied.
fn same_namespace(a: &Value<Text>, b: &Value<Text>) -> bool {
    a.is_unset() || b.is_unset() || a.may_be(b)
}
