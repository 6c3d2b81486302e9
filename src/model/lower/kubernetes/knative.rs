//! Services of Cloud Run that are written as manifests, as `gcloud run services replace` takes
//! them. Source: cloud.google.com/run/docs/reference/yaml/v1, read 2026-11.

use super::super::super::deployment::{
    Container, Deployment, Manager, Platform, amd64, default_port,
};
use super::super::super::secret::{SecretReference, Store};
use super::super::Lowered;
use super::super::terraform::reference;
use super::{container, secret};
use crate::eval::terraform::Evaluated;
use crate::source::Span;
use crate::value::{Step, Value, Why};

/// Adds a service of Knative, if Cloud Run runs it: others run on clusters of their own.
pub fn lower(object: &Evaluated, at: Span, manager: Manager, lowered: &mut Lowered) {
    let template = object.field("spec").and_then(|spec| spec.field("template"));
    let metadata = [object.field("metadata"), template.and_then(|t| t.field("metadata"))];
    let marks = metadata
        .into_iter()
        .flatten()
        .flat_map(|metadata| [metadata.field("annotations"), metadata.field("labels")])
        .flatten()
        .flat_map(Evaluated::entries);
    let is_cloud_run = marks.into_iter().any(|(key, _)| {
        key.literal().is_some_and(|key| {
            key.starts_with("run.googleapis.com/") || key.starts_with("cloud.googleapis.com/")
        })
    });
    let Some(spec) = template.and_then(|t| t.field("spec")).filter(|_| is_cloud_run) else {
        return;
    };
    let before = lowered.references.len();
    secret::references(spec, lowered);
    for known in lowered.references.iter_mut().skip(before) {
        let of_cluster = SecretReference { name: Value::Unset, ..known.clone() };
        let name = std::mem::replace(&mut known.name, of_cluster.name);
        *known = reference(name);
        known.store = Store::SecretManager;
    }
    let list = spec.field("containers");
    let items = list.map(Evaluated::items).unwrap_or_default();
    let several = items.len() > 1 || list.is_none_or(Evaluated::is_open);
    let metadata = object.field("metadata");
    let label = |key| {
        let labels = metadata.and_then(|metadata| metadata.field("labels"));
        labels.map_or(Value::Unset, |labels| labels.field_text(key))
    };
    lowered.deploy(
        before,
        Deployment {
            architecture: amd64(at),
            name: metadata
                .map_or(Value::Unset, |metadata| metadata.field_text("name"))
                .or(Value::unknown(at, Why::Unread)),
            region: label("cloud.googleapis.com/location"),
            containers: items.iter().map(|item| of_service(item, several, at)).collect(),
            ..Deployment::new(at, Platform::CloudRunService, manager)
        },
    );
}

/// A container, with the port to which Cloud Run sends.
fn of_service(item: &Evaluated, several: bool, at: Span) -> Container {
    let mut container = container(item);
    let unnamed = || match several || item.is_open() {
        true => Value::Unset,
        false => {
            default_port(Step::reference(at, "Cloud Run sends to 8080 where no port is named"))
        }
    };
    container.port = match container.ports.first() {
        Some(port) => port.port.clone(),
        None => unnamed(),
    };
    container.ports = Vec::new();
    // The platform asks the port of the service where a probe names none.
    container.probes = Vec::new();
    container
}
