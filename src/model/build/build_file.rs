//! Build files of Cloud Build: their steps, their substitutions, and what starts them.

pub mod cluster;
pub mod empty;
pub mod expansion;
pub mod given;
pub mod misnamed;
pub mod program;
pub mod refusal;
pub mod script;
pub mod start;
pub mod substitution;
pub mod unmade;

use super::Prepared;
use super::submission::Submission;
use super::trigger::Trigger;
use crate::eval::inline_build;
use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::context::aside::is_set_aside;
use crate::model::reference::has_capitals;
use crate::nearest::nearest;
use crate::source::{Span, folder, name};
use crate::syntax::cloudbuild::shape::Dated;
pub use crate::syntax::cloudbuild::shape::{Choice, Refuser};
use crate::value::{Sourced, Step, Text, Value};
use script::StepScript;
use std::collections::BTreeSet;
use substitution::NestedName;

/// A build file.
#[derive(Debug, Clone)]
pub struct BuildFile {
    /// The place of its first step.
    pub at: Span,
    /// Its path from the root of the project, or the address of the trigger that holds it.
    pub path: String,
    /// The names of `substitutions`.
    pub declared: Vec<Value<Text>>,
    /// The names that are substituted, with the places.
    pub used: Vec<Value<Text>>,
    /// The names in defaults.
    pub nested: Vec<NestedName>,
    /// The names in defaults of which something is made: `${NAME:-default}`.
    pub operated_in_defaults: Vec<NestedName>,
    /// Whether defaults are templates in builds that no trigger starts, too.
    pub is_dynamic: bool,
    /// The names of which a text makes something, as in `${NAME:-default}`, which stays as it is.
    pub operated: Vec<Value<Text>>,
    /// Names that stand elsewhere behind a `$`, where nothing is substituted.
    pub mentioned: BTreeSet<String>,
    /// Whether names that are not given, or not used, are let pass (`ALLOW_LOOSE`).
    pub is_loose: Value<bool>,
    /// Whether all substitutions become variables of the environment.
    pub maps_all: bool,
    /// Its steps.
    pub steps: Vec<FileStep>,
    /// What is pushed after all steps: `images`.
    pub images: Vec<Value<Text>>,
    /// Whether it says where its logs go.
    pub chooses_logs: Value<bool>,
    /// `serviceAccount`
    pub account: Value<Text>,
    /// The region of the private pool in which it runs.
    pub region: Value<Text>,
    /// The names of the secrets that it makes available.
    pub secrets: Vec<Value<Text>>,
    /// What of it is past its time.
    pub dated: Vec<Dated>,
}

/// A step of a build file.
#[derive(Debug, Clone)]
pub struct FileStep {
    /// All of it.
    pub at: Span,
    /// The image that runs it.
    pub image: Value<Text>,
    /// The program that it starts with the words behind it that name what it does, as far as
    /// they are known: `docker build`.
    pub program: Vec<String>,
    /// `entrypoint`
    pub entrypoint: Value<Text>,
    /// `args`
    pub arguments: Vec<Value<Text>>,
    /// Whether it has a `script`.
    pub has_script: bool,
    /// What it gives to a shell, if that reads this grammar.
    pub script: Option<StepScript>,
    /// The names of the variables that are set for it, secrets included.
    pub environment: BTreeSet<String>,
    /// Those of them that are secrets.
    pub secrets: Vec<String>,
    /// `env`: `NAME=value`
    pub settings: Vec<Value<Text>>,
    /// Whether all substitutions are variables of its environment.
    pub maps: bool,
    /// Whether the build goes on if it fails.
    pub may_fail: bool,
    /// How long it may take.
    pub timeout: Value<Text>,
    /// `id`
    pub id: Value<Text>,
    /// `waitFor`
    pub wait_for: Vec<Value<Text>>,
}

/// A step that cannot be waited for.
#[derive(Debug)]
pub struct UnknownStep<'a> {
    /// The name under `waitFor`.
    pub name: &'a Sourced<Text>,
    /// Why it cannot.
    pub why: NoSuchStep<'a>,
}

