//! What builds say of the stages of a Dockerfile: which they make, and what they put in the place
//! of names.

use super::{Base, Image, Stage};
use crate::model::Project;
use crate::source::{Kind, SourceId};
use crate::value::{Comparison, Text, Value};

impl Project {
    /// Whether a stage may start from an earlier one of this name, by a name that is put
    /// together or that a build may give: `FROM build-${TARGETARCH}`, `FROM ${BASE}`.
    pub fn may_start_from(&self, image: &Image, name: &str) -> bool {
        image.stages.iter().any(|stage| match &stage.base {
            Base::Image(Value::Known(base)) => {
                // What stands before the first variable stays, whatever a build gives.
                let fixed = self.sources.text(base.at).split_once('$');
                fixed.is_some_and(|(fixed, _)| name.starts_with(fixed))
                    || base.value.compare(&Text::from(name)) != Comparison::Different
            }
            Base::Image(Value::Unknown(_)) => true,
            Base::Image(Value::Unset) | Base::Stage(_) => false,
        })
    }

    /// Whether something in the project may give a build a context of this name, as
    /// `--build-context name=path` does: a file speaks of contexts, and of the name.
    pub fn may_name_context(&self, image: &Image, name: &str) -> bool {
        let words = ["build-context", "build_context", "additional_contexts", "contexts"];
        self.speaks_of(image.source, name, &words)
    }

    /// Whether something in the project may make a stage of this name: a file speaks of targets,
    /// and of the name.
    fn may_target(&self, image: &Image, name: &str) -> bool {
        self.speaks_of(image.source, name, &["target", "TARGET"])
    }

    /// Whether a stage is made for its own sake: something names it as a target, or its name says
    /// that people do.
    pub fn may_be_target(&self, image: &Image, name: &str) -> bool {
        by_hand(name) || self.may_target(image, name)
    }

    /// Whether a stage is made at all: for the last one, or for a target.
    pub fn may_make(&self, image: &Image, stage: usize) -> bool {
        let Some(last) = image.stages.len().checked_sub(1) else { return false };
        let needs = |i: usize| image.needed_by(i).contains(&stage);
        let is_target = |i: usize| {
            let name = image.stages.get(i).and_then(|stage| stage.name.as_ref());
            name.is_some_and(|name| self.may_be_target(image, name))
        };
        needs(last) || (stage..last).any(|i| needs(i) && is_target(i))
    }

    /// The stages of which images are made, with those that `ONBUILD` puts off.
    pub fn made_stages(&self) -> impl Iterator<Item = &Stage> {
        self.images.iter().flat_map(|image| {
            let made = (0..image.stages.len()).filter(|stage| self.may_make(image, *stage));
            made.filter_map(|stage| image.stages.get(stage)).chain(&image.triggered)
        })
    }

    fn speaks_of(&self, dockerfile: SourceId, name: &str, words: &[&str]) -> bool {
        self.sources.iter().any(|(id, source)| {
            id != dockerfile
                && source.kind != Kind::Dockerfile
                && source.text.contains(name)
                && words.iter().any(|word| source.text.contains(word))
        })
    }
}

/// Whether a name says that the stage is built for its own sake.
fn by_hand(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["dev", "test", "debug", "lint", "check", "ci", "docs", "bench", "export", "prod", "local"]
        .iter()
        .any(|word| name.contains(word))
}
