//! Files that a script asks for before it uses them: that they are not there is no surprise.

use super::WorkingFolder;
use crate::source::{Sources, folder, is_below, name};
use crate::syntax::shell::asks;
use crate::value::{Sourced, Text};
use std::collections::BTreeSet;

/// What commands find by themselves in the folder that they are given, or in their own.
const FOUND: &[&str] = &[
    "Chart.",
    "Containerfile",
    "Dockerfile",
    "cloudbuild.",
    "compose.",
    "docker-bake.",
    "docker-compose.",
    "kustomization.",
    "package.",
    "skaffold.",
];

/// The paths of the project that a test asks for and that are not there.
pub fn paths(words: &[Sourced<Text>], folders: &[WorkingFolder], files: &Sources) -> Vec<String> {
    let program = words.first().and_then(|word| word.value.literal());
    if !asks(program) {
        return Vec::new();
    }
    let is_asked = |word: &Sourced<Text>| {
        matches!(word.value.literal(), Some("-f" | "-e" | "-d" | "-r" | "-s" | "-x" | "-L" | "-h"))
    };
    let asked = words.iter().zip(words.iter().skip(1)).filter(|(operator, _)| is_asked(operator));
    let paths = asked.flat_map(|(_, path)| folders.iter().map(|own| own.resolve(&path.value)));
    paths.flatten().filter(|path| !files.has_file(path) && !files.has_folder(path)).collect()
}

/// Whether a command uses one of the paths that were asked for.
pub fn uses(words: &[Sourced<Text>], folders: &[WorkingFolder], asked: &BTreeSet<String>) -> bool {
    let is_meant = |path: &str| {
        let found = |wanted: &String| FOUND.iter().any(|start| name(wanted).starts_with(start));
        asked.iter().any(|wanted| {
            wanted == path || is_below(path, wanted) || (folder(wanted) == path && found(wanted))
        })
    };
    let named = |own: &WorkingFolder| {
        let mut values = words.iter().skip(1).flat_map(|word| {
            let value = word.value.literal().and_then(|text| text.split_once('='));
            [Some(word.value.clone()), value.map(|(_, value)| Text::from(value))]
        });
        values.any(|value| value.and_then(|v| own.resolve(&v)).is_some_and(|path| is_meant(&path)))
    };
    !asked.is_empty() && folders.iter().any(|own| is_meant(&own.path) || named(own))
}
