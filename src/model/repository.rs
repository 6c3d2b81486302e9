//! Repositories of images in a registry: who creates them, and who needs them.

use super::Project;
use super::blur::Blur;
use super::reference::ImageReference;
use super::secret::Origin;
use crate::source::Span;
use crate::value::{Comparison, Piece, Sourced, Text, Value};
use std::collections::BTreeSet;

/// A repository that the project creates, or that it says exists.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The head of the block, or the command.
    pub at: Span,
    /// Which registry it is in.
    pub registry: Registry,
    /// The name. Unknown if any name may be created here.
    pub name: Value<Text>,
    /// Who creates it.
    pub origin: Origin,
    /// Where it says that a tag is pushed only once, if it says so.
    pub immutable: Option<Sourced<()>>,
}

/// A tag that a repository takes only once.
#[derive(Debug)]
pub struct RepeatedTag<'a> {
    /// The reference to the image, whose tag is always the same.
    pub image: &'a Sourced<Text>,
    /// The repository.
    pub name: &'a Sourced<Text>,
    /// Where it says that its tags are immutable.
    pub immutable: &'a Sourced<()>,
}

/// A registry whose repositories must be created before images are pushed to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// `LOCATION-docker.pkg.dev/PROJECT/NAME/...`
    ArtifactRegistry,
    /// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`
    Ecr,
}

/// An image of a repository that nothing creates.
#[derive(Debug)]
pub struct MissingRepository<'a> {
    /// The reference to the image.
    pub image: &'a Sourced<Text>,
    /// Whether the build that names it pushes it, so that its name stands there alone.
    pub alone: bool,
    /// The name of the repository.
    pub name: String,
    /// The created repository that was most likely meant.
    pub near: Option<&'a Sourced<Text>>,
    /// The created names.
    pub created: Vec<&'a Sourced<Text>>,
}

impl Repository {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
    }
}

impl Registry {
    /// How a message calls it.
    pub fn name(self) -> &'static str {
        match self {
            Registry::ArtifactRegistry => "Artifact Registry",
            Registry::Ecr => "ECR",
        }
    }
}

impl Project {
    /// The images that builds push as `latest` to repositories with immutable tags.
    pub fn repeated_tags(&self) -> Vec<RepeatedTag<'_>> {
        let mut repeated = Vec::new();
        if self.repositories.iter().all(|repository| repository.immutable.is_none()) {
            return repeated;
        }
        let pushed = references(&self.pushed);
        for build in &self.builds {
            for image in &build.tags {
                let Some((registry, name)) = repository_of(&image.value) else { continue };
                let reference = ImageReference::parse(&image.value);
                let is_latest = reference.literal_tag() == Some("latest") && !reference.digest;
                if !is_latest || !(build.pushes || is_pushed(&pushed, &reference)) {
                    continue;
                }
                let own = self.repositories.iter().filter(|r| r.registry == registry);
                repeated.extend(own.filter_map(|repository| {
                    let immutable = repository.immutable.as_ref()?;
                    let known = repository.name.known()?;
                    let same = known.value.compare(&name) == Comparison::Equal;
                    same.then_some(RepeatedTag { image, name: known, immutable })
                }));
            }
        }
        repeated
    }

    /// The images that builds push to repositories which nothing creates. None where Terraform
    /// creates no repositories of the registry, or one of a name that is not known, or none
    /// to which anything is pushed: then those are of other images. Where it creates few of
    /// those that are needed, somebody creates the others by hand, and only slips are told.
    pub fn missing_repositories(&self) -> Vec<MissingRepository<'_>> {
        if self.repositories.is_empty() {
            return Vec::new();
        }
        let by_command = references(&self.pushed);
        let leaving = || self.builds.iter().filter(|build| !build.stays_local());
        let tags = leaving().flat_map(|build| {
            let pushed = build
                .tags
                .iter()
                .map(|tag| (tag, is_pushed(&by_command, &ImageReference::parse(&tag.value))));
            pushed.filter(|(_, by_command)| build.pushes || *by_command)
        });
        let pushed: Vec<_> = tags
            .filter_map(|(tag, by_command)| Some(((tag, !by_command), repository_of(&tag.value)?)))
            .collect();
        let mut missing = Vec::new();
        for registry in [Registry::ArtifactRegistry, Registry::Ecr] {
            let own = || self.repositories.iter().filter(|r| r.registry == registry);
            let named = |r: &'_ Repository| r.name.literal_text() != Some("");
            let created: Option<Vec<&Sourced<Text>>> =
                own().map(|r| r.name.known().filter(|_| named(r))).collect();
            let Some(created) = created.filter(|_| own().any(|r| r.origin == Origin::Terraform))
            else {
                continue;
            };
            let is_created = |name: &Text| created.iter().any(|other| other.value.may_be(name));
            let of_registry = || pushed.iter().filter(|(_, (r, _))| *r == registry);
            let found = of_registry().filter(|(_, (_, name))| is_created(name)).count();
            if found == 0 {
                continue;
            }
            let owners: BTreeSet<&str> = of_registry()
                .filter(|(_, (_, name))| is_created(name))
                .filter_map(|((image, _), _)| owner(&image.value))
                .collect();
            // A build whose tags are not known may push to a repository of any name.
            let unknown = leaving().filter(|build| build.tags.is_empty()).count();
            let manages_most = 2 * found >= of_registry().count() + unknown;
            for ((image, alone), (_, name)) in of_registry() {
                let Some(literal) = name.literal().filter(|_| !is_created(name)) else { continue };
                // In another project, others create repositories.
                let foreign = |own: &str| !owners.is_empty() && !owners.contains(own);
                if owner(&image.value).is_some_and(foreign) {
                    continue;
                }
                let names = created.iter().filter_map(|other| other.value.literal());
                let near = crate::nearest::nearest(literal, names);
                let near =
                    created.iter().find(|other| other.value.literal() == near && near.is_some());
                if near.is_some() || manages_most {
                    missing.push(MissingRepository {
                        image,
                        alone: *alone,
                        name: literal.to_owned(),
                        near: near.copied(),
                        created: created.clone(),
                    });
                }
            }
        }
        missing
    }
}

