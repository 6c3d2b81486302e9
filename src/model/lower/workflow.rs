//! What workflows of GitHub Actions run: their scripts, and the actions that build and deploy.

use super::super::build::{Build, BuildKind, Prepared, Runner};
use super::super::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, Replaced, amd64, default_port,
};
use super::super::platform::Architecture;
use super::docker::places;
use super::gcloud::secret_reference;
use super::index::{self, Asked, WITHOUT_ATTESTATIONS};
use super::script::{Start, invocations};
use super::{Lowered, WorkingFolder, bake, job_script};
use crate::eval::workflow::Context;
use crate::model::build::order::{Order, OrderedStep};
use crate::model::build::trigger::Trigger;
use crate::source::{Excerpt, Sources, Span, join};
use crate::syntax::workflow::{Filter, Job, Matrix, Step, Workflow};
use crate::value::{Sourced, Step as Reason, Text, Value, Why};
use std::collections::BTreeSet;

/// A job is read for no more combinations of its matrix than this.
const MOST_COMBINATIONS: usize = 32;

/// What a workflow adds to the project.
pub fn lower(sources: &Sources, workflow: &Workflow) -> Lowered {
    let mut lowered = Lowered { triggers: triggers(sources, workflow), ..Lowered::default() };
    for job in &workflow.jobs {
        let mut shells = BTreeSet::new();
        for combination in combinations(&job.matrix) {
            let mut context = Context::default();
            context.set_env(&workflow.env);
            for (name, value) in combination {
                let mut value = context.expand(value);
                let step = Reason::reference(value.at, format!("`{name}` of the matrix is this"));
                value.via.insert(0, step);
                context.matrix.insert(name.to_owned(), value);
            }
            context.set_env(&job.env);
            let runner = Runner::Job(architecture(job, &context));
            shells.insert(job_script::by_default(job, &context));
            let running = Running {
                sources,
                workflow,
                job,
                context,
                runner,
                root: Some(WorkingFolder::root("")),
                prepared: Prepared::No,
                own_builder: None,
            };
            running.run(&mut lowered);
        }
        // It is known if it is the same wherever the job runs.
        let by_default = shells.pop_first().flatten().filter(|_| shells.is_empty());
        lowered.job_scripts.extend(job_script::of_job(job, by_default));
    }
    lowered
}

/// What starts a workflow, where the files that change decide it.
fn triggers(sources: &Sources, workflow: &Workflow) -> Vec<Trigger> {
    let trigger = |filter: &Filter| {
        let mut listed: Vec<Value<Text>> = Vec::new();
        let mut left_out: Vec<Value<Text>> = Vec::new();
        for pattern in &filter.patterns {
            let (text, list) = match pattern.text.strip_prefix('!') {
                Some(text) => (text, &mut left_out),
                None => (pattern.text.as_str(), &mut listed),
            };
            // What stands behind `!` may take back what that takes out, and `**` within a name
            // reaches into folders.
            let is_last = !filter
                .patterns
                .iter()
                .any(|other| other.at.start > pattern.at.start && !other.text.starts_with('!'));
            let is_read = (is_last || text.len() == pattern.text.len())
                && text.split('/').all(|part| part == "**" || !part.contains("**"))
                && !text.contains(['+', '?', '[', '{']);
            list.push(match is_read {
                true => Value::literal(Text::from(text), pattern.at),
                false => Value::unknown(pattern.at, Why::Unread),
            });
        }
        let (argument, included, ignored) = match filter.includes {
            true => ("paths", listed, left_out),
            false => ("paths-ignore", vec![Value::literal(Text::from("**"), filter.at)], listed),
        };
        Trigger {
            named: None,
            is_inline: false,
            region: Value::Unset,
            account: Value::Unset,
            off: Vec::new(),
            at: filter.at,
            build: sources.get(filter.at.source).path.to_string(),
            argument,
            substitutions: Vec::new(),
            included,
            ignored,
        }
    };
    workflow.filters.iter().map(trigger).collect()
}

