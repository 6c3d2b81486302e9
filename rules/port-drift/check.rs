use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::deployment::{Deployment, PortName};
use crate::model::image::own_port::StalePort;
use crate::model::request::missing_port::MissingPort;
use crate::model::request::{Misdirected, Sender};
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "port-drift",
    summary: "Requests are sent to a port on which the image does not listen.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
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
    findings.extend(project.missing_ports().iter().map(missing));
    findings.extend(project.stale_ports().iter().map(stale));
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

/// Requests to a port that is not there lead nowhere.
fn missing(missing: &MissingPort) -> Finding {
    let wanted = &missing.wanted;
    let has: Vec<String> = missing.has.iter().map(|port| port.value.to_string()).collect();
    let there = match (&wanted.value, has.is_empty()) {
        (_, false) => format!("which has {}", has.join(" and ")),
        (PortName::Name(_), true) => "which names no port".to_owned(),
        (PortName::Number(_), true) => "which maps no port".to_owned(),
    };
    let message =
        format!("{} port {} of {}, {there}", missing.sender, wanted.value, missing.holder);
    let finding = RULE.finding(message, wanted, "requests go here");
    match missing.has.first() {
        Some(first) => finding.against(first, "this is there").help(format!(
            "send to {}, or let it have {}",
            has.join(" or "),
            wanted.value
        )),
        None => finding
            .see(missing.declared, "declared here")
            .help(format!("give {} to a port there", wanted.value)),
    }
}

/// `EXPOSE` opens nothing, but people and tools read it; a `HEALTHCHECK` is carried out.
fn stale(stale: &StalePort<'_>) -> Finding {
    let (named, listens) = (stale.named, stale.listens);
    let (severity, does) = match stale.instruction {
        "EXPOSE" => (Severity::Note, "names"),
        _ => (Severity::Warning, "asks"),
    };
    let message = format!(
        "`{}` {does} port {}, but the process listens on {}",
        stale.instruction, named.value, listens.value
    );
    let finding = RULE
        .finding(message, named, "named here")
        .severity(severity)
        .against(listens, "the process listens here");
    if stale.instruction != "EXPOSE" {
        return finding.help(format!("ask port {}", listens.value));
    }
    finding.help(format!("expose {}", listens.value)).fix(
        format!("Expose {}", listens.value),
        Safety::Unsafe,
        vec![Edit::replace(named.at, listens.value.to_string())],
    )
}
