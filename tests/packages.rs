//! What is published beside the crate says what the crate says.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The package of the crate has no packages of others in it.
fn read(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

#[test]
fn npm_has_the_version_of_the_crate() {
    let Some(text) = read("npm/package.json") else { return };
    let package: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(package["version"], VERSION);
    let needed = package["optionalDependencies"].as_object().unwrap();
    assert!(needed.len() > 4 && needed.values().all(|version| version == VERSION));
    let script = read("npm/pack.mjs").unwrap();
    assert_eq!(script.matches("{ os: ").count(), needed.len());
}

#[test]
fn the_changelog_begins_with_the_version_of_the_crate() {
    let log = read("CHANGELOG.md").unwrap();
    assert!(log.contains(&format!("\n## {VERSION}")), "{VERSION}");
}
