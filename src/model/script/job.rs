//! Texts that jobs of workflows give to a shell.

use crate::source::Excerpt;
use std::ops::Range;

/// The `run` of a step, if a shell of a known kind reads it.
#[derive(Debug, Clone)]
pub struct JobScript {
    /// The text, with words of underscores in the place of `${{ ... }}`.
    pub text: Excerpt,
    /// Where in it these words are.
    pub put_in: Vec<Range<usize>>,
    /// `bash`, `dash` or `sh`, which may be any.
    pub shell: &'static str,
    /// Whether the shell ends at a failure.
    pub errexit: bool,
}
