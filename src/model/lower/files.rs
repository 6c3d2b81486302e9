//! Makefiles, and scripts that nothing in the project calls: people run them.

use super::super::build::{Builder, Prepared, Runner};
use super::super::deployment::Manager;
use super::cloudbuild::bases;
use super::script::{Start, of_file};
use super::submission::is_makefile;
use super::{Lowered, WorkingFolder, makefile};
use crate::model::context::aside::is_set_aside;
use crate::model::script::file::PROGRAMS;
use crate::source::{Kind, SourceId, Sources, folder};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whether a text names a program that builds or deploys, or Skaffold, which calls these.
fn names_program(text: &str) -> bool {
    PROGRAMS.iter().chain(&["skaffold"]).any(|program| text.contains(program))
}

/// What Makefiles add to the project, and the scripts that are not among those `called`.
pub fn lower(sources: &Sources, called: &BTreeSet<SourceId>) -> Lowered {
    let (makefiles, scripts): (Vec<SourceId>, Vec<SourceId>) = sources
        .iter()
        .filter(|(_, source)| {
            source.kind == Kind::Script
                && !is_set_aside(&source.path)
                && names_program(&source.text)
        })
        .map(|(id, _)| id)
        .partition(|id| is_makefile(&sources.get(*id).path));
    let mut lowered = Lowered::default();
    let included = makefile::included_from(sources);
    for id in makefiles {
        let folders = makefile::folders(&sources.get(id).path, &included);
        let of_file = sources.keep_for_later(id, "makefile", folders.clone(), || {
            let mut lowered = Lowered::default();
            for invocation in makefile::commands(sources, id, &folders) {
                lowered.invoke(&invocation, Manager::Script);
            }
            lowered
        });
        lowered.append(Arc::unwrap_or_clone(of_file));
    }
    let by_makefiles = lowered.called();
    let is_called = |id: &SourceId| called.contains(id) || by_makefiles.contains(id);
    let scripts: Vec<SourceId> = scripts.into_iter().filter(|id| !is_called(id)).collect();
    let of_files: Vec<Arc<Lowered>> = scripts
        .par_iter()
        .map(|id| sources.keep_for_later(*id, "script", (), || of_script(sources, *id)))
        .collect();
    of_files.into_iter().for_each(|of_file| lowered.append(Arc::unwrap_or_clone(of_file)));
    lowered
}

/// What a script adds that somebody runs.
fn of_script(sources: &Sources, id: SourceId) -> Lowered {
    let bases = bases(folder(&sources.get(id).path));
    let start = Start {
        folders: bases.iter().map(|base| WorkingFolder::root(base)).collect(),
        env: Vec::new(),
        prepared: Prepared::No,
        dir: None,
        runner: Runner::Person,
        builder: Builder::BuildKit,
        own_builder: None,
    };
    let mut lowered = Lowered::default();
    for invocation in of_file(sources, id, &start) {
        lowered.invoke(&invocation, Manager::Script);
    }
    lowered
}
