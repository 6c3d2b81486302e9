//! What `COPY --from` does not find in the folders that a build gives names.

use super::copy::{Absence, CopySource, Lookup, needed};
use super::{Context, has_wildcard};
use crate::model::build::named_context::{NamedContext, plain_name};
use crate::model::build::{Build, BuildId, Prepared};
use crate::model::context::aside::is_set_aside;
use crate::model::image::{Copy, Image, Origin};
use crate::source::join;
use crate::value::{Sourced, Step, Text, Value};

impl Lookup<'_> {
    /// The sources that a known build of an image does not find in the folders to which it gives
    /// names. What lies elsewhere in the repository is missing there all the same.
    pub fn of_named_contexts(&self, id: BuildId, build: &Build, image: &Image) -> Vec<CopySource> {
        let is_aside = || is_set_aside(&self.sources.get(build.at.source).path);
        if build.contexts.is_empty() || image.own_syntax || is_aside() {
            return Vec::new();
        }
        let Some(target) = image.stage(&build.target) else { return Vec::new() };
        let given = |name: &str| build.contexts.iter().find(|given| given.name == plain_name(name));
        let mut found = Vec::new();
        for stage in needed(image, target) {
            if build.replaces(stage) {
                continue;
            }
            for copy in stage.copies.iter().filter(|copy| copy.shell_word().is_none()) {
                let Origin::Other(name) = &copy.from else { continue };
                let Some(context) = given(name) else { continue };
                let paths = copy.sources.iter().filter_map(Value::known);
                let lacking = |path| self.of_named_context(id, build, image, (copy, path), context);
                found.extend(paths.filter_map(lacking));
            }
        }
        found
    }

    fn of_named_context(
        &self,
        id: BuildId,
        build: &Build,
        image: &Image,
        (copy, path): (&Copy, &Sourced<Text>),
        context: &NamedContext,
    ) -> Option<CopySource> {
        let link = build.image.as_ref()?;
        if context.folders.is_empty() || !context.exists(self.sources) {
            return None;
        }
        // Such a folder has an ignore file of its own, and none is named after a Dockerfile.
        let folder = |folder| {
            let ignore = self.dockerignores.get(&join(folder, ".dockerignore"));
            Context::new(self.sources, folder, ignore.map(|ignore| &**ignore))
        };
        let contexts: Vec<Context<'_>> = context.folders.iter().map(|path| folder(path)).collect();
        let absence = match self.lacks(image, build, copy, path, &contexts)? {
            Absence::Outside(_) if build.prepared == Prepared::No => Absence::Missing,
            Absence::Outside(_) => return None,
            absence => absence,
        };
        let mut because = link.because.clone();
        let at = context.written.at().unwrap_or(build.at);
        because.push(Step::reference(at, format!("the context `{}` is this", context.name)));
        Some(CopySource {
            image: link.to,
            build: Some(id),
            path: Value::Known(Sourced::clone(path)),
            contexts: context.folders.clone(),
            named: Some(context.name.clone()),
            absence,
            wildcard: path.value.literal().is_some_and(has_wildcard),
            near: self.near(&context.folders, path),
            because,
        })
    }
}
