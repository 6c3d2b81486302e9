//! Triggers: what starts a build, or starts it again, and which files it watches.

use super::{Build, Rebuild, Runner};
use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::context::copy::context_sources;
use crate::model::context::inner;
use crate::model::image::ImageId;
use crate::nearest::nearest;
use crate::source::{Span, join};
use crate::value::{Comparison, Sourced, Step, Text, Value};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeSet;

/// A trigger of Cloud Build that Terraform declares, or the event of a workflow.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// The head of the block.
    pub at: Span,
    /// Why it is not there as long as a variable keeps its default, if so.
    pub off: Vec<Step>,
    /// The build file or workflow that it starts, from the root of the project; its own address
    /// if it holds the build itself.
    pub build: String,
    /// Whether it holds the build itself.
    pub is_inline: bool,
    /// The argument that says which files it watches.
    pub argument: &'static str,
    /// Where that file is named.
    pub named: Option<Span>,
    /// The name of the repository in which it lies, if it is written.
    pub repository: Value<Text>,
    /// What starts it, if that is one kind of event of a repository.
    pub event: Value<Event>,
    /// Where its builds run.
    pub region: Value<Text>,
    /// Whether a service account is surely given with which its builds run.
    pub account: Value<()>,
    /// The account, if only its address is given, and not its path.
    pub address: Value<Text>,
    /// The names of the substitutions that it gives. One that is not known may be any number.
    pub substitutions: Vec<Value<Text>>,
    /// The values of those that are known.
    pub values: Vec<(String, Sourced<Text>)>,
    /// `included_files` or `paths`: a change of any other file starts nothing. Empty if there are none.
    pub included: Vec<Value<Text>>,
    /// `ignored_files` or `paths-ignore`
    pub ignored: Vec<Value<Text>>,
}

/// What starts a trigger of Cloud Build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A push to a branch.
    Branch,
    /// A push of a tag.
    Tag,
    /// A pull request.
    PullRequest,
}

/// A pattern of a trigger that no file of the project matches.
#[derive(Debug)]
pub struct IdlePattern<'a> {
    /// The pattern.
    pub pattern: &'a Sourced<Text>,
    /// Whether it names a folder, and none of its files.
    pub is_folder: bool,
    /// What was most likely meant.
    pub meant: Option<String>,
}

/// Patterns of a trigger that it watches and ignores.
#[derive(Debug)]
pub struct IgnoredPattern<'a> {
    /// The patterns, at least one.
    pub patterns: Vec<&'a Sourced<Text>>,
    /// The pattern by which the same files are ignored.
    pub by: &'a Sourced<Text>,
}

/// A source of `COPY` whose changes start no build.
#[derive(Debug)]
pub struct UnwatchedSource<'a> {
    /// The path as it is copied.
    pub path: &'a Sourced<Text>,
    /// The path from the root of the project.
    pub real: String,
    /// The argument that says which files are watched, where it says so.
    pub watch: Sourced<&'static str>,
    /// Why that should name it.
    pub because: Vec<Step>,
}

/// A build that Terraform carries out once, and what it copies.
#[derive(Debug)]
pub struct SingleBuild<'a> {
    /// The resource.
    pub rebuild: &'a Rebuild,
    /// A path that it copies.
    pub path: &'a Sourced<Text>,
    /// Why it does.
    pub because: &'a [Step],
}

impl Event {
    /// What the builds of the event are, as a phrase.
    pub fn text(self) -> &'static str {
        match self {
            Event::Branch => "a build of a branch",
            Event::Tag => "a build of a tag",
            Event::PullRequest => "a build of a pull request",
        }
    }
}

impl Trigger {
    /// Whether nothing tells that another one is for another repository.
    pub(super) fn shares_repository(&self, other: &Trigger) -> bool {
        match (&self.repository, &other.repository) {
            (Value::Known(own), Value::Known(other)) => {
                own.value.compare(&other.value) == Comparison::Equal
            }
            (Value::Unset, written) | (written, Value::Unset) => {
                written.known().is_some() || written.is_unset()
            }
            (own, other) => own.known().is_none() && other.known().is_none(),
        }
    }

