//! Images on the machines on which their deployments run them.

use super::Deployment;
use crate::model::Project;
use crate::model::build::Build;
use crate::model::build::target::Target;
use crate::model::image::Image;
use crate::model::platform::Architecture;
use crate::source::Span;
use crate::value::{Sourced, Step, Text};

/// An image that a build makes, on machines of an architecture that is known.
#[derive(Debug)]
pub struct Placement<'a> {
    /// What runs it.
    pub deployment: &'a Deployment,
    /// Where the deployment names the image.
    pub runs: &'a Sourced<Text>,
    /// The architecture of the machines.
    pub wanted: Architecture,
    /// The build.
    pub build: &'a Build,
    /// What it builds.
    pub image: &'a Image,
    /// The architecture of the image.
    pub target: Target,
    /// Why the machines are of their architecture, and why the build makes what they run.
    pub because: Vec<&'a Step>,
}

impl Project {
    /// The images that deployments run which want one architecture.
    pub fn placements(&self) -> Vec<Placement<'_>> {
        let mut placements = Vec::new();
        for (deployment, container) in self.containers() {
            let (Some(architecture), Some(runs)) =
                (deployment.architecture.known(), container.image.known())
            else {
                continue;
            };
            placements.extend(container.builds.iter().filter_map(|link| {
                let build = self.build(link.to)?;
                let made = build.image.as_ref()?;
                let image = self.image(made.to)?;
                let target = Target::of(build, image, image.stage(&build.target)?);
                let because = architecture.via.iter().chain(&link.because).chain(&made.because);
                let (wanted, because) = (architecture.value, because.collect());
                Some(Placement { deployment, runs, wanted, build, image, target, because })
            }));
        }
        placements
    }

    /// Where a build asks for its platform by a word that stands there, so that another may stand
    /// in its place.
    pub fn written_platform(&self, build: &Build) -> Option<Span> {
        let (_, platform) = build.pinned_architecture()?;
        let written = platform.value.literal().filter(|_| platform.via.is_empty())?;
        let is_there = self.sources.text(platform.at).ends_with(written);
        let start = platform.at.end - written.len() as u32;
        is_there.then_some(Span { start, ..platform.at })
    }
}
