//! Build files of Cloud Build: their steps, their substitutions, and what starts them.

pub mod program;
pub mod script;
pub mod start;
pub mod unmade;

use super::Prepared;
use super::submission::Submission;
use super::trigger::Trigger;
use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::context::copy::is_set_aside;
use crate::model::reference::is_reference;
use crate::nearest::nearest;
use crate::source::{Span, folder, name};
use crate::syntax::cloudbuild::shape::Dated;
pub use crate::syntax::cloudbuild::shape::Refuser;
use crate::value::{Sourced, Step, Text, Value};
use script::StepScript;
use std::collections::BTreeSet;

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
    /// Whether all substitutions are variables of its environment.
    pub maps: bool,
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

/// A substitution that nothing gives a value.
#[derive(Debug)]
pub struct UndefinedSubstitution<'a> {
    /// The name where it is used first.
    pub name: &'a Sourced<Text>,
    /// What starts the build without it.
    pub starter: Option<Starter<'a>>,
    /// A declared name that was most likely meant.
    pub near: Option<String>,
}

/// A substitution that is given a value and not used.
#[derive(Debug)]
pub struct UnusedSubstitution<'a> {
    /// The name where it is given.
    pub name: &'a Sourced<Text>,
    /// The build file.
    pub file: &'a BuildFile,
    /// The command that starts the build, if one is known.
    pub submission: Option<&'a Submission>,
    /// The trigger that gives it.
    pub trigger: Option<&'a Trigger>,
}

/// What starts a build.
#[derive(Debug, Clone, Copy)]
pub enum Starter<'a> {
    /// A trigger, which puts nothing in the place of what it does not give.
    Trigger(&'a Trigger),
    /// A command, whose build is refused then.
    Submission(&'a Submission),
}

/// The substitutions that Cloud Build has itself, and that every build has. Source:
/// cloud.google.com/build/docs, configuring-builds/substitute-variable-values, read 2026-04.
const OF_BUILDS: &[&str] = &[
    "PROJECT_ID",
    "BUILD_ID",
    "PROJECT_NUMBER",
    "LOCATION",
    "TRIGGER_BUILD_CONFIG_PATH",
    "SERVICE_ACCOUNT_EMAIL",
    "SERVICE_ACCOUNT",
];

/// Those of them that nobody gives another value.
const FIXED: &[&str] = &["PROJECT_ID", "BUILD_ID", "PROJECT_NUMBER", "LOCATION"];

/// Those that are empty unless a trigger, or the command that starts the build, gives them.
/// Source: the same page.
const OF_TRIGGERS: &[&str] = &[
    "TRIGGER_NAME",
    "COMMIT_SHA",
    "REVISION_ID",
    "SHORT_SHA",
    "REPO_NAME",
    "REPO_FULL_NAME",
    "BRANCH_NAME",
    "TAG_NAME",
    "REF_NAME",
];

/// Those that triggers of pull requests give.
const OF_PULL_REQUESTS: &[&str] = &["_HEAD_BRANCH", "_BASE_BRANCH", "_HEAD_REPO_URL", "_PR_NUMBER"];

/// The substitutions that Cloud Build has itself.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    OF_BUILDS.iter().chain(OF_TRIGGERS).copied()
}

/// Whether Cloud Build has a substitution itself.
pub fn is_built_in(name: &str) -> bool {
    built_in().any(|other| other == name)
}

/// Whether people may name a substitution so.
fn is_own(name: &str) -> bool {
    let rest = name.strip_prefix('_').unwrap_or_default();
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !rest.is_empty() && rest.chars().all(fits)
}

impl BuildFile {
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

    /// Names of capitals that are substituted and that no build has.
    pub fn invalid_substitutions(&self) -> Vec<&Sourced<Text>> {
        let used = self.used.iter().filter_map(Value::known);
        used.filter(|name| {
            let text = name.value.literal();
            // `$_name` is read as `$_`, which is none.
            text.is_some_and(|text| text == "_" || !(text.starts_with('_') || is_built_in(text)))
        })
        .collect()
    }

    /// Names of `substitutions` that Cloud Build does not take.
    pub fn invalid_keys(&self) -> Vec<&Sourced<Text>> {
        let declared = self.declared.iter().filter_map(Value::known);
        declared.filter(|name| name.value.literal().is_some_and(|name| !is_own(name))).collect()
    }

