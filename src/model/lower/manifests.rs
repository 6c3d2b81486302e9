//! What the manifests of a project mean: those of a bundle together, the others alone.

use super::super::deployment::Manager;
use super::super::secret::{Origin, Secret, Store};
use super::{Lowered, kubernetes, kustomize};
use crate::eval::chart::{self, Release};
use crate::eval::kustomize::{self as kustomizations, Bundle, ImageSetting, Objects};
use crate::eval::manifest::of_yaml;
use crate::model::trees::ById;
use crate::source::{SourceId, Sources};
use crate::syntax::kubernetes::Manifests;
use crate::syntax::kustomize::Kustomization;
use crate::value::{Value, Why};
use rayon::prelude::*;
use std::sync::Arc;

/// Lowers all manifests, as kustomizations change them.
pub fn lower(
    sources: &Sources,
    manifests: &ById<Manifests>,
    trees: &ById<Kustomization>,
    settings: &[ImageSetting],
    releases: &[Release],
) -> Lowered {
    let files: Vec<_> = manifests.iter().collect();
    let objects: Objects = files
        .par_iter()
        .map(|(id, manifests)| {
            let source = sources.get(**id);
            let objects = source.keep(**id, || -> Vec<_> {
                let documents = manifests.documents.iter().filter(|node| kubernetes::is_read(node));
                let object = |node| Arc::new(of_yaml(node, &source.text, manifests.is_open));
                documents.map(object).collect()
            });
            (**id, Vec::clone(&objects))
        })
        .collect();
    let kustomized = kustomizations::evaluate(sources, trees, &objects, settings);
    let charts = chart::evaluate(sources, &objects, releases);
    let is_used = |id: &SourceId| kustomized.used.contains(id) || charts.used.contains(id);
    let alone: Vec<_> = objects.iter().filter(|(id, _)| !is_used(id)).collect();
    let mut parts: Vec<Lowered> = alone
        .par_iter()
        .map(|(id, objects)| {
            let lowered = sources.get(**id).keep(**id, || Alone(of_objects(objects)));
            lowered.0.clone()
        })
        .collect();
    let of_charts = charts.bundles.iter().map(|(id, bundle)| (id, bundle));
    let bundles: Vec<_> = kustomized.bundles.iter().chain(of_charts).collect();
    let of_bundles: Vec<Lowered> =
        bundles.par_iter().map(|(id, bundle)| of_bundle(**id, bundle)).collect();
    parts.extend(of_bundles);
    let mut lowered = Lowered::default();
    parts.into_iter().for_each(|part| lowered.append(part));
    // What a default leaves out may create secrets all the same.
    for (_, objects) in objects.iter().filter(|(id, _)| charts.used.contains(id)) {
        lowered.secrets.extend(of_objects(objects).secrets);
    }
    for (id, tree) in trees {
        lowered.missing_files.extend(kustomize::missing(sources, *id, tree));
    }
    lowered.bundles.extend(kustomized.bundles.into_keys());
    lowered.bundles.extend(charts.bundles.into_iter().map(|(id, _)| id));
    lowered
}

/// What a file of manifests adds that nothing changes.
struct Alone(Lowered);

fn of_objects(objects: &[Arc<crate::eval::terraform::Evaluated>]) -> Lowered {
    let mut lowered = Lowered::default();
    for object in objects {
        kubernetes::lower(object, Manager::Manifest, &mut lowered);
    }
    lowered
}

fn of_bundle(id: SourceId, bundle: &Bundle) -> Lowered {
    let mut lowered = of_objects(&bundle.objects);
    lowered.deployments.iter_mut().for_each(|deployment| deployment.bundle = Some(id));
    lowered.services.iter_mut().for_each(|service| service.bundle = Some(id));
    lowered.backends.iter_mut().for_each(|backend| backend.bundle = Some(id));
    // What is not read may create any secret.
    lowered.secrets.extend(bundle.brings_more.map(|at| {
        Secret::new(at, Value::unknown(at, Why::Unread), Origin::Elsewhere, Store::Kubernetes)
    }));
    lowered
}
