//! The module with which a process of Python starts, against what its package holds.

use super::entry::Start;
use super::imports::may_be_installed;
use crate::model::blur::Blur;
use crate::model::build::built::Built;
use crate::model::contents::{Contents, Held};
use crate::model::context::copy::Lookup;
use crate::model::image::ImageId;
use crate::nearest::nearest;
use crate::source::{self, Sources, folder};
use crate::value::{Sourced, Step, Value};
use rayon::prelude::*;

/// What a module is compiled from, or to.
const COMPILED: &[&str] = &["c", "cc", "cpp", "pyc", "pyd", "pyx", "rs", "so"];

/// A module with which a process starts, and which its package lacks.
#[derive(Debug, Clone)]
pub struct MissingStart {
    /// The image.
    pub image: ImageId,
    /// Its dotted name, at the word that has it.
    pub module: Value<String>,
    /// The absolute path of the folder in the image that should hold it.
    pub package: String,
    /// The name of the module there that was most likely meant.
    pub meant: Option<String>,
    /// The variable that names it, if one does, and the values that the builds give.
    pub because: Vec<Step>,
}

impl MissingStart {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.module);
    }
}

/// The modules with which images start and that their packages lack.
pub(in crate::model) fn missing_starts(
    lookup: &Lookup<'_>,
    built: &[Built<'_>],
) -> Vec<MissingStart> {
    let meant = built.par_iter().filter(|built| built.is_meant);
    meant.filter_map(|built| missing(lookup, built)).collect()
}

fn missing(lookup: &Lookup<'_>, built: &Built<'_>) -> Option<MissingStart> {
    let entry = super::start(built)?;
    let Start::Module(parts) = &entry.start else { return None };
    let (last, packages) = parts.split_last().filter(|(_, packages)| !packages.is_empty())?;
    let is_compiled = COMPILED
        .iter()
        .any(|ending| lookup.sources.called(&format!("{last}.{ending}")).next().is_some());
    if is_compiled || built.may_write(lookup.sources, last) {
        return None;
    }
    let mut found: Option<Package> = None;
    // Every context from which the image may be built must agree.
    for context in built.contexts(lookup) {
        let contents = Contents::new(lookup, built.image, context);
        let mut roots = entry.searched.iter().map(|root| root.trim_end_matches('/'));
        let package =
            roots.find_map(|root| package(&contents, lookup.sources, built, root, packages))?;
        found.get_or_insert(package.filter(|p| p.lacks(&contents, lookup.sources, built, last))?);
    }
    let Package { place, home, .. } = found?;
    let meant = home.and_then(|home| {
        let modules = lookup.sources.under(&home).filter(|path| folder(path) == home);
        let names = modules.filter_map(|path| source::name(path).strip_suffix(".py"));
        nearest(last, names).map(str::to_owned)
    });
    Some(MissingStart {
        image: built.id,
        module: Value::Known(Sourced { value: parts.join("."), at: entry.at, via: Vec::new() }),
        package: place,
        meant,
        because: entry.because.iter().chain(built.given).cloned().collect(),
    })
}

/// A package of the project in an image.
struct Package {
    /// Its absolute path.
    place: String,
    /// Its folder in the repository, if it has a file that makes it a package.
    home: Option<String>,
    /// Its top-level name, if another package of that name would come before it.
    open: Option<String>,
}

/// The package in a folder of the image that Python searches: none if the folder has none of that
/// name, and not known if that is not.
fn package(
    contents: &Contents<'_>,
    sources: &Sources,
    built: &Built<'_>,
    root: &str,
    names: &[String],
) -> Option<Option<Package>> {
    let mut found = Package { place: root.to_owned(), home: None, open: None };
    for (i, name) in names.iter().enumerate() {
        found.place = format!("{}/{name}", found.place);
        let at = |path: &str| contents.at(built.stage, path);
        let place = &found.place;
        found.home = match (at(&format!("{place}/__init__.py")), at(place)) {
            (Held::File(file), _) if !finds_by_itself(sources, &file) => {
                Some(folder(&file).to_owned())
            }
            (Held::Nothing, Held::Folder) => None,
            (Held::Nothing, Held::Nothing) if i == 0 => return None,
            _ => return Some(None),
        };
        // Packages without a file of their own come behind those that have one.
        if found.home.is_none() && i == 0 {
            found.open = Some(name.clone());
        }
    }
    Some(Some(found))
}

/// Whether a package may say by itself where its modules are.
fn finds_by_itself(sources: &Sources, file: &str) -> bool {
    let text = sources.find(file).map(|(_, source)| &source.text);
    text.is_none_or(|text| text.contains("__path__") || text.contains("sys.modules"))
}

impl Package {
    fn lacks(
        &self,
        contents: &Contents<'_>,
        sources: &Sources,
        built: &Built<'_>,
        name: &str,
    ) -> bool {
        let place = format!("{}/{name}", self.place);
        let mut places = [format!("{place}.py"), format!("{place}/__init__.py"), place].into_iter();
        let is_named = |top: &String| may_be_installed(sources, top);
        !self.open.as_ref().is_some_and(is_named)
            && places.all(|place| contents.lacks(built.stage, &place))
    }
}
