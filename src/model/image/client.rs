//! The programs by which containers are asked whether they are well.

use super::process::basename;
use super::system::split;
use super::{Copy, CopyKind, Image, Run, Stage, system::official};
use crate::model::Project;
use crate::source::clean;
use crate::syntax::shell::Command;
use crate::table::rows;
use crate::value::{Sourced, Step, Text, Value, Why};

/// The programs that images lack.
const LACKING: &str = include_str!("../../../data/lacking-programs.tsv");

/// The packages that bring no other program of the table.
const PLAIN: &str = include_str!("../../../data/plain-packages.txt");

/// The programs of `RUN` that install nothing but what is named, or what a language brings.
const QUIET: &[&str] = &[
    "[",
    "addgroup",
    "adduser",
    "bun",
    "bundle",
    "bunx",
    "cat",
    "cd",
    "chmod",
    "chown",
    "corepack",
    "cp",
    "dotnet",
    "echo",
    "export",
    "find",
    "groupadd",
    "install",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "node",
    "npm",
    "pip",
    "pip3",
    "pnpm",
    "poetry",
    "printf",
    "python",
    "python3",
    "rm",
    "sed",
    "set",
    "test",
    "touch",
    "true",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "uv",
    "yarn",
];

/// The folders in which programs are looked for, and those above them.
const FOLDERS: &[&str] = &[
    "/",
    "/bin",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/sbin",
];

/// A program that asks a container whether it is well, and that its image lacks.
#[derive(Debug)]
pub struct LackingClient<'a> {
    /// The program.
    pub client: &'a Sourced<String>,
    /// What is asked, as a message calls it: `service api`, or image `api`.
    pub asked: String,
    /// The image from which that starts, which lacks the program.
    pub base: &'a Sourced<Text>,
    /// Why it runs that image.
    pub because: Vec<&'a Step>,
}

/// The program that commands ask by, if it is one of those that images may lack.
pub fn client(commands: &[Command]) -> Value<String> {
    let mut found = Value::Unset;
    for command in commands {
        let Some(word) = command.words.first() else { continue };
        match word.as_str() {
            Some("exit" | "true" | "false" | "echo" | "test" | "[") => {}
            Some(name @ ("curl" | "wget")) if found.is_unset() => {
                found = Value::literal(name.to_owned(), word.at);
            }
            // Another program, or the same once more, may do if the first is not there.
            _ => return Value::unknown(word.at, Why::Unread),
        }
    }
    found
}

impl Project {
    /// The programs that ask containers whether they are well and that are not there: those of
    /// services of compose files and of `HEALTHCHECK`.
    pub fn lacking_clients(&self) -> Vec<LackingClient<'_>> {
        let of_services = self.containers().filter_map(|(deployment, container)| {
            let client = container.health_client.known()?;
            let running = self.image_of(container)?;
            let base = lacked(running.image, running.stage, &client.value)?;
            let asked = deployment.title();
            Some(LackingClient { client, asked, base, because: running.because })
        });
        let of_images = self.images.iter().filter_map(|image| {
            let stage = image.stages.last()?;
            let client = stage.health_client.known()?;
            let base = lacked(image, stage, &client.value)?;
            let asked = format!("image `{}`", image.name());
            Some(LackingClient { client, asked, base, because: Vec::new() })
        });
        of_services.chain(of_images).collect()
    }
}

/// The image from which a stage starts, if that lacks a program and nothing may bring it.
fn lacked<'a>(image: &'a Image, stage: &'a Stage, program: &str) -> Option<&'a Sourced<Text>> {
    let (_, base) = image.base_image(stage)?;
    let base = base.known()?;
    let mut lineage = image.lineage(stage);
    let brings = |stage: &Stage| {
        stage.copies.iter().any(|copy| may_bring(copy, program))
            || !stage.runs.iter().all(|run| is_quiet(run, program))
    };
    (lacks(base.value.literal()?, program) && !lineage.any(brings)).then_some(base)
}

/// Whether an image of a registry lacks a program.
fn lacks(image: &str, program: &str) -> bool {
    let (name, tag) = split(image);
    let mut rows = rows(LACKING).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.any(|row| match row[..] {
        [of, part, programs] => {
            of == official(name)
                && (part == "*"
                    || part == "=" && !tag.contains('-')
                    || tag.split('-').any(|other| other.starts_with(part)))
                && programs.split(' ').any(|other| other == program)
        }
        _ => false,
    })
}

/// Whether what is copied may be a program, or the folder of one.
fn may_bring(copy: &Copy, program: &str) -> bool {
    let to = copy.destination.literal_text().map(clean);
    copy.kind != CopyKind::Mount
        && to.is_none_or(|to| FOLDERS.contains(&&*to) || to.ends_with(program))
}

/// Whether a command surely does not install a program.
fn is_quiet(run: &Run, program: &str) -> bool {
    let words: Option<Vec<&str>> = run.command.words.iter().map(|word| word.as_str()).collect();
    let first = run.command.words.first().and_then(basename);
    match (first, words) {
        (Some("apt-get" | "apt" | "apk"), Some(words)) => {
            let mut words = words.iter();
            let installs = words.any(|word| matches!(*word, "install" | "add"));
            let mut packages = words.filter(|word| !word.starts_with('-'));
            !installs || packages.all(|package| is_plain(package))
        }
        (Some(first), words) => {
            let brings = |word: &&str| *word == program || word.contains("playwright");
            QUIET.contains(&first) && !words.iter().flatten().any(brings)
        }
        (None, _) => false,
    }
}

fn is_plain(package: &str) -> bool {
    let name = package.split(['=', '~', '@']).next().unwrap_or_default();
    PLAIN.lines().any(|line| line == name)
}
