use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Value;

pub static RULE: Rule = Rule {
    id: "bind-localhost",
    summary: "A deployed server listens on the loopback address only.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (deployment, container) in project.containers() {
        // Without a port it gets no requests.
        if container.replaced.changes_process() || container.port.known().is_none() {
            continue;
        }
        let Some(running) = project.image_of(container) else { continue };
        let Some(listener) = &running.stage.listener else { continue };
        let Some(host) = listener.host.known() else { continue };
        let Some(loopback) = host.value.literal().filter(|host| is_loopback(host)) else {
            continue;
        };
        let message = format!(
            "`{}` listens on {loopback}, where no request of {} reaches it",
            listener.server,
            deployment.platform.name()
        );
        let finding = RULE
            .finding(message, host, "listens on the loopback address")
            .because(running.because)
            .see(deployment.at, "the image is deployed here")
            .help("listen on 0.0.0.0");
        if !findings.iter().any(|known: &Finding| known.at == finding.at) {
            findings.push(finding);
        }
    }
    findings.extend(exposed(project, findings));
}

/// An image of which no deployment is known, but whose `EXPOSE` says that it is reached.
fn exposed(project: &Project, known: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stage in project.images.iter().filter_map(|image| image.stages.last()) {
        let Some(listener) = &stage.listener else { continue };
        let (Some(host), Some(port)) = (listener.host.known(), listener.port.known()) else {
            continue;
        };
        let Some(loopback) = host.value.literal().filter(|host| is_loopback(host)) else {
            continue;
        };
        let exposed = stage.exposes.iter().filter_map(Value::known).find(|e| e.value == port.value);
        let Some(exposed) = exposed else { continue };
        let message = format!(
            "port {} is exposed, but `{}` listens on {loopback} only",
            port.value, listener.server
        );
        let finding = RULE
            .finding(message, host, "listens on the loopback address")
            .severity(Severity::Warning)
            .against(exposed, "meant to be reached from outside")
            .help("listen on 0.0.0.0");
        if !known.iter().any(|other| other.at.span == finding.at.span) {
            findings.push(finding);
        }
    }
    findings
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "::1" | "[::1]")
}
