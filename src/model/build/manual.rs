//! Builds by hand of images that Terraform builds.

use super::{Build, BuildKind, Runner};
use crate::model::Project;
use crate::model::reference::ImageReference;
use crate::value::{Sourced, Step, Text};

/// A build by hand, and that of Terraform.
#[derive(Debug)]
pub struct ManualBuild<'a> {
    /// The command of a script.
    pub by_hand: &'a Build,
    /// The name that it gives and pushes.
    pub tag: &'a Sourced<Text>,
    /// What Terraform runs.
    pub by_terraform: &'a Build,
    /// Why both are of one image.
    pub because: &'a [Step],
}

impl Project {
    /// The builds of scripts that push an image under the name under which Terraform pushes it.
    pub fn manual_builds(&self) -> Vec<ManualBuild<'_>> {
        let of = |runner: Runner| self.builds.iter().filter(move |build| build.runner == runner);
        let is_command = |build: &&Build| build.kind == BuildKind::Command;
        let mut found = Vec::new();
        for by_hand in of(Runner::Person).filter(is_command) {
            for by_terraform in of(Runner::Terraform) {
                let (Some(one), Some(other)) = (&by_hand.image, &by_terraform.image) else {
                    continue;
                };
                // A script that Terraform runs is read twice.
                if one.to != other.to || by_hand.at == by_terraform.at {
                    continue;
                }
                let pushed_beside = |tag: &Text| {
                    let own = self.pushed.iter().filter(|p| p.at.source == by_hand.at.source);
                    own.into_iter().any(|pushed| same_name(&pushed.value, tag))
                };
                let pushed = by_hand.tags.iter().find(|tag| {
                    let is_same = |other: &Sourced<Text>| same_name(&tag.value, &other.value);
                    (by_hand.pushes || pushed_beside(&tag.value))
                        && by_terraform.tags.iter().any(is_same)
                });
                if let Some(tag) = pushed {
                    let because = &one.because;
                    found.push(ManualBuild { by_hand, tag, by_terraform, because });
                    break;
                }
            }
        }
        found
    }
}

/// Whether two references name one image of a registry, all of it known.
fn same_name(one: &Text, other: &Text) -> bool {
    let (one, other) = (ImageReference::parse(one), ImageReference::parse(other));
    one.path.len() > 1
        && one.path.iter().all(|part| part.literal().is_some())
        && one.same_image(&other)
}
