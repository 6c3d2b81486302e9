//! Whether an image can import the project's own Python package that it starts.
//!
//! Everything that could make it importable counts: an install in the final stage, packages or
//! a virtual environment copied from a stage that installed it, source on the module search
//! path. Whatever is not understood may do it too, and then nothing is said.

pub mod carried;
mod entry;
mod imports;
mod install;
mod landing;
pub mod start;

use super::module::MissingModule;
use crate::model::blur::Blur;
use crate::model::build::built::Built;
use crate::model::context::copy::Lookup;
use crate::model::image::{Base, Image, ImageId, Stage};
use crate::source::{self, Span};
use crate::value::{Sourced, Step, Text, Value};
use entry::Entry;
use imports::Imports;
use install::{Install, Installs};
use landing::{Landings, Where};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A package of the project's own that an image starts and cannot import.
#[derive(Debug, Clone)]
pub struct OwnPackage {
    /// The image.
    pub image: ImageId,
    /// The package or module, at the word that names it.
    pub module: Value<String>,
    /// The folder that holds it in the repository, from the root of the project.
    pub folder: String,
    /// The folders of the image in which its source lies; none if it is not copied.
    pub lies_in: Vec<String>,
    /// The folders of the image in which Python looks for it, besides those of installs.
    pub searched: Vec<String>,
    /// The instruction that copies installed packages from another stage, if one does.
    pub carried: Option<Span>,
    /// The start of the instruction that starts it, before which a fix may add a line.
    pub starts: Span,
    /// The commands that look as if they installed it, with why they do not.
    pub because: Vec<Step>,
}

impl OwnPackage {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.module);
    }
}

/// The packages that images start and cannot import.
pub(in crate::model) fn own_packages(lookup: &Lookup<'_>, built: &[Built<'_>]) -> Vec<OwnPackage> {
    let meant = built.par_iter().filter(|built| built.is_meant);
    meant.filter_map(|built| missing_package(lookup, built)).collect()
}

