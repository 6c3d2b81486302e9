//! Scripts: the commands that they run, and what these make.

use super::super::build::{Builder, Prepared, Runner};
use super::super::secret::{Origin, Secret, Store};
use super::{Invocation, WorkingFolder, index, written};
use crate::eval::shell::{self as interpreter, Ran};
use crate::source::{Excerpt, Kind, SourceId, Sources, Span};
use crate::syntax::shell::{self, List};
use crate::value::{Sourced, Text, Value, Why};
use std::sync::Arc;

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
    /// What `docker build` is unless it is told otherwise.
    pub builder: Builder,
    /// Where a builder other than that of the Docker daemon is set up for `docker buildx`.
    pub own_builder: Option<Span>,
}

/// The commands of a script, those of other scripts that it calls included.
pub fn invocations(sources: &Sources, script: &Excerpt, start: &Start) -> Vec<Invocation> {
    invocations_of(sources, &shell::parse(script).tree, start)
}

/// The commands of a script that was parsed before.
pub fn invocations_of(sources: &Sources, script: &List, start: &Start) -> Vec<Invocation> {
    let begin = interpreter::Start {
        folders: start.folders.clone(),
        env: start.env.clone(),
        ..interpreter::Start::default()
    };
    let mut runs = Runs::new(sources, start);
    runs.list(script, &begin);
    runs.made
}

/// The commands of a script that is a file of its own.
pub fn of_file(sources: &Sources, id: SourceId, start: &Start) -> Vec<Invocation> {
    let source = sources.get(id);
    let begin = interpreter::Start {
        folders: start.folders.clone(),
        env: start.env.clone(),
        path: Some(source.path.to_string()),
        arguments: None,
    };
    let mut runs = Runs::new(sources, start);
    runs.list(&parsed(sources, id), &begin);
    runs.made
}

/// A file that is a script. One may be called from many places, and is parsed once.
fn parsed(sources: &Sources, id: SourceId) -> Arc<List> {
    let source = sources.get(id);
    let whole = Span::new(id, 0..source.text.len());
    source.keep(id, || shell::parse(&Excerpt::verbatim(&source.text, whole)).tree)
}

/// Scripts call scripts this deep.
const DEEPEST: usize = 4;

/// So many commands of a script and of those that it calls are read.
const MOST: usize = 20_000;

struct Runs<'a> {
    sources: &'a Sources,
    start: &'a Start,
    prepared: Prepared,
    builder: Builder,
    own_builder: Option<Span>,
    made: Vec<Invocation>,
    depth: usize,
    /// Whether something is written into the script that is followed.
    fed: bool,
}

impl<'a> Runs<'a> {
    fn new(sources: &'a Sources, start: &'a Start) -> Runs<'a> {
        let Start { prepared, builder, own_builder, .. } = *start;
        Runs {
            sources,
            start,
            prepared,
            builder,
            own_builder,
            made: Vec::new(),
            depth: 0,
            fed: false,
        }
    }

    fn list(&mut self, script: &List, begin: &interpreter::Start) {
        for ran in interpreter::run(script, begin, self.sources) {
            if self.made.len() >= MOST {
                return;
            }
            self.command(ran);
        }
    }

    fn command(&mut self, ran: Ran) {
        let captured = ran.captured;
        let mut invocation = Invocation {
            at: ran.at,
            words: ran.words,
            env: ran.env,
            folders: ran.folders,
            prepared: if ran.asks { Prepared::Anything } else { self.prepared },
            makes: Prepared::No,
            made: Vec::new(),
            writes: ran.writes,
            calls: None,
            dir: self.start.dir,
            fed: ran.fed || ran.conditional || self.fed,
            runner: self.start.runner,
            builder: self.builder,
            own_builder: self.own_builder,
        };
        if let Some(builder) = index::selected_builder(&invocation) {
            self.own_builder = builder;
        }
        if index::installs_buildx(&invocation) {
            self.builder = Builder::BuildKit;
        }
        if let Some((id, arguments)) = called(self.sources, &invocation) {
            invocation.calls = Some(id);
            let source = self.sources.get(id);
            let begin = interpreter::Start {
                folders: invocation.folders.clone(),
                env: invocation.env.clone(),
                path: Some(source.path.to_string()),
                arguments: Some(invocation.words[arguments..].to_vec()),
            };
            let before = std::mem::replace(&mut self.fed, invocation.fed);
            self.made.push(invocation);
            if self.depth < DEEPEST {
                self.depth += 1;
                self.list(&parsed(self.sources, id), &begin);
                self.depth -= 1;
            }
            self.fed = before;
            return;
        }
        invocation.makes = match written::paths(self.sources, &invocation) {
            None => Prepared::Anything,
            Some(paths) => {
                invocation.made = paths;
                let is_all = captured || written::names_what_it_writes(&invocation);
                if is_all { Prepared::No } else { makes(&invocation) }
            }
        };
        self.prepared = self.prepared.max(invocation.makes);
        self.made.push(invocation);
    }
}

