//! What an image holds of the repository's files.

pub mod install_script;
pub(super) mod javascript;
pub mod module;
pub mod program;
pub mod python;
pub mod template;

use super::context::copy::Lookup;
use super::context::{Context, Found, has_wildcard, inner};
use super::image::process::basename;
use super::image::{Copy, Image, Origin, Run, Stage};
use crate::source::{Span, is_below, join, name, relative};
use crate::syntax::shell::Word;
use crate::value::{Text, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Looks into the stages of an image, as they are built from one context.
pub struct Contents<'a> {
    image: &'a Image,
    context: Context<'a>,
    /// Only what instructions before this one bring is looked at.
    until: usize,
    /// What each pattern of the copies matches, since many paths are looked for.
    matches: BTreeMap<String, BTreeSet<&'a str>>,
}

/// What lies at a path of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// This file of the repository.
    File(String),
    /// A folder that copies made.
    Folder,
    /// Nothing that a copy brought.
    Nothing,
    /// Something that is not known.
    Unknown,
}

/// Stages copy from stages, and start from others, this deep.
const DEEPEST: usize = 20;

impl<'a> Contents<'a> {
    /// An image that is built from a folder of the repository.
    pub fn new(lookup: &'a Lookup<'a>, image: &'a Image, folder: &'a str) -> Contents<'a> {
        let context = lookup.context(folder, &image.path, None);
        let copies = image.stages.iter().flat_map(|stage| &stage.copies);
        let from_context = copies.filter(|copy| copy.from == Origin::Context);
        let matches = from_context
            .flat_map(|copy| copy.sources.iter().filter_map(Value::literal_text))
            .filter(|source| has_wildcard(source))
            .map(|source| (inner(source).into_owned(), context.matches(&inner(source))))
            .collect();
        Contents { image, context, until: usize::MAX, matches }
    }

    /// The same before an instruction, by its place among those of the file.
    pub fn before(self, until: usize) -> Contents<'a> {
        Contents { until, ..self }
    }

    /// What copies leave at an absolute path of a stage. What its base image holds there, and
    /// what commands make, is not looked at.
    pub fn at(&self, stage: &Stage, path: &str) -> Held {
        self.in_stage(stage, path.trim_end_matches('/'), 0)
    }

    /// The line of an ignore file that keeps a file or folder of the repository out of the
    /// context.
    pub fn left_out(&self, home: &str) -> Option<Span> {
        match self.context.find(relative(home, self.context.folder)) {
            Found::LeftOut(at) => Some(at),
            _ => None,
        }
    }

    /// The last instruction that copies to a path, or to a folder above it.
    pub fn brings(&self, stage: &Stage, path: &str) -> Option<Span> {
        let copies = self.image.lineage(stage).flat_map(|stage| stage.copies.iter().rev());
        let mut copies = copies.filter(|copy| copy.order < self.until);
        let reaches = |copy: &&Copy| {
            copy.destination.literal_text().is_some_and(|to| {
                let to = to.trim_end_matches('/');
                path == to || is_below(path, to)
            })
        };
        copies.find(reaches).map(|copy| copy.at)
    }

    /// Whether it is known that a stage lacks a path: no copy brings it, no command may make it,
    /// and its base image does not have it.
    pub fn lacks(&self, stage: &Stage, path: &str) -> bool {
        const SYSTEM: &[&str] =
            &["bin", "sbin", "etc", "lib", "lib64", "usr", "proc", "sys", "dev"];
        let mut parts = path.trim_start_matches('/').split('/');
        let is_of_system = parts.next().is_some_and(|first| SYSTEM.contains(&first))
            && !matches!(parts.next(), Some("src" | "app"));
        // What an install leaves there is not among the files that are listed.
        let is_installed = ["/bin/", "/node_modules/", "-packages/", "venv/"]
            .iter()
            .any(|folder| path.contains(folder));
        let prepares = |run: &Run| !is_installed && only_prepares(&run.command.words);
        let mut lineage = self.image.lineage(stage);
        self.at(stage, path) == Held::Nothing
            && !is_of_system
            && self.image.has_bare_base(stage)
            && lineage.all(|stage| stage.runs.iter().all(prepares))
    }

    fn in_stage(&self, stage: &Stage, path: &str, depth: usize) -> Held {
        if depth > DEEPEST {
            return Held::Unknown;
        }
        let mut held = Held::Nothing;
        for stage in self.image.lineage(stage) {
            let copies = stage.copies.iter().filter(|copy| copy.order < self.until);
            for copy in copies.rev().filter(|copy| !copy.destination.is_unset()) {
                match self.of_copy(stage, copy, path, depth) {
                    Held::Nothing => {}
                    Held::Folder if held == Held::Nothing => held = Held::Folder,
                    Held::Folder => {}
                    Held::Unknown => held = Held::Unknown,
                    file if held != Held::Unknown => return file,
                    Held::File(_) => {}
                }
            }
        }
        held
    }

    fn of_copy(&self, stage: &Stage, copy: &Copy, path: &str, depth: usize) -> Held {
        let Some(written) = copy.destination.literal_text() else { return Held::Unknown };
        let destination = written.trim_end_matches('/');
        if path != destination && !is_below(path, destination) {
            return if is_below(destination, path) { Held::Folder } else { Held::Nothing };
        }
        if copy.filtered || copy.sources.is_empty() || matches!(copy.from, Origin::Other(_)) {
            return Held::Unknown;
        }
        let is_folder = written.ends_with('/') || copy.sources.len() > 1;
        let mut held = Held::Nothing;
        for source in &copy.sources {
            let found = self.of_source(stage, copy, source, (destination, is_folder), path, depth);
            match found {
                Held::File(_) => return found,
                Held::Unknown => held = Held::Unknown,
                Held::Folder if held == Held::Nothing => held = Held::Folder,
                Held::Folder | Held::Nothing => {}
            }
        }
        held
    }

    fn of_source(
        &self,
        stage: &Stage,
        copy: &Copy,
        source: &Value<Text>,
        (destination, is_folder): (&str, bool),
        path: &str,
        depth: usize,
    ) -> Held {
        let Some(source) = source.literal_text() else { return Held::Unknown };
        // `ADD` unpacks them.
        if [".tar", ".tgz", ".gz", ".xz", ".bz2"].iter().any(|end| source.ends_with(end)) {
            return Held::Unknown;
        }
        let rest = path.strip_prefix(destination).unwrap_or_default().trim_start_matches('/');
        // A file that is copied to a folder that is there already comes to lie inside of it.
        let is_workdir = stage.workdir.literal_text().is_none_or(|workdir| {
            workdir.trim_end_matches('/') == destination || is_below(workdir, destination)
        });
        let of_file = |file: &str| match rest {
            "" if is_folder || is_workdir => Some(Held::Folder),
            "" => None,
            rest if rest != name(file) => Some(Held::Nothing),
            _ if is_folder || is_workdir => None,
            _ => Some(Held::Unknown),
        };
        match copy.from {
            Origin::Context if has_wildcard(source) => {
                let mut held = Held::Nothing;
                for matched in self.matches.get(&*inner(source)).into_iter().flatten() {
                    match self.of_path(matched, rest, &of_file) {
                        Held::Nothing => {}
                        Held::Folder if held == Held::Unknown => {}
                        found @ Held::File(_) => return found,
                        found => held = found,
                    }
                }
                held
            }
            Origin::Context => self.of_path(&inner(source), rest, &of_file),
            Origin::Stage(_) if has_wildcard(source) => Held::Unknown,
            Origin::Stage(from) => {
                let Some(from) = self.image.stages.get(from) else { return Held::Unknown };
                let source = format!("/{}", inner(source));
                let source = source.trim_end_matches('/');
                match self.in_stage(from, source, depth + 1) {
                    Held::File(file) => of_file(source).unwrap_or(Held::File(file)),
                    Held::Unknown => Held::Unknown,
                    // What commands made there may be copied as well.
                    Held::Folder | Held::Nothing => {
                        match self.in_stage(from, &join(source, rest), depth + 1) {
                            Held::Nothing if self.may_hold_more(from) => Held::Unknown,
                            held => held,
                        }
                    }
                }
            }
            Origin::Other(_) => Held::Unknown,
        }
    }

    /// What a copied file or folder of the context leaves at a path below the destination.
    fn of_path(&self, copied: &str, rest: &str, of_file: &dyn Fn(&str) -> Option<Held>) -> Held {
        let file = |inner: &str| match self.context.file(inner) {
            Found::Present => Some(Held::File(join(self.context.folder, inner))),
            Found::LeftOut(_) => Some(Held::Nothing),
            Found::Generated => Some(Held::Unknown),
            Found::Missing => None,
        };
        match file(copied).filter(|_| !copied.is_empty()) {
            Some(held @ Held::File(_)) => of_file(copied).unwrap_or(held),
            Some(other) if !self.context.has_folder(copied) => other,
            _ => {
                let inside = join(copied, rest);
                let inside = inside.trim_end_matches('/');
                match file(inside) {
                    Some(held) if !self.context.has_folder(inside) => held,
                    _ if inside.is_empty() || self.context.find(inside) == Found::Present => {
                        Held::Folder
                    }
                    _ => Held::Nothing,
                }
            }
        }
    }

    /// Whether commands of a stage, or its base image, may bring files that others copy.
    fn may_hold_more(&self, stage: &Stage) -> bool {
        self.image.lineage(stage).any(|stage| !stage.runs.is_empty())
            || !self.image.has_bare_base(stage)
    }
}

