//! The paths that commands of deploys name. Source: kubernetes.io/docs/reference/kubectl, the
//! READMEs of gke-deploy, skaffold and kustomize, developer.hashicorp.com/terraform/cli, and
//! cloud.google.com/sdk/gcloud/reference, read 2026-11.

use super::docker::after;
use super::{Invocation, WorkingFolder};
use crate::model::build::Runner;
use crate::model::deployment::named_path::{NamedPath, NamedPlace, Wanted};
use crate::source::is_remote;
use crate::value::{Sourced, Text, Value};

/// The paths that a command names and reads.
pub fn read(invocation: &Invocation) -> Vec<NamedPath> {
    let program = invocation.program().unwrap_or_default();
    let (commands, flags): (&[&str], &[&str]) = match program {
        "kubectl" | "oc" => {
            (&["apply", "create", "replace", "diff"], &["-f", "--filename", "-k", "--kustomize"])
        }
        "gke-deploy" => (&["run", "prepare", "apply"], &["-f", "--filename"]),
        "skaffold" => (&["run", "build", "deploy", "render"], &["-f", "--filename"]),
        "terraform" | "tofu" => {
            let folder = configuration(invocation, program);
            return folder.into_iter().chain(settings(invocation, program)).collect();
        }
        _ => return own_folder(invocation, program).into_iter().collect(),
    };
    let words = || (1..invocation.words.len()).filter_map(|i| invocation.argument(i));
    // The first word that is no flag may be the value of one.
    if !words().any(|word| commands.contains(&word)) {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut rest = invocation.words.iter().skip(1);
    while let Some(word) = rest.next() {
        let joined = flags.iter().find(|flag| {
            flag.len() > 2
                && word.value.starts_with(flag)
                && word.value.starts_with(&format!("{flag}="))
        });
        let value = match joined {
            Some(flag) => Some(after(word, flag.len() + 1)),
            None if word.value.literal().is_some_and(|word| flags.contains(&word)) => {
                rest.next().cloned()
            }
            None => None,
        };
        all.extend(
            value.and_then(|value| {
                named(invocation, &invocation.folders, program, value, Wanted::Any)
            }),
        );
    }
    all
}

/// The programs that read the project in whose folder they run, with the commands by which they
/// do: any where none is listed.
const READ_PROJECTS: &[(&str, &[&str])] = &[
    ("bundle", &["exec", "install"]),
    ("cargo", &["build", "check", "clippy", "fmt", "run", "test"]),
    ("composer", &["install", "update"]),
    ("go", &["build", "fmt", "generate", "mod", "run", "test", "vet"]),
    ("gradle", &[]),
    ("mvn", &[]),
    ("npm", &["audit", "build", "ci", "install", "publish", "run", "start", "test"]),
    ("pnpm", &["build", "install", "run", "start", "test"]),
    ("poetry", &["build", "export", "install", "run"]),
    ("pytest", &[]),
    ("uv", &["build", "export", "lock", "run", "sync"]),
    ("yarn", &["build", "install", "run", "start", "test"]),
];

/// The folder in which a command runs, if that is named where it is given, and the command reads
/// the project there.
fn own_folder(invocation: &Invocation, program: &str) -> Option<NamedPath> {
    let (_, commands) = READ_PROJECTS.iter().find(|(name, _)| *name == program)?;
    let words = || (1..invocation.words.len()).map(|i| invocation.argument(i));
    let names_other = |word: Option<&str>| {
        word.is_none_or(|word| {
            ["-g", "--global", "-f", "-p", "-C", "--prefix", "--cwd", "--dir", "--project"]
                .iter()
                .any(|flag| word.split('=').next() == Some(flag))
        })
    };
    let is_one = commands.is_empty() || commands.contains(&invocation.argument(1)?);
    (is_one && !words().any(names_other)).then(|| start(invocation, program, Wanted::Any))?
}

/// The folder in which a command runs, if that is named where it is given.
fn start(invocation: &Invocation, program: &str, wanted: Wanted) -> Option<NamedPath> {
    let at = invocation.dir?;
    let place = |folder: &WorkingFolder| NamedPlace {
        folder: folder.workspace.clone(),
        path: folder.path.clone(),
    };
    let places: Vec<NamedPlace> = invocation.folders.iter().map(place).collect();
    let path = places.first()?.path.as_str();
    Some(NamedPath {
        written: Value::literal(Text::from(path), at),
        program: program.to_owned(),
        wanted,
        is_settled: matches!(invocation.runner, Runner::Job(_)),
        prepared: invocation.prepared,
        places,
    })
}

/// A path that a command reads from one of some folders; nothing if it is no path, or what it
/// leads to is not known.
pub fn named(
    invocation: &Invocation,
    folders: &[WorkingFolder],
    program: &str,
    value: Sourced<Text>,
    wanted: Wanted,
) -> Option<NamedPath> {
    let text = value.value.literal()?;
    // Standard input, an address, a list, a pattern, or something to be filled in.
    let is_path = !text.is_empty()
        && text != "-"
        && !text.starts_with('~')
        && !is_remote(text)
        && !text.contains([',', '*', '?', '<', '{', ' '])
        && !text.starts_with("github.com/");
    // What Terraform carries out comes after files that it makes itself.
    if !is_path || invocation.runner == Runner::Terraform {
        return None;
    }
    let places = folders.iter().map(|folder| {
        let path = folder.resolve(&value.value)?.trim_end_matches('/').to_owned();
        Some(NamedPlace { folder: folder.path.clone(), path })
    });
    Some(NamedPath {
        program: program.to_owned(),
        wanted,
        places: places.collect::<Option<Vec<_>>>()?,
        is_settled: matches!(invocation.runner, Runner::Job(_)),
        prepared: invocation.prepared,
        written: Value::Known(value),
    })
}

/// The commands of Terraform that read the configuration and its variables.
const READERS: &[&str] = &["apply", "destroy", "import", "plan", "refresh"];

/// What Terraform is asked to do.
fn subcommand(invocation: &Invocation) -> Option<&str> {
    let mut words = invocation.words.iter().skip(1);
    words.find_map(|word| word.value.literal().filter(|word| !word.starts_with('-')))
}

/// The folder that `-chdir` names.
fn chdir(invocation: &Invocation) -> Option<Sourced<Text>> {
    let mut words = invocation.words.iter().skip(1);
    let word = words.find(|word| word.value.starts_with("-chdir="))?;
    Some(after(word, "-chdir=".len()))
}

/// The files of settings that Terraform reads: those of the backend, and those of variables, from
/// the folder of the configuration.
fn settings(invocation: &Invocation, program: &str) -> Vec<NamedPath> {
    let flag = match subcommand(invocation) {
        Some("init") => "-backend-config=",
        Some(command) if READERS.contains(&command) => "-var-file=",
        _ => return Vec::new(),
    };
    let chdir = chdir(invocation);
    let enter = |folder: &WorkingFolder| match &chdir {
        Some(chdir) => folder.enter(&chdir.value),
        None => Some(folder.clone()),
    };
    let folders: Option<Vec<WorkingFolder>> = invocation.folders.iter().map(enter).collect();
    let Some(folders) = folders else { return Vec::new() };
    let words = invocation.words.iter().skip(1);
    let files = words.filter(|word| word.value.starts_with(flag)).filter_map(|word| {
        let file = after(word, flag.len());
        // `bucket=states` is a setting itself.
        let is_file = file.value.literal().is_some_and(|text| !text.contains('='));
        is_file.then(|| named(invocation, &folders, program, file, Wanted::Any))?
    });
    files.collect()
}

/// The folder whose configuration Terraform reads, where it is named: by `-chdir`, or by the
/// folder of the step.
fn configuration(invocation: &Invocation, program: &str) -> Option<NamedPath> {
    let command = subcommand(invocation);
    let reads = command.is_some_and(|command| READERS.contains(&command));
    let folders = &invocation.folders;
    match chdir(invocation) {
        Some(chdir) => {
            let wanted = if reads { Wanted::Configuration } else { Wanted::Any };
            named(invocation, folders, program, chdir, wanted)
        }
        None => {
            if !reads {
                let needs = ["fmt", "init", "output", "state", "validate"];
                let is_one = command.is_some_and(|command| needs.contains(&command));
                return is_one.then(|| start(invocation, program, Wanted::Any))?;
            }
            let is_plan = |word: &Sourced<Text>| {
                // A plan that was saved brings its configuration.
                word.value.is_unknown() || word.value.literal().is_some_and(|w| w.contains("plan"))
            };
            if command == Some("apply") && invocation.words.iter().any(is_plan) {
                return None;
            }
            start(invocation, program, Wanted::Configuration)
        }
    }
}
