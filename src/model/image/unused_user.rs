//! Users that an image makes, and as whom its process does not run.

use super::Image;
use crate::source::{Span, name};

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

/// The user as whom editors log in, which no instruction says.
const EDITORS: &str = "vscode";

/// A user that an image makes, though its process runs as root and nothing changes that.
#[derive(Debug, Clone, Copy)]
pub struct UnusedUser<'i> {
    /// The name.
    pub name: &'i str,
    /// The command that makes it.
    pub made: Span,
    /// The program that the image starts.
    pub program: &'i str,
    /// Where it is started.
    pub started: Span,
}

impl Image {
    /// The first user of what a Dockerfile makes in the end that nothing becomes: no `USER` is
    /// written, and no command that the image starts changes the user or names this one.
    pub fn unused_user(&self) -> Option<UnusedUser<'_>> {
        let last = self.stages.last()?;
        if self.lineage(last).any(|stage| !stage.written.users.is_empty()) {
            return None;
        }
        let process = last.process.as_ref()?;
        let program = process.program()?;
        let commands = self.lineage(last).flat_map(|stage| &stage.commands);
        let words = commands.flat_map(|command| &command.commands).flat_map(|c| c.words.iter());
        let words: Vec<String> = words.map(|word| word.text().to_string()).collect();
        if words.iter().any(|word| CHANGES.contains(&name(word)) || word.ends_with(".sh")) {
            return None;
        }
        let is_unused = |user: &str| user != EDITORS && !words.iter().any(|word| word == user);
        let mut runs = self.lineage(last).flat_map(|stage| &stage.runs);
        runs.find_map(|run| {
            let Some(("useradd" | "adduser", rest)) = run.program() else { return None };
            let mut words = rest.iter().rev().filter_map(|word| word.as_str());
            let user = words.find(|word| !word.starts_with('-')).filter(|user| is_unused(user))?;
            Some(UnusedUser { name: user, made: run.command.at, program, started: process.at })
        })
    }
}
