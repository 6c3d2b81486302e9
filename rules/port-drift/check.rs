use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::deployment::Deployment;
use crate::model::request::{Misdirected, Sender};
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "port-drift",
    summary: "Requests are sent to a port on which the image does not listen.",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for Misdirected { request, listening } in project.misdirected() {
        let (port, listens) = (&request.port, &listening.port);
        let message = format!(
            "{} port {}, but image `{}` listens on {}",
            request.sender.does(),
            port.value,
            listening.running.image.name(),
            listens.value
        );
        let help = match request.deployment.platform.sets_port() {
            true => {
                format!("send requests to {}, or let the server listen on `$PORT`", listens.value)
            }
            false => {
                format!("send to {}, or let the server listen on {}", listens.value, port.value)
            }
        };
        let finding = RULE
            .finding(message, port, request.sender.here())
            .against(listens, format!("`{}` listens here", listening.listener.server))
            .because(&request.because)
            .because(listening.running.because)
            .help(help);
        // What a load balancer names the task has to map, too.
        findings.push(match request.sender {
            Sender::Balancer => finding,
            _ => with_fix(finding, request.deployment, port, listens),
        });
    }
    findings.extend(called_by_no_name(project));
    findings.extend(mapped_by_none(project));
    findings.extend(served_by_none(project));
    findings.extend(exposed_elsewhere(project));
}

/// A fix edits the literal. One that is reached through a variable has other readers.
fn with_fix(
    finding: Finding,
    deployment: &Deployment,
    port: &Sourced<u16>,
    listens: &Sourced<u16>,
) -> Finding {
    if !port.via.is_empty() || port.at == deployment.at {
        return finding;
    }
    let title = format!("Send requests to port {}", listens.value);
    finding.fix(title, Safety::Unsafe, vec![Edit::replace(port.at, listens.value.to_string())])
}

/// A name that no container gives to a port leads nowhere.
fn called_by_no_name(project: &Project) -> Vec<Finding> {
    let unnamed = project.unnamed_ports().into_iter().map(|unnamed| {
        let name = unnamed.name.value;
        let message = format!("{} by the port `{name}`, which no container has", unnamed.title);
        let finding = RULE
            .finding(message, &unnamed.name, "no port has this name")
            .see(unnamed.deployment.at, "the workload is declared here");
        let names = unnamed.names.iter().filter_map(|name| name.value.literal());
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        finding.help(match names.is_empty() {
            true => format!("name a port of the container `{name}`, or send to its number"),
            false => format!("send to {}, or to the number of a port", names.join(" or ")),
        })
    });
    unnamed.collect()
}

/// An Ingress reaches nothing by a port that its Service does not have.
fn served_by_none(project: &Project) -> Vec<Finding> {
    let unserved = project.unserved_ports().into_iter().filter_map(|unserved| {
        let (port, name) = (unserved.port, unserved.service.name.known()?);
        let ports = unserved.service.ports.iter().filter_map(|port| port.port.known());
        let ports: Vec<String> = ports.map(|port| port.value.to_string()).collect();
        let (name, has) = (&name.value, ports.join(" and "));
        let message = format!(
            "the Ingress sends to port {} of Service `{name}`, which has {has}",
            port.value
        );
        let first = unserved.service.ports.first()?.port.known()?;
        let finding = RULE.finding(message, port, "requests go here");
        Some(finding.against(first, "the Service has this").help(format!("send to {has}")))
    });
    unserved.collect()
}

/// ECS refuses a service whose load balancer sends to a port that the container does not map.
fn mapped_by_none(project: &Project) -> Vec<Finding> {
    let unmapped = project.unmapped_ports().into_iter().map(|unmapped| {
        let title = match unmapped.container.name.known() {
            Some(name) => format!("container `{}`", name.value),
            None => "the container".to_owned(),
        };
        let ports: Vec<String> = unmapped.mapped.iter().map(|p| p.value.to_string()).collect();
        let maps = match ports.is_empty() {
            true => "maps no port".to_owned(),
            false => format!("maps {}", ports.join(" and ")),
        };
        let port = unmapped.port;
        let message =
            format!("the load balancer sends to port {} of {title}, which {maps}", port.value);
        let finding = RULE.finding(message, port, "requests go here");
        let finding = match unmapped.mapped.first() {
            Some(mapped) => finding.against(mapped, "its ports are mapped here"),
            None => finding.see(unmapped.deployment.at, "the task is defined here"),
        };
        finding.help("name a port that the container maps, from one variable for both")
    });
    unmapped.collect()
}

/// `EXPOSE` opens nothing, but people and tools read it.
fn exposed_elsewhere(project: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stage in project.images.iter().filter_map(|image| image.stages.last()) {
        let Some(listens) = stage.listener.as_ref().and_then(|listener| listener.port.known())
        else {
            continue;
        };
        let exposed: Option<Vec<_>> = stage.exposes.iter().map(|port| port.known()).collect();
        let Some(exposed) = exposed.filter(|ports| ports.iter().all(|p| p.value != listens.value))
        else {
            continue;
        };
        let Some(first) = exposed.first() else { continue };
        let message = format!(
            "`EXPOSE` names port {}, but the process listens on {}",
            first.value, listens.value
        );
        let finding = RULE
            .finding(message, first, "documented here")
            .severity(Severity::Note)
            .against(listens, "the process listens here")
            .help(format!("expose {}", listens.value));
        findings.push(finding.fix(
            format!("Expose {}", listens.value),
            Safety::Unsafe,
            vec![Edit::replace(first.at, listens.value.to_string())],
        ));
    }
    findings
}
