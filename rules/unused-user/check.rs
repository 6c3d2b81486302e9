use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::source::name;

pub static RULE: Rule = Rule {
    id: "unused-user",
    summary: "A build makes a user that nothing becomes.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &["DF034"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for image in &project.images {
        let Some(last) = image.stages.last() else { continue };
        let sets = image.lineage(last).any(|stage| !stage.written.users.is_empty());
        let process = last.process.as_ref().filter(|_| !sets);
        let Some(program) = process.and_then(|process| process.program()) else { continue };
        let words: Vec<String> = image
            .lineage(last)
            .flat_map(|stage| stage.commands.iter().flat_map(|command| &command.commands))
            .flat_map(|command| command.words.iter().map(|word| word.text().to_string()))
            .collect();
        let changes = |word: &String| CHANGES.contains(&name(word)) || word.ends_with(".sh");
        if words.iter().any(changes) {
            continue;
        }
        for run in image.lineage(last).flat_map(|stage| &stage.runs) {
            let Some(("useradd" | "adduser", rest)) = run.program() else { continue };
            let user = rest.iter().rev().find_map(|w| w.as_str().filter(|t| !t.starts_with('-')));
            let named = |other: &String| user == Some(other.as_str());
            // Editors log in as this one.
            let Some(user) = user.filter(|u| *u != "vscode" && !words.iter().any(named)) else {
                continue;
            };
            let message = format!("user `{user}` is made, but `{program}` runs as root");
            let finding = RULE.finding_at(message, run.command.at, "nothing becomes this user");
            let finding = match process {
                Some(process) => finding.see(process.at, "runs as root"),
                None => finding,
            };
            findings.push(finding.help(format!("write `USER {user}`")));
            break;
        }
    }
}

/// Programs that change the user, or are told to by a file.
const CHANGES: &[&str] = &[
    "gosu",
    "su-exec",
    "su",
    "sudo",
    "setpriv",
    "runuser",
    "chroot",
    "nginx",
    "httpd",
    "apache2",
    "apache2-foreground",
    "apachectl",
    "php-fpm",
    "haproxy",
    "supervisord",
    "sshd",
    "init",
    "systemd",
    "s6-svscan",
    "mysqld",
    "postgres",
    "named",
    "cron",
    "crond",
    "uwsgi",
    "sh",
    "bash",
    "start",
    "docker-entrypoint",
];
