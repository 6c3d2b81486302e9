//! Substitutions of Cloud Build's own that a build finds empty, by what starts it.

use super::script::{StepScript, is_script_flag};
use super::substitution::OF_TRIGGERS;
use super::{BuildFile, FileStep, Starter};
use crate::model::Project;
use crate::model::build::trigger::Event;
use crate::model::reference::is_reference;
use crate::model::script::test::asks_about;
use crate::source::Span;
use crate::syntax::cloudbuild::template::{DollarKind, replace};
use crate::syntax::shell;
use crate::value::{Sourced, Text, Value};
use std::cell::LazyCell;
use std::collections::BTreeSet;

/// A substitution of Cloud Build's own, in a name that is none without it.
#[derive(Debug)]
pub struct EmptyPart<'a> {
    /// The name of the substitution, where it is used.
    pub name: &'a Sourced<Text>,
    /// The name that holds it, as it is written.
    pub whole: &'a str,
    /// What that names.
    pub kind: Named,
    /// What starts the build without it.
    pub starter: Starter<'a>,
    /// The event that it is, if a trigger does.
    pub event: Option<&'a Sourced<Event>>,
}

/// What a name is of that an empty substitution breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// An image, of which it is all of the tag.
    Tag,
    /// An image.
    Image,
    /// A service or job of Cloud Run.
    Service,
}

/// Registries, by the ends of their hosts: what begins so is the name of an image.
const REGISTRIES: &[&str] =
    &["gcr.io", "pkg.dev", "docker.io", "ghcr.io", "quay.io", ".amazonaws.com", ".azurecr.io"];

impl Project {
    /// The names of images and services that are none, since what starts the build leaves a
    /// substitution in them empty: each substitution once a file.
    pub fn empty_parts(&self) -> Vec<EmptyPart<'_>> {
        let mut empty = Vec::new();
        let runs_triggers = LazyCell::new(|| self.runs_triggers());
        for file in &self.build_files {
            let starters = self.starters(file);
            if starters.is_empty() {
                continue;
            }
            let mut seen = BTreeSet::new();
            let used = file.used.iter().filter_map(Value::known).map(|name| (name, None));
            let nested = file.nested.iter().filter(|nested| file.takes(&nested.default));
            let nested = nested.map(|nested| (&nested.name, Some(&nested.default)));
            for (name, default) in used.chain(nested) {
                let is_of_triggers =
                    name.value.literal().is_some_and(|text| OF_TRIGGERS.contains(&text));
                if !is_of_triggers || seen.contains(&name.value) {
                    continue;
                }
                if let Some(part) = self.empty_part(file, name, default, &starters)
                    // By hand, it may be run with another branch or a tag.
                    && (part.event.is_none() || !*runs_triggers)
                    && !self.is_tested(file, name)
                    && self.is_plain(file, part.name.at)
                {
                    seen.insert(&name.value);
                    empty.push(part);
                }
            }
        }
        empty
    }

    /// Whether a place is read as it stands: in no step that may fail, and in no script that asks
    /// anything, or holds a text for something else.
    fn is_plain(&self, file: &BuildFile, at: Span) -> bool {
        let Some(step) = file.step_at(at) else { return true };
        let is_read = |script: &StepScript| {
            let holds = |command: &shell::Command| {
                command.at.source == at.source && command.at.touches(at.start)
            };
            script.list.commands().iter().any(holds) && script.is_straight()
        };
        // A script that is not known may say anything.
        let is_flag = |word: &Value<Text>| word.literal_text().is_some_and(is_script_flag);
        let has_none = step.entrypoint.is_unset() && !step.arguments.iter().any(is_flag);
        !step.may_fail && step.script.as_ref().map_or(has_none, is_read)
    }

    /// Whether a script that starts a build may have edited the file before.
    fn edits(&self, starter: &Starter<'_>) -> bool {
        const EDITORS: &[&str] = &["sed -i", "envsubst", "yq ", "perl -p"];
        let Starter::Submission(submission) = starter else { return false };
        let text = &self.sources.get(submission.at.source).text;
        EDITORS.iter().any(|editor| text.contains(editor))
    }

    /// Whether some script of a file asks whether a name is empty.
    pub(super) fn is_tested(&self, file: &BuildFile, name: &Sourced<Text>) -> bool {
        let text = &self.sources.get(file.at.source).text;
        name.value.literal().is_none_or(|name| asks_about(text, name))
    }

    fn empty_part<'a>(
        &'a self,
        file: &'a BuildFile,
        name: &'a Sourced<Text>,
        default: Option<&Sourced<Text>>,
        starters: &[Starter<'a>],
    ) -> Option<EmptyPart<'a>> {
        // What gives the name another value than its default needs no other name for that.
        let overrides =
            |starter: &Starter<'_>| default.is_some_and(|default| starter.may_give(&default.value));
        let gives = |starter: &Starter<'_>, other: &str| starter.may_give(&Text::from(other));
        let text = name.value.literal()?;
        let lacks = |starter: &&Starter<'a>| {
            matches!(starter, Starter::Submission(_))
                && starter.surely_starts(file)
                && (default.is_none() || file.is_dynamic)
                && !gives(starter, text)
                && !overrides(starter)
                && !self.edits(starter)
        };
        if let Some(starter) = starters.iter().find(lacks) {
            let leaves = |other: &str| OF_TRIGGERS.contains(&other) && !gives(starter, other);
            let (whole, kind) = self.broken_without(file, name.at, leaves)?;
            return Some(EmptyPart { name, whole, kind, starter: *starter, event: None });
        }
        let fills = |starter: &Starter<'_>| !starter.leaves(text) || overrides(starter);
        if starters.iter().any(fills) {
            return None;
        }
        let starter = starters.first()?;
        let (whole, kind) = self.broken_without(file, name.at, |other| starter.leaves(other))?;
        Some(EmptyPart { name, whole, kind, starter: *starter, event: starter.event() })
    }

    /// Whether a text of the project speaks of the command that runs a trigger.
    fn runs_triggers(&self) -> bool {
        self.sources.iter().any(|(_, source)| source.text.contains("triggers run"))
    }

    /// The name around a substitution, if it is one only as long as names that are `empty` have
    /// values.
    fn broken_without(
        &self,
        file: &BuildFile,
        at: Span,
        empty: impl Fn(&str) -> bool,
    ) -> Option<(&str, Named)> {
        let is_it = |span: &Span| span.source == at.source && span.touches(at.start);
        if let Some(service) = file.steps.iter().filter_map(service_name).find(is_it) {
            let whole = self.sources.text(service).trim_matches(['"', '\'']);
            let is_name = |text: &str| !text.is_empty() && !text.ends_with('-');
            let breaks = is_name(&written(whole, |_| false)) && !is_name(&written(whole, empty));
            return breaks.then_some((whole, Named::Service));
        }
        self.image_without(at, empty)
    }

    /// That of an image.
    fn image_without(&self, at: Span, empty: impl Fn(&str) -> bool) -> Option<(&str, Named)> {
        let text = &self.sources.get(at.source).text;
        let line = text.get(..at.range().start)?.lines().last().unwrap_or_default();
        if line.contains("echo ") {
            return None;
        }
        let ends = |c: char| c.is_whitespace() || "\"'`=,[]();|&<>#\\".contains(c);
        let start = text.get(..at.range().start)?.rfind(ends).map_or(0, |i| i + 1);
        let end = text.get(at.range().end..)?.find(ends).map_or(text.len(), |i| at.range().end + i);
        let image = text.get(start..end)?;
        let path = text.get(start..at.range().start)?;
        let is_tag = path.ends_with(':') && at.range().end == end;
        let host = image.split('/').next().unwrap_or_default();
        let is_image = REGISTRIES.iter().any(|registry| host.ends_with(registry))
            || path.rsplit('/').next().is_some_and(|last| last.contains(':'));
        let whole = written(image, |_| false);
        let is_whole = image.contains('/') && is_image && is_reference(&whole);
        let kind = if is_tag { Named::Tag } else { Named::Image };
        (is_whole && !is_reference(&written(image, empty))).then_some((image, kind))
    }
}

