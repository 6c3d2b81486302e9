//! What `skaffold.yaml` builds.
//!
//! Source: skaffold.dev about the Docker builder, and `processEachConfig` of
//! GoogleContainerTools/skaffold, pkg/skaffold/parser/config.go, read 2026-11: a context is relative
//! to the folder in which Skaffold runs, or to a file that another requires, a Dockerfile to its
//! context, and where no platform is named that of the cluster counts.

use super::super::build::{Build, BuildKind, Prepared, Runner};
use super::WorkingFolder;
use super::docker::places;
use crate::source::{Excerpt, SourceId, Sources, folder, join, resolve};
use crate::syntax::skaffold::{Artifact, Skaffold};
use crate::value::{Sourced, Text, Value, Why};
use std::iter::successors;

/// The builds of a file.
pub fn lower(sources: &Sources, id: SourceId, skaffold: &Skaffold) -> Vec<Build> {
    let own = folder(&sources.get(id).path);
    let all = successors(Some(own), |path| (!path.is_empty()).then(|| folder(path)));
    let folders: Vec<WorkingFolder> = all.map(WorkingFolder::root).collect();
    skaffold.artifacts.iter().map(|artifact| build(&folders, artifact)).collect()
}

/// What an artifact builds, in the folders in which Skaffold may run.
fn build(folders: &[WorkingFolder], artifact: &Artifact) -> Build {
    let at = artifact.image.at;
    let value = |text: &Option<Excerpt>| text.as_ref().map_or(Value::Unset, read);
    let context = value(&artifact.context).or(Value::literal(Text::from("."), at));
    let dockerfile = value(&artifact.dockerfile);
    let places = places(folders, &context, |_, context| match &dockerfile {
        Value::Unset => Some(join(context, "Dockerfile")),
        file => resolve(context, file.literal_text()?),
    });
    let listed: Vec<&str> = artifact.platforms.iter().map(|p| &*p.text).collect();
    let platform = match artifact.platforms.first() {
        Some(first) => Value::literal(Text::from(listed.join(",")), first.at),
        None => Value::unknown(at, Why::Environment),
    };
    let arguments = artifact.arguments.iter().map(|(name, given)| {
        let unknown = Value::unknown(name.at, Why::Environment);
        (name.text.clone(), given.as_ref().map_or(unknown, read))
    });
    Build {
        platform,
        tags: read(&artifact.image).known().cloned().into_iter().collect::<Vec<Sourced<Text>>>(),
        arguments: arguments.collect(),
        target: value(&artifact.target),
        dockerfile,
        context,
        places,
        pushes: !artifact.stays,
        prepared: if artifact.hooks { Prepared::Anything } else { Prepared::No },
        ..Build::new(at, Runner::Person, BuildKind::Skaffold)
    }
}

/// What is written, unless something is filled in.
fn read(text: &Excerpt) -> Value<Text> {
    match text.text.contains("{{") {
        true => Value::unknown(text.at, Why::Environment),
        false => Value::literal(Text::from(&*text.text), text.at),
    }
}
