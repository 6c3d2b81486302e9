//! Named commands that people start: `scripts` of `package.json`, the tasks of a Taskfile, the
//! recipes of a justfile.
//!
//! Sources: docs.npmjs.com about `scripts`, taskfile.dev/reference/schema, just.systems/man,
//! read 2026-11.

use super::yaml::{Node, Yaml};
use crate::source::{Excerpt, SourceId, Span};

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its name; empty of a recipe, whose name nothing needs.
    pub name: String,
    /// The folder in which it starts, from that of the file: `dir`.
    pub dir: Option<Excerpt>,
    /// Its commands, each for a shell of its own.
    pub commands: Vec<Excerpt>,
    /// Whether it needs no other task before it.
    pub alone: bool,
}

/// The `scripts` of a `package.json`.
pub fn of_package(json: &Yaml) -> Vec<Task> {
    let scripts = json.root().and_then(|root| root.get("scripts"));
    let scripts = scripts.map(Node::entries).unwrap_or_default();
    let name = |entry: &super::yaml::Entry| entry.key.text().unwrap_or_default().to_owned();
    let names: Vec<String> = scripts.iter().map(name).collect();
    let task = |entry: &super::yaml::Entry| {
        let before = format!("pre{}", name(entry));
        let alone = !names.contains(&before);
        Some(Task { name: name(entry), dir: None, commands: vec![entry.value.excerpt()?], alone })
    };
    scripts.iter().filter_map(task).collect()
}

/// The tasks of a Taskfile.
pub fn of_taskfile(yaml: &Yaml) -> Vec<Task> {
    let tasks = yaml.root().and_then(|root| root.get("tasks"));
    let task = |node: &Node| {
        let commands = node.get("cmds").or_else(|| node.get("cmd")).unwrap_or(node);
        let commands = match commands.excerpt() {
            Some(only) => vec![only],
            None => commands.items().iter().filter_map(command).collect(),
        };
        Task {
            name: String::new(),
            dir: node.get("dir").and_then(Node::excerpt).map(|dir| with_holes(&dir)),
            alone: node.get("deps").is_none()
                && node.get("cmds").map(Node::items).unwrap_or_default().iter().all(is_command),
            commands: commands.iter().map(with_holes).collect(),
        }
    };
    let tasks = tasks.map(Node::entries).unwrap_or_default();
    tasks.iter().map(|entry| task(&entry.value)).collect()
}

fn command(node: &Node) -> Option<Excerpt> {
    node.excerpt().or_else(|| node.get("cmd")?.excerpt())
}

/// Whether an entry of `cmds` is no call of another task.
fn is_command(node: &Node) -> bool {
    command(node).is_some()
}

/// The recipes of a justfile. A recipe that starts with `#!` is one script.
pub fn of_justfile(source: SourceId, text: &str) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    let mut offset = 0;
    let mut is_script = false;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let indented = line.starts_with([' ', '\t']);
        if indented && let Some(task) = tasks.last_mut() {
            let continues = |script: &Excerpt| {
                is_script || script.text.trim_end_matches(['\r', '\n']).ends_with('\\')
            };
            match task.commands.last_mut().filter(|script| continues(script)) {
                Some(script) => script.push(line, start..offset),
                None if line.trim().is_empty() => {}
                None => {
                    let command = line.trim_start().trim_start_matches(['@', '-']);
                    let at = offset - command.len();
                    is_script = command.starts_with("#!");
                    let mut script = Excerpt::empty(Span::new(source, start..offset));
                    script.push(command, at..offset);
                    task.commands.push(script);
                }
            }
        } else if let Some((name, needs)) = line.split_once(':')
            && !line.starts_with(['#', '['])
            && !needs.starts_with('=')
            && !name.contains('=')
        {
            is_script = false;
            let needs = needs.split('#').next().unwrap_or_default();
            let alone = needs.trim().is_empty();
            tasks.push(Task { name: String::new(), dir: None, commands: Vec::new(), alone });
        }
    }
    for script in tasks.iter_mut().flat_map(|task| &mut task.commands) {
        *script = with_holes(script);
    }
    tasks
}

/// A script in which `{{ ... }}`, which is filled in before, is an expression of its own.
fn with_holes(script: &Excerpt) -> Excerpt {
    let mut made = Excerpt::empty(script.at);
    let mut at = 0;
    while let Some(start) = script.text.get(at..).and_then(|rest| rest.find("{{")).map(|i| at + i) {
        let Some(end) = script.text[start..].find("}}").map(|i| start + i + 2) else { break };
        made.append(&script.slice(at..start));
        let inner = script.text[start..end].trim_matches(['{', '}', ' ']);
        made.push(&format!("${{{{ {inner} }}}}"), script.span(start..end).range());
        at = end;
    }
    made.append(&script.slice(at..script.text.len()));
    made
}
