//! Ports that one side of a request names, and that the other side does not have.

use super::balanced;
use super::service::ServicePort;
use crate::model::deployment::{Container, ContainerPort, Deployment, Platform, PortName};
use crate::model::{Project, RunningImage};
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value};

/// The folders in which tests are kept.
const TESTS: &[&str] = &["e2e", "test", "testdata", "tests"];

/// A port to which something sends, and that is not there.
#[derive(Debug)]
pub struct MissingPort {
    /// The port as the sender calls it.
    pub wanted: Sourced<PortName>,
    /// What the sender does, as the start of a sentence: `the Ingress sends to`.
    pub sender: String,
    /// What should have it: ``Service `api` ``.
    pub holder: String,
    /// Where that is declared.
    pub declared: Span,
    /// The ports that are there, called in the same way.
    pub has: Vec<Sourced<PortName>>,
    /// Why it is taken not to be there, if it need not be written where the others are.
    pub because: Vec<Step>,
}

impl MissingPort {
    /// What is there instead, as the end of a sentence: `which has 80 and 443`.
    pub fn instead(&self) -> String {
        match (&self.wanted.value, self.has.is_empty()) {
            (_, false) => format!("which has {}", self.others().join(" and ")),
            (PortName::Name(_), true) => "which names no port".to_owned(),
            (PortName::Number(_), true) => "which maps no port".to_owned(),
        }
    }

    /// The ports that are there, as they are called.
    pub fn others(&self) -> Vec<String> {
        self.has.iter().map(|port| port.value.to_string()).collect()
    }
}

impl Project {
    /// The ports to which Services, probes, Ingresses and load balancers send, and that the
    /// other side surely does not have.
    pub fn missing_ports(&self) -> Vec<MissingPort> {
        let mut missing = self.unnamed();
        missing.extend(self.unmapped());
        missing.extend(self.unserved());
        missing.extend(self.unopened());
        // What is only tested may lack what nobody calls.
        missing.retain(|missing| {
            let path = &self.sources.get(missing.wanted.at.source).path;
            !path.split('/').any(|part| TESTS.contains(&part))
        });
        missing
    }

    /// Named ports to which Services and probes send, and that no container opens.
    fn unnamed(&self) -> Vec<MissingPort> {
        let mut unnamed = Vec::new();
        for service in &self.services {
            let sender = match service.name.known() {
                Some(name) => format!("Service `{}` sends to", name.value),
                None => "this Service sends to".to_owned(),
            };
            let selectable = self.selectable(service);
            for target in service.ports.iter().map(|port| &port.target) {
                // Pods without a port of the name get nothing: one that has it is enough.
                let lacking = selectable.iter().map(|(sure, deployment)| {
                    let containers: Vec<&Container> = deployment.containers.iter().collect();
                    Some((*sure, self.named_by_none(deployment, &containers, target, &sender)?))
                });
                let lacking: Option<Vec<(bool, MissingPort)>> = lacking.collect();
                let mut lacking = lacking.unwrap_or_default().into_iter();
                unnamed.extend(lacking.find(|(sure, _)| *sure).map(|(_, missing)| missing));
            }
        }
        for (deployment, container) in self.containers() {
            unnamed.extend(container.probes.iter().filter_map(|probe| {
                let sender = format!("`{}` asks", probe.kind);
                self.named_by_none(deployment, &[container], &probe.port, &sender)
            }));
        }
        unnamed
    }

    fn named_by_none(
        &self,
        deployment: &Deployment,
        containers: &[&Container],
        target: &Value<PortName>,
        sender: &str,
    ) -> Option<MissingPort> {
        let target = target.known()?;
        let PortName::Name(wanted) = &target.value else { return None };
        // What is patched has other ports beside these.
        let variants = self.deployments.iter().filter(|other| {
            other.platform == Platform::Kubernetes
                && other.labels.iter().all(|label| label.key.literal().is_none())
                && other.name.may_be(&deployment.name)
        });
        let ports: Vec<&ContainerPort> = containers
            .iter()
            .copied()
            .chain(variants.flat_map(|variant| &variant.containers))
            .flat_map(|container| &container.ports)
            .collect();
        let mut has = Vec::new();
        for port in ports {
            match &port.name {
                Value::Unset => {}
                Value::Known(name) => has.push(as_name(name)?),
                Value::Unknown(_) => return None,
            }
        }
        let is_wanted = |name: &Sourced<PortName>| name.value == target.value;
        let is_missing = !containers.is_empty() && !wanted.is_empty() && !has.iter().any(is_wanted);
        is_missing.then(|| MissingPort {
            wanted: target.clone(),
            sender: sender.to_owned(),
            holder: deployment.title(),
            declared: deployment.at,
            has,
            because: Vec::new(),
        })
    }

