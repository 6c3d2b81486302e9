//! What is kept from one check to the next must not change what is found: after every change of
//! one text the project is read with all that was kept, and once more from nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seamlint::config::Config;
use seamlint::model::Project;
use seamlint::report::json;
use seamlint::source::Sources;
use seamlint::{lint, rules};
use std::path::Path;
use std::sync::Arc;

type Files = Vec<(String, String)>;

fn report(sources: Sources) -> String {
    let project = Project::read(sources);
    let outcome = lint::lint(&project, rules::ALL, &Config::default());
    let unknowns: Vec<_> = project.unknowns().iter().map(|it| (it.at, it.why)).collect();
    format!("{}{unknowns:?}", json::findings(&project.sources, &outcome.findings, None))
}

fn of(files: &Files) -> Sources {
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    Sources::of(&files)
}

/// Some texts that a text may become, by one change.
fn changed(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without = |i: usize| -> String {
        lines.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, line)| *line).collect()
    };
    let places = [0, lines.len() / 3, lines.len() / 2, lines.len().saturating_sub(1)];
    let mut texts: Vec<String> = places.into_iter().map(without).collect();
    texts.push(text.replace("8080", "9090"));
    texts.push(text.replace("api", "web"));
    texts.dedup();
    texts
}

/// Changes every file of a project in some ways, one after the other.
fn change(name: &str, files: &Files) {
    let mut kept = of(files);
    assert_eq!(report(kept.clone()), report(of(files)), "{name}");
    for (i, (path, text)) in files.iter().enumerate() {
        let mut now = files.clone();
        for new in changed(text).into_iter().chain([text.clone()]) {
            now[i].1.clone_from(&new);
            let mut laid = kept.clone();
            if laid.lay(path, &Arc::from(new.as_str())) {
                let fresh = report(of(&now));
                assert_eq!(report(laid.clone()), fresh, "{name}: {path} becomes\n{new}");
                kept = laid;
            } else {
                let mut again = of(&now);
                again.take_over(&kept);
                assert_eq!(report(again), report(of(&now)), "{name}: {path} becomes\n{new}");
            }
        }
        assert!(kept.lay(path, &Arc::from(text.as_str())), "{name}: {path}");
    }
}

fn files(root: &Path, folder: &Path, found: &mut Files) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(root, &path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, text));
        }
    }
}

#[test]
fn fixtures_are_found_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        let mut found = Files::new();
        files(&folder, &folder, &mut found);
        change(&folder.display().to_string(), &found);
    }
}

/// Any folder, in a release build: `INCREMENTAL=<folder> cargo test --release --test incremental`.
#[test]
fn a_folder_is_found_the_same() {
    if let Some(folder) = std::env::var_os("INCREMENTAL") {
        let folder = Path::new(&folder);
        let mut found = Files::new();
        files(folder, folder, &mut found);
        found.retain(|(path, _)| !path.starts_with(".git/"));
        change(&folder.display().to_string(), &found);
    }
}
