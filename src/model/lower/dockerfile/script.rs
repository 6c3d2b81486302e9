//! The texts that a shell is given, with the shell that reads them.

use super::super::super::image::Run;
use super::super::super::script::{Options, Script};
use super::Lowering;
use crate::model::image::process::StageCommand;
use crate::model::image::system::{Dialect, System};
use crate::source::{self, Excerpt, Span};
use crate::syntax::dockerfile::{Command, Instruction};
use crate::syntax::shell::{self, Kind, Operator};
use crate::value::{Sourced, Step, Value, Why};
use std::sync::Arc;

/// What reads the texts of a stage: `SHELL`, or the `sh` of its base.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    dialect: Value<Dialect>,
    options: Value<Options>,
    /// The `sh` of the base, until something replaces it.
    system: Value<Dialect>,
    /// Whether it reads another grammar: `cmd`, PowerShell.
    foreign: bool,
}

impl Default for Shell {
    fn default() -> Shell {
        let (dialect, system) = (Value::Unset, Value::Unset);
        Shell { dialect, options: Value::Unset, system, foreign: false }
    }
}

impl Shell {
    /// The shell of a base image.
    pub fn of_system(system: &Value<System>) -> Shell {
        let dialect = match system {
            Value::Known(Sourced { value: System { shell: Some(dialect), .. }, at, via }) => {
                let step = match dialect {
                    Dialect::None => Step::reference(*at, "this image holds no shell"),
                    Dialect::Other => Step::reference(*at, "this image has a `/bin/sh`"),
                    dialect => Step::reference(
                        *at,
                        format!("`/bin/sh` of this image is {}", dialect.name()),
                    ),
                };
                let via = via.iter().cloned().chain([step]).collect();
                Value::Known(Sourced { value: *dialect, at: *at, via })
            }
            Value::Known(known) => Value::unknown(known.at, Why::Unread),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Unset => Value::Unset,
        };
        let options = Shell::options_of_system(system);
        Shell { system: dialect.clone(), dialect, options, foreign: false }
    }

    /// A shell has no options, unless the base image sets a `SHELL` of its own.
    fn options_of_system(system: &Value<System>) -> Value<Options> {
        let Value::Known(Sourced { value: known, at, via }) = system else {
            return system.clone().map(|_| Options::default());
        };
        if known.may_set_shell {
            return Value::unknown(*at, Why::Unread);
        }
        let only = Step::default(*at, "most images set no `SHELL` of their own");
        let step = known.shell.is_none().then_some(only);
        let via = via.iter().cloned().chain(step).collect();
        Value::Known(Sourced { value: Options::default(), at: *at, via })
    }

    /// The shell that is called with some words, and the options that they give it.
    fn called(&self, program: &str, arguments: &[&str], at: Span) -> Shell {
        let mut options = Options::default();
        options.take_all(arguments.iter().copied());
        let name = source::name(program);
        let dialect = match (name, Dialect::of_program(name)) {
            ("sh", _) => self.system.clone(),
            (_, Some(dialect)) => Value::literal(dialect, at),
            _ => Value::unknown(at, Why::Unread),
        };
        let foreign = name != "sh" && dialect.known().is_none();
        let options = Value::literal(options, at);
        Shell { dialect, options, system: self.system.clone(), foreign }
    }
}

