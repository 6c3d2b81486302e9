use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "user-by-name",
    summary: "The last `USER` is a name, which Kubernetes cannot compare with root.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DL3066"],
    opt_in: true,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        let mut users = image.lineage(last).flat_map(|stage| stage.written.users.iter().rev());
        let Some(user) = users.next().and_then(|user| user.known()) else { continue };
        let Some(name) = user.value.literal().and_then(|text| text.split(':').next()) else {
            continue;
        };
        if name.is_empty() || name == "root" || name.parse::<u32>().is_ok() {
            continue;
        }
        findings.push(
            RULE.finding(
                format!("user `{name}` is a name, not a number"),
                user,
                "not compared with root",
            )
            .help("write the number of the user"),
        );
    }
}
