use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Sourced;

pub static RULE: Rule = Rule {
    id: "no-user",
    summary: "An image that starts a process sets no `USER`, so that it runs as root.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF020", "CKV_DOCKER_3", "DS002"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        let starts = image.lineage(last).any(|stage| !stage.commands.is_empty());
        let sets = image.lineage(last).any(|stage| !stage.written.users.is_empty());
        let Some(system) = last.system.known().filter(|_| starts && !sets) else { continue };
        let program = last.process.as_ref().and_then(|process| process.program());
        let may_drop =
            program.is_none_or(|program| program.ends_with(".sh") || GIVES_UP.contains(&program));
        let words = image.lineage(last).flat_map(|stage| &stage.commands);
        let words = words.flat_map(|start| start.commands.iter().flat_map(|c| c.words.iter()));
        let mut words = words.filter_map(|word| word.as_str());
        let changes =
            words.any(|word| CHANGES_USER.contains(&word.rsplit('/').next().unwrap_or(word)));
        if system.value.user != Some("root") || may_drop || changes {
            continue;
        }
        let from = Sourced { value: (), at: last.keyword.to(last.at), via: system.via.clone() };
        findings.push(
            RULE.finding("the image runs as root, since no `USER` is set", &from, "runs as root")
                .help("add a user, and end with a `USER` that has no more rights than it needs"),
        );
    }
}

/// What makes another user of its process.
const CHANGES_USER: &[&str] =
    &["gosu", "su-exec", "setpriv", "runuser", "su", "sudo", "s6-setuidgid", "chpst", "setuidgid"];

/// Servers that start as root and give up its rights on their own; a script may do so, too.
const GIVES_UP: &[&str] = &[
    "nginx",
    "httpd",
    "apache2-foreground",
    "apachectl",
    "php-fpm",
    "haproxy",
    "supervisord",
    "sshd",
    "s6-svscan",
    "cron",
    "crond",
];
