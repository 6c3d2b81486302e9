//! Scripts that nothing in the project calls: people run them.

use super::super::build::{Prepared, Runner};
use super::super::copy::is_set_aside;
use super::super::deployment::Manager;
use super::cloudbuild::bases;
use super::script::{Start, of_file};
use super::submission::is_makefile;
use super::{Lowered, WorkingFolder};
use crate::source::{Kind, SourceId, Sources, folder};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The programs of which a script is read.
const PROGRAMS: &[&str] = &["docker", "podman", "gcloud"];

/// What the scripts add to the project that are not among those `called`.
pub fn lower(sources: &Sources, called: &BTreeSet<SourceId>) -> Lowered {
    let scripts: Vec<SourceId> = sources
        .iter()
        .filter(|(id, source)| {
            source.kind == Kind::Script
                && !called.contains(id)
                && !is_makefile(&source.path)
                && !is_set_aside(&source.path)
                && PROGRAMS.iter().any(|program| source.text.contains(program))
        })
        .map(|(id, _)| id)
        .collect();
    let of_files: Vec<Lowered> = scripts
        .par_iter()
        .map(|id| {
            let bases = bases(folder(&sources.get(*id).path));
            let start = Start {
                folders: bases.iter().map(|base| WorkingFolder::root(base)).collect(),
                env: Vec::new(),
                prepared: Prepared::No,
                dir: None,
                runner: Runner::Person,
                buildkit: true,
            };
            let mut lowered = Lowered::default();
            for invocation in of_file(sources, *id, &start) {
                lowered.invoke(&invocation, Manager::Script);
            }
            lowered
        })
        .collect();
    let mut lowered = Lowered::default();
    of_files.into_iter().for_each(|of_file| lowered.append(of_file));
    lowered
}