impl BuildFile {
    /// Whether a field of the build holds a name, and no default alone.
    fn takes(&self, name: &Sourced<Text>) -> bool {
        let in_default = |used: &Sourced<Text>| self.nested.iter().any(|n| n.name.at == used.at);
        let mut used = self.used.iter().filter_map(Value::known);
        used.any(|used| used.value == name.value && !in_default(used))
    }
}

impl<'a> Starter<'a> {
    /// Whether a built-in substitution is surely empty in the builds that it starts, as far as the
    /// kind of event decides that. Source: the page of `OF_TRIGGERS`, of which `TAG_NAME` has a
    /// value in builds of tags, and `BRANCH_NAME` in all others.
    fn leaves(&self, name: &str) -> bool {
        let of_event = match self.event().map(|event| event.value) {
            Some(Event::Branch | Event::PullRequest) => name == "TAG_NAME",
            Some(Event::Tag) => name == "BRANCH_NAME",
            None => false,
        };
        of_event && !self.may_give(&Text::from(name))
    }

    /// The event that it is, if a trigger does, and that is known.
    pub(super) fn event(&self) -> Option<&'a Sourced<Event>> {
        match self {
            Starter::Trigger(trigger) => trigger.event.known(),
            Starter::Submission(_) => None,
        }
    }
}

/// Where a step names the service that it deploys to Cloud Run. Source: cloud.google.com/run/docs,
/// deploying, read 2026-04: a name begins with a letter and ends with none of `-`.
fn service_name(step: &FileStep) -> Option<Span> {
    let words: Vec<&str> = step.program.iter().take(3).map(String::as_str).collect();
    let deploys = matches!(words[..], ["gcloud", "run", "deploy"]);
    let name = step.arguments.get(2).filter(|_| deploys && !step.has_script)?.known()?;
    (!name.value.starts_with("-")).then_some(name.at)
}

/// What Cloud Build makes of a text, with nothing for the names that are `empty` and a letter for
/// the others.
fn written(text: &str, empty: impl Fn(&str) -> bool) -> String {
    replace(text, |kind| match kind {
        DollarKind::Name(name) => Some(if empty(name) { "" } else { "x" }),
        DollarKind::Twice(_) => Some("$"),
        DollarKind::Operation(_) | DollarKind::Open(_) | DollarKind::Other => None,
    })
}
