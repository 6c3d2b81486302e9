//! Runs every rule over the small repositories under `fixtures/`.
//!
//! Beside each folder stands what is said of it: `<repo>.report`, empty where it is clean.
//! `UPDATE_FIXTURES=1` writes these files, to be read before they are committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seamlint::config::Config;
use seamlint::model::Project;
use seamlint::report::concise;
use seamlint::source::Sources;
use seamlint::{lint, rules};
use std::path::{Path, PathBuf};

fn report(folder: &Path) -> String {
    let sources = Sources::discover(folder, &[]).expect("a folder that can be read");
    let project = Project::read(sources);
    let outcome = lint::lint(&project, rules::ALL, &Config::default());
    outcome.findings.iter().map(|finding| concise::finding(&project.sources, finding)).collect()
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn repositories_are_reported_as_written() {
    for folder in folders() {
        let expected = folder.with_extension("report");
        let real = report(&folder);
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(&expected, &real).unwrap();
        }
        let written = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(real, written, "{}", folder.display());
    }
}

#[test]
fn a_repository_has_defects_and_its_corrected_twin_has_none() {
    let folders = folders();
    assert!(folders.len() >= 10);
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let clean = report(&folder).is_empty();
        assert_eq!(clean, name.ends_with("-fixed"), "{name}");
    }
}
