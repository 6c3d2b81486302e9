//! Stages that builds ask for, and that their Dockerfiles lack.

use super::{Build, Prepared};
use crate::model::Project;
use crate::model::image::Image;
use crate::nearest::nearest;
use crate::source::Span;
use crate::value::{Sourced, Step, Text};

/// A target that is no stage of the Dockerfile.
#[derive(Debug)]
pub struct MissingStage<'a> {
    /// The name of the stage, as the build gives it.
    pub target: &'a Sourced<Text>,
    /// The Dockerfile.
    pub image: &'a Image,
    /// The names of the stages that it has.
    pub names: Vec<&'a str>,
    /// The one of them that was most likely meant.
    pub meant: Option<&'a str>,
    /// Where the target is written out, if it is.
    pub written: Option<Span>,
    /// Why the build reads this Dockerfile.
    pub because: &'a [Step],
}

impl Project {
    /// The targets of builds that are no stages. Other programs, which run before, are taken to
    /// leave the Dockerfiles of the repository as they are.
    pub fn missing_stages(&self) -> impl Iterator<Item = MissingStage<'_>> {
        self.builds_after(Prepared::Unread).filter_map(|build| self.missing_stage(build))
    }

    fn missing_stage<'a>(&'a self, build: &'a Build) -> Option<MissingStage<'a>> {
        let link = build.image.as_ref()?;
        let image = self.image(link.to)?;
        let target = build.target.known()?;
        let name = target.value.literal().filter(|name| !name.is_empty())?;
        if image.own_syntax || image.stages.is_empty() || image.stage(&build.target).is_some() {
            return None;
        }
        let names: Vec<&str> = image.stages.iter().filter_map(|s| s.name.as_deref()).collect();
        let meant = nearest(name, names.iter().copied());
        let written = self.is_written_out(target).then_some(target.at);
        Some(MissingStage { target, image, names, meant, written, because: &link.because })
    }
}
