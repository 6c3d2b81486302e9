//! Keeps the data flowing one way: a module uses only those below it.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

/// Each room of the house, from the ground up, with the rooms that it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("src/source", &["source"]),
    ("src/value", &["source", "value"]),
    ("src/syntax", &["source", "value", "syntax"]),
    ("src/eval", &["source", "value", "syntax", "eval"]),
    ("src/model", &["source", "value", "syntax", "eval", "model", "timing"]),
    ("src/timing", &[]),
    ("src/init", &["source", "model", "rule", "rules", "config", "lint"]),
    ("src/finding", &["source", "value"]),
    ("src/rule.rs", &["source", "value", "finding", "model"]),
    ("rules", &["source", "value", "finding", "model", "rule"]),
    ("src/report", &["source", "value", "finding", "rule", "rules", "report", "lint"]),
    ("src/graph", &["source", "value", "finding", "model", "report", "graph"]),
    ("src/fix", &["source", "finding", "fix"]),
    (
        "src/lsp",
        &[
            "source",
            "finding",
            "model",
            "rule",
            "rules",
            "config",
            "lint",
            "fix",
            "report",
            "lsp",
            "shellcheck",
        ],
    ),
    ("src/git", &["git"]),
    ("src/shellcheck", &["source", "model", "shellcheck"]),
    ("src/changed", &["source", "finding", "report", "git", "changed"]),
    ("src/baseline", &["source", "finding", "report", "baseline"]),
    ("src/config", &["source", "value", "finding", "model", "config"]),
    ("src/migrate", &["source", "finding", "model", "rule", "config", "lint", "syntax", "migrate"]),
    (
        "src/lint",
        &[
            "source", "value", "finding", "model", "rule", "rules", "config", "lint", "syntax",
            "timing",
        ],
    ),
];

#[test]
fn modules_use_only_the_layers_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for file in rust_files(&root.join("src")).into_iter().chain(rust_files(&root.join("rules"))) {
        let path = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| {
            let rest = path.strip_prefix(layer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs")
        }) else {
            continue;
        };
        checked += 1;
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for used in text.split("crate::").skip(1) {
            let name = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            assert!(
                ["nearest", "table"].contains(&name) || allowed.contains(&name),
                "{path} must not use `{name}`"
            );
        }
    }
    assert!(checked > 40, "only {checked} files were found");
}

/// Only `Sources` reads the disk and only the reporters and fixes write to it.
#[test]
fn the_rest_does_no_input_or_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src/value", "src/syntax", "src/eval", "src/model", "rules"] {
        for file in rust_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for call in ["std::fs", "std::net", "std::env", "std::process", "println!", "eprintln!"]
            {
                assert!(!text.contains(call), "{} must not use `{call}`", file.display());
            }
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
