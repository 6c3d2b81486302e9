//! What builds say of the stages of a Dockerfile: which they make, and what they put in the place
//! of names.

use super::{Base, Image};
use crate::model::Project;
use crate::source::{Kind, SourceId};
use crate::value::{Comparison, Text, Value};

impl Project {
    /// Whether a stage may start from an earlier one of this name, by a name that is put
    /// together or that a build may give: `FROM build-${TARGETARCH}`, `FROM ${BASE}`.
    pub fn may_start_from(&self, image: &Image, name: &str) -> bool {
        image.stages.iter().any(|stage| match &stage.base {
            Base::Image(Value::Known(base)) => {
                self.sources.text(base.at).starts_with('$')
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
    pub fn may_target(&self, image: &Image, name: &str) -> bool {
        self.speaks_of(image.source, name, &["target", "TARGET"])
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
