//! Scripts: the commands that they run, and what these make.

use super::super::build::{Prepared, Runner};
use super::super::secret::{Origin, Secret};
use super::{Invocation, WorkingFolder};
use crate::eval::shell::{self as interpreter, Ran};
use crate::source::{Excerpt, SourceId, Sources, Span};
use crate::syntax::shell;
use crate::value::{Sourced, Text, Value, Why};

/// Where and with what a script starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// The folders, from the root of the project, in which it may start.
    pub folders: Vec<WorkingFolder>,
    /// The environment that is set for it.
    pub env: Vec<(String, Sourced<Text>)>,
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
pub fn invocations(sources: &Sources, script: &Excerpt, start: &Start) -> Vec<Invocation> {
    let begin = interpreter::Start {
        folders: start.folders.clone(),
        env: start.env.clone(),
        ..interpreter::Start::default()
    };
    let tree = shell::parse(script).tree;
    let mut prepared = start.prepared;
    let invoke = |ran: Ran| {
        let writes = !ran.writes.is_empty();
        let invocation = Invocation {
            at: ran.at,
            words: ran.words,
            env: ran.env,
            folders: ran.folders,
            prepared,
            dir: start.dir,
            runner: start.runner,
            buildkit: start.buildkit,
        };
        let made = match (writes, ran.captured) {
            (true, _) => Prepared::Anything,
            (false, true) => Prepared::No,
            (false, false) => makes(&invocation),
        };
        prepared = prepared.max(made);
        invocation
    };
    interpreter::run(&tree, &begin, sources).into_iter().map(invoke).collect()
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
