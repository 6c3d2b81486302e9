//! What modules of JavaScript and TypeScript import, against what the stage holds in which
//! they are compiled or started.

use super::module::{Loader, MissingModule};
use super::{Contents, Held, only_prepares};
use crate::model::build::built::Built;
use crate::model::context::copy::{Lookup, needed};
use crate::model::image::process::basename;
use crate::model::image::{Copy, Image, Origin, Stage};
use crate::source::{Kind, Span, clean, folder, join, name, relative};
use crate::syntax::javascript;
use crate::syntax::shell::Word;
use crate::value::{Step, Value};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// So many modules of one stage are read.
const MOST: usize = 2_000;

/// What may stand behind a module's name.
const ENDINGS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".d.ts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".json",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    "/index.mjs",
    "/index.cjs",
    "/package.json",
];

/// The modules that stages import and do not hold.
pub(in crate::model) fn missing_modules(
    lookup: &Lookup<'_>,
    built: &[Built<'_>],
) -> Vec<MissingModule> {
    built
        .par_iter()
        .filter(|built| built.is_meant)
        .flat_map_iter(|built| {
            needed(built.image, built.stage)
                .into_iter()
                .flat_map(|stage| in_stage(lookup, built, stage).unwrap_or_default())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// A module that a stage holds.
struct Loaded {
    /// Its file in the repository.
    file: String,
    /// Where that lies in the stage.
    place: String,
    /// The word of the Dockerfile with which all this starts.
    from: Span,
    /// The imports that lead to it.
    trail: Vec<Step>,
}

fn in_stage(lookup: &Lookup<'_>, built: &Built<'_>, stage: &Stage) -> Option<Vec<MissingModule>> {
    let compiled = stage.runs.iter().find(|run| compiles(&run.command.words));
    let is_final = std::ptr::eq(stage, built.stage);
    let mut found: Option<BTreeMap<String, MissingModule>> = None;
    let until = compiled.map_or(usize::MAX, |run| run.order);
    let is_mount = |copy: &&Copy| copy.destination.is_unset() && copy.from == Origin::Context;
    let mut lineage = built.image.lineage(stage);
    let prepared = lineage.all(|stage| {
        let mut before = stage.runs.iter().filter(|run| run.order < until);
        before.all(|run| only_prepares(&run.command.words))
            && stage.copies.iter().find(is_mount).is_none()
    });
    if !prepared || !built.image.has_bare_base(stage) || (compiled.is_none() && !is_final) {
        return None;
    }
    for context in built.contexts(lookup) {
        let contents = Contents::new(lookup, built.image, context);
        let walk = Walk { lookup, built, stage, contents };
        let (open, loader) = match compiled {
            Some(_) => (walk.named_by_copies(until), Loader::Compiler(title(built.image, stage))),
            None => (walk.started().into_iter().collect(), Loader::Process),
        };
        let missing = walk.missing(open, &loader, context, until);
        match &mut found {
            None => found = Some(missing),
            Some(found) => found.retain(|name, _| missing.contains_key(name)),
        }
    }
    let mut found: Vec<MissingModule> = found?.into_values().collect();
    found.iter_mut().for_each(|missing| missing.because.extend_from_slice(built.given));
    Some(found)
}

/// How a message calls a stage.
fn title(image: &Image, stage: &Stage) -> String {
    let i = image.stages.iter().position(|other| std::ptr::eq(other, stage)).unwrap_or_default();
    stage.name.clone().unwrap_or_else(|| i.to_string())
}

/// Whether a command is TypeScript's compiler.
fn compiles(words: &[Word]) -> bool {
    let word = |i: usize| words.get(i).and_then(Word::as_str);
    let first = words.first().and_then(basename);
    first == Some("tsc")
        || (matches!(first, Some("npx" | "yarn" | "pnpm" | "bunx")) && word(1) == Some("tsc"))
}

struct Walk<'a> {
    lookup: &'a Lookup<'a>,
    built: &'a Built<'a>,
    stage: &'a Stage,
    contents: Contents<'a>,
}

impl Walk<'_> {
    /// The modules that a `COPY` before an instruction names one by one: somebody meant them to
    /// be compiled. What a folder holds may be left out by the compiler's settings.
    fn named_by_copies(&self, until: usize) -> Vec<Loaded> {
        let copies = self.stage.copies.iter().filter(|copy| copy.order < until);
        let from_context = copies.filter(|copy| copy.from == Origin::Context);
        let words = from_context.flat_map(|copy| copy.sources.iter().map(move |word| (copy, word)));
        words
            .filter_map(|(copy, word)| {
                let source = word.known()?;
                let written = source.value.literal()?;
                let to = copy.destination.literal_text()?;
                let place = match to.ends_with('/') || copy.sources.len() > 1 {
                    true => join(to.trim_end_matches('/'), name(written)),
                    false => to.to_owned(),
                };
                match self.contents.at(self.stage, &place) {
                    Held::File(file) => {
                        Some(Loaded { file, place, from: source.at, trail: Vec::new() })
                    }
                    _ => None,
                }
            })
            .collect()
    }

    /// The script that Node is given.
    fn started(&self) -> Option<Loaded> {
        let process = self.stage.process.as_ref()?;
        let word = process
            .words
            .get(1)
            .filter(|_| process.words.first().and_then(basename) == Some("node"))?;
        let path = word.as_str().filter(|path| is_plain(path))?;
        let place = match path.starts_with('/') {
            true => clean(path),
            false => clean(&format!("{}/{path}", self.stage.workdir.literal_text()?)),
        };
        match self.contents.at(self.stage, &place) {
            Held::File(file) => Some(Loaded { file, place, from: word.at, trail: Vec::new() }),
            _ => None,
        }
    }

    /// The modules that are imported and not there, by their files in the repository.
    fn missing(
        &self,
        mut open: Vec<Loaded>,
        loader: &Loader,
        context: &str,
        until: usize,
    ) -> BTreeMap<String, MissingModule> {
        let mut seen: BTreeSet<String> = open.iter().map(|loaded| loaded.place.clone()).collect();
        let mut missing = BTreeMap::new();
        while let Some(module) = open.pop() {
            let Some((id, source)) = self.lookup.sources.find(&module.file) else { continue };
            // What of TypeScript is only a type is gone when it runs.
            if source.kind != Kind::JavaScriptModule
                || (*loader == Loader::Process && !is_plain(&module.file))
            {
                continue;
            }
            let imports = source.keep(id, || javascript::imports(&source.text, id));
            for import in &*imports {
                if !import.module.starts_with('.') {
                    continue;
                }
                let told = format!("`{}` imports this when it is loaded", module.file);
                let mut trail = module.trail.clone();
                trail.push(Step::reference(import.at, told));
                match self.find(&module, &import.module) {
                    Some((_, place, true)) if seen.len() >= MOST || !seen.insert(place.clone()) => {
                    }
                    Some((file, place, true)) => {
                        open.push(Loaded { file, place, from: module.from, trail });
                    }
                    Some((home, place, false)) => {
                        missing.entry(home.clone()).or_insert_with(|| MissingModule {
                            image: self.built.id,
                            module: Value::literal(import.module.clone(), module.from),
                            importer: module.file.clone(),
                            loader: loader.clone(),
                            imported: import.at,
                            inner: relative(&home, context).to_owned(),
                            left_out: self.contents.left_out(&home),
                            home,
                            place,
                            copied: self.last_copy(until),
                            because: trail,
                        });
                    }
                    None => {}
                }
            }
        }
        missing
    }

    /// The file of the repository that an import names, where it lies in the stage, and whether
    /// it is there. None if the repository has no such file, or if that is not known.
    fn find(&self, module: &Loaded, import: &str) -> Option<(String, String, bool)> {
        let home = clean(&join(folder(&module.file), import));
        let place = clean(&format!("{}/{import}", folder(&module.place)));
        let sources = self.lookup.sources;
        // TypeScript takes `./x.js` for the file that it is compiled from.
        let stem = |path: &str| path.strip_suffix(".js").map(str::to_owned);
        let named = [Some((home.clone(), place.clone())), stem(&home).zip(stem(&place))];
        let mut here: Option<(String, String)> = None;
        for (home, place) in named.into_iter().flatten() {
            for ending in ENDINGS {
                let place = format!("{place}{ending}");
                match self.contents.at(self.stage, &place) {
                    Held::File(file) => return Some((file, place, true)),
                    Held::Unknown => return None,
                    Held::Folder | Held::Nothing => {}
                }
                let file = format!("{home}{ending}");
                if here.is_none() && sources.has_file(&file) {
                    here = Some((file, place));
                }
            }
        }
        let may_appear =
            ENDINGS.iter().any(|ending| sources.may_appear(&format!("{home}{ending}")));
        here.filter(|_| !may_appear).map(|(file, place)| (file, place, false))
    }

    /// The last instruction before another that copies something of the context.
    fn last_copy(&self, until: usize) -> Option<Span> {
        let mut copies = self.stage.copies.iter().rev();
        copies.find(|c| c.order < until && c.from == Origin::Context).map(|copy| copy.at)
    }
}

/// Whether a file is JavaScript that Node runs as it is.
fn is_plain(path: &str) -> bool {
    [".js", ".mjs", ".cjs"].iter().any(|ending| path.ends_with(ending))
}
