//! For which architecture a build makes its image, and what decides it.

use super::{Build, Builder, Runner};
use crate::model::image::{Image, Stage};
use crate::model::platform::Architecture;
use crate::source::Span;
use crate::value::{Step, Value};

/// The architecture of an image, as far as the files decide it.
#[derive(Debug, Clone)]
pub enum Target {
    /// It is this one.
    Decided(Decision),
    /// The machine that runs the build decides it.
    Host,
    /// It is not known.
    Unknown,
}

/// An architecture and what decides it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The architecture.
    pub architecture: Architecture,
    /// Where it is decided.
    pub at: Span,
    /// What decides it, as a phrase: `the build asks for this platform`.
    pub by: &'static str,
    /// The steps by which it was reached.
    pub via: Vec<Step>,
}

impl Target {
    /// What a build makes of a stage: the base decides if it names an architecture, then
    /// `--platform`, then the machine.
    pub fn of(build: &Build, image: &Image, stage: &Stage) -> Target {
        let Some((bottom, base)) = image.base_image(stage) else { return Target::Unknown };
        let decided = |architecture, at, by, via: &[Step]| {
            Target::Decided(Decision { architecture, at, by, via: via.to_vec() })
        };
        if let Some(flag) = &bottom.platform
            && !flag.follows_target()
        {
            let Some(known) = flag.value.known() else { return Target::Unknown };
            return match known.value.literal().and_then(Architecture::of_platform) {
                Some(architecture) => {
                    decided(architecture, flag.at, "the base is of this platform", &known.via)
                }
                None => Target::Unknown,
            };
        }
        match base.known().map(|base| (base, base.value.literal().and_then(Architecture::of_image)))
        {
            Some((base, Some(architecture))) => {
                return decided(
                    architecture,
                    base.at,
                    "the base is of this architecture",
                    &base.via,
                );
            }
            Some(_) => {}
            None if base.at().is_some() => return Target::Unknown,
            None => {}
        }
        match &build.platform {
            Value::Known(platform) => match build.pinned_architecture() {
                Some((architecture, _)) => decided(
                    architecture,
                    platform.at,
                    "the build asks for this platform",
                    &platform.via,
                ),
                None => Target::Unknown,
            },
            Value::Unknown(_) => Target::Unknown,
            Value::Unset => match build.runner.architecture() {
                Some(architecture) => decided(
                    architecture,
                    build.at,
                    "the machines that build are of this architecture",
                    &[],
                ),
                None if matches!(build.runner, Runner::Terraform | Runner::Person) => Target::Host,
                None => Target::Unknown,
            },
        }
    }
}

/// Whether `--platform=$TARGETPLATFORM` surely fails: these builders give the variable no value.
pub fn lacks_target_platform(builder: Builder) -> bool {
    matches!(builder, Builder::Classic | Builder::Kaniko)
}

/// Whether `--platform=$TARGETPLATFORM` can be relied on: the classic builder and kaniko give
/// the variable no value.
pub fn knows_target_platform(builder: Builder) -> bool {
    builder == Builder::BuildKit
}
