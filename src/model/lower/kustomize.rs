//! Kustomizations: what they name, and commands that change them.

use super::Invocation;
use super::docker::after;
use crate::eval::kustomize::{ImageSetting, Used, used};
use crate::model::context::aside::is_set_aside;
use crate::model::deployment::kustomization::{Lack, MissingFile};
use crate::source::{Excerpt, Kind, SourceId, Sources, folder, name};
use crate::syntax::kustomize::{Kustomization, PatchText};
use crate::value::{Sourced, Text, Value};

/// The images that `kustomize edit set image` puts in the place of others.
pub fn settings(invocation: &Invocation) -> Vec<ImageSetting> {
    let is_it = ["edit", "set", "image"]
        .iter()
        .enumerate()
        .all(|(i, word)| invocation.argument(i + 1) == Some(word));
    let words = invocation.words.get(4..).filter(|_| is_it).unwrap_or_default();
    let folders: Vec<String> = invocation.folders.iter().map(|f| f.path.clone()).collect();
    let setting = |word: &Sourced<Text>| {
        let (name, image) = set(word)?;
        Some(ImageSetting { folders: folders.clone(), name, image })
    };
    words.iter().filter_map(setting).collect()
}

/// `name=image`, or `name:tag` with the same name.
fn set(word: &Sourced<Text>) -> Option<(String, Sourced<Text>)> {
    let parts = word.value.split('=');
    let first = parts.first()?.literal()?;
    if parts.len() > 1 {
        return Some((first.to_owned(), after(word, first.len() + 1)));
    }
    let last = first.rfind('/').map_or(0, |i| i + 1);
    let end = first[last..].find([':', '@']).map_or(first.len(), |i| last + i);
    Some((first[..end].to_owned(), word.clone()))
}

/// The files and folders that a kustomization names and that surely are not there.
pub fn missing(sources: &Sources, id: SourceId, tree: &Kustomization) -> Vec<MissingFile> {
    let path = &sources.get(id).path;
    if is_set_aside(path) || sources.get(id).text.contains("{{") {
        return Vec::new();
    }
    let own = folder(path);
    let mut missing = Vec::new();
    let mut look = |written: &Excerpt, takes_folders: bool| {
        // What is put in later is not known.
        if written.text.is_empty() || written.text.contains(['$', '\n', '*', '<']) {
            return;
        }
        let (path, lack) = match used(sources, own, &written.text) {
            Used::Missing(path) => (path, Lack::Missing),
            Used::Bare(path) if takes_folders => (path, Lack::NoKustomization),
            _ => return,
        };
        if !sources.may_appear(&path) && !is_made(sources, &path) {
            let written = Value::literal(Text::from(&*written.text), written.at);
            missing.push(MissingFile { written, path, lack });
        }
    };
    tree.resources.iter().for_each(|path| look(path, true));
    tree.components.iter().for_each(|path| look(path, true));
    for patch in &tree.patches {
        if let PatchText::File(path) = &patch.text {
            look(path, false);
        }
    }
    // Nobody commits secrets.
    for generator in tree.generators.iter().filter(|generator| !generator.is_secret) {
        let is_setting = |file: &&Excerpt| !name(&file.text).contains("env");
        generator.files.iter().filter(is_setting).for_each(|path| look(path, false));
    }
    missing
}

/// Whether something that runs, or a text for people, speaks of a file.
fn is_made(sources: &Sources, path: &str) -> bool {
    use Kind::{CircleCi, CloudBuild, Documentation, GitLab, Script, Tasks, Terraform, Workflow};
    let speaks = [CircleCi, CloudBuild, Documentation, GitLab, Script, Tasks, Terraform, Workflow];
    let mut all = sources.iter().filter(|(_, source)| speaks.contains(&source.kind));
    all.any(|(_, source)| source.text.contains(name(path)))
}