    /// Ports to which load balancers send, and that their containers do not map. ECS refuses
    /// such a service.
    fn unmapped(&self) -> Vec<MissingPort> {
        let all = self.deployments.iter().flat_map(|d| d.balancers.iter().map(move |b| (d, b)));
        let unmapped = all.filter_map(|(deployment, balancer)| {
            let wanted = as_number(balancer.port.known()?);
            let containers = balanced(deployment, balancer);
            let ports = containers.iter().flat_map(|container| &container.ports);
            let has: Option<Vec<_>> = ports.map(|port| port.port.known().map(as_number)).collect();
            let has = has.filter(|all| all.iter().all(|other| other.value != wanted.value))?;
            let holder = match containers.first()?.name.known() {
                Some(name) => format!("container `{}`", name.value),
                None => "the container".to_owned(),
            };
            let sender = "the load balancer sends to".to_owned();
            let because = Vec::new();
            Some(MissingPort { wanted, sender, holder, declared: deployment.at, has, because })
        });
        unmapped.collect()
    }

    /// Ports that backends name and that no Service of the name has.
    fn unserved(&self) -> Vec<MissingPort> {
        let unserved = self.backends.iter().filter_map(|backend| {
            let wanted = backend.port.known()?;
            let service = *self.services_of(backend).first()?;
            // What is patched elsewhere, or is there several times, may be meant in any form.
            let mut may_be_meant = self.services.iter().filter(|s| s.name.may_be(&backend.service));
            let is_wanted = |port: &ServicePort| backend.may_mean(port, &wanted.value);
            if may_be_meant.any(|service| service.ports.iter().any(is_wanted)) {
                return None;
            }
            let has = service.ports.iter().filter_map(|port| match &wanted.value {
                PortName::Number(_) => port.port.known().map(as_number),
                PortName::Name(_) => as_name(port.name.known()?),
            });
            Some(MissingPort {
                wanted: wanted.clone(),
                sender: "the Ingress sends to".to_owned(),
                holder: format!("Service `{}`", service.name.known()?.value),
                declared: service.at,
                has: has.collect(),
                because: Vec::new(),
            })
        });
        unserved.collect()
    }

    /// The one port of a Service, if the one container that gets its requests opens another, and
    /// nothing tells that it listens there all the same.
    fn unopened(&self) -> Vec<MissingPort> {
        let unopened = self.services.iter().filter_map(|service| {
            let ([port], selectable) = (&service.ports[..], self.selectable(service)) else {
                return None;
            };
            let ([(true, deployment)], wanted) = (&selectable[..], port.target.known()?) else {
                return None;
            };
            let ([container], PortName::Number(number)) =
                (&deployment.containers[..], &wanted.value)
            else {
                return None;
            };
            let [open] = &container.ports[..] else { return None };
            let open = open.port.known().filter(|open| open.value != *number)?;
            if self.may_open(container, *number) || self.listening(deployment, container).is_some()
            {
                return None;
            }
            let told = "`containerPort` opens nothing, and is taken for what the process opens";
            Some(MissingPort {
                wanted: wanted.clone(),
                sender: format!("Service `{}` sends to", service.name.known()?.value),
                holder: deployment.title(),
                declared: deployment.at,
                has: vec![as_number(open)],
                because: vec![Step::default(open.at, told)],
            })
        });
        unopened.collect()
    }

    /// Whether a container, or its image, speaks of a port beside those that it lists, or may.
    fn may_open(&self, container: &Container, number: u16) -> bool {
        let speaks = |value: &Value<Text>| {
            value.known().is_none_or(|value| value.value.to_string().contains(&number.to_string()))
        };
        let exposes = |image: RunningImage<'_>| {
            let mut ports = image.stage.exposes.iter();
            ports.any(|port| port.known().is_none_or(|port| port.value == number))
        };
        container.replaced.changes_process()
            || container.env.iter().any(|variable| speaks(&variable.value))
            || self.image_of(container).is_some_and(exposes)
    }
}

fn as_number(port: &Sourced<u16>) -> Sourced<PortName> {
    Sourced { value: PortName::Number(port.value), at: port.at, via: port.via.clone() }
}

fn as_name(name: &Sourced<Text>) -> Option<Sourced<PortName>> {
    let value = PortName::Name(name.value.literal()?.to_owned());
    Some(Sourced { value, at: name.at, via: name.via.clone() })
}