/// The values of a matrix, one for each time that the job runs; one without any if they are
/// not known.
fn combinations(matrix: &Matrix) -> Vec<Vec<(&str, &Excerpt)>> {
    let mut all: Vec<Vec<(&str, &Excerpt)>> = vec![Vec::new()];
    for (name, values) in &matrix.axes {
        all = all
            .into_iter()
            .flat_map(|row| {
                values.iter().map(move |value| {
                    let mut row = row.clone();
                    row.push((name.as_str(), value));
                    row
                })
            })
            .take(MOST_COMBINATIONS)
            .collect();
    }
    let included = matrix
        .include
        .iter()
        .map(|row| row.iter().map(|(name, value)| (name.as_str(), value)).collect::<Vec<_>>());
    let is_of = |row: &[(&str, &Excerpt)], (name, value): &(String, Excerpt)| {
        row.iter().any(|(other, own)| other == name && own.text == value.text)
    };
    let is_excluded = |row: &Vec<(&str, &Excerpt)>| {
        matrix.exclude.iter().any(|out| !out.is_empty() && out.iter().all(|pair| is_of(row, pair)))
    };
    all.retain(|row| !is_excluded(row));
    match (matrix.axes.is_empty(), matrix.include.is_empty()) {
        (true, false) => included.take(MOST_COMBINATIONS).collect(),
        // An entry that is included may add to a combination, or be one.
        (false, false) => vec![Vec::new()],
        (_, true) => all,
    }
}

/// The architecture of a job's runner. Source: docs.github.com, about GitHub-hosted runners,
/// read 2026-11.
fn architecture(job: &Job, context: &Context) -> Option<Architecture> {
    if job.container {
        return None;
    }
    let [label] = &job.runs_on[..] else { return None };
    let label = context.expand(label).value;
    let label = label.literal()?;
    let is_version =
        |version: &str| version == "latest" || version.starts_with(|c: char| c.is_ascii_digit());
    match label.strip_prefix("ubuntu-")? {
        version if version.ends_with("-arm") => Some(Architecture::Arm64),
        version if is_version(version) && !version.contains("-core") => Some(Architecture::Amd64),
        _ => None,
    }
}

/// A job while its steps are gone through.
struct Running<'a> {
    sources: &'a Sources,
    workflow: &'a Workflow,
    job: &'a Job,
    context: Context,
    runner: Runner,
    /// Where the repository is; none if that is not known.
    root: Option<WorkingFolder>,
    /// Which files the steps before may have made.
    prepared: Prepared,
    /// The step that sets up a builder other than that of the Docker daemon.
    own_builder: Option<Span>,
}

