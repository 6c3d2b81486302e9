use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::request::closed_port::{ClosedPort, NamedBy};
use crate::model::request::missing_port::MissingPort;
use crate::rule::Rule;

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
    findings.extend(project.closed_ports().iter().map(closed));
    findings.extend(project.missing_ports().iter().map(missing));
}

fn closed(port: &ClosedPort<'_>) -> Finding {
    let (named, open) = (port.named.value, port.open.value);
    let [process, server] = port.listeners();
    let (severity, help, title) = match port.named_by {
        NamedBy::Sender(_, deployment) => {
            let help = match deployment.platform.sets_port() {
                true => format!("send requests to {open}, or let the server listen on `$PORT`"),
                false => format!("send to {open}, or let the server listen on {named}"),
            };
            (RULE.severity, help, "Send requests to port")
        }
        NamedBy::HealthCheck => (Severity::Warning, format!("ask port {open}"), "Ask port"),
        NamedBy::Expose => (Severity::Note, format!("expose {open}"), "Expose"),
    };
    let does = port.named_by.does();
    let message = format!("{does} port {named}, but {process} listens on {open}");
    let finding = RULE
        .finding(message, &port.named, port.named_by.here())
        .severity(severity)
        .against(&port.open, format!("{server} listens here"))
        .because(&port.because)
        .help(help);
    let Some(digits) = port.digits else { return finding };
    let edit = Edit::replace(digits, open.to_string());
    finding.fix(format!("{title} {open}"), Safety::Unsafe, [edit])
}

/// Requests to a port that is not there lead nowhere.
fn missing(missing: &MissingPort) -> Finding {
    let MissingPort { wanted, sender, holder, .. } = missing;
    let (port, instead) = (&wanted.value, missing.instead());
    let message = format!("{sender} port {port} of {holder}, {instead}");
    let finding = RULE.finding(message, wanted, "requests go here").because(&missing.because);
    // What opens nothing need not name all that is open.
    let finding = match missing.because.is_empty() {
        true => finding,
        false => finding.severity(Severity::Warning),
    };
    match missing.has.first() {
        Some(first) => {
            let others = missing.others().join(" or ");
            let finding = finding.against(first, "this is there");
            finding.help(format!("send to {others}, or let it have {port}"))
        }
        None => finding
            .see(missing.declared, "declared here")
            .help(format!("give {port} to a port there")),
    }
}
