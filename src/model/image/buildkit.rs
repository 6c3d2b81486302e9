//! What Dockerfiles say that only BuildKit reads, and Docker's classic builder is given.
//!
//! Source: moby/moby, builder/dockerfile/dispatchers.go, and what Docker 20.10, which Cloud Build
//! runs, has of moby/buildkit, frontend/dockerfile/instructions; read 2026-11.

use super::{Image, Stage};
use crate::model::Project;
use crate::model::build::{Build, Builder, ImageLink};
use crate::source::Span;

/// Something that only BuildKit reads.
#[derive(Debug, Clone)]
pub struct BuildkitOnly {
    /// The flag, the opening of a heredoc, or the source.
    pub at: Span,
    /// What it is, as a phrase: `` `RUN --mount` ``.
    pub what: String,
    /// What the classic builder makes of it.
    pub effect: Effect,
}

/// What the classic builder makes of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It stops there, if it comes there.
    Refused,
    /// That of Docker 20.10 refuses the whole file; later ones pass over it.
    Unread,
    /// The same, and where it is passed over nothing is lost.
    Spare,
    /// It takes it for a file.
    Mistaken,
}

/// What the classic builder does not read of an image that it builds.
#[derive(Debug)]
pub struct Unread<'a> {
    /// The first place.
    pub first: &'a BuildkitOnly,
    /// How many more there are of the kind.
    pub more: usize,
    /// The image.
    pub image: &'a Image,
    /// The first build that stops there.
    pub build: &'a Build,
    /// Why that makes the image.
    pub link: &'a ImageLink,
}

impl Effect {
    /// As a phrase beside the place.
    pub fn text(self) -> &'static str {
        match self {
            Effect::Refused => "is refused there",
            Effect::Unread | Effect::Spare => "is not read there",
            Effect::Mistaken => "is taken for a file there",
        }
    }

    /// Whether the frontend that Docker 20.10 holds lacks it too, even with BuildKit.
    pub fn is_newer_than_docker(self) -> bool {
        self != Effect::Refused
    }

    /// Whether a build fails by it, or makes another image. The classic builder reads all of the
    /// file first, and then carries out the stages up to that which it makes.
    fn harms(self, build: &Build, is_carried_out: bool) -> bool {
        let is_old = build.runner.is_cloud_build();
        match self {
            Effect::Refused | Effect::Mistaken => is_carried_out,
            Effect::Unread => is_old || is_carried_out,
            Effect::Spare => is_old,
        }
    }
}

impl Project {
    /// What the classic builder does not read of images that it makes in Cloud Build, or that no
    /// other builder makes, each kind once an image.
    pub fn unread_by_classic_builder(&self) -> Vec<Unread<'_>> {
        let mut unread = Vec::new();
        for (id, image) in self.images_with_ids().filter(|(_, image)| !image.own_syntax) {
            let has_any = image.stages.iter().any(|stage| !stage.buildkit_only.is_empty());
            if !has_any {
                continue;
            }
            let others = self.possible_builds_of(id).any(|b| b.builder != Builder::Classic);
            // Whoever builds by hand may take the other builder as well.
            let counts = |build: &&Build| {
                build.builder == Builder::Classic && (!others || build.runner.is_cloud_build())
            };
            let mut of_image: Vec<Unread<'_>> = Vec::new();
            for build in self.builds_of(id).filter(counts) {
                let Some(link) = &build.image else { continue };
                for first in harmful(image, build) {
                    let known = of_image.iter_mut().find(|known| known.first.what == first.what);
                    match known {
                        Some(known) if std::ptr::eq(known.build, build) => known.more += 1,
                        Some(_) => {}
                        None => of_image.push(Unread { first, more: 0, image, build, link }),
                    }
                }
            }
            unread.extend(of_image);
        }
        unread
    }
}

/// What harms a build by the classic builder.
fn harmful<'a>(image: &'a Image, build: &'a Build) -> impl Iterator<Item = &'a BuildkitOnly> {
    let target = image.stage(&build.target);
    let is_target = |stage: &Stage| target.is_some_and(|target| std::ptr::eq(target, stage));
    let last = image.stages.iter().position(is_target);
    let stages = image.stages.iter().enumerate();
    let all = stages.flat_map(|(i, stage)| stage.buildkit_only.iter().map(move |only| (i, only)));
    all.filter(move |(i, only)| only.effect.harms(build, last.is_some_and(|last| *i <= last)))
        .map(|(_, only)| only)
}
