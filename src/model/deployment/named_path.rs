//! Files and folders that commands name, and that must be there when these run.

use crate::model::Project;
use crate::model::blur::Blur;
use crate::model::build::{Prepared, is_to_be_filled_in};
use crate::model::context::aside::is_set_aside;
use crate::nearest::nearest;
use crate::source::{Sources, folder, join, name};
use crate::value::{Text, Value};
use std::collections::BTreeSet;

/// A path that a command names: manifests, a folder of Terraform.
#[derive(Debug, Clone)]
pub struct NamedPath {
    /// The path as it is written.
    pub written: Value<Text>,
    /// The program that reads it.
    pub program: String,
    /// What the path must be.
    pub wanted: Wanted,
    /// Where it may be, one for each folder in which the command may run.
    pub places: Vec<NamedPlace>,
    /// Whether the folder in which the command runs is beyond doubt: that of a checkout.
    pub is_settled: bool,
    /// Which files that the repository lacks something that runs before may make.
    pub prepared: Prepared,
}

/// Where a path may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPlace {
    /// The folder in which the command runs, from the root of the project.
    pub folder: String,
    /// The path, from the root of the project.
    pub path: String,
}

/// What a path must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A file or a folder.
    Any,
    /// A folder with files of Terraform.
    Configuration,
    /// A file of environment variables, which gcloud reads.
    Variables,
}

/// A path that is not what it must be, in none of its places.
#[derive(Debug)]
pub struct MissingPath<'a> {
    /// What the command names.
    pub named: &'a NamedPath,
    /// The path in the first of the places.
    pub path: &'a str,
    /// Whether there is a folder of that name, without what is wanted in it.
    pub is_bare: bool,
    /// A path that was most likely meant.
    pub near: Option<String>,
}

impl NamedPath {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.written);
    }

    /// Whether something is at one of the places, or may be.
    fn is_there(&self, sources: &Sources) -> bool {
        self.places.iter().any(|NamedPlace { path, .. }| {
            // `api.yaml` is filled in of `api.yaml.tpl`.
            let is_made = sources.starting_with(format!("{path}.")).next().is_some();
            is_made
                || sources.may_appear(path)
                || is_to_be_filled_in(path)
                || match self.wanted {
                    Wanted::Any | Wanted::Variables => {
                        sources.has_file(path) || sources.has_folder(path)
                    }
                    Wanted::Configuration => has_configuration(sources, path),
                }
        })
    }

    /// Whether a place is that of the project and of no other: a folder on the way there
    /// exists, or a file beside it has nearly the same name.
    fn is_of_project(&self, sources: &Sources, near: Option<&str>) -> bool {
        let on_the_way = |place: &NamedPlace| {
            let within = match place.folder.as_str() {
                "" => Some(place.path.as_str()),
                folder => place.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
            };
            match within.and_then(|within| within.split_once('/')) {
                Some((first, _)) => sources.has_folder(&join(&place.folder, first)),
                None => within.is_none() && sources.has_folder(folder(&place.path)),
            }
        };
        self.is_settled || near.is_some() || self.places.iter().any(on_the_way)
    }
}

impl Project {
    /// The paths that commands name and that are in none of the places where they may be, and
    /// that nothing before may make.
    pub fn missing_paths(&self) -> Vec<MissingPath<'_>> {
        let named = self.named_paths.iter().filter(|_| !self.sources.is_part);
        let mut missing: Vec<_> = named.filter_map(|named| self.missing_path(named)).collect();
        // Many commands start in the one folder that a step or a job names.
        let mut seen = BTreeSet::new();
        missing.retain(|missing| seen.insert((missing.named.written.at(), missing.path)));
        missing
    }

    fn missing_path<'a>(&self, named: &'a NamedPath) -> Option<MissingPath<'a>> {
        let at = named.written.at()?;
        let path = named.places.first()?.path.as_str();
        if is_set_aside(&self.sources.get(at.source).path)
            || self.sources.may_fail(at)
            || named.prepared > Prepared::Outputs
            || named.is_there(&self.sources)
        {
            return None;
        }
        let mut places = named.places.iter();
        let is_bare = places.any(|place| self.sources.has_folder(&place.path));
        let beside = named.places.iter().find_map(|place| self.beside(&place.path));
        if !is_bare && !named.is_of_project(&self.sources, beside.as_deref()) {
            return None;
        }
        let near = beside.filter(|_| !is_bare).or_else(|| self.only_one_called(path));
        Some(MissingPath { named, path, is_bare, near })
    }

    /// A path in the same folder whose name is nearly the same.
    pub fn beside(&self, path: &str) -> Option<String> {
        let folder = folder(path);
        nearest(name(path), self.sources.entries(folder)).map(|name| join(folder, name))
    }

    /// The only file of the name of a path, wherever it is.
    fn only_one_called(&self, path: &str) -> Option<String> {
        let mut called = self.sources.called(name(path)).filter(|path| self.sources.has_file(path));
        let first = called.next()?;
        called.next().is_none().then(|| first.to_owned())
    }
}

/// Whether a folder has files of Terraform or OpenTofu itself.
fn has_configuration(sources: &Sources, folder: &str) -> bool {
    const ENDS: &[&str] = &[".tf", ".tf.json", ".tofu", ".tofu.json"];
    let mut files = sources.under(folder).filter(|path| crate::source::folder(path) == folder);
    files.any(|path| ENDS.iter().any(|end| path.ends_with(end)))
}
