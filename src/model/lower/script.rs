//! Shell scripts: which commands they run, in which folder, with which words.
//!
//! Branches are not decided. A command in one is listed, but what it assigns is forgotten.

use super::super::build::{Prepared, Runner};
use super::super::secret::{Origin, Secret};
use super::{Invocation, WorkingFolder};
use crate::source::{Excerpt, SourceId, Span};
use crate::syntax::shell::{self, Command, Part, Word};
use crate::value::{Piece, Sourced, Step, Text, Value, Why};
use std::collections::BTreeMap;

/// Where and with what a script starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// The folders, from the root of the project, in which it may start.
    pub folders: Vec<WorkingFolder>,
    /// The environment that is set for it.
    pub env: Vec<(String, Text)>,
    /// Which files something before it may have made.
    pub prepared: Prepared,
    /// Where the folder is named, if it is.
    pub dir: Option<Span>,
    /// What runs it.
    pub runner: Runner,
    /// Whether `docker build` is BuildKit unless it is told otherwise.
    pub buildkit: bool,
}

/// The commands of a script.
pub fn invocations(script: &Excerpt, start: &Start) -> Vec<Invocation> {
    let mut run = Run {
        variables: start.env.iter().map(|(k, v)| (k.clone(), (v.clone(), None))).collect(),
        env: start.env.clone(),
        folders: vec![start.folders.clone()],
        prepared: start.prepared,
    };
    shell::commands(script).iter().filter_map(|command| run.command(command, start)).collect()
}

/// Which files a command may make in the folders of the context.
pub fn makes(invocation: &Invocation) -> Prepared {
    const NOTHING: &[&str] = &[
        ".",
        "[",
        "[[",
        "aws",
        "cat",
        "cd",
        "date",
        "echo",
        "env",
        "exec",
        "executor",
        "exit",
        "export",
        "false",
        "gcloud",
        "gke-deploy",
        "grep",
        "helm",
        "jq",
        "kubectl",
        "local",
        "ls",
        "popd",
        "printf",
        "pushd",
        "pwd",
        "return",
        "set",
        "shift",
        "sleep",
        "source",
        "test",
        "trap",
        "true",
        "wait",
    ];
    const OUTPUTS: &[&str] = &[
        "black",
        "cargo",
        "eslint",
        "flake8",
        "go",
        "gofmt",
        "golangci-lint",
        "gradle",
        "gradlew",
        "isort",
        "jest",
        "mkdir",
        "mvn",
        "mvnw",
        "mypy",
        "npm",
        "npx",
        "pip",
        "pip3",
        "pnpm",
        "poetry",
        "pylint",
        "pytest",
        "ruff",
        "tox",
        "uv",
        "uvx",
        "yarn",
    ];
    match invocation.program() {
        Some("docker" | "podman") => match invocation.argument(1) {
            Some("run" | "cp" | "compose") => Prepared::Anything,
            _ => Prepared::No,
        },
        Some(program) if NOTHING.contains(&program) => Prepared::No,
        Some(program) if OUTPUTS.contains(&program) => Prepared::Outputs,
        _ => Prepared::Anything,
    }
}

/// The secrets that a file creates by `gcloud secrets create`, wherever in it that stands. A
/// name that a variable holds may be any.
pub fn created_secrets(source: SourceId, text: &str) -> Vec<Secret> {
    let mut offset = 0;
    let mut secrets = Vec::new();
    for line in text.split_inclusive('\n') {
        let at = Span::new(source, offset..offset + line.len());
        offset += line.len();
        let Some(start) = line.find("gcloud ").filter(|_| line.contains("secrets create")) else {
            continue;
        };
        let excerpt =
            Excerpt::verbatim(&line[start..], Span { start: at.start + start as u32, ..at });
        for command in shell::commands(&excerpt) {
            let words: Vec<_> = command.words.iter().map(|word| word.as_str()).collect();
            let Some(i) =
                words.windows(2).position(|pair| pair == [Some("secrets"), Some("create")])
            else {
                continue;
            };
            let name = match command.words.get(i + 2) {
                Some(word) if !word.text().is_unknown() => {
                    Value::Known(Sourced { value: word.text(), at: word.at, via: Vec::new() })
                }
                _ => Value::unknown(command.at, Why::Environment),
            };
            secrets.push(Secret {
                at: command.at,
                name,
                project: Value::Unset,
                origin: Origin::Elsewhere,
            });
        }
    }
    secrets
}

