//! Triggers: what starts a build, and which files it watches.

use super::Project;
use super::blur::Blur;
use super::context::{inner, join};
use super::copy::context_sources;
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeSet;

/// A trigger of Cloud Build that Terraform declares.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// The head of the block.
    pub at: Span,
    /// The build file that it starts, from the root of the project.
    pub build: String,
    /// The substitutions that it gives.
    pub substitutions: Vec<String>,
    /// `included_files`: a change of any other file starts nothing. Empty if there are none.
    pub included: Vec<Value<Text>>,
    /// `ignored_files`
    pub ignored: Vec<Value<Text>>,
}

/// A source of `COPY` whose changes a trigger does not see.
#[derive(Debug)]
pub struct UnwatchedSource<'a> {
    /// The path as it is copied.
    pub path: &'a Sourced<Text>,
    /// The path from the root of the project.
    pub real: String,
    /// The pattern to read first.
    pub pattern: &'a Sourced<Text>,
    /// Why the trigger should see it.
    pub because: Vec<Step>,
}

impl Trigger {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        self.included.iter_mut().chain(&mut self.ignored).for_each(|pattern| blur.value(pattern));
    }
}

impl Project {
    /// The sources of images that a trigger builds and does not watch. A trigger whose patterns
    /// match nothing here is of another repository.
    pub fn unwatched_sources(&self) -> Vec<UnwatchedSource<'_>> {
        let builds: BTreeSet<&str> = self.triggers.iter().map(|t| t.build.as_str()).collect();
        builds.into_iter().flat_map(|build| self.unwatched_for(build)).collect()
    }

    /// The same for one build file, which several triggers may start.
    fn unwatched_for(&self, build: &str) -> Vec<UnwatchedSource<'_>> {
        let mut unwatched = Vec::new();
        let triggers: Vec<&Trigger> = self.triggers.iter().filter(|t| t.build == build).collect();
        let watched: Option<Vec<_>> = triggers
            .iter()
            .map(|t| {
                let first = t.included.first()?.known()?;
                Some((first, globs(&t.included)?, globs(&t.ignored)?))
            })
            .collect();
        // Without patterns a trigger watches everything; unknown ones may.
        let (Some(watched), Some(trigger)) = (watched, triggers.first()) else { return unwatched };
        let Some((pattern, ..)) = watched.first() else { return unwatched };
        let seen = |path: &str| {
            watched.iter().any(|(_, in_, out)| in_.is_match(path) && !out.is_match(path))
        };
        if !self.sources.under("").any(seen) {
            return unwatched;
        }
        for build in &self.builds {
            let file = &self.sources.get(build.at.source).path;
            let (true, Some(link), Some(place)) =
                (**file == *trigger.build, &build.image, build.places.first())
            else {
                continue;
            };
            let Some(image) = self.image(link.to) else { continue };
            let Some(target) = image.stage(&build.target) else { continue };
            for (_, path) in context_sources(image, target) {
                let Some(literal) = path.value.literal().map(inner) else { continue };
                let real = join(&place.context, &literal);
                let folder = self.sources.under(&real).next().is_some();
                let watched = match folder {
                    true => self.sources.under(&real).any(seen),
                    false => seen(&real) || !self.sources.has_file(&real),
                };
                if !watched && !literal.is_empty() {
                    let at = trigger.at;
                    let mut because =
                        vec![Step::reference(at, format!("this trigger starts `{file}`"))];
                    because.extend(link.because.iter().cloned());
                    unwatched.push(UnwatchedSource { path, real, pattern, because });
                }
            }
        }
        unwatched
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
