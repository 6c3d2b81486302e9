//! Ports that something names, and on which no server listens.

use super::{Listening, Request, Sender};
use crate::model::Project;
use crate::model::deployment::{Container, Deployment, Platform, PortName};
use crate::model::image::Image;
use crate::source::Span;
use crate::value::{Comparison, Sourced, Step};

/// A port that something names, though the server listens on another.
#[derive(Debug)]
pub struct ClosedPort<'a> {
    /// The port.
    pub named: Sourced<u16>,
    /// What names it.
    pub named_by: NamedBy<'a>,
    /// The port on which the server listens.
    pub open: Sourced<u16>,
    /// The server: `gunicorn`.
    pub server: &'static str,
    /// The image that starts the server, if another file names the port than its Dockerfile.
    pub image: Option<&'a Image>,
    /// Why what names the port speaks of this server.
    pub because: Vec<Step>,
    /// The digits of the port, where others in their place change nothing else.
    pub digits: Option<Span>,
}

/// What names a port on which a server should listen.
#[derive(Debug, Clone, Copy)]
pub enum NamedBy<'a> {
    /// What sends requests to a deployment.
    Sender(Sender, &'a Deployment),
    /// `EXPOSE`, which opens nothing, but which people and tools read.
    Expose,
    /// `HEALTHCHECK`, which is carried out.
    HealthCheck,
}

impl ClosedPort<'_> {
    /// What listens, as a message calls it where another file names the port, and where its own
    /// does.
    pub fn listeners(&self) -> [String; 2] {
        match self.image {
            Some(image) => [format!("image `{}`", image.name()), format!("`{}`", self.server)],
            None => ["the process".to_owned(), "the process".to_owned()],
        }
    }
}

impl NamedBy<'_> {
    /// What it does, as the start of a sentence: `requests go to`.
    pub fn does(self) -> String {
        match self {
            NamedBy::Sender(sender, _) => sender.does(),
            NamedBy::Expose => "`EXPOSE` names".to_owned(),
            NamedBy::HealthCheck => "`HEALTHCHECK` asks".to_owned(),
        }
    }

    /// The place where it names a port, as a phrase.
    pub fn here(self) -> &'static str {
        match self {
            NamedBy::Sender(sender, _) => sender.here(),
            NamedBy::Expose | NamedBy::HealthCheck => "named here",
        }
    }
}

impl Project {
    /// The ports to which requests are sent, or that an image names of itself, and on which
    /// surely nothing listens.
    pub fn closed_ports(&self) -> Vec<ClosedPort<'_>> {
        let requests = self.requests().into_iter();
        let mut closed: Vec<_> = requests.filter_map(|request| self.closed(request)).collect();
        let stages = self.images.iter().filter_map(|image| image.stages.last());
        closed.extend(stages.flat_map(|stage| stage.closed_ports()));
        closed
    }

    /// The port of a request, if no container that may get it listens there.
    fn closed<'a>(&'a self, request: Request<'a>) -> Option<ClosedPort<'a>> {
        let Request { deployment, containers, port, sender, because } = request;
        let pod: &mut dyn Iterator<Item = &Container> = match deployment.platform {
            Platform::Kubernetes => &mut deployment.containers.iter(),
            _ => &mut containers.iter().copied(),
        };
        let listening: Option<Vec<Listening<'_>>> =
            pod.map(|container| self.listening(deployment, container)).collect();
        let listening = listening?;
        if listening.iter().any(|listening| listening.port.value == port.value) {
            return None;
        }
        // A process may listen elsewhere, too: for metrics, say. Then something says so.
        let Listening { running, listener, port: open } = listening.into_iter().next()?;
        let opens = |port| containers.iter().any(|container| opens(container, port));
        let is_other = sender != Sender::Platform
            && (opens(open.value) && opens(port.value)
                || sender == Sender::Service && self.may_reach(deployment, open.value));
        if is_other {
            return None;
        }
        // A port that is reached through a variable has other readers, and what a load balancer
        // names the task has to map, too.
        let is_own = port.via.is_empty() && port.at != deployment.at && sender != Sender::Balancer;
        Some(ClosedPort {
            digits: is_own.then_some(port.at),
            named: port,
            named_by: NamedBy::Sender(sender, deployment),
            open,
            server: listener.server,
            image: Some(running.image),
            because: because.iter().chain(running.because).cloned().collect(),
        })
    }

    /// Whether a Service may send to a port of a deployment.
    fn may_reach(&self, deployment: &Deployment, wanted: u16) -> bool {
        let selecting =
            self.services.iter().filter(|s| s.selects(deployment) != Comparison::Different);
        selecting.flat_map(|service| &service.ports).any(|port| {
            let Some(target) = port.target.known() else { return true };
            match &target.value {
                PortName::Number(number) => *number == wanted,
                PortName::Name(name) => deployment
                    .containers
                    .iter()
                    .flat_map(|container| &container.ports)
                    .filter(|port| port.name.literal_text().is_none_or(|other| other == name))
                    .any(|port| port.port.known().is_none_or(|port| port.value == wanted)),
            }
        })
    }
}

/// Whether a container says that it opens a port.
fn opens(container: &Container, port: u16) -> bool {
    container.ports.iter().any(|open| open.port.known().is_none_or(|open| open.value == port))
}