/// Programs that leave no file behind which a process could start with.
const PREPARING: &[&str] = &[
    ":",
    "[",
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "chmod",
    "chown",
    "corepack",
    "dnf",
    "export",
    "find",
    "groupadd",
    "id",
    "ldconfig",
    "locale-gen",
    "ls",
    "microdnf",
    "mkdir",
    "passwd",
    "playwright",
    "rm",
    "set",
    "sleep",
    "test",
    "true",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "yum",
];

/// Whether a command only prepares a system, and makes no files of the project's.
pub(super) fn only_prepares(words: &[Word]) -> bool {
    let word = |i: usize| words.get(i).and_then(Word::as_str);
    let has = |flag: &str| words.iter().any(|w| w.as_str().is_none_or(|w| w.starts_with(flag)));
    match words.first().and_then(basename) {
        Some("pip" | "pip3") => {
            word(1) == Some("install") && !["--target", "-t", "--prefix"].into_iter().any(has)
        }
        Some("npm" | "pnpm") => {
            matches!(word(1), Some("ci" | "install" | "i" | "cache" | "config"))
        }
        Some("yarn") => {
            matches!(word(1), None | Some("install" | "cache")) || has("--frozen-lockfile")
        }
        Some("poetry") => matches!(word(1), Some("install" | "config")),
        Some("uv") => matches!(word(1), Some("sync" | "pip")),
        Some(program) => PREPARING.contains(&program),
        None => words.is_empty(),
    }
}
