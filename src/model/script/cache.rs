//! What package managers keep of what they download.

use super::package::{Install, Manager};
use crate::model::image::{Run, Stage};

/// An install whose cache stays in the layer.
#[derive(Debug, Clone)]
pub struct KeptCache<'s> {
    /// The command.
    pub run: &'s Run,
    /// What it installs.
    pub install: Install<'s>,
    /// What leaves the cache out, or removes it.
    pub remedy: Remedy,
}

/// What to do about a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// An option of the install.
    Option(&'static str),
    /// The words of a command behind all others, without the program.
    Command(&'static str),
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
    pub fn kept_caches(&self) -> impl Iterator<Item = KeptCache<'_>> {
        self.runs.iter().filter_map(|run| {
            let install = run.install()?;
            let cache = CACHES.iter().find(|cache| cache.manager == install.manager)?;
            let is_off = cache.off.iter().any(|option| install.has(option))
                || cache.variables.iter().any(|name| self.env.contains_key(*name));
            let same = || self.runs.iter().filter(|other| other.order == run.order);
            let is_removed = same().any(|other| {
                cache.is_off_by(other)
                    || (cache.is_removed_by(other, install.program) && other.is_behind(run))
            });
            let mut mounts = self.caches.iter().filter(|mount| mount.order == run.order);
            let is_kept = !is_off && !is_removed && !mounts.any(|mount| cache.is_in(&mount.target));
            is_kept.then_some(KeptCache { run, install, remedy: cache.remedy })
        })
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
    fn is_behind(&self, other: &Run) -> bool {
        self.command.at.source != other.command.at.source
            || self.command.at.start > other.command.at.start
    }
}
