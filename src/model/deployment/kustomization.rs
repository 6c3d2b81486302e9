//! What kustomizations name and does not exist.

use crate::model::blur::Blur;
use crate::value::{Text, Value};

/// A file or folder that a kustomization names, and that is not there.
#[derive(Debug, Clone)]
pub struct MissingFile {
    /// The path as it is written.
    pub written: Value<Text>,
    /// The path from the root of the project.
    pub path: String,
    /// What is not there.
    pub lack: Lack,
}

/// What is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The file or folder.
    Missing,
    /// A kustomization in the folder.
    NoKustomization,
}

impl MissingFile {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.written);
    }
}