    /// Images that run steps, or are pushed, and have capitals in their names by a default.
    pub fn capital_images(&self) -> impl Iterator<Item = &Sourced<Text>> {
        let images = self.steps.iter().map(|step| &step.image).chain(&self.images);
        images.filter_map(Value::known).filter(|image| {
            // `PROJECT_ID` is to be filled in.
            let is_mixed = |word: &str| {
                word.contains(|c: char| c.is_ascii_uppercase())
                    && word.contains(|c: char| c.is_ascii_lowercase())
            };
            let has_capitals = |text: &str| {
                !is_reference(text)
                    && is_reference(&text.to_ascii_lowercase())
                    && text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_mixed)
            };
            !image.via.is_empty() && image.value.literal().is_some_and(has_capitals)
        })
    }

    fn declares(&self, name: &Text) -> bool {
        self.declared.iter().any(|other| other.known().is_none_or(|o| o.value.may_be(name)))
    }

    fn uses(&self, name: &str) -> bool {
        let is_it =
            |used: &Value<Text>| used.known().is_none_or(|u| u.value.literal() == Some(name));
        self.maps_all || self.mentioned.contains(name) || self.used.iter().any(is_it)
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        self.declared.iter_mut().chain(&mut self.used).for_each(|name| blur.value(name));
        self.images.iter_mut().for_each(|image| blur.value(image));
        blur.value(&mut self.is_loose);
        blur.value(&mut self.chooses_logs);
        blur.value(&mut self.account);
        blur.value(&mut self.region);
        for step in &mut self.steps {
            blur.value(&mut step.id);
            blur.value(&mut step.image);
            blur.value(&mut step.entrypoint);
            step.arguments.iter_mut().for_each(|argument| blur.value(argument));
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

    /// Names that commands and triggers give a value, and that Cloud Build does not take: those
    /// that are neither people's nor its own, and of its own those that every build has.
    pub fn invalid_gifts(&self) -> impl Iterator<Item = &Sourced<Text>> {
        let of_triggers = self.triggers.iter().flat_map(|trigger| &trigger.substitutions);
        let of_commands = self.submissions.iter().flat_map(|submission| &submission.given);
        let given = of_triggers.chain(of_commands).filter_map(Value::known);
        given.filter(|name| {
            let is_refused =
                |name: &str| FIXED.contains(&name) || !(is_own(name) || is_built_in(name));
            name.value.literal().is_some_and(is_refused)
        })
    }

    /// A command that surely starts the build of the file at a place.
    pub fn submission_of(&self, at: Span) -> Option<&Submission> {
        let path = &self.sources.get(at.source).path;
        self.submissions.iter().find(|submission| submission.surely_starts(path))
    }

    /// Whether a trigger starts the build of the file at a place.
    pub fn has_trigger(&self, at: Span) -> bool {
        let path = &self.sources.get(at.source).path;
        self.triggers.iter().any(|trigger| *trigger.build == **path)
    }

    /// The substitutions of a file that nothing gives a value. Where nothing in the project
    /// starts the build, only a file that declares others is taken to declare all.
    pub fn undefined_substitutions<'a>(
        &'a self,
        file: &'a BuildFile,
    ) -> Vec<UndefinedSubstitution<'a>> {
        let starters = self.starters(file);
        let mut seen = BTreeSet::new();
        let mut undefined = Vec::new();
        for name in file.used.iter().filter_map(Value::known) {
            let is_name = |text: &&str| text.starts_with('_') && *text != "_";
            let Some(text) = name.value.literal().filter(is_name) else { continue };
            let is_given = OF_PULL_REQUESTS.contains(&text) || file.declares(&name.value);
            if is_given || !seen.insert(text) {
                continue;
            }
            let lacks = |starter: &Starter<'_>| {
                starter.surely_starts(file) && !starter.may_give(&name.value)
            };
            let starter = starters.iter().copied().find(lacks);
            let declared = file.declared.iter().filter_map(|name| name.literal_text());
            let declared: Vec<&str> = declared.collect();
            // `_DB_HOST` beside `_DB_PORT` is no slip, so only one letter may differ, and none
            // in place of another.
            let is_slip = |name: &&&str| {
                name.len() != text.len() && strsim::damerau_levenshtein(name, text) == 1
            };
            let near = declared.iter().find(is_slip).map(|name| (*name).to_owned());
            let is_lacking = match starters.is_empty() {
                true => !self.is_given_somewhere(file, text),
                false => starter.is_some(),
            };
            if is_lacking {
                undefined.push(UndefinedSubstitution { name, starter, near });
            }
        }
        undefined
    }

    /// The substitutions that a file, or a command that starts its build, gives a value and
    /// that the build does not use.
    pub fn unused_substitutions<'a>(&'a self, file: &'a BuildFile) -> Vec<UnusedSubstitution<'a>> {
        let mut unused = self.idle_gifts(file);
        unused.extend(self.refused_gifts(file));
        unused
    }

    /// Those that a trigger gives in vain. It may use them itself, in its filter.
    fn idle_gifts<'a>(&'a self, file: &'a BuildFile) -> Vec<UnusedSubstitution<'a>> {
        let triggers = self.triggers.iter().filter(|trigger| trigger.build == file.path);
        let idle = triggers.flat_map(|trigger| {
            let text = &self.sources.get(trigger.at.source).text;
            let names = trigger.substitutions.iter().filter_map(Value::known);
            names.filter_map(move |name| {
                let given = name.value.literal().filter(|given| given.starts_with('_'))?;
                let is_set = |rest: &str| {
                    rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with(['=', ':'])
                };
                let mut uses = text.match_indices(given).map(|(i, _)| &text[i + given.len()..]);
                let is_idle = !self.block_uses(trigger, given) && uses.all(is_set);
                let trigger = Some(trigger);
                is_idle.then_some(UnusedSubstitution { name, file, submission: None, trigger })
            })
        });
        idle.collect()
    }

    /// Whether a build uses a name that a block of triggers gives, or may: one block may start
    /// several.
    fn block_uses(&self, trigger: &Trigger, name: &str) -> bool {
        let same = self.triggers.iter().filter(|other| other.at == trigger.at);
        same.into_iter().any(|other| {
            let file = self.build_files.iter().find(|file| file.path == other.build);
            file.is_none_or(|file| file.uses(name))
        })
    }

    /// Those for which a command is refused, or would be.
    pub fn refused_gifts<'a>(&'a self, file: &'a BuildFile) -> Vec<UnusedSubstitution<'a>> {
        if file.is_loose.known().is_none_or(|loose| loose.value) {
            return Vec::new();
        }
        let starters = self.starters(file);
        let submissions = starters.iter().filter_map(|starter| match starter {
            Starter::Submission(submission) => Some(*submission),
            Starter::Trigger(_) => None,
        });
        let submissions: Vec<&Submission> =
            submissions.filter(|submission| submission.surely_starts(&file.path)).collect();
        // Builds of triggers are always loose.
        let is_trigger = |starter: &Starter<'_>| matches!(starter, Starter::Trigger(_));
        if !starters.is_empty() && starters.iter().all(is_trigger) {
            return Vec::new();
        }
        let is_unused =
            |name: &&Sourced<Text>| name.value.literal().is_some_and(|name| !file.uses(name));
        let invalid = file.invalid_keys();
        let is_name = |name: &&Sourced<Text>| !invalid.iter().any(|other| other.at == name.at);
        let declared = file.declared.iter().filter_map(Value::known).filter(is_unused);
        let declared = declared.filter(is_name);
        let of_file = declared.map(|name| UnusedSubstitution {
            name,
            file,
            submission: submissions.first().copied(),
            trigger: None,
        });
        let given = submissions.iter().flat_map(|s| {
            let given = s.given.iter().filter_map(Value::known).filter(is_unused);
            let given = given.filter(|name| name.value.starts_with("_"));
            let is_declared = |name: &Sourced<Text>| file.declares(&name.value);
            let given = given.filter(move |name| !is_declared(name));
            let of_command =
                |name| UnusedSubstitution { name, file, submission: Some(*s), trigger: None };
            given.map(of_command)
        });
        of_file.chain(given).collect()
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
    /// is declared beside does.
    pub fn missing_triggers(&self) -> impl Iterator<Item = &Trigger> {
        let exists = |trigger: &Trigger| self.sources.has_file(&trigger.build);
        let declared = |trigger: &Trigger| folder(&self.sources.get(trigger.at.source).path);
        let known: BTreeSet<&str> =
            self.triggers.iter().filter(|trigger| exists(trigger)).map(declared).collect();
        let is_set_aside =
            |trigger: &Trigger| is_set_aside(&self.sources.get(trigger.at.source).path);
        let is_own = move |trigger: &&Trigger| known.contains(declared(trigger));
        let own =
            self.triggers.iter().filter(|trigger| !self.sources.is_part && !trigger.is_inline);
        let own = own.filter(is_own);
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

    /// Whether a file of another kind sets the name, as a README that tells the command does.
    fn is_given_somewhere(&self, file: &BuildFile, name: &str) -> bool {
        let sets = |text: &str| {
            text.match_indices(name).any(|(i, _)| {
                let rest = text.get(i + name.len()..).unwrap_or_default();
                let rest = rest.trim_start_matches(['"', '\'', '`', ' ']);
                rest.starts_with('=') || rest.starts_with(':')
            })
        };
        let others = self.sources.iter().filter(|(_, source)| *source.path != *file.path);
        let mut others = others.filter(|(_, s)| s.kind != crate::source::Kind::CloudBuild);
        others.any(|(_, source)| source.text.contains(name) && sets(&source.text))
    }
}

impl Starter<'_> {
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

    /// Whether it gives, or may give, a value to a name.
    fn may_give(&self, name: &Text) -> bool {
        let (given, is_whole) = match self {
            Starter::Trigger(trigger) => (&trigger.substitutions, true),
            Starter::Submission(submission) => (&submission.given, submission.gives_all),
        };
        !is_whole || given.iter().any(|other| other.known().is_none_or(|o| o.value.may_be(name)))
    }
}
