//! Builds of Cloud Build: what their steps build, deploy and read.

mod file;
mod secret;

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::made;
use super::script::{Start, invocations_of};
use super::{Invocation, Lowered, WorkingFolder};
use crate::eval::substitution::Substitutions;
use crate::model::build::build_file::BuildFile;
use crate::model::build::build_file::program::{BuilderImage, Starts};
use crate::model::build::build_file::script::{SHELLS, StepScript, is_script_flag};
use crate::model::build::order::{Act, Order, OrderedStep};
use crate::model::context::aside::is_vendored;
use crate::model::image::system;
use crate::source::{self, Excerpt, Sources, Span};
use crate::syntax::cloudbuild::{Build, Step};
use crate::syntax::{Parsed, shell};
use crate::value::{Sourced, Text};
use file::build_file;
use secret::{build_secrets, secret_reference};

/// How a build file is submitted, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The folders from which it may be submitted, the most usual one first.
    pub bases: Vec<String>,
    /// A trigger of the project that starts it.
    pub trigger: Option<Span>,
    /// The substitutions that are given other values than the defaults.
    pub overridden: Vec<String>,
    /// Which files a script that submits it makes before.
    pub prepared: Prepared,
}

/// What a build file means.
pub fn lower(sources: &Sources, build: &Build, submission: &Submission) -> Lowered {
    let path = build.at.map(|at| &*sources.get(at.source).path).unwrap_or_default();
    if is_vendored(path) {
        return Lowered::default();
    }
    let defaults = build.substitutions.iter().map(|(name, value)| (name, value));
    let mut substitutions = Substitutions::of_defaults(defaults);
    submission.overridden.iter().for_each(|name| substitutions.override_unknown(name));
    let mut lowered = Lowered::default();
    let runner = if build.private_pool { Runner::PrivatePool } else { Runner::CloudBuild };
    // Behind what is sent.
    let mut prepared = Prepared::No;
    let bases = &submission.bases;
    let mut order = Order::default();
    let mut file = build_file(sources, build, &substitutions);
    let mut ended = file.as_ref().map(BuildFile::ended_before).unwrap_or_default().into_iter();
    for (i, step) in build.steps.iter().enumerate() {
        let step = Lowering { sources, step, build, substitutions: &substitutions, bases, runner };
        let script = step.script();
        let mut commands = step.invocations(prepared, script.as_ref());
        let mut acts = Vec::new();
        for invocation in &mut commands {
            let mark = lowered.mark();
            let since_upload = invocation.prepared;
            invocation.prepared = since_upload.max(submission.prepared);
            lowered.invoke(invocation, Manager::CloudBuild);
            for build in lowered.builds_since(mark) {
                build.since_upload = since_upload;
                build.trigger = submission.trigger;
            }
            acts.extend(lowered.acts_since(mark));
        }
        let may_push = commands.is_empty() || super::may_push(sources.text(step.step.at), &acts);
        let after = ended.next().unwrap_or_default();
        let may_make = step.may_make(&commands, &acts);
        let waits = step.step.wait_for.first().map(|name| name.at);
        order.steps.push(OrderedStep { after, waits, acts, may_push, may_make });
        if let Some(own) = file.as_mut().and_then(|file| file.steps.get_mut(i)) {
            own.script = script;
        }
        let made = commands.iter().map(|command| command.makes).max().unwrap_or(Prepared::Unread);
        prepared = prepared.max(made);
    }
    lowered.pushed.extend(build.images.iter().map(|image| substitutions.expand(image)));
    order.pushed_at_end = file.iter().flat_map(|file| file.images.iter().cloned()).collect();
    lowered.orders.push(order);
    if submission.trigger.is_some() || build.is_sure || is_called_so(sources, build) {
        lowered.refused_in_builds.extend(build.refused.iter().cloned().map(Some));
    }
    lowered.build_files.extend(file);
    lowered.build_secrets.push(build_secrets(build, &substitutions));
    for secret in &build.secrets {
        let version = substitutions.expand(&secret.version_name);
        lowered.references.extend(secret_reference(&secret.version_name, version));
    }
    lowered
}

/// The folders from which a build file may be submitted: the root, its own, and those between.
/// The first is the most usual one, that of triggers.
pub fn bases(folder: &str) -> Vec<String> {
    let mut bases = vec![String::new()];
    bases.extend(folder.match_indices('/').map(|(i, _)| folder[..i].to_owned()));
    if !folder.is_empty() {
        bases.push(folder.to_owned());
    }
    bases
}

