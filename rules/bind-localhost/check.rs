use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::request::loopback::{LoopbackServer, WantedBy};
use crate::rule::Rule;

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
    for LoopbackServer { listener, host, address, wanted_by } in project.loopback_servers() {
        let server = &listener.server;
        let finding = |message| {
            RULE.finding(message, host, "listens on the loopback address").help("listen on 0.0.0.0")
        };
        findings.push(match wanted_by {
            WantedBy::Deployment(deployment, because) => finding(format!(
                "`{server}` listens on {address}, where no request of {} reaches it",
                deployment.platform.name()
            ))
            .because(because)
            .see(deployment.at, "the image is deployed here"),
            WantedBy::Expose(exposed) => finding(format!(
                "port {} is exposed, but `{server}` listens on {address} only",
                exposed.value
            ))
            .severity(Severity::Warning)
            .against(exposed, "meant to be reached from outside"),
        });
    }
}
