//! Downloads that write their progress into the log of a build.

use super::system::Dialect;
use super::{Run, Stage};
use crate::model::Project;
use crate::source::Span;
use crate::syntax::shell::Word;

impl Project {
    /// The `wget` of all Dockerfiles that say how far they are, line by line.
    pub fn loud_downloads(&self) -> impl Iterator<Item = Span> {
        let stages = self.all_stages().filter(|stage| !may_have_small_wget(stage));
        stages.flat_map(|stage| &stage.runs).filter_map(loud_wget)
    }
}

/// The word `wget` of a command that does not tell it to be quiet.
fn loud_wget(run: &Run) -> Option<Span> {
    let Some(("wget", rest)) = run.program() else { return None };
    let mut words = run.command.words.iter();
    let word = words.find(|word| word.as_str() == Some("wget"))?;
    (!rest.iter().any(is_quiet)).then_some(word.at)
}

/// Whether a word of `wget` says how its progress is shown, or may.
fn is_quiet(word: &Word) -> bool {
    const LONG: &[&str] =
        &["--quiet", "--no-verbose", "--progress", "--output-file", "--append-output"];
    let Some(text) = word.as_str() else { return word.may_be_options() };
    let short = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    LONG.iter().any(|option| text.starts_with(option))
        || short.is_some_and(|letters| {
            letters.starts_with(['q', 'o', 'a'])
                || letters.starts_with("nv")
                // Behind these stands a value.
                || (letters.contains('q') && !letters.starts_with(['O', 'P']))
        })
}

/// Whether its `wget` may be that of busybox, which knows no such option.
fn may_have_small_wget(stage: &Stage) -> bool {
    let system = stage.system.known();
    let installs = |run: &Run| {
        let packages = run.install().map(|install| install.packages).unwrap_or_default();
        packages.iter().any(|package| package.text().to_string().starts_with("wget"))
    };
    let is_small = system.is_none_or(|system| system.value.shell == Some(Dialect::Ash));
    is_small && !stage.runs.iter().any(installs)
}
