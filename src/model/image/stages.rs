//! What builds say of the stages of a Dockerfile: which they make, and what they put in the place
//! of names.

use super::Image;
use crate::model::Project;
use crate::source::{Kind, SourceId};

impl Project {
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
