//! What package managers keep of what they download.

use super::package::{Install, Manager};
use crate::model::image::{Run, Stage};
use crate::source::Span;
use crate::value::Value;

/// An install whose cache stays in the layer.
#[derive(Debug, Clone)]
pub struct KeptCache<'s> {
    /// The command.
    pub run: &'s Run,
    /// What it installs.
    pub install: Install<'s>,
    /// What leaves the cache out, or removes it.
    pub remedy: Remedy,
    /// Where a command that removes it can be added. Of several installs of an instruction by one
    /// program the first has it.
    pub end: Option<Span>,
}

/// What to do about a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// An option of the install.
    Option(&'static str),
    /// The words of a command behind all others, without the program.
    Command(&'static str),
}

/// A variable that turns a cache off with a value that says the contrary.
#[derive(Debug, Clone)]
pub struct Misread {
    /// Its name.
    pub name: &'static str,
    /// The value: `0`, `off`.
    pub value: String,
    /// The program whose cache it is.
    pub program: String,
    /// Where the value is, or the word with the name and the value.
    pub at: Span,
    /// What stands there if it says what it does.
    pub plain: String,
}

/// What is known of the cache of a package manager.
struct Cache {
    manager: Manager,
    /// The end of the path, or the path, of the folder.
    folder: &'static str,
    /// Options that leave it out.
    off: &'static [&'static str],
    /// Variables that leave it out, or move it.
    variables: &'static [&'static str],
    remedy: Remedy,
}

const CACHES: &[Cache] = &[
    Cache {
        manager: Manager::Apk,
        folder: "/var/cache/apk",
        off: &["--no-cache", "--no-network"],
        variables: &[],
        remedy: Remedy::Option("--no-cache"),
    },
    Cache {
        manager: Manager::Apt,
        folder: "/var/cache/apt",
        off: &["--download-only", "-d", "--dry-run", "-s", "--simulate"],
        variables: &[],
        remedy: Remedy::Command("clean"),
    },
    Cache {
        manager: Manager::Dnf,
        folder: "/var/cache/",
        off: &["--downloadonly", "--assumeno"],
        variables: &[],
        remedy: Remedy::Command("clean all"),
    },
    Cache {
        manager: Manager::Zypper,
        folder: "/var/cache/zypp",
        off: &["--dry-run", "-D"],
        variables: &[],
        remedy: Remedy::Command("clean --all"),
    },
    Cache {
        manager: Manager::Pip,
        folder: ".cache/pip",
        off: &["--no-cache-dir"],
        variables: &["PIP_NO_CACHE_DIR", "PIP_CACHE_DIR"],
        remedy: Remedy::Option("--no-cache-dir"),
    },
    Cache {
        manager: Manager::Yarn,
        folder: ".cache/yarn",
        off: &["--cache-folder"],
        variables: &["YARN_CACHE_FOLDER"],
        remedy: Remedy::Command("cache clean"),
    },
];

