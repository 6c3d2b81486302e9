//! Joining deployments with the builds that make their images.

use crate::model::build::{Build, BuildId, BuildKind};
use crate::model::deployment::{BuildLink, Container, Deployment, Platform};
use crate::model::image::ImageId;
use crate::model::reference::{ImageReference, Sameness};
use crate::source::{Kind, SourceId, Sources, Span};
use crate::value::{Sourced, Step, Text};
use std::collections::{BTreeMap, BTreeSet};

/// The names that builds give images, where others may come to know them, by their last part:
/// references of other last parts never name one image.
pub(super) type MadeNames<'a> = BTreeMap<Text, Vec<MadeName<'a>>>;

/// A name that a build gives its image.
pub(super) struct MadeName<'a> {
    build: BuildId,
    image: Option<ImageId>,
    name: &'a Sourced<Text>,
    reference: ImageReference,
}

/// Gives images the names that `docker tag` gives them, in the file of their build.
pub(super) fn tag_again(builds: &mut [Build], tagged: &[(Sourced<Text>, Sourced<Text>)]) {
    let mut by_file: BTreeMap<SourceId, Vec<(ImageReference, &Sourced<Text>)>> = BTreeMap::new();
    for (name, other) in tagged {
        let wanted = ImageReference::parse(&name.value);
        by_file.entry(name.at.source).or_default().push((wanted, other));
    }
    for build in builds {
        // What was named again may be named once more, behind that.
        let Some(first) = build.tags.first() else { continue };
        for (wanted, other) in by_file.get(&first.at.source).into_iter().flatten() {
            let is_it = |tag: &Sourced<Text>| ImageReference::parse(&tag.value).same_image(wanted);
            if build.tags.iter().any(is_it) {
                build.tags.push((*other).clone());
            }
        }
    }
}

/// Collects the names that builds give their images.
pub(super) fn made_names(builds: &[Build]) -> MadeNames<'_> {
    let mut made = MadeNames::new();
    for (i, build) in builds.iter().enumerate().filter(|(_, build)| !build.stays_local()) {
        for name in &build.tags {
            let reference = ImageReference::parse(&name.value);
            let Some(last) = reference.path.last().cloned() else { continue };
            let image = build.image.as_ref().map(|link| link.to);
            let name = MadeName { build: BuildId(i), image, name, reference };
            made.entry(last).or_default().push(name);
        }
    }
    made
}

/// Joins the containers of a deployment with the builds that make their images, called by
/// their names.
pub(super) fn link_builds(deployment: &mut Deployment, made: &MadeNames<'_>, sources: &Sources) {
    let platform = deployment.platform;
    for container in &mut deployment.containers {
        container.builds = builds_of(container, platform, made, sources);
    }
}

fn builds_of(
    container: &Container,
    platform: Platform,
    made: &MadeNames<'_>,
    sources: &Sources,
) -> Vec<BuildLink> {
    let Some(image) = container.image.known() else { return Vec::new() };
    let wanted = ImageReference::parse(&image.value);
    let candidates = wanted.path.last().and_then(|last| made.get(last));
    let mut links: Vec<Candidate> = candidates
        .into_iter()
        .flat_map(|names| names.chunk_by(|a, b| a.build == b.build))
        .filter_map(|names| candidate(names, image, &wanted, platform, sources))
        .collect();
    // A build of just this repository outdoes those of an image that is only called so.
    if links.iter().any(|link| link.sameness == Sameness::Same) {
        links.retain(|link| link.sameness == Sameness::Same);
    }
    // So does one of just this tag.
    if links.iter().any(|link| link.exact) {
        links.retain(|link| link.exact);
    }
    // Of several images that only share a repository, nothing tells which it is.
    let known: BTreeSet<ImageId> = links.iter().filter_map(|link| link.image).collect();
    if known.len() > 1 {
        links.clear();
    }
    links.into_iter().map(|link| link.link).collect()
}

/// A build that makes the image that a container runs.
struct Candidate {
    link: BuildLink,
    image: Option<ImageId>,
    sameness: Sameness,
    /// Whether it gives it just the tag that the container names.
    exact: bool,
}

/// The build that makes an image, if one of the names which it gives is that of the image.
fn candidate(
    names: &[MadeName<'_>],
    image: &Sourced<Text>,
    wanted: &ImageReference,
    platform: Platform,
    sources: &Sources,
) -> Option<Candidate> {
    let same = names.iter().filter_map(|made| {
        let same_scope = shares_names(sources, made.name.at, image.at);
        let sameness = wanted.same_repository(&made.reference, same_scope)?;
        Some((sameness, !tags_differ(wanted, &made.reference), made))
    });
    let best = same.max_by_key(|(sameness, tag, _)| (*sameness == Sameness::Same, *tag));
    let (sameness, _, made) = best.filter(|(_, same_tag, _)| *same_tag)?;
    let runs = platform.name();
    let mut because = vec![match sameness {
        Sameness::Same => Step::reference(image.at, format!("{runs} runs this image")),
        Sameness::SameName => Step::default(image.at, format!("{runs} runs an image of this name")),
    }];
    because.extend(image.via.iter().cloned());
    because.push(Step::reference(made.name.at, "a build gives the image this name"));
    because.extend(made.name.via.iter().cloned());
    let has_tag = |made: &MadeName<'_>| made.reference.tag == wanted.tag && wanted.tag.is_some();
    Some(Candidate {
        link: BuildLink { to: made.build, because },
        image: made.image,
        sameness,
        exact: names.iter().any(has_tag),
    })
}

/// The builds of compose files, by the places of their services.
pub(super) fn builds_of_services(builds: &[Build]) -> BTreeMap<Span, Vec<BuildId>> {
    let mut local: BTreeMap<Span, Vec<BuildId>> = BTreeMap::new();
    for (i, build) in builds.iter().enumerate() {
        if build.kind == BuildKind::Compose {
            local.entry(build.at).or_default().push(BuildId(i));
        }
    }
    local
}

/// Joins a service of a compose file with its own builds.
pub(super) fn link_service(deployment: &mut Deployment, local: &BTreeMap<Span, Vec<BuildId>>) {
    let builds = local.get(&deployment.at).map(Vec::as_slice).unwrap_or_default();
    for container in &mut deployment.containers {
        let link = |id: &BuildId| BuildLink {
            to: *id,
            because: vec![Step::reference(deployment.at, "the service builds the image itself")],
        };
        container.builds = builds.iter().map(link).collect();
    }
}

/// Whether a name of what is not known stands for the same value in two places: in one file, or
/// in Terraform, whose names say of which run and module they are.
fn shares_names(sources: &Sources, a: Span, b: Span) -> bool {
    let is_terraform = |at: Span| sources.get(at.source).kind == Kind::Terraform;
    a.source == b.source || (is_terraform(a) && is_terraform(b))
}

/// Whether two references name different images of one repository: `app:web` and `app:api`.
/// What changes from build to build, as a version does, tells nothing.
fn tags_differ(a: &ImageReference, b: &ImageReference) -> bool {
    match (a.variant(), b.variant()) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}
