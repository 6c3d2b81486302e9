//! What workflows of GitHub Actions run: their scripts, and the actions that build and deploy.

mod action;
mod matrix;

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::super::platform::Architecture;
use super::script::{Start, invocations};
use super::{Lowered, WorkingFolder, job_script};
use crate::eval::workflow::Context;
use crate::model::build::order::{Order, OrderedStep};
use crate::model::build::trigger::Trigger;
use crate::source::{Excerpt, Sources, Span};
use crate::syntax::workflow::{Filter, Job, Step, Workflow};
use crate::value::{Sourced, Step as Reason, Text, Value, Why};
use action::makes_nothing;
use std::collections::BTreeSet;

/// What a workflow adds to the project.
pub fn lower(sources: &Sources, workflow: &Workflow) -> Lowered {
    let mut lowered = Lowered { triggers: triggers(sources, workflow), ..Lowered::default() };
    let steps = workflow.jobs.iter().flat_map(|job| &job.steps);
    let asks = |step: &&Step| step.run.as_ref().is_some_and(|run| asks_for_files(&run.text));
    let asking: BTreeSet<Span> = steps.filter(asks).map(|step| step.at).collect();
    for job in &workflow.jobs {
        let mut shells = BTreeSet::new();
        for combination in matrix::combinations(&job.matrix) {
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
                asking: &asking,
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
            repository: Value::Unset,
            is_inline: false,
            event: Value::Unset,
            region: Value::Unset,
            address: Value::Unset,
            account: Value::Unset,
            off: Vec::new(),
            at: filter.at,
            build: sources.get(filter.at.source).path.to_string(),
            argument,
            substitutions: Vec::new(),
            values: Vec::new(),
            included,
            ignored,
        }
    };
    workflow.filters.iter().map(trigger).collect()
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
    /// The steps of the workflow whose scripts ask whether files are there.
    asking: &'a BTreeSet<Span>,
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
            condition.contains("hashFiles(")
                || (told && before.any(|other| self.asking.contains(&other.at)))
                || (of_jobs && !self.asking.is_empty())
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
            builder: Builder::BuildKit,
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
}

/// Whether a script asks whether files or folders are there.
fn asks_for_files(script: &str) -> bool {
    let words: Vec<&str> = script.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| matches!(pair, ["[" | "[[" | "test" | "!", "-f" | "-d" | "-e" | "-s"]))
}