impl Running<'_> {
    fn run(mut self, lowered: &mut Lowered) {
        let mut steps = Vec::new();
        let before = lowered.builds.len();
        for step in &self.job.steps {
            let holds = step.condition.as_ref().and_then(|written| self.context.holds(written));
            if holds == Some(false) {
                continue;
            }
            if self.waits_for_files(step) {
                self.prepared = Prepared::Anything;
            }
            let mark = lowered.mark();
            let outer = self.context.env.clone();
            self.context.set_env(&step.env);
            match (&step.run, step.action()) {
                (Some(script), _) => self.script(step, script, lowered),
                (None, Some(action)) => self.action(step, action, lowered),
                (None, None) => {}
            }
            let own: Vec<&str> = step.env.iter().map(|(name, _)| name.text.as_str()).collect();
            // What the step wrote into the environment of the job stays.
            let written = std::mem::replace(&mut self.context.env, outer);
            let kept = written.into_iter().filter(|(name, _)| !own.contains(&name.as_str()));
            self.context.env.extend(kept);
            let acts = lowered.acts_since(mark);
            let is_read = step.action().is_none_or(|action| {
                action == "actions/checkout" || makes_nothing(action) || !acts.is_empty()
            });
            let may_push = !is_read || super::may_push(self.sources.text(step.at), &acts);
            steps.push(OrderedStep {
                after: BTreeSet::new(),
                waits: None,
                acts,
                may_push,
                may_make: true,
            });
        }
        lowered.orders.push(Order::in_sequence(steps));
        if let Some(emulated) = self.emulated() {
            for build in lowered.builds.iter_mut().skip(before) {
                build.emulated = Some(emulated.clone());
            }
        }
    }

    /// Whether a step may run only if files are there: its condition, or that of the job, asks
    /// what an earlier script has found.
    fn waits_for_files(&self, step: &Step) -> bool {
        let conditions = [&step.condition, &self.job.condition].into_iter().flatten();
        conditions.map(|condition| condition.text.as_str()).any(|condition| {
            let of_jobs = condition.contains("needs.");
            let told = of_jobs || condition.contains("steps.");
            let mut before = self.job.steps.iter().filter(|other| other.at.start < step.at.start);
            let asks = |step: &Step| step.run.as_ref().is_some_and(|run| asks_for_files(&run.text));
            condition.contains("hashFiles(")
                || (told && before.any(asks))
                || (of_jobs && self.workflow.jobs.iter().flat_map(|job| &job.steps).any(asks))
        })
    }

    /// The platforms that `docker/setup-qemu-action` names, if only the builds of actions could
    /// make use of them, and none of these names a platform.
    fn emulated(&self) -> Option<Sourced<Text>> {
        let mut emulated = None;
        for step in &self.job.steps {
            match (&step.run, step.action()) {
                (Some(script), _) if script.text.contains("docker") => return None,
                (Some(_), _) => {}
                (None, Some("docker/setup-qemu-action")) => {
                    emulated = self.input(step, "platforms").known().cloned();
                }
                (None, Some("docker/build-push-action")) => {
                    let says = |name: &str| step.input(name).is_some();
                    if says("platforms") || says("builder") {
                        return None;
                    }
                }
                (None, Some(action)) => {
                    let bakes = action.starts_with("docker/bake-action");
                    if bakes || (action != "actions/checkout" && !makes_nothing(action)) {
                        return None;
                    }
                }
                (None, None) => {}
            }
        }
        emulated
    }

    fn script(&mut self, step: &Step, script: &Excerpt, lowered: &mut Lowered) {
        let shell = step.shell.as_ref().or(self.job.shell.as_ref()).map(|shell| &*shell.text);
        let is_other = |shell: &str| !shell.contains("${{") && job_script::program(shell).is_none();
        if shell.is_some_and(is_other) {
            self.prepared = Prepared::Anything;
            return;
        }
        let folder = step.working_directory.as_ref().or(self.job.working_directory.as_ref());
        let folders = match (&self.root, folder) {
            (None, _) => Vec::new(),
            (Some(root), None) => vec![root.clone()],
            (Some(root), Some(folder)) => {
                let folder = self.context.expand(folder).value;
                root.enter(&folder).into_iter().collect()
            }
        };
        let start = Start {
            folders,
            env: self.context.env.clone().into_iter().collect(),
            prepared: self.prepared,
            dir: folder.map(|folder| folder.at),
            runner: self.runner,
            buildkit: true,
            own_builder: self.own_builder,
        };
        for invocation in invocations(self.sources, &self.context.expand_script(script), &start) {
            lowered.invoke(&invocation, Manager::Workflow);
            self.prepared = self.prepared.max(invocation.makes);
            for target in &invocation.writes {
                self.remember(&target.value, &invocation.words);
            }
        }
    }

    /// `echo NAME=value >> $GITHUB_ENV`
    fn remember(&mut self, target: &Text, words: &[Sourced<Text>]) {
        if *target != Text::hole("GITHUB_ENV") {
            return;
        }
        let [program, setting] = words else { return };
        if program.value.literal() != Some("echo") {
            return;
        }
        let parts = setting.value.split('=');
        if let (Some(name), true) = (parts.first().and_then(Text::literal), parts.len() > 1) {
            let mut value = super::docker::after(setting, name.len() + 1);
            let step = Reason::reference(setting.at, format!("`{name}` is set here"));
            value.via.insert(0, step);
            self.context.env.insert(name.to_owned(), value);
        }
    }

    fn action(&mut self, step: &Step, action: &str, lowered: &mut Lowered) {
        match action {
            "actions/checkout" => self.checkout(step),
            "docker/setup-buildx-action" => self.own_builder = own_builder(step),
            "docker/build-push-action" => lowered.builds.push(self.build(step)),
            "docker/bake-action" => lowered.bakes.extend(self.bake(step)),
            "google-github-actions/deploy-cloudrun" => self.deploy(step, lowered),
            action if makes_nothing(action) => {}
            "actions/cache" => self.prepared = self.prepared.max(Prepared::Outputs),
            _ => self.prepared = Prepared::Anything,
        }
    }

    fn checkout(&mut self, step: &Step) {
        let input = |name: &str| step.input(name).map(|value| self.context.expand(value).value);
        let other = input("repository").is_some_and(|repository| {
            !repository.literal().is_some_and(|name| name.is_empty()) && {
                let own = Text::hole("github.repository");
                repository != own
            }
        });
        let elsewhere = input("path").is_some_and(|path| !matches!(path.literal(), Some("" | ".")));
        match (other, elsewhere) {
            // Files of another repository may come to lie among those of this one.
            (true, _) => self.prepared = Prepared::Anything,
            (false, true) => self.root = None,
            (false, false) => {}
        }
        if input("submodules").is_some() || input("ref").is_some_and(|text| text.is_unknown()) {
            self.prepared = self.prepared.max(Prepared::Outputs);
        }
    }

    fn input(&self, step: &Step, name: &str) -> Value<Text> {
        match step.input(name) {
            Some(value) => match self.context.expand(value) {
                value if value.value.literal() == Some("") => Value::Unset,
                value => Value::Known(value),
            },
            None => Value::Unset,
        }
    }

    /// The entries of an input that lists them by lines, or by commas.
    fn list(&self, step: &Step, name: &str, commas: bool) -> Vec<Sourced<Text>> {
        let Some(written) = step.input(name) else { return Vec::new() };
        let mut start = 0;
        let mut entries = Vec::new();
        let ends = |c: char| c == '\n' || (commas && c == ',');
        for line in written.text.split_inclusive(ends) {
            let entry = line.trim_end_matches(ends).trim();
            let at = start + (line.len() - line.trim_start().len());
            start += line.len();
            if !entry.is_empty() && !entry.starts_with('#') {
                entries.push(self.context.expand(&written.slice(at..at + entry.len())));
            }
        }
        entries
    }

    fn build(&self, step: &Step) -> Build {
        let at = step.uses.as_ref().map_or(step.at, |uses| uses.at);
        let root: Vec<WorkingFolder> = self.root.iter().cloned().collect();
        let context = match self.input(step, "context") {
            // Without one it is the repository as it was pushed.
            Value::Unset => Value::Known(Sourced { value: Text::from("."), at, via: Vec::new() }),
            context => context,
        };
        let dockerfile = self.input(step, "file");
        let places = places(&root, &context, |folder, context| match &dockerfile {
            Value::Unset => Some(join(context, "Dockerfile")),
            file => folder.resolve(&file.known()?.value),
        });
        let arguments = self.list(step, "build-args", false).into_iter().filter_map(|argument| {
            let name = argument.value.split('=').first()?.literal()?.to_owned();
            let value = super::docker::after(&argument, name.len() + 1);
            Some((name, Value::Known(value)))
        });
        let platform = match self.input(step, "platforms") {
            Value::Unset => match self.context.env.get("DOCKER_DEFAULT_PLATFORM") {
                Some(platform) => Value::Known(platform.clone()),
                None => Value::Unset,
            },
            platform => platform,
        };
        let pushes = step.input("outputs").is_some()
            || step.input("push").is_some_and(|push| push.text != "false");
        let is_plain =
            ["outputs", "attests", "builder"].iter().all(|name| step.input(name).is_none())
                && !self.context.env.contains_key(WITHOUT_ATTESTATIONS);
        let keeps = !pushes && step.input("load").is_none_or(|load| load.text == "false");
        let is_own = ["outputs", "builder"].iter().all(|name| step.input(name).is_none());
        let own_builder = self.own_builder.filter(|_| keeps && is_own);
        let unloaded = own_builder.map(super::docker::stays_in_cache);
        let (provenance, sbom) = (self.input(step, "provenance"), self.input(step, "sbom"));
        let index = index::reason(&Asked {
            platform: &platform,
            provenance: &provenance,
            sbom: &sbom,
            own_builder: self.own_builder.filter(|_| is_plain),
        });
        Build {
            platform,
            tags: self.list(step, "tags", true),
            arguments: arguments.collect(),
            target: self.input(step, "target"),
            dockerfile,
            // The repository as it was pushed has nothing that steps made.
            prepared: if step.input("context").is_some() { self.prepared } else { Prepared::No },
            context,
            places,
            pushes,
            unloaded,
            index: index.filter(|_| pushes),
            ..Build::new(at, self.runner, BuildKind::Action)
        }
    }

    /// Source: docker/bake-action, README, read 2026-11. A source of its own is elsewhere.
    fn bake(&self, step: &Step) -> Option<bake::Usage> {
        let here = [None, Some("."), Some("")];
        let source = self.input(step, "source");
        if !source.is_unset() && !here.contains(&source.literal_text()) {
            return None;
        }
        let root = self.root.clone();
        let folder = match self.input(step, "workdir") {
            Value::Unset => root,
            folder => root.and_then(|root| root.enter(&folder.known()?.value)),
        };
        let list = |name: &str, commas| self.list(step, name, commas);
        Some(bake::Usage {
            files: list("files", true).into_iter().map(|file| file.value).collect(),
            folders: folder.into_iter().collect(),
            env: self.context.env.clone().into_iter().collect(),
            settings: list("set", false),
            targets: list("targets", true),
            is_open: step.input("vars").is_some(),
            pushes: step.input("push").is_some_and(|push| push.text != "false"),
            runner: self.runner,
            prepared: self.prepared,
        })
    }

    /// Source: google-github-actions/deploy-cloudrun, action.yml, read 2026-08.
    fn deploy(&self, step: &Step, lowered: &mut Lowered) {
        let at = step.uses.as_ref().map_or(step.at, |uses| uses.at);
        // A file says all of it, or a buildpack makes the image.
        if step.input("metadata").is_some() {
            return;
        }
        let job = self.input(step, "job");
        let (platform, name) = match job {
            Value::Unset => (Platform::CloudRunService, self.input(step, "service")),
            job => (Platform::CloudRunJob, job),
        };
        let flags = self.input(step, "flags");
        let named_port = match &flags {
            Value::Unset => None,
            flags => Some(flags.literal_text().and_then(port_of)),
        };
        let port = match (platform, named_port) {
            (Platform::CloudRunJob, _) => Value::Unset,
            (_, Some(Some(port))) => {
                let at = flags.at().unwrap_or(at);
                Value::Known(Sourced { value: port, at, via: Vec::new() })
            }
            (_, Some(None)) if flags.literal_text().is_none_or(|f| f.contains("--port")) => {
                Value::unknown(at, Why::Unread)
            }
            _ => default_port(Reason::default(
                at,
                "Cloud Run sends to 8080 where neither this nor an earlier deploy names a port",
            )),
        };
        let pairs = |name: &str| {
            self.list(step, name, true).into_iter().filter_map(|entry| {
                let name = entry.value.split('=').first()?.literal()?.to_owned();
                let value = super::docker::after(&entry, name.len() + 1);
                let key = Sourced { value: Text::from(name), at: entry.at, via: Vec::new() };
                Some((key, value))
            })
        };
        let mut env: Vec<EnvVariable> = Vec::new();
        for (name, value) in pairs("env_vars") {
            let setting = name.at;
            env.push(EnvVariable { name: Value::Known(name), setting, value: Value::Known(value) });
        }
        let before = lowered.references.len();
        for (name, secret) in pairs("secrets") {
            lowered.references.push(secret_reference(&secret));
            if !name.value.starts_with("/") {
                let value = Value::unknown(secret.at, Why::Sensitive);
                env.push(EnvVariable { setting: name.at, name: Value::Known(name), value });
            }
        }
        let given = |flag: &str| {
            !flags.is_unset() && flags.literal_text().is_none_or(|flags| flags.contains(flag))
        };
        let container = Container {
            image: self.input(step, "image"),
            port,
            env,
            replaced: Replaced { entrypoint: given("--command"), arguments: given("--args") },
            ..Container::default()
        };
        lowered.deploy(
            before,
            Deployment {
                architecture: amd64(at),
                name: if name.is_unset() { Value::unknown(at, Why::Unread) } else { name },
                region: self.input(step, "region"),
                project: self.input(step, "project_id"),
                containers: vec![container],
                ..Deployment::new(at, platform, Manager::Workflow)
            },
        );
    }
}