struct Run {
    variables: BTreeMap<String, (Text, Option<Step>)>,
    env: Vec<(String, Text)>,
    /// The folders of each open subshell, the innermost last.
    folders: Vec<Vec<WorkingFolder>>,
    prepared: Prepared,
}

impl Run {
    fn command(&mut self, command: &Command, start: &Start) -> Option<Invocation> {
        self.folders.truncate(command.subshell + 1);
        while self.folders.len() <= command.subshell {
            self.folders.push(self.folders.last().cloned().unwrap_or_default());
        }
        let sets: Vec<(String, Text)> = command
            .assignments
            .iter()
            .map(|(name, word)| (name.clone(), self.expand(word).value))
            .collect();
        if command.words.is_empty() {
            self.assign(command, sets);
            return None;
        }
        let mut words: Vec<Sourced<Text>> =
            command.words.iter().map(|word| self.expand(word)).collect();
        while words.len() > 1
            && matches!(words[0].value.literal(), Some("exec" | "sudo" | "time" | "command"))
        {
            words.remove(0);
        }
        let invocation = Invocation {
            at: command.at,
            words,
            env: self.env.iter().cloned().chain(sets).collect(),
            folders: self.folders.last().cloned().unwrap_or_default(),
            prepared: self.prepared,
            dir: start.dir,
            runner: start.runner,
            buildkit: start.buildkit,
        };
        match invocation.program() {
            Some("cd" | "pushd") => self.change_folder(&invocation, command),
            Some("popd") => self.folder().clear(),
            Some("export" | "declare" | "local" | "readonly") => self.export(&invocation, command),
            _ if command.writes => self.prepared = Prepared::Anything,
            _ => self.prepared = self.prepared.max(makes(&invocation)),
        }
        Some(invocation)
    }

    fn folder(&mut self) -> &mut Vec<WorkingFolder> {
        if self.folders.is_empty() {
            self.folders.push(Vec::new());
        }
        let last = self.folders.len() - 1;
        &mut self.folders[last]
    }

    fn change_folder(&mut self, invocation: &Invocation, command: &Command) {
        let target = invocation.argument(1).filter(|_| !command.conditional);
        let moved: Vec<WorkingFolder> = match target {
            Some("-") | None => Vec::new(),
            Some(target) => {
                self.folder().iter().filter_map(|folder| folder.enter(target)).collect()
            }
        };
        *self.folder() = moved;
    }

    fn assign(&mut self, command: &Command, sets: Vec<(String, Text)>) {
        for ((name, value), (_, word)) in sets.into_iter().zip(&command.assignments) {
            let again = self.variables.contains_key(&name);
            let value =
                if command.conditional && again { Text::hole(name.as_str()) } else { value };
            let step = Step::reference(word.at, format!("`{name}` is set here"));
            self.variables.insert(name, (value, Some(step)));
        }
    }

    fn export(&mut self, invocation: &Invocation, command: &Command) {
        for word in &invocation.words[1..] {
            let parts = word.value.split('=');
            let Some(name) = parts.first().and_then(Text::literal) else { continue };
            if parts.len() > 1 {
                let value = super::docker::after(word, name.len() + 1).value;
                let step = Step::reference(word.at, format!("`{name}` is set here"));
                let known = !command.conditional;
                let value = if known { value } else { Text::hole(name) };
                self.variables.insert(name.to_owned(), (value, Some(step)));
            }
            if let Some((value, _)) = self.variables.get(name) {
                self.env.push((name.to_owned(), value.clone()));
            }
        }
    }

    fn expand(&self, word: &Word) -> Sourced<Text> {
        let mut value = Text::default();
        let mut via = Vec::new();
        for part in &word.parts {
            match part {
                Part::Literal(text) => value.push_str(text),
                Part::Variable { name, .. } => match self.variables.get(name) {
                    Some((text, step)) => {
                        value.append(text.clone());
                        via.extend(step.clone());
                    }
                    None => value.push(Piece::Hole(name.clone())),
                },
                Part::Unknown(at) => value.push(Piece::Hole(format!("$({})", at.start))),
            }
        }
        Sourced { value, at: word.at, via }
    }
}
