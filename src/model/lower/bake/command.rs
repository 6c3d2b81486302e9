//! Commands that read bake files: `docker buildx bake`.
//!
//! Source: docker/buildx, `docs/reference/buildx_bake.md` and `bake/bake.go`, read 2026-11: all
//! of the default files that exist are read, and what a later one says counts.

use crate::eval::shell::WorkingFolder;
use crate::model::build::{Prepared, Runner};
use crate::model::lower::Invocation;
use crate::model::lower::docker::after;
use crate::model::trees::ById;
use crate::source::{SourceId, Sources, join};
use crate::syntax::bake::Bake;
use crate::value::{Piece, Sourced, Text};

/// The bake files that are read where none is named.
const DEFAULTS: &[&str] = &[
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
];

/// Flags that take a value in the next word.
const VALUE_FLAGS: &[&str] = &[
    "--allow",
    "--builder",
    "--file",
    "-f",
    "--metadata-file",
    "--progress",
    "--provenance",
    "--sbom",
    "--set",
    "--var",
];

/// Flags without a value, or with one after `=` only.
const SWITCHES: &[&str] = &["--debug", "-D", "--load", "--no-cache", "--pull", "--push"];

/// What one command, or one step of a workflow, makes of bake files.
#[derive(Debug, Clone)]
pub struct Usage {
    /// `--file`; without any it reads the default files.
    pub files: Vec<Text>,
    /// The folders in which it may run.
    pub folders: Vec<WorkingFolder>,
    /// The environment, which sets variables of the same name, and `--var`.
    pub env: Vec<(String, Sourced<Text>)>,
    /// `--set`: `api.platform=linux/amd64`.
    pub settings: Vec<Sourced<Text>>,
    /// The targets and groups that it names; `default` if it names none.
    pub targets: Vec<Sourced<Text>>,
    /// Whether a word is not known, and may say anything.
    pub is_open: bool,
    /// Whether it pushes what it builds.
    pub pushes: bool,
    /// What runs it.
    pub runner: Runner,
    /// Which files something before it may have made.
    pub prepared: Prepared,
}

/// What a command builds, if it is `docker buildx bake`.
pub fn usage(invocation: &Invocation) -> Option<Usage> {
    let first = match (invocation.argument(1)?, invocation.argument(2)) {
        ("buildx", Some("bake" | "f")) => 3,
        ("bake", _) => 2,
        _ => return None,
    };
    let mut usage = Usage {
        files: Vec::new(),
        folders: invocation.folders.clone(),
        env: invocation.env.clone(),
        settings: Vec::new(),
        targets: Vec::new(),
        is_open: false,
        pushes: false,
        runner: invocation.runner,
        prepared: invocation.prepared,
    };
    let mut words = invocation.words.get(first..)?.iter();
    while let Some(word) = words.next() {
        let flag = word.value.split('=').first().and_then(Text::literal).map(str::to_owned);
        let Some(flag) = flag else {
            // What is not known may be any flag.
            usage.is_open = true;
            continue;
        };
        if !flag.starts_with('-') {
            usage.targets.push(word.clone());
            continue;
        }
        let own = word.value.literal() != Some(flag.as_str());
        let value = match own {
            true => Some(after(word, flag.len() + 1)),
            false if VALUE_FLAGS.contains(&&*flag) => words.next().cloned(),
            false => None,
        };
        match (&*flag, value) {
            ("--file" | "-f", Some(file)) => usage.files.push(file.value),
            ("--set", Some(setting)) => usage.settings.push(setting),
            ("--var", Some(variable)) => usage.env.extend(variable_of(&variable)),
            ("--push", None) => usage.pushes = true,
            // It shows what it would build.
            ("--print" | "--list" | "--call" | "--check", _) => return None,
            (flag, _) if VALUE_FLAGS.contains(&flag) || SWITCHES.contains(&flag) => {}
            _ => usage.is_open = true,
        }
    }
    Some(usage)
}

fn variable_of(word: &Sourced<Text>) -> Option<(String, Sourced<Text>)> {
    let name = word.value.split('=').first()?.literal()?.to_owned();
    let value = after(word, name.len() + 1);
    Some((name, value))
}

/// The files that a command reads in a folder.
pub struct Read {
    /// Those that are there and are bake files.
    pub files: Vec<SourceId>,
    /// Whether these are all.
    pub is_whole: bool,
}

impl Usage {
    /// Of a file that no command reads: somebody builds all of it, in one of some folders.
    pub fn by_hand(folders: Vec<WorkingFolder>) -> Usage {
        Usage {
            files: Vec::new(),
            folders,
            env: Vec::new(),
            settings: Vec::new(),
            targets: Vec::new(),
            is_open: false,
            pushes: false,
            runner: Runner::Person,
            prepared: Prepared::No,
        }
    }

    /// What it reads where it runs in a folder. A file of `docker/metadata-action` is left
    /// out, since it only gives names to what is built.
    pub fn read(&self, sources: &Sources, files: &ById<Bake>, folder: &WorkingFolder) -> Read {
        let is_bake = |path: &str| Some(sources.find(path)?.0).filter(|id| files.contains_key(id));
        if self.files.is_empty() {
            let defaults = DEFAULTS.iter().filter_map(|name| is_bake(&join(&folder.path, name)));
            return Read { files: defaults.collect(), is_whole: true };
        }
        let others = self.files.iter().filter(|file| !gives_names(file));
        let found: Vec<Option<SourceId>> =
            others.map(|file| is_bake(&folder.resolve(&without_scheme(file))?)).collect();
        let is_whole = found.iter().all(Option::is_some);
        Read { files: found.into_iter().flatten().collect(), is_whole }
    }

    /// Whether a file of `docker/metadata-action` gives names to what is built.
    pub fn is_named_elsewhere(&self) -> bool {
        self.files.iter().any(gives_names)
    }
}

/// Source: docker/metadata-action, README, about its output `bake-file`, read 2026-11.
fn gives_names(file: &Text) -> bool {
    let is_named = |piece: &Piece| matches!(piece, Piece::Hole(name) if name.contains("bake-file"));
    file.pieces().iter().any(is_named)
}

/// `cwd://` stands for the folder in which bake runs.
fn without_scheme(file: &Text) -> Text {
    match file.literal().and_then(|path| path.strip_prefix("cwd://")) {
        Some(path) => Text::from(path),
        None => file.clone(),
    }
}