/// Whether a script asks whether files or folders are there.
fn asks_for_files(script: &str) -> bool {
    let words: Vec<&str> = script.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| matches!(pair, ["[" | "[[" | "test" | "!", "-f" | "-d" | "-e" | "-s"]))
}

/// The step, if it sets up a builder of its own, of the newest kind.
fn own_builder(step: &Step) -> Option<Span> {
    const OTHERWISE: &[&str] =
        &["driver-opts", "buildkitd-config", "buildkitd-config-inline", "version", "use"];
    let driver = step.input("driver").map(|driver| driver.text.as_str());
    let is_other = matches!(driver, None | Some("docker-container" | "kubernetes"));
    let is_plain = OTHERWISE.iter().all(|name| step.input(name).is_none());
    (is_other && is_plain).then(|| step.uses.as_ref().map_or(step.at, |uses| uses.at))
}

/// The port that flags name: `--port=8000`.
fn port_of(flags: &str) -> Option<u16> {
    let mut words = flags.split([' ', '=', '\n']).skip_while(|word| *word != "--port");
    words.nth(1)?.trim_matches(['"', '\'']).parse().ok()
}

/// Whether an action puts no files among those of the repository that a build could copy.
fn makes_nothing(action: &str) -> bool {
    const OWNERS: &[&str] = &["docker/", "google-github-actions/", "aws-actions/", "azure/login"];
    const ACTIONS: &[&str] = &[
        "actions/setup-",
        "actions/upload-artifact",
        "actions/github-script",
        "hashicorp/setup-terraform",
        "opentofu/setup-opentofu",
        "astral-sh/setup-uv",
        "pnpm/action-setup",
    ];
    OWNERS.iter().chain(ACTIONS).any(|prefix| action.starts_with(prefix))
}
