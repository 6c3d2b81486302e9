//! Makefiles: the commands of each target, with the variables of the file.
//!
//! Each line of a recipe is a shell of its own. `$(NAME)` is read as the variable of a shell, which
//! it is for all that is followed here. Source: GNU make manual 4.4, recipes and variables.

use super::super::build::{Builder, Prepared, Runner};
use super::script::{Start, invocations};
use super::submission::is_makefile;
use super::{Invocation, WorkingFolder};
use crate::eval::shell::{MOST_STEPS, is_long};
use crate::source::{Excerpt, SourceId, Sources, Span, folder, join};
use crate::value::{Sourced, Step, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Files that include each other are followed no further than this.
const MOST_INCLUDED: usize = 3;

/// For each file that Makefiles include the folders in which its recipes run.
pub type Included = BTreeMap<String, BTreeSet<String>>;

/// The commands of all targets, which start in any of some folders.
pub fn commands(sources: &Sources, id: SourceId, folders: &[String]) -> Vec<Invocation> {
    let source = sources.get(id);
    let folders: Vec<_> = folders.iter().map(|folder| WorkingFolder::root(folder)).collect();
    let env = variables(id, &source.text);
    let mut all = Vec::new();
    for target in targets(id, &source.text) {
        // A target that needs others may find what they make.
        let mut prepared = if target.alone { Prepared::No } else { Prepared::Anything };
        for line in &target.lines {
            let start = Start {
                folders: folders.clone(),
                env: env.clone(),
                prepared,
                dir: None,
                runner: Runner::Person,
                builder: Builder::BuildKit,
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

/// The folders in which the recipes of included files run: those of the Makefiles that include
/// them by their paths.
pub fn included_from(sources: &Sources) -> Included {
    let mut edges: Vec<(&str, String)> = Vec::new();
    for (_, source) in sources.iter().filter(|(_, source)| is_makefile(&source.path)) {
        let words = source.text.lines().filter_map(included).flatten();
        edges.extend(words.map(|word| (&*source.path, join(folder(&source.path), word))));
    }
    let mut folders = Included::new();
    for _ in 0..MOST_INCLUDED {
        for (from, path) in &edges {
            let from = match is_included(from) {
                true => folders.get(*from).cloned().unwrap_or_default(),
                false => BTreeSet::from([folder(from).to_owned()]),
            };
            folders.entry(path.clone()).or_default().extend(from);
        }
    }
    folders
}

/// The folders in which a file of the project starts its recipes; none if that is not known.
pub fn folders(path: &str, included: &Included) -> Vec<String> {
    match is_included(path) {
        true => included.get(path).into_iter().flatten().cloned().collect(),
        false => vec![folder(path).to_owned()],
    }
}

/// Whether a file is for others to include, by its name.
fn is_included(path: &str) -> bool {
    path.ends_with(".mk")
}

/// What a line of a Makefile includes.
fn included(line: &str) -> Option<impl Iterator<Item = &str>> {
    let mut words = line.split_whitespace();
    matches!(words.next()?, "include" | "-include" | "sinclude")
        .then(|| words.map(|word| word.trim_start_matches("./")))
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
                let Some(end) = closing(rest, open) else { break };
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

/// Where the bracket ends that a text starts with.
fn closing(text: &str, open: char) -> Option<usize> {
    let close = if open == '(' { ')' } else { '}' };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
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
        let open = after.chars().next().filter(|c| matches!(c, '(' | '{'));
        let Some(end) = open.and_then(|open| closing(after, open)) else {
            text.append(Text::hole(format!("make at {}", at.start)));
            return (text, via);
        };
        let (name, next) = (&after[1..end], &after[end + 1..]);
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