/// The names that commands push, cut into their parts.
fn references(pushed: &[Sourced<Text>]) -> Vec<ImageReference> {
    pushed.iter().map(|pushed| ImageReference::parse(&pushed.value)).collect()
}

/// Whether a command may push an image of a name.
fn is_pushed(pushed: &[ImageReference], made: &ImageReference) -> bool {
    pushed.iter().any(|pushed| {
        // What is not known at the start may be any number of parts.
        let open = |reference: &ImageReference| {
            reference.path.first().is_some_and(|part| part.literal().is_none())
        };
        let mut parts = pushed.path.iter().rev().zip(made.path.iter().rev());
        let same_length = pushed.path.len() == made.path.len();
        (same_length || open(pushed) || open(made)) && parts.all(|(a, b)| a.may_be(b))
    })
}

/// The project or account of an image's registry, if it is written out.
fn owner(image: &Text) -> Option<&'_ str> {
    let text = match image.pieces().first()? {
        Piece::Literal(text) => text.as_str(),
        Piece::Hole(_) => return None,
    };
    let mut parts = text.split('/');
    let host = parts.next()?;
    match host.split_once(".dkr.ecr.") {
        Some((account, _)) => Some(account),
        // The project is whole if something follows it.
        None => parts.next().filter(|_| parts.next().is_some()),
    }
}

/// The repository in which an image lies, if its registry is one of these.
fn repository_of(image: &Text) -> Option<(Registry, Text)> {
    let reference = ImageReference::parse(image);
    let host = reference.path.first()?.literal()?;
    if host.ends_with("-docker.pkg.dev") && reference.path.len() >= 4 {
        return Some((Registry::ArtifactRegistry, reference.path.get(2)?.clone()));
    }
    if host.contains(".dkr.ecr.") && reference.path.len() >= 2 {
        let mut name = Text::default();
        for (i, part) in reference.path.iter().skip(1).enumerate() {
            if i > 0 {
                name.push_str("/");
            }
            name.append(part.clone());
        }
        return Some((Registry::Ecr, name));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_parts_of_references() {
        for (image, expected) in [
            ("europe-docker.pkg.dev/shop/apps/api:v1", Some((Registry::ArtifactRegistry, "apps"))),
            ("1.dkr.ecr.eu-west-1.amazonaws.com/shop/api", Some((Registry::Ecr, "shop/api"))),
            ("gcr.io/shop/api", None),
            ("europe-docker.pkg.dev/shop/apps", None),
        ] {
            let found = repository_of(&Text::from(image));
            let found = found.as_ref().and_then(|(r, name)| Some((*r, name.literal()?)));
            assert_eq!(found, expected, "{image}");
        }
    }
}