impl Lowering<'_> {
    /// `SHELL`
    pub(super) fn shell(&mut self, words: &[Excerpt]) {
        let Some((program, arguments)) = words.split_first() else { return };
        let arguments: Vec<&str> = arguments.iter().map(|word| &*word.text).collect();
        self.draft(|draft| {
            draft.shell = draft.shell.called(&program.text, &arguments, program.at);
        });
    }

    /// `CMD`, `ENTRYPOINT` or the command of `HEALTHCHECK`.
    pub(super) fn command(
        &mut self,
        order: usize,
        instruction: &Instruction,
        command: &Command,
    ) -> StageCommand {
        let script = self.script(order, instruction, command);
        let at = self.arguments_of(instruction);
        let list = script.as_ref().map(|script| &script.list);
        let read = StageCommand::read(instruction.kind.name(), at, command, list);
        self.stage(|stage| stage.scripts.extend(script));
        read
    }

    pub(super) fn run(&mut self, order: usize, instruction: &Instruction, command: &Command) {
        let script = self.script(order, instruction, command);
        let mut scripts: Vec<Script> = script.into_iter().collect();
        if let Some(outer) = scripts.first().filter(|_| !instruction.heredocs.is_empty()) {
            let inner = self.inner_scripts(outer);
            scripts.extend(inner);
        }
        let given = scripts.first().map(|outer| self.given_scripts(outer)).unwrap_or_default();
        let is_given = !given.is_empty();
        scripts.extend(given);
        let mut commands: Vec<shell::Command> =
            scripts.iter().flat_map(|script| script.list.commands()).collect();
        if is_given {
            commands.sort_by_key(|command| command.at.start);
        }
        if let (Command::Exec(_), true) = (command, scripts.is_empty()) {
            commands = StageCommand::read("RUN", instruction.at, command, None).commands;
        }
        let captured = scripts.iter().flat_map(Script::captured).collect::<Vec<_>>();
        let replaces_sh = commands.iter().any(replaces_sh);
        let mut mounts = Vec::new();
        for flag in &instruction.flags {
            mounts.extend(self.mount(order, flag));
        }
        let caches = instruction.flags.iter().filter_map(|flag| Lowering::cache(order, flag));
        let secrets = instruction.flags.iter().filter_map(|flag| Lowering::secret(order, flag));
        self.stage(|stage| {
            stage.caches.extend(caches);
            stage.secrets.extend(secrets);
            stage.copies.extend(mounts);
            let workdir = Arc::new(stage.workdir.clone());
            let runs = commands.into_iter();
            stage.runs.extend(runs.map(|command| Run::new(order, workdir.clone(), command)));
            let captured = captured.into_iter();
            stage.captured.extend(captured.map(|c| Run::new(order, workdir.clone(), c)));
            stage.scripts.extend(scripts);
        });
        if replaces_sh {
            let unknown = || Value::unknown(instruction.at, Why::Computed);
            self.draft(|draft| {
                draft.shell.system = unknown();
                if draft.shell.dialect.known().is_some_and(|shell| !shell.via.is_empty()) {
                    draft.shell.dialect = unknown();
                }
            });
        }
    }

    /// The text of an instruction that a shell is given, if it is given one.
    fn script(&self, order: usize, instruction: &Instruction, command: &Command) -> Option<Script> {
        let stage_shell = &self.drafts.last()?.shell;
        let (text, shell) = match command {
            Command::Shell(_) if stage_shell.foreign => return None,
            Command::Shell(text) if instruction.heredocs.is_empty() => {
                let shell = stage_shell.clone();
                let (text, at) = (text.clone(), instruction.at);
                return Some(read(instruction.kind.name(), order, at, text, shell));
            }
            Command::Shell(text) => with_heredocs(instruction, text, stage_shell, self)?,
            Command::Exec(strings) => {
                let (program, index) = crate::model::image::process::script_index(strings)?;
                let arguments = strings.get(program + 1..index)?;
                let arguments: Vec<&str> = arguments.iter().map(|word| &*word.text).collect();
                let program = strings.get(program)?;
                let shell = stage_shell.called(&program.text, &arguments, program.at);
                (strings.get(index)?.clone(), shell)
            }
        };
        Some(read(instruction.kind.name(), order, instruction.at, text, shell))
    }

    /// The texts that a script gives to other shells: `bash -c '...'`. One with escapes in it, or
    /// a continuation, is not read.
    fn given_scripts(&self, outer: &Script) -> Vec<Script> {
        let Some(draft) = self.drafts.last() else { return Vec::new() };
        let mut given = Vec::new();
        for statement in outer.places().iter().flat_map(|place| &place.item().pipeline) {
            let Kind::Simple(simple) = &statement.kind else { continue };
            let texts: Option<Vec<&str>> = simple.words.iter().map(|word| word.as_str()).collect();
            let Some([program, arguments @ ..]) = texts.as_deref() else { continue };
            let name = source::name(program);
            let is_script = |word: &&str| {
                word.strip_prefix('-').is_some_and(|w| w.ends_with('c') && !w.starts_with('-'))
            };
            let flag = arguments.iter().position(is_script);
            let Some(flag) = flag.filter(|_| name == "sh" || Dialect::of_program(name).is_some())
            else {
                continue;
            };
            let (Some(text), Some(word)) = (arguments.get(flag + 1), simple.words.get(flag + 2))
            else {
                continue;
            };
            let at =
                Span { start: word.at.start + 1, end: word.at.end.saturating_sub(1), ..word.at };
            let is_quoted = self.sources.text(word.at).starts_with(['\'', '"']);
            if is_quoted && at.start < at.end && self.sources.text(at) == *text {
                let arguments = arguments.get(..=flag).unwrap_or_default();
                let shell = draft.shell.called(name, arguments, simple.words[0].at);
                let text = Excerpt::verbatim(text, at);
                given.push(read(outer.instruction, outer.order, outer.at, text, shell));
            }
        }
        given
    }

    /// The heredocs that a script gives to other shells: `bash <<END`.
    fn inner_scripts(&self, outer: &Script) -> Vec<Script> {
        let Some(draft) = self.drafts.last() else { return Vec::new() };
        let mut inner = Vec::new();
        for place in outer.places() {
            for statement in &place.item().pipeline {
                let Kind::Simple(simple) = &statement.kind else { continue };
                let Some((program, arguments)) = simple.words.split_first() else { continue };
                let Some(name) = simple.program() else { continue };
                if name != "sh" && Dialect::of_program(name).is_none() {
                    continue;
                }
                let arguments: Vec<&str> = arguments.iter().filter_map(|w| w.as_str()).collect();
                let reads = arguments.iter().all(|argument| argument.starts_with(['-', '+']));
                let heredoc = statement.redirects.iter().rev().find_map(|redirect| {
                    redirect.body.as_ref().filter(|_| redirect.operator == Operator::Heredoc)
                });
                if let Some(body) = heredoc.filter(|_| reads) {
                    let shell = draft.shell.called(name, &arguments, program.at);
                    let body = body.clone();
                    inner.push(read(outer.instruction, outer.order, outer.at, body, shell));
                }
            }
        }
        inner
    }
}

