//! Scripts that are files of their own, as texts for a shell.

use super::{Options, Script};
use crate::model::context::aside::is_set_aside;
use crate::model::image::system::Dialect;
use crate::source::{self, Excerpt, Kind, SourceId, Sources, Span};
use crate::value::Value;
use rayon::prelude::*;

/// What a script calls that builds or deploys.
pub const PROGRAMS: &[&str] =
    &["docker", "podman", "gcloud", "terraform", "tofu", "kubectl", "kustomize", "helm"];

/// The scripts of a project that build or deploy.
pub fn of_files(sources: &Sources) -> Vec<Script> {
    let is_shell = |path: &str| {
        let name = source::name(path);
        !name.contains('.') || [".sh", ".bash"].iter().any(|end| name.ends_with(end))
    };
    let files: Vec<SourceId> = sources
        .iter()
        .filter(|(_, source)| {
            let text = &source.text;
            source.kind == Kind::Script
                && is_shell(&source.path)
                && !is_set_aside(&source.path)
                && (text.starts_with("#!") || source.path.ends_with("sh"))
                && PROGRAMS.iter().any(|program| text.contains(program))
        })
        .map(|(id, _)| id)
        .collect();
    files.par_iter().filter_map(|id| of_file(sources, *id)).collect()
}

fn of_file(sources: &Sources, id: SourceId) -> Option<Script> {
    let text = &sources.get(id).text;
    let at = Span::new(id, 0..text.len());
    let first = text.lines().next().unwrap_or_default();
    let (mut dialect, mut options) = (Dialect::Other, Options::default());
    if let Some(line) = first.strip_prefix("#!") {
        let mut words = line.split_whitespace().filter(|word| !word.ends_with("/env"));
        let program = source::name(words.find(|word| *word != "-S")?);
        dialect = match program {
            "sh" => Dialect::Other,
            program => Dialect::of_program(program)?,
        };
        options.take_all(words);
    }
    let (dialect, options) = (Value::literal(dialect, at), Value::literal(options, at));
    Some(Script::read(("script", 0, at), Excerpt::verbatim(text, at), dialect, options))
}
