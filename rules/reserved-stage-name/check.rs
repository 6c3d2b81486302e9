use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "reserved-stage-name",
    summary: "A stage has a name that means something else in `FROM` and `COPY --from`.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["ReservedStageName", "DL3063", "DF084"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        let (Some(name), Some(named)) = (&stage.name, &stage.written.named) else { continue };
        if !["scratch", "context"].contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let message = format!("a stage is called `{name}`, which is reserved");
        findings.push(
            RULE.finding_at(message, named.at, "reserved").help("give the stage another name"),
        );
    }
}
