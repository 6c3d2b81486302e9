//! Makefiles: the commands of each target, with the variables of the file.
//!
//! Each line of a recipe is a shell of its own. `$(NAME)` is read as the variable of a shell, which
//! it is for all that is followed here. Source: GNU make manual 4.4, recipes and variables.

use super::super::build::{Prepared, Runner};
use super::script::{Start, invocations};
use super::{Invocation, WorkingFolder};
use crate::eval::shell::{MOST_STEPS, is_long};
use crate::source::{Excerpt, SourceId, Sources, Span, folder};
use crate::value::{Sourced, Step, Text};

/// The commands of all targets. A target starts in the folder of the file.
pub fn commands(sources: &Sources, id: SourceId) -> Vec<Invocation> {
    let source = sources.get(id);
    let path = folder(&source.path);
    let env = variables(id, &source.text);
    let mut all = Vec::new();
    for target in targets(id, &source.text) {
        // A target that needs others may find what they make.
        let mut prepared = if target.alone { Prepared::No } else { Prepared::Anything };
        for line in &target.lines {
            let start = Start {
                folders: vec![WorkingFolder::root(path)],
                env: env.clone(),
                prepared,
                dir: None,
                runner: Runner::Person,
                buildkit: true,
                own_builder: None,
            };
            let commands = invocations(sources, line, &start);
            let made = commands.iter().map(|command| command.makes).max();
            prepared = prepared.max(made.unwrap_or(prepared));
            all.extend(commands);
        }
    }
    all
}

/// A target and its recipe, each line of it a script.
struct Target {
    lines: Vec<Excerpt>,
    /// Whether it needs no other target.
    alone: bool,
}

fn targets(id: SourceId, text: &str) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    let mut offset = 0;
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let target = targets.last_mut();
        match (line.strip_prefix('\t'), target) {
            (_, Some(target)) if goes_on && !target.lines.is_empty() => {
                if let Some(script) = target.lines.last_mut() {
                    translate(line, start, script);
                }
            }
            (Some(command), Some(target)) => {
                let command = command.trim_start_matches(['@', '-', '+', ' ', '\t']);
                let mut script = Excerpt::empty(Span::new(id, start..start));
                translate(command, offset - command.len(), &mut script);
                target.lines.push(script);
            }
            (None, _) => {
                if let Some((name, needs)) = line.split_once(':')
                    && !name.starts_with(['#', '.', ' '])
                    && !needs.starts_with('=')
                    && !name.contains('=')
                {
                    let alone = needs.split('#').next().unwrap_or_default().trim().is_empty();
                    targets.push(Target { lines: Vec::new(), alone });
                }
            }
            (Some(_), None) => {}
        }
        goes_on = line.trim_end_matches(['\r', '\n']).ends_with('\\');
    }
    targets
}

/// Appends a line of a recipe as a shell reads it: `$(NAME)` is `${NAME}`, `$(shell COMMAND)`
/// is `$(COMMAND)`, and `$$` is `$`.
fn translate(line: &str, start: usize, script: &mut Excerpt) {
    let mut at = 0;
    while let Some(dollar) = line[at..].find('$').map(|i| at + i) {
        script.push(&line[at..dollar], start + at..start + dollar);
        let rest = &line[dollar + 1..];
        let (written, length) = match rest.chars().next() {
            Some('$') => ("$".to_owned(), 2),
            Some(open @ ('(' | '{')) => {
                let close = if open == '(' { ')' } else { '}' };
                let Some(end) = rest.find(close) else { break };
                let inner = &rest[1..end];
                let is_name = inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                match inner.strip_prefix("shell ") {
                    Some(command) => (format!("$({command})"), end + 2),
                    None if is_name => (format!("${{{inner}}}"), end + 2),
                    // A function of make's, which is not read.
                    None => ("${{ make }}".to_owned(), end + 2),
                }
            }
            Some(c) => ("${{ make }}".to_owned(), 1 + c.len_utf8()),
            None => break,
        };
        script.push(&written, start + dollar..start + dollar + length);
        at = dollar + length;
    }
    script.push(&line[at.min(line.len())..], start + at.min(line.len())..start + line.len());
}

/// The variables of a file that are written out. What `?=` sets is a default.
fn variables(id: SourceId, text: &str) -> Vec<(String, Sourced<Text>)> {
    let mut variables: Vec<(String, Sourced<Text>)> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with(['\t', '#']))
        else {
            continue;
        };
        let operator = name.trim_end().chars().last();
        let name = name.trim_end_matches(['?', ':', '+', ' ', '\t']);
        let name = name.trim_start().trim_start_matches("export ").trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) || operator == Some('+') {
            variables.retain(|(other, _)| other != name);
            continue;
        }
        let value = value.split(" #").next().unwrap_or_default().trim();
        let place = start + line.find(value).unwrap_or_default();
        let at = Span::new(id, place..place + value.len());
        let (made, mut via) = expand(value, &variables, at);
        let told = format!("`{name}` is set here, unless the command line sets it");
        via.insert(0, Step::default(at, told));
        let (name, entry) = (name.to_owned(), Sourced { value: made, at, via });
        variables.retain(|(other, _)| *other != name);
        variables.push((name, entry));
    }
    variables
}

fn expand(value: &str, known: &[(String, Sourced<Text>)], at: Span) -> (Text, Vec<Step>) {
    let mut text = Text::default();
    let mut via = Vec::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let inner = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        let inner = inner.or_else(|| after.strip_prefix('{').and_then(|a| a.split_once('}')));
        let Some((name, next)) = inner else {
            text.append(Text::hole(format!("make at {}", at.start)));
            return (text, via);
        };
        match known.iter().find(|(other, _)| other == name) {
            Some((_, value)) => {
                text.append(value.value.clone());
                via.extend(value.via.iter().cloned());
            }
            None => text.append(Text::hole(name)),
        }
        // Each line may double the one before.
        if is_long(&text) || via.len() > MOST_STEPS {
            return (Text::hole(format!("make at {}", at.start)), Vec::new());
        }
        rest = next;
    }
    text.push_str(rest);
    (text, via)
}
