//! Scripts of steps: where they are written as if Cloud Build replaced something in them, and
//! where Cloud Build hands on what only a shell would replace.

use super::substitution::is_built_in;
use super::{BuildFile, FileStep};
use crate::source::{Excerpt, Span};
use crate::syntax::SyntaxError;
use crate::syntax::shell::{List, Part, Word, first_error};
use crate::value::{Sourced, Text, Value};
use std::collections::BTreeSet;

/// The text that a step gives to a shell.
#[derive(Debug, Clone)]
pub struct StepScript {
    /// All of it, with the way back into its file.
    pub text: Excerpt,
    /// What it says.
    pub list: List,
    /// What a shell cannot read of it.
    pub errors: Vec<SyntaxError>,
    /// Whether it is `script`, in which Cloud Build replaces nothing.
    pub is_verbatim: bool,
}

/// A substitution in a text in which none is replaced.
#[derive(Debug)]
pub struct Unsubstituted {
    /// The name, where it is used.
    pub name: Sourced<Text>,
    /// Whether it is written with two dollars, which a shell takes for its process number.
    pub is_escaped: bool,
}

/// A variable that is handed on as it is written, since no shell reads it.
#[derive(Debug)]
pub struct Unexpanded<'a> {
    /// The argument.
    pub argument: &'a Sourced<Text>,
    /// The variable.
    pub name: String,
    /// Whether it is a secret.
    pub is_secret: bool,
    /// The program that gets it.
    pub program: String,
}

/// Programs that read scripts.
pub const SHELLS: &[&str] = &["bash", "sh", "ash", "dash"];

/// Programs that use an argument as it is.
const PLAIN: &[&str] =
    &["docker", "gcloud", "gsutil", "kubectl", "gke-deploy", "git", "curl", "wget", "executor"];

impl BuildFile {
    /// The substitutions that scripts use and that their environment does not have.
    pub fn unsubstituted(&self) -> Vec<Unsubstituted> {
        let is_substitution = |name: &str| {
            is_built_in(name)
                || self.declared.iter().any(|declared| declared.literal_text() == Some(name))
        };
        let mut all = Vec::new();
        for step in &self.steps {
            let Some(script) = step.script.as_ref().filter(|script| script.is_verbatim) else {
                continue;
            };
            let mut found = Found::default();
            found.list(&script.list, 0);
            let is_set = |name: &str| found.set.contains(name) || step.environment.contains(name);
            let own_name = |name: &str| name.starts_with('_') || is_built_in(name);
            for (name, at, is_escaped) in &found.used {
                let is_lost = match is_escaped {
                    // Two dollars are written where Cloud Build takes one away.
                    true => step.environment.contains(name) || is_substitution(name),
                    false => !step.maps && is_substitution(name) && !is_set(name),
                };
                if is_lost && (own_name(name) || *is_escaped) {
                    let value = Sourced { value: Text::from(&**name), at: *at, via: Vec::new() };
                    all.push(Unsubstituted { name: value, is_escaped: *is_escaped });
                }
            }
        }
        all
    }

    /// The arguments with variables that no shell expands.
    pub fn unexpanded(&self) -> Vec<Unexpanded<'_>> {
        self.steps.iter().flat_map(unexpanded).collect()
    }

    /// What shells cannot read, of the scripts of steps.
    pub fn unreadable_scripts(&self) -> impl Iterator<Item = &SyntaxError> {
        let scripts = self.steps.iter().filter_map(|step| step.script.as_ref());
        scripts.filter_map(|script| first_error(&script.errors))
    }
}

fn unexpanded(step: &FileStep) -> Vec<Unexpanded<'_>> {
    let Some(program) = step.program.first().filter(|program| PLAIN.contains(&&***program)) else {
        return Vec::new();
    };
    let arguments: Vec<&Sourced<Text>> = step.arguments.iter().filter_map(Value::known).collect();
    let is_shell = |argument: &&Sourced<Text>| {
        matches!(argument.value.literal(), Some("sh" | "bash" | "/bin/sh" | "/bin/bash" | "-c"))
    };
    // A shell in a container that it starts may read it.
    if step.has_script || arguments.iter().any(is_shell) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for argument in arguments {
        let Some(text) = argument.value.literal() else { continue };
        for (i, _) in text.match_indices('$') {
            let rest = text.get(i + 1..).unwrap_or_default();
            let rest = rest.strip_prefix('{').unwrap_or(rest);
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let name = &rest[..end.unwrap_or(rest.len())];
            let is_secret = step.secrets.iter().any(|secret| secret == name);
            if is_secret || step.environment.contains(name) {
                let (name, program) = (name.to_owned(), program.clone());
                all.push(Unexpanded { argument, name, is_secret, program });
            }
        }
    }
    all
}

/// The variables of a script.
#[derive(Default)]
struct Found {
    /// With their places, and whether a second dollar stands before.
    used: Vec<(String, Span, bool)>,
    set: BTreeSet<String>,
}

/// Substitutions of commands are nested this deep.
const DEEPEST: usize = 16;

impl Found {
    fn list(&mut self, list: &List, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for command in list.commands() {
            for (name, value) in &command.assignments {
                self.word(value, depth);
                self.set.insert(name.clone());
            }
            let sets = ["export", "local", "declare", "read", "readonly", "typeset", "unset"];
            let sets = command.program().is_some_and(|program| sets.contains(&program));
            for word in command.words.iter() {
                self.word(word, depth);
                if let Some(text) = word.as_str().filter(|_| sets) {
                    self.set.insert(text.split('=').next().unwrap_or_default().to_owned());
                }
            }
        }
    }

    fn word(&mut self, word: &Word, depth: usize) {
        for (i, part) in word.parts.iter().enumerate() {
            match part {
                Part::Variable(variable) if variable.name == "$" => {
                    let Some(Part::Literal(rest)) = word.parts.get(i + 1) else { continue };
                    let rest = rest.strip_prefix('{').unwrap_or(rest);
                    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    let name = &rest[..end.unwrap_or(rest.len())];
                    if !name.is_empty() {
                        self.used.push((name.to_owned(), variable.at, true));
                    }
                }
                Part::Variable(variable) if variable.operation.is_none() => {
                    self.used.push((variable.name.clone(), variable.at, false));
                }
                Part::Command(list, _) => self.list(list, depth + 1),
                Part::Array(words) => {
                    words.iter().for_each(|word| self.word(word, depth));
                }
                _ => {}
            }
        }
    }
}
