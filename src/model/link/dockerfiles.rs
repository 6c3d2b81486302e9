//! Joining builds with Dockerfiles.

use super::BuildsByImage;
use crate::model::build::{Build, BuildId, BuildKind, Builder, ImageLink, Prepared, Runner};
use crate::model::context::Found;
use crate::model::context::copy::{Lookup, context_sources};
use crate::model::image::{Image, ImageId};
use crate::model::lower::dockerfile::{Arguments, Given};
use crate::source::{Sources, folder, join, name};
use crate::value::{Sourced, Step, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The builds of each image that has any.
pub(super) fn by_image(builds: &[Build]) -> BuildsByImage<'_> {
    let mut by_image = BuildsByImage::new();
    for (i, build) in builds.iter().enumerate() {
        if let Some(link) = &build.image {
            by_image.entry(link.to).or_default().push((BuildId(i), build));
        }
    }
    by_image
}

/// Where a folder has only a `dockerfile`, Docker reads that one for a `Dockerfile`: the builder
/// before BuildKit if no name is given, those with BuildKit in any case.
pub(super) fn take_small_letters(builds: &mut [Build], sources: &Sources) {
    for build in builds.iter_mut().filter(|build| tries_small_letters(build)) {
        for place in &mut build.places {
            if name(&place.dockerfile) != "Dockerfile" || sources.has_file(&place.dockerfile) {
                continue;
            }
            let small = join(folder(&place.dockerfile), "dockerfile");
            if sources.has_file(&small) {
                place.dockerfile = small;
            }
        }
    }
}

/// Whether Docker itself looks for the Dockerfile. What others look for, they look for as it is
/// written: gcloud, Kaniko, Skaffold, a provider of Terraform.
fn tries_small_letters(build: &Build) -> bool {
    let is_docker = match build.kind {
        BuildKind::Command => build.upload.is_none(),
        BuildKind::Action | BuildKind::Compose | BuildKind::Bake => true,
        BuildKind::Resource | BuildKind::Skaffold | BuildKind::Module | BuildKind::Source => false,
    };
    is_docker
        && match build.builder {
            Builder::BuildKit | Builder::Unknown => true,
            Builder::Classic => build.dockerfile.is_unset(),
            Builder::Kaniko => false,
        }
}

/// The names of the Dockerfiles that builds find where something before them has put them. Those
/// that have just the usual name tell nothing.
pub(super) fn copied<'a>(builds: &'a [Build], sources: &Sources) -> BTreeSet<&'a str> {
    let moved = builds.iter().filter(|build| build.image.is_none());
    let places = moved.flat_map(|build| build.places.iter().map(move |place| (build, place)));
    let is_put = |build: &Build, path: &str| {
        let is_made = build.prepared >= Prepared::Unread || sources.may_appear(path);
        is_made && !sources.has_file(path) && name(path) != "Dockerfile"
    };
    let put = places.filter(|(build, place)| is_put(build, &place.dockerfile));
    put.map(|(_, place)| name(&place.dockerfile)).collect()
}

/// What all builds of a Dockerfile put in the place of names in it, by the Dockerfile's path.
pub(super) fn given(builds: &[Build]) -> BTreeMap<String, Given> {
    let mut by_path: BTreeMap<&str, Vec<&Build>> = BTreeMap::new();
    for build in builds {
        let paths: BTreeSet<&str> = build.places.iter().map(|place| &*place.dockerfile).collect();
        paths.into_iter().for_each(|path| by_path.entry(path).or_default().push(build));
    }
    let of_builds = |(path, builds): (&str, Vec<&Build>)| {
        let arguments = builds.iter().flat_map(|build| &build.arguments).map(|(name, value)| {
            (name.as_str(), value.known().filter(|value| value.value.literal().is_some()))
        });
        let contexts = builds.iter().flat_map(|build| &build.contexts);
        let contexts = contexts.map(|context| (context.name.as_str(), context.plain_image()));
        let arguments = agreed(builds.len(), arguments);
        (path.to_owned(), Given { arguments, contexts: agreed(builds.len(), contexts) })
    };
    by_path.into_iter().map(of_builds).collect()
}

/// What so many builds agree on. What some of them leave to its default has more than one value.
fn agreed<'a>(
    builds: usize,
    given: impl Iterator<Item = (&'a str, Option<&'a Sourced<Text>>)>,
) -> Arguments {
    let mut all: BTreeMap<&str, (usize, Option<&Sourced<Text>>)> = BTreeMap::new();
    for (name, value) in given {
        let (count, known) = all.entry(name).or_insert((0, value));
        *count += 1;
        if known.map(|known| &known.value) != value.map(|value| &value.value) {
            *known = None;
        }
    }
    let counted = all.into_iter().map(|(name, (count, value))| {
        (name.to_owned(), value.filter(|_| count >= builds).cloned())
    });
    counted.collect()
}

/// The image that a build makes. Of several Dockerfiles, which other starting folders would
/// name, it is the one whose sources are all there.
pub(super) fn image_of(
    build: &Build,
    by_path: &BTreeMap<&str, ImageId>,
    images: &[Arc<Image>],
    lookup: &Lookup<'_>,
) -> Option<ImageLink> {
    let mut found: Vec<(ImageId, &str)> = build
        .places
        .iter()
        .filter_map(|place| Some((*by_path.get(&*place.dockerfile)?, &*place.context)))
        .collect();
    found.dedup();
    let several = found.iter().any(|(id, _)| *id != found[0].0);
    if several {
        found.retain(|(id, context)| {
            images.get(id.0).is_some_and(|image| is_complete(image, build, context, lookup))
        });
    }
    let (to, _) = *found.first()?;
    if found.iter().any(|(id, _)| *id != to) {
        return None;
    }
    let at = build.dockerfile.at().unwrap_or(build.at);
    let path = &images.get(to.0)?.path;
    let by = match build.runner {
        Runner::Terraform => "the image is built here from",
        _ => "this build makes the image from",
    };
    Some(ImageLink { to, because: vec![Step::reference(at, format!("{by} `{path}`"))] })
}

fn is_complete(image: &Image, build: &Build, context: &str, lookup: &Lookup<'_>) -> bool {
    let Some(target) = image.stage(&build.target) else { return false };
    let context = lookup.context(context, &image.path, Some(build.builder));
    context_sources(image, target)
        .filter_map(|(_, path)| path.value.literal())
        .all(|source| matches!(context.find(source), Found::Present | Found::Generated))
}
