//! Deployments that do not see their image change, since it keeps its name.

use super::Project;
use super::build::{Build, Runner};
use super::deployment::{BuildLink, Deployment, Manager, Platform};
use super::reference::ImageReference;
use crate::value::{Confidence, Sourced, Text};

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

impl Project {
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