struct Lowering<'a> {
    sources: &'a Sources,
    step: &'a Step,
    build: &'a Build,
    substitutions: &'a Substitutions,
    bases: &'a [String],
    runner: Runner,
}

impl Lowering<'_> {
    /// The commands of the step; none if what it runs is not known.
    fn invocations(&self, prepared: Prepared, script: Option<&StepScript>) -> Vec<Invocation> {
        let image = self.substitutions.expand(&self.step.name).value;
        let image = image.literal().unwrap_or_default();
        let start = Start {
            folders: self.folders(),
            env: self.env(),
            prepared,
            dir: self.step.dir.as_ref().map(|dir| dir.at),
            runner: self.runner,
            builder: builder_of(image),
            own_builder: None,
        };
        if let Some(script) = script {
            return invocations_of(self.sources, &script.list, &start);
        }
        let entrypoint = self.step.entrypoint.as_ref().map(|text| self.substitutions.expand(text));
        let arguments = self.step.args.iter().map(|arg| self.substitutions.expand(arg));
        let place = self.step.entrypoint.as_ref().unwrap_or(&self.step.name).at;
        let program =
            |name: &str| Some(Sourced { value: Text::from(name), at: place, via: Vec::new() });
        let program = match (&entrypoint, BuilderImage::of(image)) {
            (Some(entrypoint), _) => match entrypoint.value.literal() {
                Some(path) => program(source::name(path)),
                None => return Vec::new(),
            },
            (None, Some(known)) => match known.starts {
                Some(Starts::Program(name)) => program(name),
                // The first argument is the program.
                Some(Starts::Argument | Starts::Option(_)) => None,
                None => program_of(image).and_then(program),
            },
            (None, None) => return Vec::new(),
        };
        let words: Vec<Sourced<Text>> = program.into_iter().chain(arguments).collect();
        let name = words.first().and_then(|word| word.value.literal()).map(source::name);
        match name {
            Some(name) if is_program(name) => vec![self.invocation(words, start)],
            _ => Vec::new(),
        }
    }

    /// What the step gives to a shell: `script`, or the word behind `-c`.
    fn script(&self) -> Option<StepScript> {
        let (text, is_verbatim) = match &self.step.script {
            Some(script) => (script.clone(), true),
            None => {
                let words = self.shell_words()?;
                let flag = words.iter().position(|word| is_script_flag(&word.text))?;
                (self.substitutions.expand_script(words.get(flag + 1)?), false)
            }
        };
        let first = text.text.lines().next().unwrap_or_default();
        let is_foreign = is_verbatim && first.starts_with("#!") && !first.contains("sh");
        let parsed = match is_foreign {
            true => Parsed { tree: shell::List::default(), errors: Vec::new() },
            false => shell::parse(&text),
        };
        Some(StepScript {
            text,
            list: parsed.tree,
            errors: parsed.errors,
            is_verbatim: is_verbatim && !is_foreign,
        })
    }

    /// What the step gives to a shell as its arguments: that is its entrypoint, or that of its
    /// image, or its first argument, where the image starts what that names.
    fn shell_words(&self) -> Option<&[Excerpt]> {
        let args = &self.step.args[..];
        if let Some(entrypoint) = &self.step.entrypoint {
            return SHELLS.contains(&source::name(&entrypoint.text)).then_some(args);
        }
        let image = self.substitutions.expand(&self.step.name).value;
        let starts = BuilderImage::of(image.literal()?)?.starts;
        let (first, rest) = args.split_first()?;
        match starts {
            Some(Starts::Program(program)) => SHELLS.contains(&program).then_some(args),
            Some(Starts::Option(program)) if first.text.starts_with('-') => {
                SHELLS.contains(&program).then_some(args)
            }
            // Docker's own images that have a script for this start what is no command of theirs.
            Some(Starts::Argument | Starts::Option(_)) | None => {
                SHELLS.contains(&&*first.text).then_some(rest)
            }
        }
    }

    /// Whether the step does something that is not read and may make images.
    fn may_make(&self, commands: &[Invocation], acts: &[Act]) -> bool {
        const HARMLESS: &[&str] = &[
            ":",
            "[",
            "[[",
            "awk",
            "cat",
            "cd",
            "chmod",
            "cp",
            "cut",
            "date",
            "echo",
            "env",
            "executor",
            "exit",
            "export",
            "gcloud",
            "git",
            "gke-deploy",
            "grep",
            "gsutil",
            "head",
            "jq",
            "kubectl",
            "ls",
            "mkdir",
            "mv",
            "printf",
            "pwd",
            "rm",
            "sed",
            "set",
            "sleep",
            "sort",
            "tail",
            "test",
            "tr",
            "true",
            "wc",
        ];
        let image = self.substitutions.expand(&self.step.name).value;
        let known = image.literal().and_then(BuilderImage::of);
        if known.is_some_and(|known| known.lacks("docker")) {
            return false;
        }
        let makes_known = acts.iter().any(|act| matches!(act, Act::Make { .. }));
        let may = |command: &Invocation| match command.program() {
            Some("docker") => match command.argument(1) {
                Some("build" | "buildx" | "image") => !makes_known,
                Some("push" | "tag" | "pull" | "login" | "inspect" | "images" | "run" | "ps") => {
                    false
                }
                _ => true,
            },
            Some(program) => !HARMLESS.contains(&program),
            None => true,
        };
        commands.is_empty() || commands.iter().any(may)
    }

    fn invocation(&self, words: Vec<Sourced<Text>>, start: Start) -> Invocation {
        let at = words.first().map_or(self.step.name.at, |program| program.at);
        let mut invocation = Invocation {
            at,
            words,
            env: start.env,
            folders: start.folders,
            prepared: start.prepared,
            makes: Prepared::No,
            made: Vec::new(),
            writes: Vec::new(),
            fed: false,
            calls: None,
            dir: start.dir,
            runner: start.runner,
            builder: start.builder,
            own_builder: None,
        };
        invocation.makes = made::others(&invocation);
        invocation
    }

    fn folders(&self) -> Vec<WorkingFolder> {
        let roots = self.bases.iter().map(|base| WorkingFolder::root(base));
        let Some(dir) = &self.step.dir else { return roots.collect() };
        let dir = self.substitutions.expand(dir).value;
        roots.filter_map(|root| root.enter(&dir)).collect()
    }

    fn env(&self) -> Vec<(String, Sourced<Text>)> {
        let entries = self.build.env.iter().chain(&self.step.env);
        let expanded = entries.map(|entry| self.substitutions.expand(entry));
        let pairs = expanded.filter_map(|entry| {
            let name = entry.value.split('=').first()?.literal()?.to_owned();
            Some((name.clone(), super::docker::after(&entry, name.len() + 1)))
        });
        pairs.collect()
    }
}

