use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::image::Stage;
use crate::model::process::StageCommand;
use crate::rule::Rule;
use crate::source::{Excerpt, Span};

pub static RULE: Rule = Rule {
    id: "exec-form-variable",
    summary: "A command in exec form passes a variable literally, since no shell expands it.",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for command in stages.flat_map(own_commands) {
        let Some(exec) = command.exec.as_ref().filter(|exec| takes_words_as_they_are(exec)) else {
            continue;
        };
        for (i, word) in exec.iter().enumerate() {
            let Some(at) = variable(word).filter(|_| command.script() != Some(i)) else { continue };
            let text = project.sources.text(at);
            let message = format!(
                "`{text}` is passed to `{}` literally: no shell expands variables in the exec form of {}",
                exec.first().map_or("", |program| &program.text),
                command.instruction
            );
            let finding = RULE.finding_at(message, at, "never expanded").help(format!(
                "write {} without brackets, after `exec`, so that a shell runs it",
                command.instruction
            ));
            findings.push(with_fix(finding, command, exec));
        }
    }
}

/// The commands of a stage, less a `CMD` that an `ENTRYPOINT` may take for anything.
fn own_commands(stage: &Stage) -> impl Iterator<Item = &StageCommand> {
    let passes_on = |entrypoint: &StageCommand| {
        let program = entrypoint.exec.as_ref().and_then(|exec| exec.first());
        program.is_some_and(|program| LAUNCHERS.contains(&base(program)))
    };
    let mut entrypoints = stage.commands.iter().filter(|c| c.instruction == "ENTRYPOINT");
    let is_taken = entrypoints.any(|entrypoint| !passes_on(entrypoint));
    stage.commands.iter().filter(move |command| !is_taken || command.instruction != "CMD")
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
    word.text.rsplit('/').next().unwrap_or_default()
}

/// `$NAME` or `${NAME}` of capitals, as environment variables are written.
fn variable(word: &Excerpt) -> Option<Span> {
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

/// The shell form, where no word needs quotes that the shell would take away.
fn with_fix(finding: Finding, command: &StageCommand, exec: &[Excerpt]) -> Finding {
    let plain = |word: &Excerpt| {
        !word.text.is_empty()
            && word.text.chars().all(|c| c.is_ascii_alphanumeric() || "$/._-:=@%+,{}".contains(c))
    };
    if command.instruction != "CMD" || !exec.iter().all(plain) {
        return finding;
    }
    let words: Vec<&str> = exec.iter().map(|word| word.text.as_str()).collect();
    let edit = Edit::replace(command.arguments, format!("exec {}", words.join(" ")));
    finding.fix("Run the command by a shell", Safety::Unsafe, vec![edit])
}
