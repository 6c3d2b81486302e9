use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "server-drift",
    summary: "Services of one kind are started by different servers.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for odd in project.odd_servers() {
        let message = format!(
            "image `{}` is started by `{}` alone, but its sibling `{}` by gunicorn with workers of uvicorn",
            odd.image.name(),
            odd.server,
            odd.sibling.name()
        );
        findings.push(
            RULE.finding_at(message, odd.at, "no process manager starts it")
                .see(odd.managed, "its sibling is started so")
                .help("start both by the same server, such as `gunicorn -k uvicorn.workers.UvicornWorker`"),
        );
    }
}