/// Sets a variable of a pipeline at the end of a script, before its commands.
pub fn export(script: &mut Excerpt, name: &Excerpt, value: &Excerpt) {
    let is_name = name.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // What a shell would read in another way is not known.
    if is_name && !value.text.contains(['"', '`', '\\', '\n']) && !value.text.contains("$(") {
        let (name_end, value_end) = (name.at.range().end, value.at.range().end);
        script.push("export ", name.at.range().start..name.at.range().start);
        script.append(name);
        script.push("=\"", name_end..name_end);
        script.append(value);
        script.push("\"\n", value_end..value_end);
    }
}

/// The script of the project that a command runs, and from which word on its arguments stand.
fn called(sources: &Sources, invocation: &Invocation) -> Option<(SourceId, usize)> {
    let place = match invocation.program()? {
        "bash" | "sh" | "source" | "." => (1..invocation.words.len())
            .find(|i| invocation.argument(*i).is_none_or(|word| !word.starts_with('-')))?,
        _ => 0,
    };
    let path = &invocation.words.get(place)?.value;
    if place == 0 && !path.literal().is_none_or(|path| path.contains('/')) {
        return None;
    }
    let mut paths = invocation.folders.iter().filter_map(|folder| folder.resolve(path));
    let (id, source) = paths.find_map(|path| sources.find(&path))?;
    let is_shell = source.kind == Kind::Script && !super::submission::is_makefile(&source.path);
    is_shell.then_some((id, place + 1))
}

