//! Dockerfiles that builds name or need, and that are not there.

use super::{Build, BuildKind, Prepared};
use crate::model::Project;
use crate::source::{Span, folder, is_below, name};
use crate::value::Step;

/// A Dockerfile that a build finds nowhere.
#[derive(Debug)]
pub struct MissingDockerfile<'a> {
    /// Its path from the root of the project, in the first of the places of the build.
    pub path: &'a str,
    /// The place that leads there.
    pub at: Span,
    /// What stands at that place.
    pub named_by: NamedBy,
    /// What is there instead.
    pub instead: Instead<'a>,
    /// Why the build looks for it there, and why nothing that runs before is taken to make it.
    pub because: Vec<Step>,
}

/// What of a build leads to its Dockerfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// The Dockerfile, as it is written.
    Dockerfile,
    /// The context, which should have a Dockerfile of the usual name.
    Context,
    /// Nothing: the folder in which the build starts should have one.
    Start,
}

/// What is there in the place of a Dockerfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead<'a> {
    /// A file whose path differs in the case of letters only.
    OtherCase {
        /// Its path from the root of the project.
        path: &'a str,
        /// The end of that path that belongs in the place of what is written, where this is the
        /// end of a path.
        rewritten: Option<&'a str>,
    },
    /// The Dockerfile whose path is most like it.
    Similar(&'a str),
    /// No Dockerfile at all.
    Nothing,
}

impl Project {
    /// The Dockerfiles that builds find in none of their places. Tests and compilers make none,
    /// nor do other programs among those that people wrote; a buildpack needs none.
    pub fn missing_dockerfiles(&self) -> impl Iterator<Item = MissingDockerfile<'_>> {
        let builds = self.builds_after(Prepared::Unread).filter(|build| {
            build.image.is_none()
                && (build.prepared < Prepared::Unread || self.has_siblings(build))
                && build.kind != BuildKind::Source
                && !build.dockerfile_exists(&self.sources)
        });
        builds.filter_map(|build| self.missing_dockerfile(build))
    }

    /// What a build lacks that finds no Dockerfile.
    fn missing_dockerfile<'a>(&'a self, build: &'a Build) -> Option<MissingDockerfile<'a>> {
        let place = build.places.first()?;
        let path = place.dockerfile.as_str();
        // A folder that does not exist is another defect.
        let is_inside = build.dockerfile.is_unset() || is_below(path, &place.context);
        if is_inside && !build.context_exists(&self.sources) {
            return None;
        }
        let (at, named_by) = match (build.dockerfile.at(), build.context.at()) {
            (Some(at), _) => (at, NamedBy::Dockerfile),
            (None, Some(at)) => (at, NamedBy::Context),
            (None, None) => (build.at, NamedBy::Start),
        };
        // A folder of that name is no Dockerfile.
        let is_it = |other: &&str| other.eq_ignore_ascii_case(path) && self.sources.has_file(other);
        let instead = match self.sources.called(name(path)).find(is_it) {
            Some(real) => {
                let is_written = build.dockerfile.known().is_some_and(|d| d.via.is_empty());
                let before = path.strip_suffix(self.sources.text(at)).filter(|_| is_written);
                let rewritten = before.and_then(|before| real.get(before.len()..));
                Instead::OtherCase { path: real, rewritten }
            }
            None => self.most_like(path),
        };
        let written = [&build.context, &build.dockerfile].into_iter().filter_map(|v| v.known());
        let mut because: Vec<Step> = written.flat_map(|value| value.via.clone()).collect();
        if build.prepared == Prepared::Unread {
            let told = "what runs before is not known, and is taken to leave Dockerfiles to people";
            because.push(Step::default(build.at, told));
        }
        Some(MissingDockerfile { path, at, named_by, instead, because })
    }

    /// Whether the folder of a missing Dockerfile has others, as the files of people.
    fn has_siblings(&self, build: &Build) -> bool {
        build.places.iter().any(|place| {
            let mut paths = self.images.iter().map(|image| &*image.path);
            paths.any(|path| folder(path) == folder(&place.dockerfile))
        })
    }

    /// The Dockerfile whose path is most like one that is missing.
    fn most_like(&self, path: &str) -> Instead<'_> {
        let paths = self.images.iter().map(|image| &*image.path);
        let similar = paths.max_by(|a, b| strsim::jaro(a, path).total_cmp(&strsim::jaro(b, path)));
        similar.map_or(Instead::Nothing, Instead::Similar)
    }
}
