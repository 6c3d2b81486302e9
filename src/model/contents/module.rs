//! Modules of the project that an image imports and does not hold.

use crate::model::blur::Blur;
use crate::model::image::ImageId;
use crate::source::Span;
use crate::value::{Step, Value};

/// A module of the project that something imports where it is not.
#[derive(Debug, Clone)]
pub struct MissingModule {
    /// The image.
    pub image: ImageId,
    /// Its name as it is imported, at the word of the Dockerfile with which the imports start.
    pub module: Value<String>,
    /// The file that imports it, from the root of the project.
    pub importer: String,
    /// What loads that.
    pub loader: Loader,
    /// The module in the statement that imports it.
    pub imported: Span,
    /// Its file or folder, from the root of the project.
    pub home: String,
    /// The same from the folder of the context.
    pub inner: String,
    /// The absolute path at which the image would hold it, with a slash behind a folder.
    pub place: String,
    /// The last instruction that copies something to beside it.
    pub copied: Option<Span>,
    /// The line of an ignore file that leaves it out, if one does.
    pub left_out: Option<Span>,
    /// The imports that lead to it.
    pub because: Vec<Step>,
}

/// What loads a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loader {
    /// The process of the image.
    Process,
    /// A compiler in the stage of this name.
    Compiler(String),
}

impl MissingModule {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.module);
    }
}
