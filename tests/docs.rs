//! The book under `docs/`: what commands print in it, and what it says that can be checked.
//!
//! A block of `console` holds commands after `$ ` and what they print. They run one after the
//! other in a copy of the folder that a comment above names: `<!-- in fixtures/... -->`. A run
//! with `UPDATE_DOCS=1` writes what they print into the page.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use seamlint::config::Config;
use seamlint::lint;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of the book, and the README.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(root().join("docs")).unwrap();
    let mut paths: Vec<PathBuf> = docs.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.push(root().join("README.md"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// What a shell prints of a command, with all times of a run alike.
fn printed(command: &str, folder: &Path) -> String {
    let binaries = Path::new(env!("CARGO_BIN_EXE_seamlint")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("exec 2>&1; {command}"))
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("NO_COLOR")
        .env_remove("GIT_DIR")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| match line.rsplit_once(" (") {
        Some((start, time)) if time.contains(" s)") && start.ends_with(['e', 's']) => {
            let (_, rest) = time.split_once(" s)").unwrap();
            format!("{start} (0.01 s){rest}\n")
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// A page with what its commands print today.
fn regenerated(page: &str) -> String {
    let mut out = String::new();
    let mut project: Option<TempDir> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some(folder) = line.strip_prefix("<!-- in ").and_then(|it| it.strip_suffix(" -->")) {
            let copied = tempfile::tempdir().unwrap();
            copy(&root().join(folder), copied.path());
            project = Some(copied);
        }
        if line != "```console" {
            continue;
        }
        let folder = project.as_ref().unwrap().path();
        for line in lines.by_ref().take_while(|line| *line != "```") {
            if let Some(command) = line.strip_prefix("$ ") {
                out.push_str(&format!("{line}\n{}", printed(command, folder)));
            }
        }
        out.push_str("```\n");
    }
    out
}

#[test]
fn commands_print_what_the_book_says() {
    for (path, text) in pages() {
        let today = regenerated(&text);
        if text == today {
            continue;
        }
        assert!(std::env::var_os("UPDATE_DOCS").is_some(), "{}:\n{today}", path.display());
        fs::write(&path, &today).unwrap();
    }
}

/// The texts of the blocks of a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn settings_in_the_book_are_understood() {
    let pages = pages();
    for (path, text) in &pages {
        for block in blocks(text, "toml") {
            let words = lint::vocabulary();
            let read = Config::parse("seamlint.toml", block, &words);
            assert!(read.is_ok(), "{}: {:?}", path.display(), read.err());
        }
    }
    let schema = fs::read_to_string(root().join("seamlint.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    for key in schema["properties"].as_object().unwrap().keys() {
        let written = [format!("{key} = "), format!("[{key}]\n")];
        let is_said = pages.iter().any(|(_, text)| written.iter().any(|it| text.contains(it)));
        assert!(is_said || key == "$schema", "`{key}` is nowhere in the book");
    }
}

#[test]
fn versions_in_the_book_are_this_one() {
    for (path, text) in pages() {
        for mark in ["rev: v", "seamlint/seamlint@v", "seamlint=="] {
            for (at, _) in text.match_indices(mark) {
                let rest = &text[at + mark.len()..];
                assert!(rest.starts_with(VERSION), "{}: {mark}{rest:.10}", path.display());
            }
        }
    }
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for (path, _) in pages() {
        let name = path.file_name().unwrap().to_string_lossy();
        let listed = summary.contains(&format!("]({name})"));
        assert!(listed || ["SUMMARY.md", "README.md"].contains(&&*name), "SUMMARY.md lacks {name}");
    }
}
