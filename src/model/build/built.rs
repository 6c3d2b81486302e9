//! Images together with the builds that make them.

use super::Build;
use crate::model::context::copy::{Lookup, is_for_development, is_set_aside, needed};
use crate::model::image::{Image, ImageId, Stage};
use crate::model::link::BuildsByImage;
use crate::source::Sources;
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// An image that is meant to run somewhere else than on the machine of a developer.
pub struct Built<'a> {
    /// Its index.
    pub id: ImageId,
    /// The image.
    pub image: &'a Image,
    /// The stage that all its builds make.
    pub stage: &'a Stage,
    /// The builds that are known.
    pub builds: Vec<&'a Build>,
    /// Whether it is no example or archive, or something that is none builds it.
    pub is_meant: bool,
    contexts: OnceLock<Vec<String>>,
}

impl<'a> Built<'a> {
    /// The images that are not for development, and of which all builds make the same stage.
    pub fn all(
        sources: &'a Sources,
        images: &'a [Arc<Image>],
        builds: &'a BuildsByImage<'a>,
    ) -> Vec<Built<'a>> {
        let built = images.par_iter().enumerate().filter_map(|(i, image)| {
            let id = ImageId(i);
            let mut builds: Vec<&Build> =
                builds.get(&id).into_iter().flatten().map(|(_, build)| *build).collect();
            let mut built_in = builds.iter().map(|build| &*sources.get(build.at.source).path);
            let is_meant = !is_set_aside(&image.path) || built_in.any(|path| !is_set_aside(path));
            if image.own_syntax || is_for_development(&image.path) {
                return None;
            }
            // What people build for themselves says less than what is deployed.
            if builds.iter().any(|build| !build.stays_local()) {
                builds.retain(|build| !build.stays_local());
            }
            let stage = match builds.first() {
                None => image.stages.last()?,
                Some(build) => image.stage(&build.target)?,
            };
            let makes_it = |build: &&Build| {
                image.stage(&build.target).is_some_and(|made| std::ptr::eq(made, stage))
            };
            let contexts = OnceLock::new();
            let is_one = builds.iter().all(makes_it);
            is_one.then_some(Built { id, image, stage, builds, is_meant, contexts })
        });
        built.collect()
    }

    /// The contexts from which it may be built, since all of its sources are in them.
    pub fn contexts(&self, lookup: &Lookup<'_>) -> &[String] {
        self.contexts.get_or_init(|| lookup.viable_contexts(self.image, &self.builds))
    }

    /// Whether an instruction may write a file of this name: a `RUN` speaks of it, or a heredoc
    /// of `COPY` may be it.
    pub fn may_write(&self, sources: &Sources, name: &str) -> bool {
        needed(self.image, self.stage).into_iter().any(|stage| {
            let mut runs = stage.runs.iter().map(|run| sources.line_span(run.command.at));
            // The sources of a copy that has none are heredocs.
            runs.any(|lines| sources.text(lines).contains(name))
                || stage.copies.iter().any(|copy| copy.sources.is_empty())
        })
    }
}
