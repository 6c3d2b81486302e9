//! Stages that do not say that they are of the platform for which an image is built.

use super::{Base, Image, ImageId, PlatformFlag, Stage};
use crate::model::Project;
use crate::model::build::target::knows_target_platform;
use crate::model::build::{Build, BuildKind};
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value};

/// How many stages may lack the flag for one that has it.
const FEW: usize = 4;

/// A `FROM` without `--platform=$TARGETPLATFORM`.
#[derive(Debug)]
pub struct UnsaidPlatform<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// The image that it starts from.
    pub base: &'a Sourced<Text>,
    /// Why it might say so.
    pub reason: Reason<'a>,
}

/// Why a stage might say of which platform it is.
#[derive(Debug, Clone)]
pub enum Reason<'a> {
    /// Another of the project's does, here.
    WrittenElsewhere(Span),
    /// The image runs on one architecture, and none of its builds says which.
    Deployed(Vec<&'a Step>),
}

impl Project {
    /// The stages that start from a registry, and do not say what they might.
    pub fn unsaid_platforms(&self) -> Vec<UnsaidPlatform<'_>> {
        let flags = self.images.iter().flat_map(|image| &image.stages);
        let flags = flags.filter_map(|stage| stage.platform.as_ref());
        let flags: Vec<&PlatformFlag> = flags.filter(|flag| flag.follows_target()).collect();
        // What hardly any stage says is not the project's habit.
        let stages = self.images.iter().flat_map(|image| &image.stages);
        let lacks =
            |stage: &&Stage| stage.platform.is_none() && matches!(stage.base, Base::Image(_));
        let lacking = stages.filter(lacks).count();
        let written = flags.first().filter(|_| FEW * flags.len() >= lacking).map(|flag| flag.at);
        let mut unsaid = Vec::new();
        for (id, image) in self.images_with_ids() {
            // Without BuildKit the variable has no value and the flag fails.
            let mut builds = self.possible_builds_of(id);
            if builds.any(|build| !knows_target_platform(build.builder)) || image.own_syntax {
                continue;
            }
            // An image that only a compose file makes is that of the machine.
            let stays = |build: &Build| build.kind == BuildKind::Compose && build.stays_local();
            let is_local = self.possible_builds_of(id).any(stays)
                && self.possible_builds_of(id).all(|b| stays(b) || b.places.is_empty());
            let reason = match written {
                Some(_) if is_local => None,
                Some(at) => Some(Reason::WrittenElsewhere(at)),
                None => self.runs_on_one(id).map(Reason::Deployed),
            };
            if let Some(reason) = reason {
                let found = unsaid_in(image);
                unsaid.extend(found.map(|(stage, base)| UnsaidPlatform {
                    stage,
                    base,
                    reason: reason.clone(),
                }));
            }
        }
        unsaid
    }

    /// Why an image runs on one architecture, if it does and none of its builds says which.
    fn runs_on_one(&self, id: ImageId) -> Option<Vec<&Step>> {
        let mut builds = self.builds_of(id).peekable();
        builds.peek()?;
        if builds.any(|build| !build.platform.is_unset()) {
            return None;
        }
        self.containers().find_map(|(deployment, container)| {
            deployment.architecture.known()?;
            let running = self.image_of(container)?;
            std::ptr::eq(running.image, self.image(id)?).then_some(running.because)
        })
    }
}

fn unsaid_in(image: &Image) -> impl Iterator<Item = (&Stage, &Sourced<Text>)> {
    // What is of Windows can only be built there.
    let of_windows = |stage: &Stage| match &stage.system {
        Value::Known(system) => system.value.is_windows,
        Value::Unknown(_) => true,
        Value::Unset => false,
    };
    let unsaid = move |stage: &&Stage| stage.platform.is_none() && !of_windows(stage);
    let stages = image.stages.iter().filter(unsaid);
    let from_registry = stages.filter_map(|stage| match &stage.base {
        Base::Image(base) => Some((stage, base.known()?)),
        Base::Stage(_) => None,
    });
    from_registry.filter(|(_, base)| base.value.literal() != Some("scratch"))
}