/// Which files a command may make in the folders of the context.
pub fn makes(invocation: &Invocation) -> Prepared {
    const NOTHING: &[&str] = &[
        ".",
        ":",
        "[",
        "[[",
        "awk",
        "aws",
        "basename",
        "cat",
        "cd",
        "clear",
        "command",
        "cut",
        "date",
        "declare",
        "df",
        "dirname",
        "du",
        "echo",
        "env",
        "exec",
        "executor",
        "exit",
        "export",
        "expr",
        "false",
        "gcloud",
        "gke-deploy",
        "grep",
        "hash",
        "head",
        "helm",
        "hostname",
        "id",
        "jq",
        "kill",
        "kubectl",
        "let",
        "local",
        "logger",
        "ls",
        "pgrep",
        "popd",
        "printf",
        "ps",
        "pushd",
        "pwd",
        "read",
        "readonly",
        "realpath",
        "return",
        "rm",
        "rmdir",
        "seq",
        "set",
        "sha256sum",
        "shift",
        "sleep",
        "sort",
        "source",
        "stat",
        "tail",
        "test",
        "tput",
        "tr",
        "trap",
        "true",
        "type",
        "typeset",
        "ulimit",
        "umask",
        "uname",
        "uniq",
        "unset",
        "wait",
        "wc",
        "which",
        "whoami",
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
    /// Programs that put files where they are told, or carry out what is not read.
    const WRITERS: &[&str] = &[
        "bash",
        "bsdtar",
        "bunzip2",
        "cp",
        "curl",
        "dd",
        "envsubst",
        "gomplate",
        "gsutil",
        "gunzip",
        "install",
        "jinja2",
        "ln",
        "make",
        "mv",
        "node",
        "perl",
        "php",
        "rsync",
        "ruby",
        "scp",
        "sed",
        "sh",
        "tar",
        "task",
        "tee",
        "terraform",
        "touch",
        "unzip",
        "wget",
        "ytt",
    ];
    match invocation.program() {
        Some("docker" | "podman") => match invocation.argument(1) {
            Some("run" | "cp" | "compose") => Prepared::Anything,
            _ => Prepared::No,
        },
        Some("git") => match invocation.argument(1) {
            Some(
                "branch" | "config" | "describe" | "diff" | "fetch" | "log" | "ls-files"
                | "ls-remote" | "push" | "remote" | "rev-list" | "rev-parse" | "show" | "status"
                | "tag",
            ) => Prepared::No,
            _ => Prepared::Anything,
        },
        // Tests and checkers leave reports, and nothing else of Python's is known.
        Some("python" | "python3") => match (invocation.argument(1), invocation.argument(2)) {
            (Some("-m"), Some(module)) if OUTPUTS.contains(&module) => Prepared::Outputs,
            (Some("-m"), Some("unittest")) => Prepared::Outputs,
            _ => Prepared::Anything,
        },
        // A plan and the like leave only what Terraform reads itself.
        Some("terraform" | "tofu") if only_reads(invocation) => Prepared::Outputs,
        Some("gke-deploy") if !matches!(invocation.argument(1), Some("apply")) => {
            Prepared::Anything
        }
        Some("helm") if matches!(invocation.argument(1), Some("create" | "fetch" | "pull")) => {
            Prepared::Anything
        }
        Some("gcloud") if names_output(invocation) => Prepared::Anything,
        // These copy files from buckets.
        Some("aws") if matches!(invocation.argument(1), None | Some("s3" | "s3api")) => {
            Prepared::Anything
        }
        Some("gcloud") if matches!(invocation.argument(1), None | Some("storage")) => {
            Prepared::Anything
        }
        // Only with these does it write.
        Some("sed") if !has_flag(invocation, &["-i", "--in-place"]) => Prepared::No,
        Some("curl") if !has_flag(invocation, &["-o", "-O", "--output", "--remote-name"]) => {
            Prepared::No
        }
        Some(program) if NOTHING.contains(&program) => Prepared::No,
        Some(program) if OUTPUTS.contains(&program) => Prepared::Outputs,
        Some(program) if !is_path(invocation) && !WRITERS.contains(&program) => Prepared::Unread,
        _ => Prepared::Anything,
    }
}

/// Whether a command of gcloud is told a file to write.
fn names_output(invocation: &Invocation) -> bool {
    let is_output = |word: &Sourced<Text>| {
        ["--out-file", "--output-file"].iter().any(|flag| word.value.starts_with(flag))
    };
    invocation.words.iter().any(is_output)
}

/// Whether a command of Terraform makes no files that people write.
fn only_reads(invocation: &Invocation) -> bool {
    const READERS: &[&str] =
        &["fmt", "init", "output", "plan", "providers", "show", "validate", "version", "workspace"];
    let words = || (1..invocation.words.len()).map(|i| invocation.argument(i));
    let command = words().find(|word| word.is_none_or(|word| !word.starts_with('-'))).flatten();
    let fetches = |word: Option<&str>| word.is_none_or(|word| word.starts_with("-from-module"));
    command.is_some_and(|command| READERS.contains(&command)) && !words().any(fetches)
}

/// Whether a program is named by its path, as scripts are.
fn is_path(invocation: &Invocation) -> bool {
    invocation.argument(0).is_none_or(|program| program.contains('/'))
}

/// Whether one of some flags is given, be it in a cluster: `-sSLo`.
fn has_flag(invocation: &Invocation, flags: &[&str]) -> bool {
    let letters = flags.iter().filter_map(|flag| flag.strip_prefix('-').filter(|f| f.len() == 1));
    let letters: Vec<&str> = letters.collect();
    (1..invocation.words.len()).any(|i| match invocation.argument(i) {
        None => true,
        Some(word) if word.starts_with("--") => flags.iter().any(|flag| word.starts_with(flag)),
        Some(word) => {
            let cluster = word.strip_prefix('-');
            cluster.is_some_and(|cluster| letters.iter().any(|letter| cluster.contains(letter)))
        }
    })
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
            let (origin, store) = (Origin::Elsewhere, Store::SecretManager);
            secrets.push(Secret::new(command.at, name, origin, store));
        }
    }
    secrets
}