/// Why a step cannot be waited for.
#[derive(Debug)]
pub enum NoSuchStep<'a> {
    /// No step has the name; another that was most likely meant, and all that stand before.
    Missing(Option<String>, Vec<String>),
    /// It stands behind the one that waits.
    Later(&'a Sourced<Text>),
    /// It is the one that waits.
    Itself,
}

/// What starts a build.
#[derive(Debug, Clone, Copy)]
pub enum Starter<'a> {
    /// A trigger, which puts nothing in the place of what it does not give.
    Trigger(&'a Trigger),
    /// A command, whose build is refused then.
    Submission(&'a Submission),
}

impl BuildFile {
    /// The step in which a place stands.
    pub fn step_at(&self, at: Span) -> Option<&FileStep> {
        let holds = |step: &&FileStep| step.at.source == at.source && step.at.touches(at.start);
        self.steps.iter().find(holds)
    }

    /// The steps that are waited for and cannot be.
    pub fn unknown_steps(&self) -> Vec<UnknownStep<'_>> {
        let mut unknown = Vec::new();
        // An id that is not known may be any.
        let ids = self.steps.iter().map(|step| match &step.id {
            Value::Known(id) => Some(Some(id)),
            Value::Unset => Some(None),
            Value::Unknown(_) => None,
        });
        let Some(ids) = ids.collect::<Option<Vec<Option<&Sourced<Text>>>>>() else {
            return unknown;
        };
        for (i, step) in self.steps.iter().enumerate() {
            for name in step.wait_for.iter().filter_map(Value::known) {
                let Some(text) = name.value.literal().filter(|text| *text != "-") else { continue };
                let is_it = |id: &Option<&Sourced<Text>>| {
                    id.is_some_and(|id| id.value.literal() == Some(text))
                };
                let names = |ids: &[Option<&Sourced<Text>>]| -> Vec<String> {
                    ids.iter().flatten().map(|id| id.value.to_string()).collect()
                };
                let before = ids.get(..i).unwrap_or_default();
                if before.iter().any(is_it) {
                    continue;
                }
                let why = match ids.iter().position(is_it) {
                    Some(own) if own == i => NoSuchStep::Itself,
                    Some(later) => match ids.get(later).copied().flatten() {
                        Some(id) => NoSuchStep::Later(id),
                        None => continue,
                    },
                    None => {
                        let before = names(before);
                        let near = nearest(text, before.iter().map(String::as_str));
                        NoSuchStep::Missing(near.map(str::to_owned), before)
                    }
                };
                unknown.push(UnknownStep { name, why });
            }
        }
        unknown
    }

    /// For each step, those that have surely ended before it starts, by their numbers. What is
    /// not known is taken to be waited for.
    pub fn ended_before(&self) -> Vec<BTreeSet<usize>> {
        let mut ended: Vec<BTreeSet<usize>> = Vec::new();
        for (i, step) in self.steps.iter().enumerate() {
            let all: BTreeSet<usize> = (0..i).collect();
            let mut before = BTreeSet::new();
            for name in &step.wait_for {
                if name.literal_text() == Some("-") {
                    continue;
                }
                let is_it = |step: &FileStep| {
                    step.id.literal_text().is_some()
                        && step.id.literal_text() == name.literal_text()
                };
                match self.steps.iter().take(i).position(is_it) {
                    Some(found) => {
                        before.insert(found);
                        before.extend(ended.get(found).into_iter().flatten());
                    }
                    None => before.extend(&all),
                }
            }
            ended.push(if step.wait_for.is_empty() { all } else { before });
        }
        ended
    }

    /// The ids that more than one step has: where they stand the second time and the first.
    pub fn repeated_ids(&self) -> Vec<(&Sourced<Text>, &Sourced<Text>)> {
        let ids: Vec<&Sourced<Text>> =
            self.steps.iter().filter_map(|step| step.id.known()).collect();
        let same = |a: &Sourced<Text>, b: &Sourced<Text>| {
            a.value.literal().is_some() && a.value == b.value
        };
        let again = ids.iter().enumerate().filter_map(|(i, id)| {
            let first = ids.iter().take(i).find(|first| same(first, id))?;
            Some((*id, *first))
        });
        again.collect()
    }

    /// Images that run steps, or are pushed, and have capitals in their names by a default.
    pub fn capital_images(&self) -> impl Iterator<Item = &Sourced<Text>> {
        let images = self.steps.iter().map(|step| &step.image).chain(&self.images);
        images.filter_map(Value::known).filter(|image| {
            !image.via.is_empty() && image.value.literal().is_some() && has_capitals(&image.value)
        })
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        self.declared.iter_mut().chain(&mut self.used).for_each(|name| blur.value(name));
        self.images.iter_mut().for_each(|image| blur.value(image));
        self.operated.iter_mut().chain(&mut self.secrets).for_each(|name| blur.value(name));
        blur.value(&mut self.is_loose);
        blur.value(&mut self.chooses_logs);
        blur.value(&mut self.account);
        blur.value(&mut self.region);
        for step in &mut self.steps {
            blur.value(&mut step.id);
            blur.value(&mut step.image);
            blur.value(&mut step.entrypoint);
            step.arguments.iter_mut().for_each(|argument| blur.value(argument));
            step.settings.iter_mut().for_each(|setting| blur.value(setting));
            blur.option(&mut step.script);
            blur.value(&mut step.timeout);
            step.wait_for.iter_mut().for_each(|name| blur.value(name));
        }
    }
}

