//! Requests: what sends them to which port of a deployment, and whether a server listens there.

pub mod closed_port;
pub mod loopback;
pub mod missing_port;
pub mod service;
pub mod unselected;

use super::deployment::{Balancer, Container, Deployment, PortName};
use super::image::listener::Listener;
use super::{Project, RunningImage};
use crate::value::{Sourced, Step, Text, Value};
use service::{Service, ServicePort};

/// Requests that are sent to a port of a deployment.
#[derive(Debug)]
pub struct Request<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The containers of which one should listen there, since those of a pod share their ports.
    pub containers: Vec<&'a Container>,
    /// The port.
    pub port: Sourced<u16>,
    /// What sends them.
    pub sender: Sender,
    /// Why they go there.
    pub because: Vec<Step>,
}

/// What sends requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The platform itself, to the one port of a service.
    Platform,
    /// A Service of Kubernetes.
    Service,
    /// A load balancer of a service of ECS.
    Balancer,
    /// A probe of this kind.
    Probe(&'static str),
}

/// A server that listens in a container.
#[derive(Debug)]
pub struct Listening<'a> {
    /// The image.
    pub running: RunningImage<'a>,
    /// The server.
    pub listener: &'a Listener,
    /// Its port.
    pub port: Sourced<u16>,
}

impl Sender {
    /// What it does, as the start of a sentence: `requests go to`.
    pub fn does(self) -> String {
        match self {
            Sender::Platform | Sender::Service | Sender::Balancer => "requests go to".to_owned(),
            Sender::Probe(kind) => format!("`{kind}` asks"),
        }
    }
}

impl Sender {
    /// The place where it names a port, as a phrase.
    pub fn here(self) -> &'static str {
        match self {
            Sender::Platform | Sender::Service | Sender::Balancer => "requests go here",
            Sender::Probe(_) => "this is asked whether the container is well",
        }
    }
}

impl Project {
    /// All requests of which the port is known.
    pub fn requests(&self) -> Vec<Request<'_>> {
        let mut requests = Vec::new();
        for (deployment, container) in self.containers() {
            if let Some(port) = container.port.known() {
                let (containers, because) = (vec![container], Vec::new());
                let (port, sender) = (port.clone(), Sender::Platform);
                requests.push(Request { deployment, containers, port, sender, because });
            }
            for probe in &container.probes {
                let sender = Sender::Probe(probe.kind);
                requests.extend(request(deployment, &[container], &probe.port, sender));
            }
        }
        for deployment in &self.deployments {
            for balancer in &deployment.balancers {
                let containers = balanced(deployment, balancer);
                let ([_], Some(port)) = (&containers[..], balancer.port.known()) else { continue };
                let (port, sender, because) = (port.clone(), Sender::Balancer, Vec::new());
                requests.push(Request { deployment, containers, port, sender, because });
            }
        }
        for service in &self.services {
            for deployment in self.selected(service) {
                let containers: Vec<&Container> = deployment.containers.iter().collect();
                let sent = |port: &ServicePort| {
                    request(deployment, &containers, &port.target, Sender::Service)
                };
                let mut sent: Vec<Request<'_>> = service.ports.iter().filter_map(sent).collect();
                for request in &mut sent {
                    request.because.extend(selects(service, deployment));
                }
                requests.extend(sent);
            }
        }
        requests
    }

    /// Where the server of a container listens, if the deployment does not start another.
    pub fn listening<'a>(
        &'a self,
        deployment: &Deployment,
        container: &'a Container,
    ) -> Option<Listening<'a>> {
        if container.replaced.changes_process() {
            return None;
        }
        let running = self.image_of(container)?;
        let listener = running.stage.listener.as_ref()?;
        let may_set = |name: &str| {
            let mut env = container.env.iter();
            env.any(|variable| {
                variable.name.known().is_none_or(|known| known.value.may_be(&Text::from(name)))
            })
        };
        if listener.settings.is_some_and(may_set) {
            return None;
        }
        let port = match &listener.variable {
            Some(name) if name == "PORT" && deployment.platform.sets_port() => return None,
            Some(name) if may_set(name) => set_port(container, name)?,
            _ if listener.reads_port => listener.otherwise.known()?.clone(),
            _ => listener.port.known()?.clone(),
        };
        Some(Listening { running, listener, port })
    }
}

/// The containers to which a load balancer may send.
pub(super) fn balanced<'a>(deployment: &'a Deployment, balancer: &Balancer) -> Vec<&'a Container> {
    let containers = deployment.containers.iter();
    containers.filter(|container| balancer.container.may_be(&container.name)).collect()
}

/// The requests to a port of some containers, if its number is known.
fn request<'a>(
    deployment: &'a Deployment,
    containers: &[&'a Container],
    target: &Value<PortName>,
    sender: Sender,
) -> Option<Request<'a>> {
    let target = target.known()?;
    let containers = containers.to_vec();
    let (port, because) = match &target.value {
        PortName::Number(number) => {
            let port = Sourced { value: *number, at: target.at, via: target.via.clone() };
            (port, Vec::new())
        }
        PortName::Name(name) => {
            let mut ports = containers.iter().flat_map(|container| &container.ports);
            let port = ports.find(|port| port.name.literal_text() == Some(name))?;
            let told = Step::reference(target.at, format!("this is the port `{name}`"));
            (port.port.known()?.clone(), vec![told])
        }
    };
    Some(Request { deployment, containers, port, sender, because })
}

/// Why requests to a Service go to a deployment.
fn selects(service: &Service, deployment: &Deployment) -> Option<Step> {
    let label = service.selector.first()?;
    let value = label.value.known()?;
    let (key, title) = (&label.key, deployment.title());
    Some(Step::reference(value.at, format!("the Service selects the pods of {title} by `{key}`")))
}

/// The port that a deployment sets in a variable.
fn set_port(container: &Container, name: &str) -> Option<Sourced<u16>> {
    let mut settings = container.env.iter();
    // Variables of names that are not known may be this one.
    let all_known = container.env.iter().all(|variable| variable.name.literal_text().is_some());
    let setting = settings.rfind(|variable| variable.name.literal_text() == Some(name));
    let value = setting.filter(|_| all_known)?.value.known()?;
    let port = value.value.literal()?.parse().ok()?;
    let mut via = value.via.clone();
    via.push(Step::reference(value.at, format!("the deployment sets `{name}`")));
    Some(Sourced { value: port, at: value.at, via })
}
