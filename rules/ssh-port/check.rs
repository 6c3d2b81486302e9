use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "ssh-port",
    summary: "`EXPOSE` names the port of SSH.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["CKV_DOCKER_1", "DS004"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| image.all_stages());
    for port in stages.flat_map(|stage| &stage.written.exposed) {
        let Some(port) = port.known() else { continue };
        let Some(text) = port.value.literal() else { continue };
        let number = text.split('/').next().unwrap_or_default();
        if number == "22" && !text.ends_with("/udp") {
            findings.push(
                RULE.finding(format!("`EXPOSE {text}` is the port of SSH"), port, "SSH")
                    .help("open a shell by `docker exec` or `kubectl exec`"),
            );
        }
    }
}