fn read(instruction: &'static str, order: usize, at: Span, text: Excerpt, shell: Shell) -> Script {
    Script::read((instruction, order, at), text, shell.dialect, shell.options)
}

/// The text of the shell form. A heredoc alone is the text; others belong to the commands that
/// read them, as BuildKit hands them on.
fn with_heredocs(
    instruction: &Instruction,
    text: &Excerpt,
    shell: &Shell,
    lowering: &Lowering<'_>,
) -> Option<(Excerpt, Shell)> {
    match &instruction.heredocs[..] {
        [only] if text.text.trim() == lowering.sources.text(only.opened).trim() => {
            let first = only.body.text.lines().next().unwrap_or_default();
            let Some(line) = first.strip_prefix("#!") else {
                return Some((only.body.clone(), shell.clone()));
            };
            let mut words = line.split_whitespace().filter(|word| !word.ends_with("/env"));
            let program = words.find(|word| *word != "-S")?;
            let arguments: Vec<&str> = words.collect();
            let called = shell.called(program, &arguments, only.body.at);
            (!called.foreign).then(|| (only.body.clone(), called))
        }
        heredocs => {
            let mut whole = text.clone();
            for heredoc in heredocs {
                let opened = heredoc.opened.range();
                whole.push("\n", opened.end..opened.end);
                whole.append(&heredoc.body);
                whole.push(&heredoc.name, opened.end..opened.end);
            }
            whole.push("\n", instruction.at.range().end..instruction.at.range().end);
            Some((whole, shell.clone()))
        }
    }
}

/// Whether a command puts another program in the place of `/bin/sh`.
fn replaces_sh(command: &shell::Command) -> bool {
    let mut words = command.words.iter().filter_map(|word| word.as_str());
    match command.program() {
        Some("ln" | "rm" | "mv" | "cp" | "dpkg-divert" | "update-alternatives" | "chsh") => {
            words.any(|word| word.ends_with("bin/sh"))
        }
        Some("dpkg-reconfigure") => words.any(|word| word == "dash"),
        _ => false,
    }
}
