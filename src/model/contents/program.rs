//! The file that a process starts with, against what its image holds.

use super::Contents;
use crate::model::blur::Blur;
use crate::model::build::built::Built;
use crate::model::context::copy::Lookup;
use crate::model::context::{has_wildcard, inner};
use crate::model::image::listener::is_python;
use crate::model::image::process::basename;
use crate::model::image::{Copy, ImageId, Origin, Stage};
use crate::source::{self, Span, clean, is_below};
use crate::syntax::shell::Word;
use crate::value::{Sourced, Value};
use rayon::prelude::*;

/// Where Cloud Build mounts the files of a build (Build configuration overview, read 2026-11).
const MOUNTED: &str = "/workspace";

/// A program or script that an image starts and does not hold.
#[derive(Debug, Clone)]
pub struct MissingProgram {
    /// The image.
    pub image: ImageId,
    /// Its absolute path in the image, at the word that names it.
    pub path: Value<String>,
    /// Whether `ENTRYPOINT` names it, so that it is started where `CMD` is replaced, too.
    pub of_entrypoint: bool,
    /// A file of this name in the repository, with its path from the root, if there is one.
    pub home: Option<String>,
    /// The line of an ignore file that keeps that file out of the context, if one does.
    pub left_out: Option<Span>,
}

impl MissingProgram {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.path);
    }
}

/// The programs that images start and do not hold.
pub(in crate::model) fn missing_programs(
    lookup: &Lookup<'_>,
    built: &[Built<'_>],
) -> Vec<MissingProgram> {
    built.par_iter().filter_map(|built| missing(lookup, built)).collect()
}

fn missing(lookup: &Lookup<'_>, built: &Built<'_>) -> Option<MissingProgram> {
    let process = built.stage.process.as_ref()?;
    // What context an example is built in is not known. Nor is that of an image without a known
    // build, if it takes in all of it, whatever that is.
    let copies = || built.image.lineage(built.stage).flat_map(|stage| &stage.copies);
    let mut from_context = copies().filter(|copy| copy.from == Origin::Context);
    let is_open = |copy: &Copy| {
        let mut sources = copy.sources.iter().map(|source| source.literal_text().map(inner));
        sources.any(|source| source.is_none_or(|source| source.is_empty() || has_wildcard(&source)))
    };
    if from_context.any(|copy| !built.is_meant || (built.builds.is_empty() && is_open(copy))) {
        return None;
    }
    // A command before it may change the folder, or make the file.
    let commands = built.stage.commands.iter().filter(|c| c.instruction != "HEALTHCHECK");
    if commands.into_iter().any(|command| command.commands.len() > 1) {
        return None;
    }
    let (word, path) = started(&process.words, built.stage)?;
    let name = source::name(&path);
    // Cloud Build mounts the files of the build there, and whoever starts it by hand does, too.
    let is_mounted = |path: &str| path == MOUNTED || is_below(path, MOUNTED);
    let brings = |copy: &Copy| copy.destination.literal_text().is_none_or(is_mounted);
    if is_mounted(&path) && !copies().any(brings) {
        return None;
    }
    if built.may_write(lookup.sources, name) {
        return None;
    }
    let contexts = built.contexts(lookup);
    let lacks =
        |context: &String| Contents::new(lookup, built.image, context).lacks(built.stage, &path);
    if contexts.is_empty() || !contexts.iter().all(lacks) {
        return None;
    }
    let called = |file: &&str| source::name(file) == name && lookup.sources.has_file(file);
    let mut homes = lookup.sources.called(name).filter(called);
    let home = homes.next().filter(|_| homes.next().is_none()).map(str::to_owned);
    let contents = Contents::new(lookup, built.image, contexts.first()?);
    let left_out = home.as_ref().and_then(|home| contents.left_out(home));
    let via = built.given.to_vec();
    let path = Value::Known(Sourced { value: path.clone(), at: word.at, via });
    let words = process.words.iter().take(process.of_entrypoint);
    let of_entrypoint = words.into_iter().any(|other| other.at == word.at);
    Some(MissingProgram { image: built.id, path, of_entrypoint, home, left_out })
}

/// The file with which a process starts: a script that an interpreter is given, or the program
/// itself if it is named by its path.
fn started<'a>(words: &'a [Word], stage: &Stage) -> Option<(&'a Word, String)> {
    let first = words.first()?;
    let program = basename(first)?;
    let has_ending = |endings: &[&str]| {
        words.get(1).filter(|word| {
            word.as_str().is_some_and(|script| endings.iter().any(|end| script.ends_with(end)))
        })
    };
    let script = match program {
        "node" => has_ending(&[".js", ".mjs", ".cjs"]),
        "bash" | "sh" => has_ending(&[".sh"]),
        "ruby" => has_ending(&[".rb"]),
        _ if is_python(program) => has_ending(&[".py"]),
        _ => None,
    };
    let word = script
        .or_else(|| Some(first).filter(|word| word.as_str().is_some_and(|w| w.contains('/'))))?;
    let path = word.as_str()?;
    if path.starts_with('-') {
        return None;
    }
    if path.starts_with('/') {
        return Some((word, clean(path)));
    }
    let workdir = stage.workdir.literal_text()?;
    Some((word, clean(&format!("{workdir}/{path}"))))
}
