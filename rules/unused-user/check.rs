use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::unused_user::UnusedUser;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "unused-user",
    summary: "A build makes a user that nothing becomes.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["tally/user-created-but-never-used"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for user in project.images.iter().filter_map(|image| image.unused_user()) {
        let UnusedUser { name, made, program, started } = user;
        let message = format!("user `{name}` is made, but `{program}` runs as root");
        let finding = RULE.finding_at(message, made, "nothing becomes this user");
        findings.push(finding.see(started, "runs as root").help(format!("write `USER {name}`")));
    }
}
