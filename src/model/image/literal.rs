//! Commands in exec form whose words no shell expands.

use super::Stage;
use super::process::StageCommand;
use crate::source::{self, Excerpt, Span};

/// The commands of a stage whose words reach their program as they are written. What an
/// `ENTRYPOINT` may take for anything, a shell runs or a script reads is none.
pub fn commands_with_literal_words(stage: &Stage) -> impl Iterator<Item = &StageCommand> {
    let passes_on = |entrypoint: &StageCommand| {
        let program = entrypoint.exec.as_ref().and_then(|exec| exec.first());
        program.is_some_and(|program| LAUNCHERS.contains(&base(program)))
    };
    let mut entrypoints = stage.commands.iter().filter(|c| c.instruction == "ENTRYPOINT");
    let is_taken = entrypoints.any(|entrypoint| !passes_on(entrypoint));
    let own = stage.commands.iter().filter(move |c| !is_taken || c.instruction != "CMD");
    own.filter(|command| {
        command.script().is_none()
            && command.exec.as_ref().is_some_and(|e| takes_words_as_they_are(e))
    })
}

/// Where a word has `$NAME` or `${NAME}` of capitals, as environment variables are written.
pub fn variable(word: &Excerpt) -> Option<Span> {
    let start = word.text.find('$')?;
    let rest = &word.text[start + 1..];
    let (name, braces) = match rest.strip_prefix('{') {
        Some(rest) => (&rest[..rest.find('}')?], 2),
        None => {
            let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            (&rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())], 0)
        }
    };
    let plain = name.split(":-").next().unwrap_or(name);
    let named = plain.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && plain.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    named.then(|| word.span(start..start + 1 + braces + name.len()))
}

/// Programs that start another with its words as they are.
const LAUNCHERS: &[&str] = &["tini", "dumb-init", "uv", "poetry"];

/// Programs that take their arguments as they are. Others may run them by a shell, or expand
/// them themselves as `java -D` with Spring does.
const LITERAL: &[&str] = &[
    "celery",
    "daphne",
    "django-admin",
    "fastapi",
    "flask",
    "granian",
    "gunicorn",
    "hypercorn",
    "next",
    "node",
    "npm",
    "pnpm",
    "python",
    "python3",
    "rails",
    "streamlit",
    "uvicorn",
    "waitress-serve",
    "yarn",
];

fn takes_words_as_they_are(exec: &[Excerpt]) -> bool {
    let code = ["-c", "-e", "--eval"];
    let mut words = exec.iter().map(base);
    let program = words.find(|word| !LAUNCHERS.contains(word) && !["--", "run"].contains(word));
    // What follows `--` goes to a script, which a shell runs.
    let to_script = program.is_some_and(|p| ["npm", "pnpm", "yarn"].contains(&p))
        && exec.iter().any(|word| word.text == "--");
    program.is_some_and(|program| LITERAL.contains(&program))
        && !to_script
        && !exec.iter().any(|word| code.contains(&word.text.as_str()))
}

fn base(word: &Excerpt) -> &str {
    source::name(&word.text)
}
