//! What the files mean together. Rules read this and nothing else.

use crate::source::Sources;

/// Everything that the rules read.
#[derive(Debug, Default)]
pub struct Project {
    /// The files.
    pub sources: Sources,
}
