//! Services that Terraform and a pipeline both deploy.

use super::{Container, Deployment, Manager};
use crate::model::Project;
use crate::value::{Comparison, Sourced, Text, Value};

/// A service that two deploy, each of which undoes what the other did.
#[derive(Debug)]
pub struct Contested<'a> {
    /// What a pipeline deploys, and under which name.
    pub by_pipeline: (&'a Deployment, &'a Sourced<Text>),
    /// What Terraform deploys, and under which name.
    pub by_terraform: (&'a Deployment, &'a Sourced<Text>),
    /// Whether Terraform deploys a sample, which only holds the place.
    pub holds_place: bool,
}

impl Project {
    /// The services that Terraform deploys, with an image of its own, beside a pipeline.
    pub fn contested_services(&self) -> Vec<Contested<'_>> {
        let all = || self.deployments.iter();
        let declared: Vec<&Deployment> =
            all().filter(|d| d.manager == Manager::Terraform && !d.ignores_image).collect();
        let pipelines = all().filter(|d| d.manager.is_pipeline() && d.names_image());
        pipelines
            .flat_map(|pipeline| declared.iter().filter_map(|other| contested(pipeline, other)))
            .collect()
    }
}

fn contested<'a>(pipeline: &'a Deployment, declared: &'a Deployment) -> Option<Contested<'a>> {
    let (name, other) = (pipeline.name.known()?, declared.name.known()?);
    name.value.literal()?;
    if name.value.compare(&other.value) != Comparison::Equal {
        return None;
    }
    let same = same_place(pipeline, declared);
    (same || holds_place(declared, pipeline)).then_some(Contested {
        by_pipeline: (pipeline, name),
        by_terraform: (declared, other),
        holds_place: !same,
    })
}

/// Whether Terraform deploys a sample only so that another may follow, perhaps this one.
fn holds_place(declared: &Deployment, pipeline: &Deployment) -> bool {
    declared.containers.iter().any(Container::is_placeholder)
        && declared.platform == pipeline.platform
        && declared.region.may_be(&pipeline.region)
        && declared.project.may_be(&pipeline.project)
}

/// Whether two deployments are of one platform, region and project. What is written nowhere
/// is a default of the machine and taken to be the same.
fn same_place(a: &Deployment, b: &Deployment) -> bool {
    let same = |a: &Value<Text>, b: &Value<Text>| match (a, b) {
        (Value::Known(a), Value::Known(b)) => a.value.compare(&b.value) == Comparison::Equal,
        (a, b) => a.is_unset() || b.is_unset(),
    };
    a.platform == b.platform
        && same(&a.region, &b.region)
        && same(&a.project, &b.project)
        && same(&a.namespace, &b.namespace)
}