    /// The pattern by which the files of a pattern are ignored, if surely all are.
    fn ignores(&self, pattern: &Text) -> Option<&Sourced<Text>> {
        let mut ignored = self.ignored.iter().filter_map(Value::known);
        ignored.find(|by| covers(&by.value, pattern))
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        let patterns = self.included.iter_mut().chain(&mut self.ignored);
        patterns.chain(&mut self.substitutions).for_each(|text| blur.value(text));
        blur.value(&mut self.account);
        blur.value(&mut self.address);
        blur.value(&mut self.region);
        blur.value(&mut self.repository);
        blur.value(&mut self.event);
    }
}

impl Project {
    /// The sources of images that a trigger, or a resource of Terraform, builds and does not
    /// watch.
    pub fn unwatched_sources(&self) -> Vec<UnwatchedSource<'_>> {
        let builds: BTreeSet<&str> = self.triggers.iter().map(|t| t.build.as_str()).collect();
        let by_triggers = builds.into_iter().flat_map(|build| self.unwatched_for(build));
        by_triggers.chain(self.rebuilds().flat_map(|build| self.unseen_by(build))).collect()
    }

    /// The patterns of triggers that match nothing. Those of a build file of which none does are
    /// of another repository.
    pub fn idle_patterns(&self) -> Vec<IdlePattern<'_>> {
        let of_builds = self.triggers.iter().filter(|trigger| {
            trigger.argument.ends_with("files") && self.sources.has_file(&trigger.build)
        });
        let mut idle = Vec::new();
        for trigger in of_builds.filter(|_| !self.sources.is_part) {
            let patterns = trigger.included.iter().filter_map(Value::known);
            let patterns: Vec<_> = patterns
                .filter_map(|pattern| Some((pattern, pattern.value.literal()?)))
                .filter_map(|(pattern, text)| {
                    let set = globs(std::slice::from_ref(&Value::Known(pattern.clone())))?;
                    Some((pattern, text, self.sources.under("").any(|path| set.is_match(path))))
                })
                .collect();
            if !patterns.iter().any(|(.., matches)| *matches) {
                continue;
            }
            for (pattern, text, _) in patterns.into_iter().filter(|(.., matches)| !matches) {
                let end = text.find(['*', '?', '[', '{']).unwrap_or(text.len());
                let plain = text[..end].trim_matches('/');
                if self.sources.may_appear(plain) || trigger.ignores(&pattern.value).is_some() {
                    continue;
                }
                let is_folder =
                    end == text.len() && !plain.is_empty() && self.sources.has_folder(plain);
                let meant = match is_folder {
                    true => Some(format!("{plain}/**")),
                    false => self.pattern_like(pattern, text),
                };
                idle.push(IdlePattern { pattern, is_folder, meant });
            }
        }
        idle
    }

    /// The patterns whose files triggers watch and ignore, so that a change of them starts nothing.
    /// Source: `BuildTrigger.ignored_files` of google/devtools/cloudbuild/v1/cloudbuild.proto.
    pub fn ignored_patterns(&self) -> Vec<IgnoredPattern<'_>> {
        let mut all: Vec<IgnoredPattern> = Vec::new();
        for trigger in self.triggers.iter().filter(|t| t.argument.ends_with("files")) {
            let first = all.len();
            for pattern in trigger.included.iter().filter_map(Value::known) {
                let Some(by) = trigger.ignores(&pattern.value) else { continue };
                let of_trigger = all.get_mut(first..).unwrap_or_default();
                match of_trigger.iter_mut().find(|other| other.by.at == by.at) {
                    Some(other) => other.patterns.push(pattern),
                    None => all.push(IgnoredPattern { patterns: vec![pattern], by }),
                }
            }
        }
        all
    }

    /// A pattern that matches files and that is most like one: it does not begin with a `/`, or
    /// one of its folders is called otherwise.
    fn pattern_like(&self, pattern: &Sourced<Text>, text: &str) -> Option<String> {
        let plain = text.trim_start_matches("./").trim_start_matches('/');
        let mut folder = String::new();
        let mut parts = plain.split('/');
        let mut meant = Vec::new();
        for part in parts.by_ref() {
            let names = self.sources.entries(&folder);
            let known = match names.get(part) {
                Some(known) => known,
                None if part.contains(['*', '?', '[', '{']) => part,
                None => nearest(part, names.iter().copied())?,
            };
            meant.push(known.to_owned());
            if known.contains('*') {
                break;
            }
            folder = join(&folder, known);
        }
        meant.extend(parts.map(str::to_owned));
        let meant = meant.join("/");
        let set = globs(&[Value::literal(Text::from(&*meant), pattern.at)])?;
        self.sources.under("").any(|path| set.is_match(path)).then_some(meant)
    }

    /// The builds that nothing but Terraform carries out, and that only once.
    pub fn single_builds(&self) -> impl Iterator<Item = SingleBuild<'_>> {
        self.rebuilds().filter_map(|build| {
            let rebuild = build.rebuild.as_ref().filter(|rebuild| rebuild.watched.is_none())?;
            let (path, _) = self.copied(build).into_iter().next()?;
            Some(SingleBuild { rebuild, path, because: &build.image.as_ref()?.because })
        })
    }

    /// For all triggers of one build file. Those whose patterns match nothing here are of
    /// another repository.
    fn unwatched_for(&self, file: &str) -> Vec<UnwatchedSource<'_>> {
        let triggers: Vec<&Trigger> = self.triggers.iter().filter(|t| t.build == file).collect();
        let watched: Option<Vec<_>> = triggers
            .iter()
            .map(|t| {
                let first = t.included.first()?.known()?;
                Some((first, globs(&t.included)?, globs(&t.ignored)?))
            })
            .collect();
        // Without patterns a trigger watches everything; unknown ones may.
        let (Some(watched), Some(trigger)) = (watched, triggers.first()) else { return Vec::new() };
        let Some((pattern, ..)) = watched.first() else { return Vec::new() };
        let seen = |path: &str| {
            watched.iter().any(|(_, in_, out)| in_.is_match(path) && !out.is_match(path))
        };
        if !self.sources.under("").any(seen) {
            return Vec::new();
        }
        let starts = Step::reference(trigger.at, format!("this trigger starts `{file}`"));
        let watch = Sourced { value: trigger.argument, at: pattern.at, via: pattern.via.clone() };
        let of_file = |build: &&Build| *self.sources.get(build.at.source).path == *file;
        let builds = self.builds.iter().filter(of_file);
        let by_workflow = trigger.argument.starts_with("paths");
        builds
            .filter(|build| !by_workflow || !self.is_built_elsewhere(build))
            .flat_map(|build| self.unseen(build, seen, &watch, Some(&starts)))
            // A filter may well leave out a single file.
            .filter(|source| !by_workflow || !self.sources.has_file(&source.real))
            .collect()
    }

    /// Whether another pipeline builds the image of a build as well, or may: it is for that one
    /// to watch what this one does not.
    fn is_built_elsewhere(&self, build: &Build) -> bool {
        let Some(image) = &build.image else { return true };
        self.possible_builds_of(image.to).any(|other| {
            other.at.source != build.at.source
                && !other.stays_local()
                && other.runner != Runner::Person
        })
    }

    /// For one resource of Terraform.
    fn unseen_by<'a>(&'a self, build: &'a Build) -> Vec<UnwatchedSource<'a>> {
        let Some(rebuild) = &build.rebuild else { return Vec::new() };
        let Some((at, files)) = &rebuild.watched else { return Vec::new() };
        let watch = Sourced { value: rebuild.argument, at: *at, via: Vec::new() };
        self.unseen(build, |path| files.contains(path), &watch, None)
    }

    /// The sources of a build of which nothing is seen.
    fn unseen<'a>(
        &'a self,
        build: &'a Build,
        seen: impl Fn(&str) -> bool,
        watch: &Sourced<&'static str>,
        before: Option<&Step>,
    ) -> Vec<UnwatchedSource<'a>> {
        let copied = self.copied(build);
        // A file that is copied by its own name says nothing about the folder around it.
        let named: BTreeSet<&str> = copied.iter().map(|(_, real)| real.as_str()).collect();
        let is_own = |path: &str| {
            named.contains(path) || build.places.iter().any(|place| place.dockerfile == path)
        };
        let is_seen = |real: &str| match self.sources.has_file(real) {
            true => seen(real),
            false => self.sources.under(real).any(|path| !is_own(path) && seen(path)),
        };
        let because: Vec<Step> = before
            .into_iter()
            .chain(build.image.iter().flat_map(|link| &link.because))
            .cloned()
            .collect();
        let unwatched = |(path, real): &(&'a Sourced<Text>, String)| UnwatchedSource {
            path,
            real: real.clone(),
            watch: watch.clone(),
            because: because.clone(),
        };
        copied.iter().filter(|(_, real)| !is_seen(real)).map(unwatched).collect()
    }

    /// What a build copies of the files of its context, with the paths from the root of the
    /// project. Nothing if it may take its context from different folders.
    fn copied<'a>(&'a self, build: &'a Build) -> Vec<(&'a Sourced<Text>, String)> {
        let image = build.image.as_ref().and_then(|link| self.image(link.to));
        let Some(image) = image else { return Vec::new() };
        let Some(target) = image.stage(&build.target) else { return Vec::new() };
        let of_image = build.places.iter().filter(|place| place.dockerfile == *image.path);
        let contexts: BTreeSet<&str> = of_image.map(|place| place.context.as_str()).collect();
        let (Some(context), 1) = (contexts.first(), contexts.len()) else { return Vec::new() };
        context_sources(image, target)
            .filter_map(|(_, path)| {
                let real = join(context, &inner(path.value.literal()?));
                let real = real.trim_end_matches('/').to_owned();
                let exists =
                    self.sources.has_file(&real) || self.sources.under(&real).next().is_some();
                exists.then_some((path, real))
            })
            .collect()
    }

    /// The builds of Terraform's resources whose images nothing else builds. A build of which
    /// the image is not known may build any.
    fn rebuilds(&self) -> impl Iterator<Item = &Build> {
        let image = |build: &Build| build.image.as_ref().map(|link| link.to);
        let others: Option<BTreeSet<ImageId>> = self
            .builds
            .iter()
            .filter(|build| build.rebuild.is_none() && !build.stays_local())
            .map(image)
            .collect();
        let others = move |id: &ImageId| others.as_ref().is_none_or(|others| others.contains(id));
        self.builds.iter().filter(move |build| {
            build.rebuild.is_some() && image(build).is_some_and(|image| !others(&image))
        })
    }
}

/// Whether a pattern surely matches all that another matches: it is the same, or all of a folder.
fn covers(outer: &Text, inner: &Text) -> bool {
    let (Some(outer), Some(inner)) = (outer.literal(), inner.literal()) else { return false };
    match outer.strip_suffix("**") {
        Some(folder) if !folder.contains(['*', '?', '[', '{']) => {
            outer == inner
                || ((folder.is_empty() || folder.ends_with('/')) && inner.starts_with(folder))
        }
        _ => outer == inner && !inner.is_empty(),
    }
}

/// A matcher of patterns as Cloud Build reads them; nothing if one is not known.
fn globs(patterns: &[Value<Text>]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.literal_text()?;
        set.add(GlobBuilder::new(pattern).literal_separator(true).build().ok()?);
    }
    set.build().ok()
}
