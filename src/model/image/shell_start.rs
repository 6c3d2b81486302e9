//! Processes that a shell starts, which may stand between them and their signals.

use super::process::StageCommand;
use super::system::Dialect;
use super::{Image, Stage};
use crate::model::Project;
use crate::source::Span;

/// A `CMD` or `ENTRYPOINT` whose program a shell starts, and is not told to make room for.
#[derive(Debug)]
pub struct ShellStart<'a> {
    /// The instruction.
    pub command: &'a StageCommand,
    /// The word of the program.
    pub program: Span,
    /// Whether the shell surely stays: others step aside for the last command of a text.
    pub stays: bool,
    /// The words of the command, if no shell is needed to know them.
    pub words: Option<Vec<&'a str>>,
}

/// What a shell does itself, or is asked for on purpose.
const OF_SHELL: &[&str] = &[
    "exec", ".", "source", "cd", "eval", "set", "export", "exit", "return", ":", "[", "[[", "read",
    "ulimit", "umask",
];

impl Project {
    /// The processes of all stages that a shell of the image's own choice starts.
    pub fn shell_starts(&self) -> impl Iterator<Item = ShellStart<'_>> {
        let stages =
            self.images.iter().flat_map(|image| image.stages.iter().map(move |s| (image, s)));
        // Windows has no signals.
        let is_windows = |image: &Image, stage: &Stage| {
            let base = image.base_image(stage);
            base.is_some_and(|(base, _)| self.sources.text(base.at).contains("windows"))
        };
        let stages = stages
            .filter(move |(image, stage)| !stage.written.own_shell && !is_windows(image, stage))
            .map(|(_, stage)| stage);
        stages.flat_map(|stage| {
            let commands = stage.commands.iter();
            let starts = commands.filter(|c| c.exec.is_none() && c.instruction != "HEALTHCHECK");
            starts.filter_map(|command| self.shell_start(stage, command))
        })
    }

    fn shell_start<'a>(
        &'a self,
        stage: &'a Stage,
        command: &'a StageCommand,
    ) -> Option<ShellStart<'a>> {
        let text = self.sources.text(command.arguments);
        let mut scripts = stage.scripts.iter();
        let script = scripts.find(|script| script.at.touches(command.arguments.start))?;
        let simple = script.last_command()?;
        let program = simple.words.first()?;
        // JSON that cannot be read is said elsewhere.
        if program.as_str().is_some_and(|word| OF_SHELL.contains(&word)) || text.starts_with('[') {
            return None;
        }
        let needs_shell = text.contains(|c: char| "$|&;<>*?`~(){}[]\n!#".contains(c))
            || !simple.assignments.is_empty();
        let words: Option<Vec<&str>> = simple.words.iter().map(|word| word.as_str()).collect();
        let stays = script.dialect().is_some_and(Dialect::is_dash);
        let words = words.filter(|_| !needs_shell);
        Some(ShellStart { command, program: program.at, stays, words })
    }
}
