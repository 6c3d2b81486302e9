//! Deployments that do not see their image change, since it keeps its name.

use super::{BuildLink, Deployment, Manager, Platform};
use crate::model::Project;
use crate::model::build::{Build, BuildKind, Runner};
use crate::model::reference::ImageReference;
use crate::value::{Confidence, Sourced, Text, weakest};

/// A deployment of which Terraform sees no change when a build makes another image.
#[derive(Debug)]
pub struct Unnoticed<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The image, as the deployment calls it.
    pub image: &'a Sourced<Text>,
    /// The build that makes another image of the name, and why it does.
    pub build: &'a Build,
    /// The link to that build.
    pub link: &'a BuildLink,
}

/// A container of which the nodes go on running the image that they have, whatever a build
/// makes of the name. Source: kubernetes.io/docs/concepts/containers/images, read 2026-11.
#[derive(Debug)]
pub struct Kept<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The image, as the deployment calls it.
    pub image: &'a Sourced<Text>,
    /// That it is pulled only where it is not there.
    pub policy: &'a Sourced<Text>,
    /// The build that makes another image of the name, and why it does.
    pub build: &'a Build,
    /// The link to that build.
    pub link: &'a BuildLink,
}

impl Project {
    /// The containers that run `latest` of an image which the project builds, and that pull it
    /// only onto nodes that lack it.
    pub fn kept_images(&self) -> Vec<Kept<'_>> {
        let kept = self.containers().filter_map(|(deployment, container)| {
            let policy = container.pull_policy.known();
            let policy = policy.filter(|p| p.value.literal() == Some("IfNotPresent"))?;
            let (image, link) = (container.image.known()?, container.builds.first()?);
            let reference = ImageReference::parse(&image.value);
            let host = reference.path.first().and_then(Text::literal);
            // What has no registry is loaded onto the nodes of a cluster for tests.
            let is_pulled = reference.path.len() > 1
                && host.is_some_and(|host| host.contains('.') && !host.starts_with("localhost"));
            let is_latest = reference.literal_tag() == Some("latest") && !reference.digest;
            let mut builds = container.builds.iter().map(|link| self.build(link.to));
            // Skaffold puts a tag of its own in.
            if builds.any(|build| build.is_none_or(|build| build.kind == BuildKind::Skaffold)) {
                return None;
            }
            let build = self.build(link.to).filter(|_| is_latest && is_pulled)?;
            let is_same = |tag: &Sourced<Text>| {
                let made = ImageReference::parse(&tag.value);
                reference.same_image(&made) && tag.confidence() == Confidence::Certain
            };
            let is_sure = build.tags.iter().any(is_same)
                && image.confidence() == Confidence::Certain
                && weakest(&link.because) == Confidence::Certain;
            is_sure.then_some(Kept { deployment, image, policy, build, link })
        });
        kept.collect()
    }

    /// The deployments of Terraform that run `latest` of an image which the project builds, and
    /// that nothing else rolls out.
    pub fn unnoticed_images(&self) -> Vec<Unnoticed<'_>> {
        let unnoticed = self.containers().filter_map(|(deployment, container)| {
            let declared = deployment.manager == Manager::Terraform
                && matches!(deployment.platform, Platform::CloudRunService | Platform::Kubernetes);
            if !declared || deployment.ignores_image || deployment.changes_otherwise {
                return None;
            }
            let (image, link) = (container.image.known()?, container.builds.first()?);
            let reference = ImageReference::parse(&image.value);
            let is_latest = reference.literal_tag() == Some("latest");
            let build = self.build(link.to).filter(|_| is_latest)?;
            // An apply that builds gets the variable of the tag, too.
            let is_given =
                build.runner == Runner::Terraform && image.confidence() < Confidence::Certain;
            let stays = !reference.digest && !is_given && !self.is_deployed_by_command(deployment);
            stays.then_some(Unnoticed { deployment, image, build, link })
        });
        unnoticed.collect()
    }

    /// Whether a build deploys the service too, which rolls it out.
    fn is_deployed_by_command(&self, declared: &Deployment) -> bool {
        let mut commands = self.deployments.iter().filter(|d| d.manager.is_pipeline());
        commands.any(|command| command.name.may_be(&declared.name))
    }
}