/// The modules that images import and do not hold.
pub(in crate::model) fn missing_modules(
    lookup: &Lookup<'_>,
    built: &[Built<'_>],
) -> Vec<MissingModule> {
    let meant = built.par_iter().filter(|built| built.is_meant);
    meant.flat_map_iter(|built| missing_imports(lookup, built).into_iter().flatten()).collect()
}

fn missing_package(lookup: &Lookup<'_>, built: &Built<'_>) -> Option<OwnPackage> {
    let entry = start(built)?;
    let module = entry.package()?;
    if built.may_write(lookup.sources, &format!("{module}.py")) {
        return None;
    }
    let mut found: Option<OwnPackage> = None;
    // Every context from which the image may be built must agree.
    for context in built.contexts(lookup) {
        let package = in_context(lookup, built, &entry, module, context)?;
        found.get_or_insert(package);
    }
    let steps = entry.because.iter().chain(built.given);
    found.iter_mut().for_each(|package| package.because.extend(steps.clone().cloned()));
    found
}

/// What every context lacks from which an image may be built.
fn missing_imports(lookup: &Lookup<'_>, built: &Built<'_>) -> Option<Vec<MissingModule>> {
    let entry = start(built)?;
    let mut found: Option<BTreeMap<String, MissingModule>> = None;
    for context in built.contexts(lookup) {
        let missing = Imports::new(lookup, built, &entry, context).missing()?;
        match &mut found {
            None => found = Some(missing),
            Some(found) => found.retain(|name, _| missing.contains_key(name)),
        }
    }
    let is_written =
        |missing: &MissingModule| built.may_write(lookup.sources, source::name(&missing.home));
    let mut found: Vec<MissingModule> =
        found?.into_values().filter(|missing| !is_written(missing)).collect();
    for missing in &mut found {
        missing.because.extend(entry.because.iter().chain(built.given).cloned());
    }
    Some(found)
}

/// The Python that an image starts, if its base image holds nothing of the project's.
fn start(built: &Built<'_>) -> Option<Entry> {
    let stage = built.stage;
    if !built.image.has_bare_base(stage) {
        return None;
    }
    let process = stage.process.as_ref()?;
    // A command before the server may change what Python finds.
    let commands = stage.commands.iter().filter(|command| command.instruction != "HEALTHCHECK");
    let mut words = commands.flat_map(|c| &c.commands).filter_map(|c| c.words.first()?.as_str());
    if words.any(|word| word == "cd") {
        return None;
    }
    Entry::read(process, stage)
}

fn in_context(
    lookup: &Lookup<'_>,
    built: &Built<'_>,
    entry: &Entry,
    module: &str,
    context: &str,
) -> Option<OwnPackage> {
    let (image, stage) = (built.image, built.stage);
    let homes = homes(lookup, context, module);
    if homes.is_empty() {
        return None;
    }
    let installs = Installs { lookup, image, context };
    let mut because = Vec::new();
    let mut lies_in: BTreeSet<String> = BTreeSet::new();
    for home in &homes {
        let landings = Landings { lookup, image, context };
        let Where::Known(places) = landings.of(stage, home, usize::MAX) else { return None };
        let parents =
            places.iter().filter_map(|place| place.rsplit_once('/').map(|(parent, _)| parent));
        lies_in
            .extend(parents.map(|parent| if parent.is_empty() { "/" } else { parent }.to_owned()));
        match installs.of(stage, home, &lies_in) {
            Install::Done | Install::Unknown => return None,
            Install::None(steps) => {
                because.extend(
                    steps.into_iter().filter(|step| !because.contains(step)).collect::<Vec<_>>(),
                );
            }
        }
    }
    if lies_in.iter().any(|place| entry.searched.contains(place)) || becomes(image, stage, module) {
        return None;
    }
    let carried = carried(image, stage);
    let mut listed = BTreeSet::new();
    let searched = entry.searched.iter().filter(|folder| listed.insert(folder.as_str()));
    Some(OwnPackage {
        image: built.id,
        module: Value::Known(Sourced { value: module.to_owned(), at: entry.at, via: Vec::new() }),
        folder: source::folder(&homes[0]).to_owned(),
        lies_in: lies_in.into_iter().collect(),
        searched: searched.cloned().collect(),
        carried,
        starts: entry.at,
        because,
    })
}

/// Where a top-level module or package stands in a context: its folder, or its file.
fn homes(lookup: &Lookup<'_>, context: &str, module: &str) -> Vec<String> {
    let sources = lookup.sources;
    let file = format!("{module}.py");
    let files = sources.called_below(&file, context);
    let files = files.filter(|path| path.ends_with(&file) && sources.has_file(path));
    let is_package = |path: &str| sources.under(path).any(|file| file.ends_with(".py"));
    let folders = sources.called_below(module, context);
    let folders = folders.filter(|path| path.ends_with(module) && is_package(path));
    let mut homes: Vec<String> = files.chain(folders).map(str::to_owned).collect();
    homes.sort();
    homes
}

/// Whether what is copied under the name of a module had another name before, as a context that
/// is the package itself has: `COPY . app/`.
fn becomes(image: &Image, stage: &Stage, module: &str) -> bool {
    let last = |path: &str| source::name(path.trim_end_matches('/')).to_owned();
    image.lineage(stage).flat_map(|stage| &stage.copies).any(|copy| {
        let mut sources = copy.sources.iter();
        copy.to.literal_text().is_some_and(|to| last(to) == module)
            && sources.any(|source| source.literal_text().is_none_or(|path| last(path) != module))
    })
}

/// The `COPY --from` of a stage that carries installed packages over.
fn carried(image: &Image, stage: &Stage) -> Option<Span> {
    image.lineage(stage).flat_map(|stage| &stage.copies).find_map(|copy| {
        let packages = copy.sources.iter().filter_map(Value::literal_text).any(|source| {
            source.contains("site-packages") || source.contains("venv") || source == "/usr/local"
        });
        (packages && copy.from != crate::model::image::Origin::Context).then_some(copy.at)
    })
}

/// The absolute path that a value is, without a slash at its end.
fn absolute(value: &Value<Text>) -> Option<String> {
    let path = value.literal_text()?;
    path.starts_with('/')
        .then(|| if path == "/" { path.to_owned() } else { path.trim_end_matches('/').to_owned() })
}

/// Whether a stage starts from an earlier one.
fn base_stage<'a>(image: &'a Image, stage: &Stage) -> Option<&'a Stage> {
    match stage.base {
        Base::Stage(i) => image.stages.get(i),
        Base::Image(_) => None,
    }
}
