//! Variables that are handed on as they are written, since no shell reads them.

use super::script::{SHELLS, is_script_flag, runs_files};
use super::substitution::is_built_in;
use super::{BuildFile, FileStep};
use crate::source;
use crate::syntax::shell::{Mention, mentions};
use crate::value::{Sourced, Text, Value};

/// Something that is handed on as it is written.
#[derive(Debug)]
pub struct Unexpanded<'a> {
    /// The text that holds it, an argument or a setting of the environment; of an operation all that
    /// is written.
    pub text: &'a Sourced<Text>,
    /// The variables of one kind in it; at least one.
    pub names: Vec<String>,
    /// What it was to be.
    pub kind: Unread,
    /// The program that gets it, or the variable that is set to it.
    pub taker: String,
}

/// What something was to be that is handed on as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// A variable of the step's environment.
    Variable,
    /// A secret of the step.
    Secret,
    /// A secret, in a setting of the environment.
    SecretInSetting,
    /// Something that is made of a substitution: `${NAME:-default}`.
    Operation,
}

/// Programs that use an argument as it is.
const PLAIN: &[&str] = &[
    "docker",
    "gcloud",
    "gsutil",
    "kubectl",
    "gke-deploy",
    "git",
    "curl",
    "wget",
    "executor",
    "mvn",
    "gradle",
    "terraform",
    "packer",
    "pulumi",
    "helm",
    "skaffold",
    "firebase",
];

/// Commands of npm that hand on nothing to a shell. It puts variables in the place of `${NAME}`, and
/// not of `$NAME`. Source: npm/cli, workspaces/config/lib/env-replace.js, v10.
const OF_NPM: &[&str] = &["ci", "config", "i", "install", "login", "publish", "set", "view"];

impl BuildFile {
    /// The arguments with variables, and settings with secrets, that no shell expands.
    pub fn unexpanded(&self) -> Vec<Unexpanded<'_>> {
        self.steps.iter().flat_map(|step| self.unexpanded_of(step)).collect()
    }

    fn unexpanded_of<'a>(&'a self, step: &'a FileStep) -> Vec<Unexpanded<'a>> {
        let mut all = settings(step);
        let Some(program) = plain(step) else { return all };
        let arguments: Vec<&Sourced<Text>> =
            step.arguments.iter().filter_map(Value::known).collect();
        let is_shell = |argument: &&Sourced<Text>| argument.value.literal().is_some_and(is_shell);
        // A shell in a container that it starts may read it; an argument that is not known may be one.
        let is_whole = arguments.len() == step.arguments.len();
        if step.has_script || !is_whole || arguments.iter().any(is_shell) {
            return all;
        }
        for argument in arguments {
            let mut add = |text: &'a Sourced<Text>, name: &str, kind| {
                let is_same = |other: &&mut Unexpanded<'_>| {
                    other.text.at == text.at && other.kind == kind && kind != Unread::Operation
                };
                match all.iter_mut().find(is_same) {
                    Some(other) if other.names.iter().any(|known| known == name) => {}
                    Some(other) => other.names.push(name.to_owned()),
                    None => {
                        let (names, taker) = (vec![name.to_owned()], program.to_owned());
                        all.push(Unexpanded { text, names, kind, taker });
                    }
                }
            };
            let inside = |operated: &&Sourced<Text>| {
                argument.at.touches(operated.at.start) && argument.at.touches(operated.at.end)
            };
            for operated in self.operated.iter().filter_map(Value::known).filter(inside) {
                let name = operated.value.literal().unwrap_or_default();
                if name.starts_with('_') || is_built_in(name) {
                    add(operated, name, Unread::Operation);
                }
            }
            let text = argument.value.literal().unwrap_or_default();
            for Mention { name, is_braced, .. } in mentions(text) {
                let is_secret = step.secrets.iter().any(|secret| secret == name);
                if is_braced && program == "npm" {
                    continue;
                }
                match (is_secret, step.environment.contains(name)) {
                    (true, _) => add(argument, name, Unread::Secret),
                    (false, true) => add(argument, name, Unread::Variable),
                    _ => {}
                }
            }
        }
        all
    }
}

/// Whether an argument is a shell, or has one read the next: `bash`, `--entrypoint=/bin/ash`, `-lc`.
fn is_shell(argument: &str) -> bool {
    // A shell of another machine reads what `ssh` hands on.
    const OTHERS: &[&str] = &["zsh", "ksh", "mksh", "fish", "ssh"];
    let first = argument.split_whitespace().next().unwrap_or_default();
    let program = source::name(first.strip_prefix("--entrypoint=").unwrap_or(first));
    SHELLS.contains(&program) || OTHERS.contains(&program) || is_script_flag(argument)
}

/// The program of a step, if it uses arguments as they are.
fn plain(step: &FileStep) -> Option<&str> {
    let program = step.program.first()?.as_str();
    let command = step.program.get(1).map(String::as_str).unwrap_or_default();
    (PLAIN.contains(&program) || (program == "npm" && OF_NPM.contains(&command))).then_some(program)
}

/// Settings of a step's environment that hold the name of a secret.
fn settings(step: &FileStep) -> Vec<Unexpanded<'_>> {
    // A script may well expand it, as may one that is not known.
    let expands = |text: &str| text.contains("eval") || text.contains("envsubst");
    let may_expand = |argument: &Value<Text>| {
        argument.known().is_none_or(|argument| expands(&argument.value.to_string()))
    };
    let is_flag = |argument: &Value<Text>| argument.literal_text().is_some_and(is_script_flag);
    let script = match &step.script {
        Some(script) => expands(&script.text.text) || script.runs_others(),
        None => step.has_script || step.arguments.iter().any(is_flag),
    };
    // So may a program of the project.
    let runs_file =
        step.program.first().is_some_and(|program| runs_files(program)) && step.script.is_none();
    if script || runs_file || step.arguments.iter().any(may_expand) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for setting in step.settings.iter().filter_map(Value::known) {
        let Some((variable, value)) = setting.value.literal().and_then(|s| s.split_once('='))
        else {
            continue;
        };
        // npm, Spring and others put variables in the place of `${NAME}`.
        let secrets = mentions(value)
            .filter(|it| !it.is_braced && step.secrets.iter().any(|secret| secret == it.name));
        all.extend(secrets.map(|secret| Unexpanded {
            text: setting,
            names: vec![secret.name.to_owned()],
            kind: Unread::SecretInSetting,
            taker: variable.to_owned(),
        }));
    }
    all
}