/// Whether the name of the file says what it is.
fn is_called_so(sources: &Sources, build: &Build) -> bool {
    let file = |at: Span| source::name(&sources.get(at.source).path).to_ascii_lowercase();
    build.at.is_some_and(|at| file(at).contains("cloudbuild"))
}

/// The program that Docker's own image runs, unless its first argument is another.
fn program_of(image: &str) -> Option<&'static str> {
    let (name, _) = system::split(image);
    (system::official(name) == "docker").then_some("docker")
}

/// Whether a step surely runs a program of this name itself, and hands it to no shell.
fn is_program(name: &str) -> bool {
    !SHELLS.contains(&name) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// What `docker build` is in an image: BuildKit in Docker's own since 23. Google's is 20.10 unless a
/// tag names another. Source: GoogleCloudPlatform/cloud-builders, docker/cloudbuild.yaml, read 2026-11.
pub fn builder_of(image: &str) -> Builder {
    let (name, tag) = system::split(image);
    let digits: String = tag.chars().take_while(char::is_ascii_digit).collect();
    match (system::official(name), digits.parse::<u32>()) {
        _ if image.contains('@') => Builder::Unknown,
        ("docker" | GOOGLE_DOCKER, Ok(major)) if major < 23 => Builder::Classic,
        ("docker", _) => Builder::BuildKit,
        (GOOGLE_DOCKER, Err(_)) if matches!(tag, "" | "latest") => Builder::Classic,
        _ => Builder::Unknown,
    }
}

/// Google's own image of `docker`.
const GOOGLE_DOCKER: &str = "gcr.io/cloud-builders/docker";
