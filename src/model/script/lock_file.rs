//! Installs that may change the file which says what they install.

use super::package::{Install, Manager};
use crate::model::Project;
use crate::model::image::{Origin, Run, Stage};
use crate::source::{folder, join, name};
use crate::value::{Sourced, Text};

/// An install of all that a project needs, beside a lock file that it may change.
#[derive(Debug)]
pub struct LooseInstall<'a> {
    /// The command.
    pub run: &'a Run,
    /// What it installs.
    pub install: Install<'a>,
    /// What brings the lock file.
    pub lock: &'a Sourced<Text>,
}

impl Project {
    /// The `npm install` that stand where `npm ci` would keep to the lock file.
    pub fn loose_installs(&self) -> Vec<LooseInstall<'_>> {
        let mut loose = Vec::new();
        for image in &self.images {
            let has_lock = self.sources.has_file(&join(folder(&image.path), "package-lock.json"));
            for stage in &image.stages {
                loose.extend(stage.runs.iter().filter_map(|run| {
                    let install = run.install().filter(is_of_lock_file)?;
                    let lock = stage.lock_file(run, has_lock)?;
                    // There may be another file, or none.
                    let mut before = stage.runs.iter().filter(|other| {
                        other.order == run.order && other.command.at.start < run.command.at.start
                    });
                    if before.any(|other| matches!(other.command.program(), Some("cd" | "pushd"))) {
                        return None;
                    }
                    Some(LooseInstall { run, install, lock })
                }));
            }
        }
        loose
    }
}

impl Stage {
    /// The source of a copy before a command that brings the lock file of npm, if there is one to
    /// be brought by a pattern.
    fn lock_file(&self, run: &Run, has_lock: bool) -> Option<&Sourced<Text>> {
        let copies = self.copies.iter();
        let copies = copies.filter(|c| c.order < run.order && c.from == Origin::Context);
        let mut sources = copies.flat_map(|copy| &copy.sources).filter_map(|s| s.known());
        sources.find(|source| match source.value.literal().map(name) {
            Some("package-lock.json") => true,
            Some("." | "" | "package*.json" | "package*" | "*.json") => has_lock,
            _ => false,
        })
    }
}

/// Whether npm installs what the lock file says, or writes it.
fn is_of_lock_file(install: &Install<'_>) -> bool {
    const OTHER: &[&str] =
        &["-g", "--global", "--no-package-lock", "--package-lock-only", "--prefix", "-C"];
    install.manager == Manager::Npm
        && install.packages.is_empty()
        && !install.options.iter().any(|option| OTHER.contains(option))
}
