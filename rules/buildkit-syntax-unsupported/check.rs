use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "buildkit-syntax-unsupported",
    summary: "A Dockerfile says what only BuildKit reads, and Docker's classic builder builds it.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for unread in project.unread_by_classic_builder() {
        let only = unread.first;
        let message = format!(
            "{} needs BuildKit, but `{}` builds `{}` with Docker's classic builder",
            only.what,
            project.sources.get(unread.build.at.source).path,
            unread.image.path
        );
        let label = match unread.more {
            0 => only.effect.text().to_owned(),
            more => format!("{}, and {more} more below", only.effect.text()),
        };
        let mut help = unread.build.how_to_ask_for_buildkit().to_owned();
        if only.effect.is_newer_than_docker() && !unread.image.names_frontend {
            help += ", and begin the Dockerfile with `# syntax=docker/dockerfile:1`";
        }
        findings.push(
            RULE.finding_at(message, only.at, label)
                .see(unread.build.at, "built without BuildKit here")
                .because(&unread.link.because)
                .help(help),
        );
    }
}
