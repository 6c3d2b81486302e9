//! What the files mean together. Rules read this and nothing else.

pub mod context;
pub mod platform;
pub mod reference;

use crate::source::Sources;

/// Everything that the rules read.
#[derive(Debug, Default)]
pub struct Project {
    /// The files.
    pub sources: Sources,
}
