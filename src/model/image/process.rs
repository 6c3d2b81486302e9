//! What a container starts: `CMD` and `ENTRYPOINT` taken together.

use crate::source::{self, Excerpt, Span};
use crate::syntax::dockerfile::Command;
use crate::syntax::shell::{self, List, Word};

/// `CMD`, `ENTRYPOINT` or the command of `HEALTHCHECK`.
#[derive(Debug, Clone)]
pub struct StageCommand {
    /// The name of the instruction.
    pub instruction: &'static str,
    /// What stands after the name of the instruction.
    pub arguments: Span,
    /// The strings of the exec form, which no shell expands; none of the shell form.
    pub exec: Option<Vec<Excerpt>>,
    /// The commands that are run in the end: of `["sh", "-c", "..."]` those of the script.
    pub commands: Vec<shell::Command>,
}

/// The program that a container starts, with its arguments.
#[derive(Debug, Clone)]
pub struct Process {
    /// From the program to the last argument.
    pub at: Span,
    /// The program and its arguments, wrappers such as `tini --` left out.
    pub words: Vec<Word>,
    /// Whether what starts it installs the project first, as `uv run` does.
    pub installs: bool,
    /// How many of the words `ENTRYPOINT` gives, which stay where `CMD` is replaced.
    pub of_entrypoint: usize,
}

impl StageCommand {
    /// A command of a Dockerfile, with the script that a shell is given of it, if it is given one.
    pub fn read(
        instruction: &'static str,
        arguments: Span,
        command: &Command,
        script: Option<&List>,
    ) -> StageCommand {
        let exec = match command {
            Command::Shell(_) => None,
            Command::Exec(strings) => Some(strings.clone()),
        };
        let commands = match (script, &exec) {
            (Some(list), _) => list.commands(),
            (None, Some(strings)) => self::exec(strings).into_iter().collect(),
            (None, None) => Vec::new(),
        };
        StageCommand { instruction, arguments, exec, commands }
    }

    /// The index, among the strings of the exec form, of the script that a shell is given.
    pub fn script(&self) -> Option<usize> {
        script_index(self.exec.as_deref()?).map(|(_, script)| script)
    }
}

impl Process {
    /// Puts `ENTRYPOINT` and `CMD` together as Docker does. None if nothing is started, or if
    /// what is started depends on a script.
    pub fn resolve(
        entrypoint: Option<&StageCommand>,
        cmd: Option<&StageCommand>,
    ) -> Option<Process> {
        let last = |command: &StageCommand| command.commands.last().cloned();
        let mut of_entrypoint = 0;
        let command = match (entrypoint, cmd) {
            (None, cmd) => last(cmd?)?,
            (Some(entrypoint), cmd) => {
                let mut command = last(entrypoint)?;
                of_entrypoint = command.words.len();
                // The shell form, and a script of `sh -c`, get no arguments of `CMD`.
                let takes_arguments = entrypoint.exec.is_some() && entrypoint.script().is_none();
                if takes_arguments && let Some(cmd) = cmd.and_then(last) {
                    command.words = [&command.words[..], &cmd.words].concat().into();
                }
                command
            }
        };
        let installs = command
            .words
            .windows(2)
            .any(|pair| basename(&pair[0]) == Some("uv") && pair[1].as_str() == Some("run"));
        let words = unwrap(&command.words).to_vec();
        let places = words
            .iter()
            .map(|word| word.at)
            .reduce(|a, b| if a.source == b.source { a.to(b) } else { a });
        // Wrappers stand in front.
        let of_entrypoint = of_entrypoint.saturating_sub(command.words.len() - words.len());
        Some(Process { at: places?, words, installs, of_entrypoint })
    }

    /// The last part of the program's path, if it is known.
    pub fn program(&self) -> Option<&str> {
        basename(self.words.first()?)
    }
}

/// The last part of a word that is a path.
pub fn basename(word: &Word) -> Option<&str> {
    word.as_str().map(source::name)
}

pub(in crate::model) fn exec(strings: &[Excerpt]) -> Option<shell::Command> {
    let words: Vec<Word> = strings.iter().map(|s| Word::literal(&s.text, s.at)).collect();
    let at = words.first()?.at.to(words.last()?.at);
    Some(shell::Command { at, assignments: vec![], words: words.into() })
}

/// The indices of a shell and of the script that it is given, among the strings of the exec form.
pub(in crate::model) fn script_index(strings: &[Excerpt]) -> Option<(usize, usize)> {
    let shell = strings.iter().position(|string| {
        matches!(source::name(&string.text), "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh")
    })?;
    let options = strings.get(shell + 1..)?;
    let flag = options.iter().position(|option| {
        option.text.starts_with('-') && !option.text.starts_with("--") && option.text.ends_with('c')
    })?;
    let script = shell + 1 + flag + 1;
    (script < strings.len()).then_some((shell, script))
}

/// The words without what only starts another program.
fn unwrap(words: &[Word]) -> &[Word] {
    let mut words = words;
    loop {
        let second = words.get(1).and_then(Word::as_str);
        let skip = match words.first().and_then(basename) {
            Some("exec" | "ddtrace-run" | "nohup" | "time") => 1,
            Some("tini" | "dumb-init" | "catatonit" | "tini-static" | "docker-init") => {
                options(&words[1..]) + 1
            }
            Some("uv" | "poetry" | "pdm" | "pipenv" | "hatch" | "rye") if second == Some("run") => {
                2 + options(&words[2..])
            }
            Some("opentelemetry-instrument") => 1 + options(&words[1..]),
            Some("gosu" | "su-exec") => 2,
            Some("newrelic-admin") if second == Some("run-program") => 2,
            Some("env") => {
                let is_setting = |word: &Word| word.as_str().is_none_or(|text| text.contains('='));
                1 + words[1..].iter().take_while(|word| is_setting(word)).count()
            }
            _ => return words,
        };
        match words.get(skip..) {
            Some(rest) if !rest.is_empty() => words = rest,
            _ => return words,
        }
    }
}

/// How many words at the start are flags, a closing `--` included.
fn options(words: &[Word]) -> usize {
    let flags = words
        .iter()
        .take_while(|word| word.as_str().is_some_and(|text| text.starts_with('-') && text != "--"));
    let count = flags.count();
    count + usize::from(words.get(count).and_then(Word::as_str) == Some("--"))
}
