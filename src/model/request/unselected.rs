//! Services whose selectors fit no pods.

use super::service::Service;
use crate::model::Project;
use crate::model::context::aside::is_set_aside;
use crate::model::deployment::{Deployment, Label, Platform};
use crate::source::folder;
use crate::value::{Comparison, Sourced, Text};

/// A Service that sends nowhere, and the deployment that it was most likely meant for.
#[derive(Debug)]
pub struct Unselected<'a> {
    /// The Service.
    pub service: &'a Sourced<Text>,
    /// The key of the label that the pods have otherwise.
    pub key: &'a Text,
    /// Its value, as the Service asks for it.
    pub wanted: &'a Sourced<Text>,
    /// Its value, as the pods have it.
    pub has: &'a Sourced<Text>,
    /// The deployment of the same name, in the same file or folder.
    pub deployment: &'a Deployment,
}

impl Project {
    /// The Services that select no pods of the project, though a deployment that is called like
    /// them stands beside them.
    pub fn unselected_services(&self) -> impl Iterator<Item = Unselected<'_>> {
        let services = self.services.iter().filter(|_| !self.sources.is_part);
        services.filter_map(|service| self.unselected(service))
    }

    fn unselected<'a>(&'a self, service: &'a Service) -> Option<Unselected<'a>> {
        let is_known =
            |label: &Label| label.key.literal().is_some() && label.value.literal_text().is_some();
        let path = &self.sources.get(service.at.source).path;
        let name = service.name.known()?;
        if !service.selector.iter().all(is_known) || is_set_aside(path) {
            return None;
        }
        // Pods of other bundles, of which not all is known, are not taken for its own.
        let is_selected = |deployment: &Deployment| {
            deployment.platform == Platform::Kubernetes
                && match service.fits(deployment) {
                    Comparison::Equal => true,
                    Comparison::MayBeEqual => deployment.bundle == service.bundle,
                    Comparison::Different => false,
                }
        };
        if self.deployments.iter().any(is_selected) || self.is_patched(service) {
            return None;
        }
        let is_beside = |deployment: &&Deployment| {
            let other = &self.sources.get(deployment.at.source).path;
            deployment.platform == Platform::Kubernetes
                && deployment.bundle == service.bundle
                && deployment
                    .name
                    .known()
                    .is_some_and(|n| n.value.compare(&name.value) == Comparison::Equal)
                && folder(other) == folder(path)
        };
        let mut beside = self.deployments.iter().filter(is_beside);
        let deployment = beside.next().filter(|_| beside.next().is_none())?;
        let mut pairs = service.selector.iter().filter_map(|wanted| {
            let label = deployment.labels.iter().find(|label| label.key == wanted.key)?;
            Some((&wanted.key, wanted.value.known()?, label.value.known()?))
        });
        let (key, wanted, has) = pairs.find(|(_, wanted, has)| wanted.value != has.value)?;
        Some(Unselected { service: name, key, wanted, has, deployment })
    }
}
