//! Images together with the builds that make them.

use super::{Build, BuildId};
use crate::model::context::aside::{is_for_development, is_set_aside};
use crate::model::context::copy::{Lookup, needed};
use crate::model::image::variant::Variant;
use crate::model::image::{Image, ImageId, Stage};
use crate::model::link::BuildsByImage;
use crate::source::Sources;
use crate::value::Step;
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// An image with builds that give its arguments the same values.
pub struct Reading<'a> {
    /// Its index.
    pub id: ImageId,
    /// The image with these values.
    pub image: &'a Image,
    /// These builds; none of an image that nothing is known to build.
    pub builds: Vec<(BuildId, &'a Build)>,
    /// The values that other builds do not give.
    given: &'a [Step],
    /// Whether a build of the image makes more than what stays on its machine.
    leaves: bool,
}

impl<'a> Reading<'a> {
    /// The readings of all images: one of each, unless its builds give different values.
    pub fn all(
        images: &'a [Arc<Image>],
        variants: &'a [Variant],
        builds: &BuildsByImage<'a>,
    ) -> Vec<Reading<'a>> {
        let of_image = |(i, image): (usize, &'a Arc<Image>)| {
            let id = ImageId(i);
            let builds = builds.get(&id).map_or(&[][..], Vec::as_slice);
            let leaves = builds.iter().any(|(_, build)| !build.stays_local());
            let start = variants.partition_point(|variant| variant.of < id);
            let own = variants.iter().skip(start).take_while(|variant| variant.of == id);
            let mut readings: Vec<Reading<'a>> = own
                .map(|variant| {
                    let gives = |(id, _): &&(BuildId, &Build)| variant.builds.contains(id);
                    let builds = builds.iter().filter(gives).copied().collect();
                    Reading { id, image: &variant.image, builds, given: &variant.given, leaves }
                })
                .collect();
            if readings.is_empty() {
                let builds = builds.to_vec();
                readings.push(Reading { id, image, builds, given: &[], leaves });
            }
            readings
        };
        images.iter().enumerate().flat_map(of_image).collect()
    }
}

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
    /// The values that they give and other builds do not.
    pub given: &'a [Step],
    /// Whether it is no example or archive, or something that is none builds it.
    pub is_meant: bool,
    contexts: OnceLock<Vec<String>>,
}

impl<'a> Built<'a> {
    /// The images that are not for development, and of which all builds make the same stage.
    pub fn all(sources: &'a Sources, readings: &'a [Reading<'a>]) -> Vec<Built<'a>> {
        let built = readings.par_iter().filter_map(|reading| {
            let Reading { id, image, given, leaves, .. } = *reading;
            let mut builds: Vec<&Build> = reading.builds.iter().map(|(_, build)| *build).collect();
            let mut built_in = builds.iter().map(|build| &*sources.get(build.at.source).path);
            let is_meant = !is_set_aside(&image.path) || built_in.any(|path| !is_set_aside(path));
            if image.own_syntax || is_for_development(&image.path) {
                return None;
            }
            // What people build for themselves says less than what is deployed.
            if leaves {
                builds.retain(|build| !build.stays_local());
            }
            let stage = match builds.first() {
                None if leaves => return None,
                None => image.stages.last()?,
                Some(build) => image.stage(&build.target)?,
            };
            let makes_it = |build: &&Build| {
                image.stage(&build.target).is_some_and(|made| std::ptr::eq(made, stage))
            };
            let contexts = OnceLock::new();
            let is_one = builds.iter().all(makes_it);
            is_one.then_some(Built { id, image, stage, builds, given, is_meant, contexts })
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
