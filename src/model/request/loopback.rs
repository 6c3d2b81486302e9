//! Servers that listen on the loopback address only, though requests come from outside.

use crate::model::Project;
use crate::model::deployment::Deployment;
use crate::model::image::listener::Listener;
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value};
use std::collections::HashSet;

/// The names of the loopback address.
const LOOPBACK: &[&str] = &["127.0.0.1", "localhost", "::1", "[::1]"];

/// A server that no request from outside of its container reaches.
#[derive(Debug)]
pub struct LoopbackServer<'a> {
    /// The server.
    pub listener: &'a Listener,
    /// The host that it is given, or takes by default.
    pub host: &'a Sourced<Text>,
    /// The same as it is written: `127.0.0.1`.
    pub address: &'a str,
    /// What says that it is to be reached.
    pub wanted_by: WantedBy<'a>,
}

/// What says that a server is to be reached from outside of its container.
#[derive(Debug)]
pub enum WantedBy<'a> {
    /// A deployment that sends it requests, with the reason why it runs the image.
    Deployment(&'a Deployment, Vec<&'a Step>),
    /// `EXPOSE` of its port, which no known deployment confirms.
    Expose(&'a Sourced<u16>),
}

impl Project {
    /// The servers on the loopback address that are to be reached from outside. Each place that
    /// names the address counts once, and a deployment tells more than `EXPOSE`.
    pub fn loopback_servers(&self) -> Vec<LoopbackServer<'_>> {
        let mut servers = Vec::new();
        let mut deployed: HashSet<Span> = HashSet::new();
        for server in self.deployed_on_loopback() {
            if deployed.insert(server.host.at) {
                servers.push(server);
            }
        }
        let exposed = self.exposed_on_loopback();
        servers.extend(exposed.filter(|server| !deployed.contains(&server.host.at)));
        servers
    }

    fn deployed_on_loopback(&self) -> impl Iterator<Item = LoopbackServer<'_>> {
        // Without a port a container gets no requests.
        let served = self.containers().filter(|(_, container)| {
            !container.replaced.changes_process() && container.port.known().is_some()
        });
        served.filter_map(|(deployment, container)| {
            let running = self.image_of(container)?;
            let listener = running.stage.listener.as_ref()?;
            let (host, address) = listener.loopback()?;
            let wanted_by = WantedBy::Deployment(deployment, running.because);
            Some(LoopbackServer { listener, host, address, wanted_by })
        })
    }

    fn exposed_on_loopback(&self) -> impl Iterator<Item = LoopbackServer<'_>> {
        self.images.iter().filter_map(|image| {
            let stage = image.stages.last()?;
            let listener = stage.listener.as_ref()?;
            let (host, address) = listener.loopback()?;
            let port = listener.port.known()?;
            let mut exposed = stage.exposes.iter().filter_map(Value::known);
            let wanted_by = WantedBy::Expose(exposed.find(|other| other.value == port.value)?);
            Some(LoopbackServer { listener, host, address, wanted_by })
        })
    }
}

impl Listener {
    /// The host and its text, if it is the loopback address.
    fn loopback(&self) -> Option<(&Sourced<Text>, &str)> {
        let host = self.host.known()?;
        Some((host, host.value.literal().filter(|host| LOOPBACK.contains(host))?))
    }
}
