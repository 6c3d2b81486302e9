//! What a build puts in the place of a name: `--build-context base=docker-image://alpine:3.22`.
//!
//! Source: docker/buildx, `docs/reference/buildx_build.md`, and moby/buildkit,
//! `frontend/dockerui/namedcontext.go`, read 2026-11: a name counts for `FROM`, `--from` and
//! `from=`, and in the place of a stage that is called so.

use super::Build;
use crate::model::blur::Blur;
use crate::model::image::Stage;
use crate::source::Sources;
use crate::value::{Sourced, Text, Value};

/// A context that has a name.
#[derive(Debug, Clone)]
pub struct NamedContext {
    /// The name, as Dockerfiles are looked through for it.
    pub name: String,
    /// What stands for it, as it is written.
    pub written: Value<Text>,
    /// The image that does, if it is one that is known.
    pub image: Value<Text>,
    /// The folder that does, for each in which the build may start. Empty if it is none, or not
    /// known.
    pub folders: Vec<String>,
}

impl NamedContext {
    /// Whether one of its folders is there, or may be made. So it is taken to be if they are not
    /// known.
    pub fn exists(&self, sources: &Sources) -> bool {
        let exists = |folder: &String| {
            folder.is_empty() || sources.has_folder(folder) || sources.may_appear(folder)
        };
        self.folders.is_empty() || self.folders.iter().any(exists)
    }

    /// The image, with its parts known.
    pub(in crate::model) fn plain_image(&self) -> Option<&Sourced<Text>> {
        self.image.known().filter(|image| image.value.literal().is_some())
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.written);
        blur.list(&mut self.folders);
    }
}

impl Build {
    /// Whether it puts something in the place of a stage, so that nothing of that is built.
    pub fn replaces(&self, stage: &Stage) -> bool {
        let name = stage.name.as_deref();
        self.contexts
            .iter()
            .any(|context| name.is_some_and(|n| n.eq_ignore_ascii_case(&context.name)))
    }
}

/// A name as BuildKit compares it: without Docker's own registry, and without `latest`.
pub fn plain_name(name: &str) -> &str {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    name.strip_suffix(":latest").unwrap_or(name)
}
