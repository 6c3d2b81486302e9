//! Services of Kubernetes: what gets requests in a cluster, and sends them to pods.

use super::Project;
use super::blur::Blur;
use super::deployment::{Deployment, Label, Platform, PortName};
use crate::source::{Span, folder};
use crate::value::{Comparison, Text, Value};

/// A Service.
#[derive(Debug, Clone)]
pub struct Service {
    /// The head of the block, or the kind of the document.
    pub at: Span,
    /// The name.
    pub name: Value<Text>,
    /// The namespace.
    pub namespace: Value<Text>,
    /// The labels of the pods that it sends to; one that is not known if they are not.
    pub selector: Vec<Label>,
    /// Its ports. A list that is not known to be whole has an item that is not known.
    pub ports: Vec<ServicePort>,
}

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
    /// The name of the Service.
    pub service: Value<Text>,
    /// The port of the Service.
    pub port: Value<PortName>,
}

impl Service {
    /// Whether it sends to the pods of a deployment: `Equal` if it surely does.
    pub(super) fn selects(&self, deployment: &Deployment) -> Comparison {
        let compare = |wanted: &Label| {
            let label = deployment.labels.iter().find(|label| label.key == wanted.key);
            match (label.map(|label| label.value.known()), wanted.value.known()) {
                (Some(Some(label)), Some(wanted)) => label.value.compare(&wanted.value),
                (None, _) if wanted.key.literal().is_some() => Comparison::Different,
                _ => Comparison::MayBeEqual,
            }
        };
        if deployment.platform != Platform::Kubernetes
            || self.selector.is_empty()
            || !same_namespace(&self.namespace, &deployment.namespace)
        {
            return Comparison::Different;
        }
        weakest(self.selector.iter().map(compare))
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
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
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.namespace);
        blur.value(&mut self.service);
        blur.value(&mut self.port);
    }
}

impl Project {
    /// The deployments to whose pods a Service surely sends: those of its file, else of its
    /// folder, else of the project, since many projects hold several variants of one system.
    pub fn selected<'a>(&'a self, service: &Service) -> Vec<&'a Deployment> {
        if self.is_patched(service) {
            return Vec::new();
        }
        let all = self.deployments.iter().map(|d| (service.selects(d), d.at, d));
        self.nearest(service.at, all)
    }

    /// The Services that a backend surely means, likewise.
    pub fn services_of<'a>(&'a self, backend: &Backend) -> Vec<&'a Service> {
        let Some(wanted) = backend.service.known() else { return Vec::new() };
        let all = self.services.iter().map(|service| {
            let same = match service.name.known() {
                Some(name) if same_namespace(&service.namespace, &backend.namespace) => {
                    name.value.compare(&wanted.value)
                }
                Some(_) => Comparison::Different,
                None => Comparison::MayBeEqual,
            };
            (same, service.at, service)
        });
        self.nearest(wanted.at, all)
    }

    /// Whether another document says more of a Service, as patches do.
    fn is_patched(&self, service: &Service) -> bool {
        let has_part = |other: &Service| {
            other.selector.is_empty() && !other.ports.is_empty() && other.name.may_be(&service.name)
        };
        self.services.iter().any(|other| other.at != service.at && has_part(other))
    }

    /// Of the things that may be meant at a place those that are written in its file; else in its
    /// folder; else all. Of these those that surely are.
    fn nearest<T>(&self, place: Span, all: impl Iterator<Item = (Comparison, Span, T)>) -> Vec<T> {
        let path = |at: Span| &*self.sources.get(at.source).path;
        let distance = |at: Span| match () {
            () if at.source == place.source => 0,
            () if folder(path(at)) == folder(path(place)) => 1,
            () => 2,
        };
        let all: Vec<_> = all.filter(|(same, ..)| *same != Comparison::Different).collect();
        let Some(least) = all.iter().map(|(_, at, _)| distance(*at)).min() else {
            return Vec::new();
        };
        let sure = |(same, at, _): &(Comparison, Span, T)| {
            *same == Comparison::Equal && distance(*at) == least
        };
        all.into_iter().filter(sure).map(|(.., thing)| thing).collect()
    }
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
