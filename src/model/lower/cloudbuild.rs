//! Builds of Cloud Build: what their steps build, deploy and read.

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::super::secret::{BuildSecrets, SecretPath, SecretReference, Store};
use super::script::{Start, invocations_of, makes};
use super::{Invocation, Lowered, WorkingFolder};
use crate::eval::substitution::Substitutions;
use crate::model::build::build_file::program::{BuilderImage, Starts};
use crate::model::build::build_file::script::{SHELLS, StepScript};
use crate::model::build::build_file::substitution::NestedName;
use crate::model::build::build_file::{BuildFile, FileStep};
use crate::model::build::order::{Act, Order, OrderedStep};
use crate::model::context::aside::is_vendored;
use crate::model::image::system;
use crate::source::{self, Excerpt, Sources, Span};
use crate::syntax::cloudbuild::{Build, Step};
use crate::syntax::{Parsed, shell};
use crate::value::{Piece, Sourced, Text, Value, Why};
use std::collections::BTreeSet;

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
        let program = match &entrypoint {
            Some(entrypoint) => entrypoint.value.literal().map(source::name),
            None => match BuilderImage::of(image).and_then(|image| image.starts) {
                Some(Starts::Program(program)) => Some(program),
                _ => program_of(image),
            },
        };
        match program {
            Some(program) if !SHELLS.contains(&program) => vec![self.invocation(program, start)],
            _ => Vec::new(),
        }
    }

    /// What the step gives to a shell: `script`, or the word behind `-c`.
    fn script(&self) -> Option<StepScript> {
        let (text, is_verbatim) = match &self.step.script {
            Some(script) => (script.clone(), true),
            None => {
                let words = self.shell_words()?;
                let flag = words.iter().position(|arg| {
                    arg.text.starts_with('-')
                        && !arg.text.starts_with("--")
                        && arg.text.contains('c')
                })?;
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

    fn invocation(&self, program: &str, start: Start) -> Invocation {
        let place = self.step.entrypoint.as_ref().unwrap_or(&self.step.name).at;
        let program = Sourced { value: Text::from(program), at: place, via: Vec::new() };
        let arguments = self.step.args.iter().map(|arg| self.substitutions.expand(arg));
        let mut invocation = Invocation {
            at: place,
            words: std::iter::once(program).chain(arguments).collect(),
            env: start.env,
            folders: start.folders,
            prepared: start.prepared,
            makes: Prepared::No,
            writes: Vec::new(),
            fed: false,
            calls: None,
            dir: start.dir,
            runner: start.runner,
            builder: start.builder,
            own_builder: None,
        };
        invocation.makes = makes(&invocation);
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

/// The steps and the substitutions of a build file.
fn build_file(
    sources: &Sources,
    build: &Build,
    substitutions: &Substitutions,
) -> Option<BuildFile> {
    let at = build.steps.first()?.at;
    let name = |(name, at): (&str, Span)| Value::literal(Text::from(name), at);
    let used = build.substituted.iter().flat_map(Substitutions::names).map(name);
    // Defaults refer to others where that is asked for, and always in builds of triggers.
    let nested: Vec<NestedName> = build.substitutions.iter().flat_map(nested_names).collect();
    let in_defaults = nested.iter().map(|nested| &nested.name);
    let in_defaults = in_defaults.filter(|name| name.value.starts_with("_"));
    let mut mentioned = BTreeSet::new();
    let values = build.substitutions.iter().map(|(_, value)| value);
    for text in build.others.iter().chain(values) {
        mentioned.extend(mentions(&text.text));
    }
    let is_null = |name: &Excerpt| build.without_value.iter().any(|other| other.at == name.at);
    let declared = build.substitutions.iter().filter(|(name, _)| !is_null(name));
    let one = |field: &Option<Excerpt>| match field {
        Some(field) => known(substitutions.expand(field)),
        None => Value::Unset,
    };
    let step = |step: &Step| FileStep {
        id: match &step.id {
            Some(id) => known(substitutions.expand(id)),
            None => Value::Unset,
        },
        wait_for: step.wait_for.iter().map(|id| known(substitutions.expand(id))).collect(),
        at: step.at,
        image: known(substitutions.expand(&step.name)),
        program: program_words(step, substitutions),
        entrypoint: one(&step.entrypoint),
        arguments: step.args.iter().map(|a| Value::Known(substitutions.expand(a))).collect(),
        has_script: step.script.is_some(),
        script: None,
        environment: environment(build, step, substitutions),
        secrets: build.secret_env.iter().chain(&step.secret_env).map(|s| s.text.clone()).collect(),
        settings: step.env.iter().map(|e| Value::Known(substitutions.expand(e))).collect(),
        maps: step.maps,
        timeout: one(&step.timeout),
    };
    Some(BuildFile {
        at,
        path: sources.get(at.source).path.to_string(),
        declared: declared
            .map(|(name, _)| Value::literal(Text::from(&*name.text), name.at))
            .collect(),
        used: used.chain(in_defaults.cloned().map(Value::Known)).collect(),
        operated: build.substituted.iter().flat_map(Substitutions::operations).map(name).collect(),
        mentioned,
        nested,
        operated_in_defaults: build.substitutions.iter().flat_map(operated_names).collect(),
        is_dynamic: build.is_dynamic,
        is_loose: Value::literal(build.is_loose, at),
        maps_all: build.maps_all,
        steps: build.steps.iter().map(step).collect(),
        images: build.images.iter().map(|i| Value::Known(substitutions.expand(i))).collect(),
        chooses_logs: Value::literal(build.chooses_logs, at),
        account: one(&build.service_account),
        region: build.pool.as_ref().map_or(Value::Unset, |pool| region(substitutions.expand(pool))),
        secrets: build_secrets(build, substitutions).available,
        dated: build.dated.clone(),
    })
}

/// The names in the default of a substitution.
fn nested_names((default, value): &(Excerpt, Excerpt)) -> Vec<NestedName> {
    nested(default, Substitutions::names(value))
}

/// Those of which it makes something.
fn operated_names((default, value): &(Excerpt, Excerpt)) -> Vec<NestedName> {
    nested(default, Substitutions::operations(value))
}

fn nested<'n>(default: &Excerpt, names: impl Iterator<Item = (&'n str, Span)>) -> Vec<NestedName> {
    let known = |text: &str, at| Sourced { value: Text::from(text), at, via: Vec::new() };
    let nested = |(name, at)| NestedName {
        default: known(&default.text, default.at),
        name: known(name, at),
    };
    names.map(nested).collect()
}

/// The region of `projects/P/locations/REGION/workerPools/POOL`.
fn region(pool: Sourced<Text>) -> Value<Text> {
    let mut parts = pool.value.split('/').into_iter();
    let is_locations = |part: &Text| part.literal() == Some("locations");
    let region = parts.by_ref().skip(2).take(1).any(|part| is_locations(&part));
    match parts.next().filter(|name| region && name.literal().is_some()) {
        Some(value) => Value::Known(Sourced { value, ..pool }),
        None => Value::unknown(pool.at, Why::Environment),
    }
}

/// The names of the variables that are set for a step.
fn environment(build: &Build, step: &Step, substitutions: &Substitutions) -> BTreeSet<String> {
    let settings = build.env.iter().chain(&step.env).map(|entry| substitutions.expand(entry).value);
    let names = settings.map(|entry| match entry.split('=').first() {
        Some(name) => name.to_string(),
        None => String::new(),
    });
    let secrets = build.secret_env.iter().chain(&step.secret_env).map(|name| name.text.clone());
    names.chain(secrets).collect()
}

/// The program of a step, with the words behind it that are plain: no flag, path or value.
fn program_words(step: &Step, substitutions: &Substitutions) -> Vec<String> {
    let image = substitutions.expand(&step.name).value;
    let image = image.literal().map(source::name).unwrap_or_default();
    let image = image.split([':', '@']).next().unwrap_or_default();
    let program = match (&step.script, &step.entrypoint) {
        (Some(_), _) => "script",
        (None, Some(entrypoint)) => source::name(&entrypoint.text),
        (None, None) => image,
    };
    let is_plain = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let words = step.args.iter().map(|word| word.text.as_str()).take_while(is_plain);
    std::iter::once(program).chain(words.take(3)).map(str::to_owned).collect()
}

fn known(text: Sourced<Text>) -> Value<Text> {
    match text.value.literal() {
        Some(_) => Value::Known(text),
        None => Value::unknown(text.at, Why::Environment),
    }
}

/// The names behind a `$`, be they substituted there or not.
fn mentions(text: &str) -> impl Iterator<Item = String> {
    text.match_indices('$').filter_map(|(i, _)| {
        let rest = text.get(i + 1..)?.trim_start_matches(['{', '$']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then(|| name.to_owned())
    })
}

/// Whether the name of the file says what it is.
fn is_called_so(sources: &Sources, build: &Build) -> bool {
    let file = |at: Span| source::name(&sources.get(at.source).path).to_ascii_lowercase();
    build.at.is_some_and(|at| file(at).contains("cloudbuild"))
}

/// The names of secrets in a build file.
fn build_secrets(build: &Build, substitutions: &Substitutions) -> BuildSecrets {
    let name = |name: &Excerpt| Value::Known(substitutions.expand(name));
    let versions = build.secrets.iter().filter_map(|secret| secret.env.as_ref());
    let steps = build.steps.iter().flat_map(|step| &step.secret_env);
    BuildSecrets {
        available: versions.chain(&build.encrypted).map(name).collect(),
        asked_for: build.secret_env.iter().chain(steps).map(name).collect(),
    }
}

/// The program that Docker's own image runs, unless its first argument is another.
fn program_of(image: &str) -> Option<&'static str> {
    let (name, _) = system::split(image);
    (system::official(name) == "docker").then_some("docker")
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

/// `projects/P/secrets/NAME/versions/V`, regional or not.
fn secret_reference(written: &Excerpt, version: Sourced<Text>) -> Option<SecretReference> {
    let path = SecretPath::read(&version.value)?;
    let at = name_span(written).unwrap_or(version.at);
    let known = |value: Text| Sourced { value, at, via: version.via.clone() };
    let name = match path.name.pieces() {
        [Piece::Hole(_)] => Value::unknown(at, Why::Environment),
        _ => Value::Known(known(path.name)),
    };
    let project = path.project.map_or(Value::Unset, |project| Value::Known(known(project)));
    let store = Store::SecretManager;
    let location = Value::Known(known(path.location.unwrap_or(Text::from("global"))));
    let use_ = "the build reads this secret";
    Some(SecretReference { name, project, location, use_, store, user: None })
}

/// Where the name stands in `projects/P/secrets/NAME/versions/V`.
fn name_span(written: &Excerpt) -> Option<Span> {
    let start = written.text.find("secrets/")? + "secrets/".len();
    let length = written.text[start..].find('/').unwrap_or(written.text.len() - start);
    Some(written.span(start..start + length))
}
