//! Deployments that get the image of another service.

use super::Deployment;
use crate::model::Project;
use crate::model::build::Build;
use crate::model::build::order::{Act, Order};
use crate::model::reference::ImageReference;
use crate::value::{Sourced, Text, Value};

/// A service that is deployed with the image of another one, beside a build of its own.
#[derive(Debug)]
pub struct MistakenImage<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The image that it gets.
    pub image: &'a Sourced<Text>,
    /// The image of its own name, which the same job makes.
    pub own: &'a Sourced<Text>,
    /// The build that makes the image which it gets.
    pub other: &'a Build,
}

impl Project {
    /// The services that a job deploys with the image of another service, though it makes an
    /// image of the service's own name, which nothing else runs.
    pub fn mistaken_images(&self) -> Vec<MistakenImage<'_>> {
        self.orders.iter().flat_map(|order| self.mistaken_in(order)).collect()
    }

    fn mistaken_in<'a>(&'a self, order: &'a Order) -> Vec<MistakenImage<'a>> {
        let acts = || order.steps.iter().flat_map(|step| &step.acts);
        let made: Vec<(&Sourced<Text>, ImageReference)> = acts()
            .filter_map(|act| match act {
                Act::Make { names, .. } => Some(names.as_slice()),
                Act::Name(_, name) => Some(std::slice::from_ref(name)),
                _ => None,
            })
            .flatten()
            .filter_map(Value::known)
            .map(|name| (name, ImageReference::parse(&name.value)))
            .collect();
        let deployed = acts().filter_map(|act| match act {
            Act::Deploy(image) => image.known(),
            _ => None,
        });
        deployed.filter_map(|image| self.mistaken(image, &made)).collect()
    }

    fn mistaken<'a>(
        &'a self,
        image: &'a Sourced<Text>,
        made: &[(&'a Sourced<Text>, ImageReference)],
    ) -> Option<MistakenImage<'a>> {
        let reference = ImageReference::parse(&image.value);
        let runs_it = |d: &&Deployment| d.containers.iter().any(|c| c.image.at() == Some(image.at));
        let deployment = self.deployments.iter().find(runs_it)?;
        let service = deployment.name.literal_text()?;
        let name = reference.name()?;
        // Names of images may be made of that of a service: `shop-api` of `api`.
        if name.contains(service) || service.contains(name) {
            return None;
        }
        if made.iter().any(|(_, made)| made.name() == Some(name) || made.name().is_none()) {
            return None;
        }
        let beside = |other: &ImageReference| {
            let folder =
                |reference: &ImageReference| reference.path.split_last().map(|l| l.1.to_vec());
            other.name() == Some(service) && folder(other) == folder(&reference)
        };
        let own = made.iter().find(|(_, made)| beside(made)).map(|(name, _)| *name)?;
        let is_run = self.containers().any(|(_, c)| {
            c.image.known().is_none_or(|i| ImageReference::parse(&i.value).name() == Some(service))
        });
        let makes_it = |build: &&Build| {
            let mut tags = build.tags.iter().map(|tag| ImageReference::parse(&tag.value));
            tags.any(|tag| tag.name() == Some(name))
        };
        let other = self.builds.iter().find(makes_it).filter(|_| !is_run)?;
        Some(MistakenImage { deployment, image, own, other })
    }
}