impl Project {
    /// What starts the build of a file, as far as the project says.
    pub fn starters(&self, file: &BuildFile) -> Vec<Starter<'_>> {
        let triggers = self.triggers.iter().filter(|trigger| trigger.build == file.path);
        let submissions = self.submissions.iter().filter(|s| s.may_start(&file.path));
        triggers.map(Starter::Trigger).chain(submissions.map(Starter::Submission)).collect()
    }

    /// Each build file with all that surely starts its build.
    pub fn starts(&self) -> impl Iterator<Item = (&BuildFile, Starter<'_>)> {
        self.build_files.iter().flat_map(|file| {
            let starters = self.starters(file).into_iter();
            starters.filter(|starter| starter.surely_starts(file)).map(move |s| (file, s))
        })
    }

    /// The build file in which a place stands.
    pub fn build_file_at(&self, at: Span) -> Option<&BuildFile> {
        let path = &self.sources.get(at.source).path;
        let mut files = self.build_files.iter().filter(|file| file.at.source == at.source);
        files.find(|file| *file.path == **path)
    }

    /// A command that surely starts the build of the file at a place.
    pub fn submission_of(&self, at: Span) -> Option<&Submission> {
        let path = &self.sources.get(at.source).path;
        self.submissions.iter().find(|submission| submission.surely_starts(path))
    }

    /// Whether all that is known to start the build of the file at a place makes a choice that
    /// the file leaves open. Triggers make none.
    pub fn is_chosen(&self, at: Span, choice: Choice) -> bool {
        let path = &self.sources.get(at.source).path;
        let mut starting = self.submissions.iter().filter(|s| s.may_start(path)).peekable();
        let makes = |submission: &Submission| match choice {
            Choice::Logs => submission.chooses_logs,
            Choice::Timeout => submission.chooses_timeout,
        };
        !self.has_trigger(at) && starting.peek().is_some() && starting.all(makes)
    }

    /// Whether the build at a place is held by a trigger of Terraform.
    pub fn is_in_terraform(&self, at: Span) -> bool {
        let path = &self.sources.get(at.source).path;
        [".tf", ".tf.json", ".tofu"].iter().any(|end| path.ends_with(end))
    }

    /// What is said with the names of build files, in those of the file at a place.
    pub fn in_words_of(&self, at: Span, text: impl Into<String>) -> String {
        match self.is_in_terraform(at) {
            true => inline_build::words(&text.into()),
            false => text.into(),
        }
    }

    /// Whether a trigger starts the build of the file at a place.
    pub fn has_trigger(&self, at: Span) -> bool {
        let path = &self.sources.get(at.source).path;
        self.triggers.iter().any(|trigger| *trigger.build == **path)
    }

    /// The commands that start the build of a file that is in none of the places where it may
    /// be, and that nothing before may make.
    pub fn missing_submissions(&self) -> impl Iterator<Item = &Submission> {
        let exists = |file: &String| self.sources.has_file(file) || self.sources.may_appear(file);
        self.submissions.iter().filter(move |submission| {
            let is_settled = !self.sources.is_part
                && !is_set_aside(&self.sources.get(submission.at.source).path)
                && submission.prepared <= Prepared::Outputs;
            is_settled && !submission.files.is_empty() && !submission.files.iter().any(exists)
        })
    }

    /// The triggers of this repository whose file does not exist: that of another trigger which
    /// is declared beside does. A file of nearly the same name says nothing, since repositories
    /// call theirs alike.
    pub fn missing_triggers(&self) -> impl Iterator<Item = &Trigger> {
        let exists = |trigger: &Trigger| self.sources.has_file(&trigger.build);
        let declared = |trigger: &Trigger| folder(&self.sources.get(trigger.at.source).path);
        let known: Vec<&Trigger> = self.triggers.iter().filter(|t| exists(t)).collect();
        let is_set_aside =
            |trigger: &Trigger| is_set_aside(&self.sources.get(trigger.at.source).path);
        let own =
            self.triggers.iter().filter(|trigger| !self.sources.is_part && !trigger.is_inline);
        let own = own.filter(move |trigger| {
            let of_same = |other: &&Trigger| {
                declared(other) == declared(trigger) && trigger.shares_repository(other)
            };
            known.iter().any(of_same)
        });
        own.filter(move |trigger| {
            !is_set_aside(trigger) && !exists(trigger) && !self.sources.may_appear(&trigger.build)
        })
    }

    /// A build file that was most likely meant by a path, or all that there are, if these are few.
    pub fn build_files_like(&self, path: &str) -> Vec<&str> {
        const FEW: usize = 4;
        let files = self.build_files.iter().map(|file| file.path.as_str());
        let files: Vec<&str> = files.filter(|file| self.sources.has_file(file)).collect();
        if let Some(near) = nearest(path, files.iter().copied()) {
            return vec![near];
        }
        let same: Vec<&str> =
            files.iter().copied().filter(|file| name(file) == name(path)).collect();
        match (same.len(), files.len()) {
            (1..=FEW, _) => same,
            (_, ..=FEW) => files,
            _ => Vec::new(),
        }
    }
}

