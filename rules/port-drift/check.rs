use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::deployment::Deployment;
use crate::model::listener::Listener;
use crate::rule::Rule;
use crate::value::{Sourced, Text};

pub static RULE: Rule = Rule {
    id: "port-drift",
    summary: "Requests are sent to a port on which the image does not listen.",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (deployment, container) in project.containers() {
        let Some(running) = project.image_of(container).filter(|_| !container.overrides_command)
        else {
            continue;
        };
        let Some(listener) = &running.stage.listener else { continue };
        let (Some(port), Some(listens)) = (container.port.known(), listener.port.known()) else {
            continue;
        };
        // What the image leaves to a variable the deployment may set.
        let number = Text::from(port.value.to_string());
        let may_be_set = container.env.iter().any(|variable| match variable.value.known() {
            Some(value) => value.value.may_be(&number),
            None => true,
        });
        if port.value == listens.value
            || listener.reads_port
            || (may_be_set && !listens.via.is_empty())
        {
            continue;
        }
        let message = format!(
            "requests go to port {}, but image `{}` listens on {}",
            port.value,
            running.image.name(),
            listens.value
        );
        let finding = RULE
            .finding(message, port, "requests go here")
            .against(listens, format!("`{}` listens here", listener.server))
            .because(running.because)
            .help(format!(
                "send requests to {}, or let the server listen on `$PORT`",
                listens.value
            ));
        findings.push(with_fix(finding, deployment, port, listens, listener));
    }
    findings.extend(exposed_elsewhere(project));
}

/// A fix edits the literal. One that is reached through a variable has other readers.
fn with_fix(
    finding: Finding,
    deployment: &Deployment,
    port: &Sourced<u16>,
    listens: &Sourced<u16>,
    listener: &Listener,
) -> Finding {
    if !port.via.is_empty() || port.at == deployment.at || listener.port.known().is_none() {
        return finding;
    }
    let title = format!("Send requests to port {}", listens.value);
    finding.fix(title, Safety::Unsafe, vec![Edit::replace(port.at, listens.value.to_string())])
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
