//! Commands that read compose files: `docker compose`.

use crate::eval::shell::WorkingFolder;
use crate::model::build::{Prepared, Runner};
use crate::model::lower::Invocation;
use crate::model::lower::docker::after;
use crate::value::{Sourced, Text};

/// A command that reads compose files.
#[derive(Debug, Clone)]
pub struct Usage {
    /// `-f`, or `COMPOSE_FILE`.
    pub files: Vec<Text>,
    /// `--project-directory`
    pub directory: Option<Text>,
    /// The folders in which it may run.
    pub folders: Vec<WorkingFolder>,
    /// The environment that is set for it.
    pub env: Vec<(String, Sourced<Text>)>,
    /// Whether variables come from a file that is not read: `--env-file`.
    pub open: bool,
    /// What runs it, if it builds.
    pub runner: Runner,
    /// Which files something before it may have made.
    pub prepared: Prepared,
    /// Whether it builds images.
    pub builds: bool,
    /// Whether it pushes them.
    pub pushes: bool,
    /// The services that it names.
    pub services: Vec<Sourced<Text>>,
}

/// Flags of commands that take no value in the next word.
const SWITCHES: &[&str] = &[
    "-d",
    "--detach",
    "--build",
    "--no-deps",
    "--force-recreate",
    "--no-recreate",
    "--remove-orphans",
    "--no-build",
    "--wait",
    "-V",
    "--renew-anon-volumes",
    "--quiet-pull",
    "--abort-on-container-exit",
    "--no-cache",
    "--push",
    "-q",
    "--quiet",
    "--parallel",
    "--with-dependencies",
];

/// The services that a command names behind its own name, as far as they surely are some.
fn services_named(command: &str, words: &[&Sourced<Text>]) -> Vec<Sourced<Text>> {
    if !matches!(command, "build" | "up" | "push" | "create") {
        return Vec::new();
    }
    let mut services = Vec::new();
    let mut may_be_value = false;
    for word in words {
        let Some(text) = word.value.literal() else { return services };
        if text.starts_with('-') {
            may_be_value = !text.contains('=') && !SWITCHES.contains(&text);
        } else if !std::mem::take(&mut may_be_value) && !text.is_empty() {
            services.push((*word).clone());
        }
    }
    services
}

/// What a command reads, if it is `docker compose` or `docker-compose`.
pub fn usage(invocation: &Invocation) -> Option<Usage> {
    let first = match invocation.program()? {
        "docker-compose" | "podman-compose" => 1,
        "docker" | "podman" if invocation.argument(1) == Some("compose") => 2,
        _ => return None,
    };
    let variable = |name: &str| invocation.variable(name).map(|value| value.value.clone());
    let mut usage = Usage {
        files: variable("COMPOSE_FILE").map(|files| files.split(':')).unwrap_or_default(),
        directory: None,
        folders: invocation.folders.clone(),
        env: invocation.env.clone(),
        open: false,
        runner: Runner::Person,
        prepared: Prepared::No,
        builds: false,
        pushes: false,
        services: Vec::new(),
    };
    let mut files = Vec::new();
    let mut words = invocation.words.get(first..)?.iter();
    let mut command = None;
    while let Some(word) = words.next() {
        let parts = word.value.split('=');
        let flag = parts.first().and_then(Text::literal).unwrap_or_default().to_owned();
        if !flag.starts_with('-') {
            // What is not known may be any flag.
            command = Some(word.value.literal()?);
            break;
        }
        let is_switch =
            matches!(&*flag, "--dry-run" | "--verbose" | "--compatibility" | "--all-resources");
        let value = match parts.len() {
            1 if is_switch => None,
            1 => words.next().map(|word| word.value.clone()),
            _ => Some(after(word, flag.len() + 1).value),
        };
        match (&*flag, value) {
            ("-f" | "--file", Some(file)) => files.push(file),
            ("--project-directory", directory) => usage.directory = directory,
            ("--env-file", _) => usage.open = true,
            _ => {}
        }
    }
    if !files.is_empty() {
        usage.files = files;
    }
    let rest: Vec<&Sourced<Text>> = words.clone().collect();
    usage.services = services_named(command.unwrap_or_default(), &rest);
    let has = |wanted: &str| words.clone().any(|word| word.value.literal() == Some(wanted));
    usage.pushes = command == Some("push") || (command == Some("build") && has("--push"));
    usage.builds = matches!(command, Some("build" | "up" | "run" | "create" | "push" | "watch"));
    if usage.builds {
        usage.runner = invocation.runner;
        usage.prepared = invocation.prepared;
    }
    Some(usage)
}