impl<'a> Starter<'a> {
    /// How a message calls it.
    pub fn noun(&self) -> &'static str {
        match self {
            Starter::Trigger(_) => "the trigger",
            Starter::Submission(_) => "the command",
        }
    }

    /// Where it is.
    pub fn at(&self) -> Span {
        match self {
            Starter::Trigger(trigger) => trigger.at,
            Starter::Submission(submission) => submission.at,
        }
    }

    /// The steps by which a default switches it off, if one does.
    pub fn switch(&self) -> &[Step] {
        match self {
            Starter::Trigger(trigger) => &trigger.off,
            Starter::Submission(_) => &[],
        }
    }

    /// Whether it starts the build of that file and of no other.
    fn surely_starts(&self, file: &BuildFile) -> bool {
        match self {
            Starter::Trigger(_) => true,
            Starter::Submission(submission) => submission.surely_starts(&file.path),
        }
    }

    /// The names that it gives values.
    fn given(&self) -> &'a [Value<Text>] {
        match self {
            Starter::Trigger(trigger) => &trigger.substitutions,
            Starter::Submission(submission) => &submission.given,
        }
    }

    /// Whether it gives, or may give, a value to a name.
    fn may_give(&self, name: &Text) -> bool {
        let is_whole = match self {
            Starter::Trigger(_) => true,
            Starter::Submission(submission) => submission.gives_all,
        };
        !is_whole
            || self.given().iter().any(|other| other.known().is_none_or(|o| o.value.may_be(name)))
    }
}