impl Stage {
    /// The caches that its commands leave in their layers.
    pub fn kept_caches(&self) -> Vec<KeptCache<'_>> {
        let mut kept: Vec<KeptCache<'_>> = self.caches_left().collect();
        for i in 0..kept.len() {
            let (before, rest) = kept.split_at_mut(i);
            let Some(cache) = rest.first_mut() else { continue };
            let program = cache.install.program;
            let alike = |other: &KeptCache<'_>| {
                other.run.order == cache.run.order && other.install.program == program
            };
            if cache.run.command.program() == Some(program) && !before.iter().any(alike) {
                cache.end = self.end_of_chain(cache.run.order);
            }
        }
        kept
    }

    fn caches_left(&self) -> impl Iterator<Item = KeptCache<'_>> {
        self.runs.iter().filter_map(|run| {
            let install = run.install()?;
            let cache = CACHES.iter().find(|cache| cache.manager == install.manager)?;
            if cache.manager == Manager::Apt && !self.keeps_archives(run) {
                return None;
            }
            let is_off = cache.off.iter().any(|option| install.has(option))
                || cache.variables.iter().any(|name| self.env.contains_key(*name));
            let same = || self.runs.iter().filter(|other| other.order == run.order);
            let is_removed = same().any(|other| {
                cache.is_off_by(other)
                    || (cache.is_removed_by(other, install.program) && other.is_behind(run))
            });
            let mut mounts = self.caches.iter().filter(|mount| mount.order == run.order);
            let is_kept = !is_off && !is_removed && !mounts.any(|mount| cache.is_in(&mount.target));
            is_kept.then_some(KeptCache { run, install, remedy: cache.remedy, end: None })
        })
    }

    /// The variables that turn off the cache of an install of its own, with a value that reads as
    /// if they did not. pip asks only whether it can read the value as a yes or a no, and takes
    /// both for a yes: `_internal/cli/cmdoptions.py`, `_handle_no_cache_dir`, read 2026-11.
    pub fn misread_switches(&self) -> Vec<Misread> {
        const NAME: &str = "PIP_NO_CACHE_DIR";
        let is_no = |value: &str| {
            ["0", "f", "false", "n", "no", "off"].contains(&&*value.to_ascii_lowercase())
        };
        let mut found: Vec<Misread> = Vec::new();
        for run in &self.runs {
            let Some(install) = run.install().filter(|i| i.manager == Manager::Pip) else {
                continue;
            };
            let same = self.runs.iter().filter(|other| other.order == run.order);
            let assigned = same.flat_map(|other| other.settings_of(NAME));
            let of_stage = self.env.get(NAME).and_then(Value::known).and_then(|value| {
                Some((value.value.literal()?.to_owned(), value.at, "1".to_owned()))
            });
            let decided = assigned.last().or(of_stage);
            let Some((value, at, plain)) = decided.filter(|(value, ..)| is_no(value)) else {
                continue;
            };
            let program = install.program.to_owned();
            if found.iter().all(|other| other.at != at) {
                found.push(Misread { name: NAME, value, program, at, plain });
            }
        }
        found
    }

    /// Whether apt keeps the archives that it installs in a run: images of Debian and Ubuntu have
    /// it remove them, unless that setting is taken away.
    fn keeps_archives(&self, run: &Run) -> bool {
        let before = || self.runs.iter().filter(|other| other.order <= run.order);
        let speaks = |other: &Run, of: &str| {
            other.command.words.iter().any(|word| word.text().to_string().contains(of))
        };
        let is_removed = |other: &Run| {
            other.program().is_some_and(|(program, _)| program == "rm")
                && speaks(other, "docker-clean")
        };
        // A setting of apt's own may say either.
        before().any(is_removed) && !before().any(|other| speaks(other, "Keep-Downloaded"))
    }
}

impl Cache {
    /// Whether a path is that of its folder, of one that holds it, or of something in it.
    fn is_in(&self, path: &str) -> bool {
        let path = path.trim_end_matches(['/', '*']);
        let of_user = self.folder.strip_prefix(".cache/").filter(|_| path.starts_with(['/', '~']));
        path.contains(self.folder.trim_end_matches('/'))
            || of_user.is_some_and(|own| path.ends_with(".cache") || path.contains(own))
            || (self.folder.starts_with('/') && path.len() > 1 && self.folder.starts_with(path))
    }

    /// Whether a command sets a variable that leaves it out.
    fn is_off_by(&self, run: &Run) -> bool {
        let mut sets = run.command.assignments.iter();
        let is_export = run.command.program() == Some("export");
        let mut words = run.command.words.iter().filter_map(|word| word.as_str());
        sets.any(|(name, _)| self.variables.contains(&&**name))
            || (is_export
                && words.any(|w| self.variables.contains(&w.split('=').next().unwrap_or(w))))
    }

    /// Whether a command removes what a program keeps. microdnf has a cache of its own.
    fn is_removed_by(&self, run: &Run, program: &str) -> bool {
        let words = || run.command.words.iter().map(|word| word.text().to_string());
        let is_small = |program: &str| program == "microdnf";
        let is_own = || {
            let Some((other, _)) = run.program() else { return false };
            let manager = Manager::of(other).filter(|_| is_small(other) == is_small(program));
            manager == Some(self.manager) || other.starts_with("python")
        };
        words().skip(1).any(|word| self.is_in(&word))
            || (is_own() && words().any(|word| matches!(&*word, "clean" | "cc" | "purge")))
    }
}

impl Run {
    /// The values that it gives to a variable, by an assignment or by `export`, each with its
    /// place and what stands there for `1`.
    fn settings_of(&self, name: &str) -> Vec<(String, Span, String)> {
        let command = &self.command;
        let assigned = command.assignments.iter().filter(|(own, _)| **own == *name);
        let assigned = assigned.filter_map(|(_, value)| {
            Some((value.as_str()?.to_owned(), value.at, format!("{name}=1")))
        });
        let is_export = command.program() == Some("export");
        let exported = command.words.iter().filter(|_| is_export).filter_map(|word| {
            let (own, value) = word.as_str()?.split_once('=')?;
            (own == name).then(|| (value.to_owned(), word.at, format!("{name}=1")))
        });
        assigned.chain(exported).collect()
    }

    fn is_behind(&self, other: &Run) -> bool {
        self.command.at.source != other.command.at.source
            || self.command.at.start > other.command.at.start
    }
}
