//! Modules of the project that an image imports and does not hold.

use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::image::{Image, ImageId};
use crate::source::Span;
use crate::value::{Sourced, Step, Value};

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

/// A module that the image surely lacks.
#[derive(Debug)]
pub struct UncopiedModule<'a> {
    /// What is missing.
    pub missing: &'a MissingModule,
    /// Its name as it is imported.
    pub name: &'a Sourced<String>,
    /// The image.
    pub image: &'a Image,
}

impl Project {
    /// The modules that images lack, but for those of a process that nothing starts.
    pub fn uncopied_modules(&self) -> impl Iterator<Item = UncopiedModule<'_>> {
        let is_loaded = |missing: &&MissingModule| {
            missing.loader != Loader::Process || self.starts_its_own_process(missing.image)
        };
        self.missing_modules.iter().filter(is_loaded).filter_map(|missing| {
            let image = self.image(missing.image)?;
            Some(UncopiedModule { missing, name: missing.module.known()?, image })
        })
    }

    /// Where a line can be added that copies a module behind what lies beside it.
    pub fn line_for(&self, missing: &MissingModule) -> Option<Span> {
        let end = self.sources.line_span(missing.copied?).end;
        Some(Span { start: end, end, ..missing.copied? })
    }
}

impl MissingModule {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.module);
    }
}
