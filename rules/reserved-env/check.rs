use crate::finding::{Edit, Finding, Safety, Severity, quoted};
use crate::model::Project;
use crate::model::deployment::Manager;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "reserved-env",
    summary: "A deployment sets an environment name that its platform reserves.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for (deployment, container) in project.containers() {
        for variable in &container.env {
            let Some(name) = variable.name.known() else { continue };
            let reserved = deployment.platform.reserved_env();
            let Some(literal) = name.value.literal().filter(|name| reserved.contains(name)) else {
                continue;
            };
            // The port of a container that gets no requests is its own affair.
            let is_alone = deployment.containers.len() == 1;
            if literal == "PORT" && !is_alone && container.port.known().is_none() {
                continue;
            }
            let platform = deployment.platform.name();
            let message = format!(
                "`{literal}` is set for {}, but {platform} reserves {}",
                deployment.title(),
                quoted(reserved)
            );
            let mut finding = RULE
                .finding(
                    message,
                    name,
                    format!("{platform} sets this itself and refuses the deploy"),
                )
                .help(format!("remove it: {platform} sets `{literal}` in the container"));
            // In a command, and in JSON, the separators around the setting differ, so only a
            // block of HCL is removed.
            let is_json = project.sources.get(variable.setting.source).path.ends_with(".json");
            if deployment.manager == Manager::Terraform && name.via.is_empty() && !is_json {
                let whole = project.sources.line_span(variable.setting);
                finding = finding.fix(
                    format!("Remove the setting of `{literal}`"),
                    Safety::Safe,
                    [Edit::replace(whole, "")],
                );
            }
            findings.push(finding);
        }
    }
}
