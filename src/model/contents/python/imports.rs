//! What a process imports, module after module, against what its image holds.

use super::entry::{Entry, Start};
use super::install::{Install, Installs};
use crate::model::build::built::Built;
use crate::model::contents::module::{Loader, MissingModule};
use crate::model::contents::{self, Contents};
use crate::model::context::copy::Lookup;
use crate::model::image::{Copy, Image, ImageId, Origin, Stage};
use crate::source::{Kind, Sources, Span, folder, is_below, join, name, relative};
use crate::syntax::python::{self, Import};
use crate::value::{Step, Value};
use std::collections::{BTreeMap, BTreeSet};

/// So many modules of one image are read.
const MOST: usize = 2_000;

/// The modules that come with Python.
const STANDARD: &str = include_str!("../../../../data/python-modules.txt");

/// Follows the imports of one image that is built in one context.
pub struct Imports<'a> {
    lookup: &'a Lookup<'a>,
    id: ImageId,
    image: &'a Image,
    stage: &'a Stage,
    entry: &'a Entry,
    context: &'a str,
    contents: Contents<'a>,
}

/// A module that the image holds.
#[derive(Clone)]
struct Held {
    /// Its file in the repository.
    file: String,
    /// Where that lies in the image.
    place: String,
}

/// What an import finds in the image.
#[derive(Default)]
struct Search {
    /// The modules that are loaded, packages before what they hold.
    loaded: Vec<Held>,
    /// The folder of the image in which more modules of the last one may lie.
    inside: Option<String>,
    /// What the repository has and the image lacks.
    absent: Option<Absent>,
}

/// A module that the image lacks.
struct Absent {
    /// Its file or folder in the repository.
    home: String,
    /// Where the image would hold it.
    place: String,
}

impl<'a> Imports<'a> {
    /// What an image imports that is built from a folder of the repository.
    pub fn new(
        lookup: &'a Lookup<'a>,
        built: &Built<'a>,
        entry: &'a Entry,
        context: &'a str,
    ) -> Imports<'a> {
        let Built { id, image, stage, .. } = *built;
        let contents = Contents::new(lookup, image, context);
        Imports { lookup, id, image, stage, entry, context, contents }
    }

    /// The modules of the project that are imported and not there, by their dotted names. None
    /// if it is not known where Python looks, or what is installed.
    pub fn missing(&self) -> Option<BTreeMap<String, MissingModule>> {
        let mut open: Vec<(Held, Vec<Step>)> =
            self.first()?.into_iter().map(|module| (module, Vec::new())).collect();
        let mut seen: BTreeSet<String> =
            open.iter().map(|(module, _)| module.place.clone()).collect();
        let mut missing = BTreeMap::new();
        while let Some((module, trail)) = open.pop() {
            let Some((source, text)) = self.lookup.sources.find(&module.file) else { continue };
            if text.kind != Kind::PythonModule {
                continue;
            }
            let read = text.keep(source, || python::read(&text.text, source));
            if read.changes_search {
                return None;
            }
            for import in &read.imports {
                let told = format!("`{}` imports this when it is loaded", module.file);
                let mut trail = trail.clone();
                trail.push(Step::reference(import.at, told));
                for parts in wanted(import) {
                    let search = self.import(&module, import.level, &parts);
                    for held in search.loaded {
                        if seen.len() < MOST && seen.insert(held.place.clone()) {
                            open.push((held, trail.clone()));
                        }
                    }
                    if let Some(absent) = search.absent {
                        let name = self.dotted(&absent.place);
                        let installs = Installs {
                            lookup: self.lookup,
                            image: self.image,
                            context: self.context,
                        };
                        match installs.of(self.stage, &absent.home, &BTreeSet::new()) {
                            Install::Done | Install::Unknown => return None,
                            Install::None(_) => {}
                        }
                        missing.entry(name.clone()).or_insert_with(|| MissingModule {
                            image: self.id,
                            module: Value::literal(name, self.entry.at),
                            importer: module.file.clone(),
                            loader: Loader::Process,
                            imported: import.at,
                            copied: self.copied_beside(&absent),
                            left_out: self.contents.left_out(&absent.home),
                            inner: self.inner(&absent.home).to_owned(),
                            place: match absent.home.ends_with(".py") {
                                true => format!("{}.py", absent.place),
                                false => format!("{}/", absent.place),
                            },
                            home: absent.home,
                            because: trail.clone(),
                        });
                    }
                }
            }
        }
        Some(missing)
    }

    /// The modules with which the process starts.
    fn first(&self) -> Option<Vec<Held>> {
        let file_at = |place: String| match self.contents.at(self.stage, &place) {
            contents::Held::File(file) => Some(Held { file, place }),
            _ => None,
        };
        match &self.entry.start {
            Start::Script(place) => Some(vec![file_at(place.clone())?]),
            Start::Module(parts) => {
                let search = self.search(parts, None);
                let main = search.inside.and_then(|folder| file_at(join(&folder, "__main__.py")));
                let first: Vec<Held> = search.loaded.into_iter().chain(main).collect();
                (!first.is_empty()).then_some(first)
            }
        }
    }

    fn import(&self, module: &Held, level: usize, parts: &[String]) -> Search {
        if level == 0 {
            return self.search(parts, Some(module));
        }
        let (mut place, mut home) = (folder(&module.place), folder(&module.file));
        for _ in 1..level {
            (place, home) = (folder(place), folder(home));
        }
        let search = self.descend(place, Some(home), parts);
        let package = join(home, "__init__.py");
        match (&search.absent, parts.first()) {
            // What a package takes from itself may be an attribute.
            (Some(_), Some(first)) if self.speaks_of(&package, first) => Search::default(),
            _ => search,
        }
    }

    /// Looks for a module in the folders that Python searches, one after the other.
    fn search(&self, parts: &[String], from: Option<&Held>) -> Search {
        let mut absent = None;
        for searched in &self.entry.searched {
            let root = searched.trim_end_matches('/');
            // The folder of the repository from which what lies here was copied.
            let home = from.and_then(|from| home_of(from, root));
            let search = self.descend(root, home, parts);
            if !search.loaded.is_empty() || search.inside.is_some() {
                return search;
            }
            absent = absent.or(search.absent);
        }
        let may_be_installed =
            parts.first().is_none_or(|first| may_be_installed(self.lookup.sources, first));
        Search { absent: absent.filter(|_| !may_be_installed), ..Search::default() }
    }

    /// Looks for a module below a folder of the image, of which `home` is the folder of the
    /// repository. Python goes down from package to package.
    fn descend(&self, root: &str, home: Option<&str>, parts: &[String]) -> Search {
        let mut search = Search::default();
        let mut parent = root.to_owned();
        for (i, part) in parts.iter().enumerate() {
            let place = format!("{parent}/{part}");
            let (package, module) = (format!("{place}/__init__.py"), format!("{place}.py"));
            let at = |path: &str| self.contents.at(self.stage, path);
            match (at(&package), at(&module), at(&place)) {
                (contents::Held::File(file), ..) => {
                    search.loaded.push(Held { file, place: package })
                }
                (contents::Held::Unknown, ..)
                | (_, contents::Held::Unknown, _)
                | (.., contents::Held::Unknown) => return search,
                (_, contents::Held::File(file), _) => {
                    search.loaded.push(Held { file, place: module });
                    search.inside = None;
                    // What follows are attributes.
                    return search;
                }
                (.., contents::Held::Folder) => {}
                _ => {
                    let file = search.loaded.last().map(|held| held.file.clone());
                    let is_attribute = file.is_some_and(|file| self.speaks_of(&file, part));
                    let here = home.map(|home| join(home, &parts[..=i].join("/")));
                    let home =
                        here.and_then(|here| local(self.lookup.sources, &here, &parts[i + 1..]));
                    search.absent =
                        home.filter(|_| !is_attribute).map(|home| Absent { home, place });
                    return search;
                }
            }
            search.inside = Some(place.clone());
            parent = place;
        }
        search
    }

    fn speaks_of(&self, file: &str, name: &str) -> bool {
        self.lookup.sources.find(file).is_some_and(|(_, source)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            source.text.split(|c| !is_part(c)).any(|word| word == name || word == "__getattr__")
        })
    }

    /// The name by which a module is imported that lies at a path of the image.
    fn dotted(&self, place: &str) -> String {
        let roots = self.entry.searched.iter().map(|root| root.trim_end_matches('/'));
        let mut inside = roots.filter_map(|root| place.strip_prefix(root)?.strip_prefix('/'));
        inside.next().unwrap_or_else(|| name(place)).replace('/', ".")
    }

    /// The path of a file or folder of the repository in the context.
    fn inner<'b>(&self, home: &'b str) -> &'b str {
        relative(home, self.context)
    }

    /// The last instruction that copies files of the context to the folder where Python looks.
    fn copied_beside(&self, absent: &Absent) -> Option<Span> {
        let place = folder(&absent.place);
        let brings = |copy: &&Copy| {
            let to = copy.destination.literal_text().map(|to| to.trim_end_matches('/'));
            copy.from == Origin::Context && to.is_some_and(|to| to == place || is_below(to, place))
        };
        self.stage.copies.iter().rev().find(brings).map(|copy| copy.at)
    }
}

/// The dotted names that an import loads: its own, and each that may be a module inside.
fn wanted(import: &Import) -> Vec<Vec<String>> {
    let inside = import.names.iter().filter(|name| *name != "*").map(|name| {
        let mut parts = import.parts.clone();
        parts.push(name.clone());
        parts
    });
    match import.names.iter().all(|name| name == "*") {
        true => vec![import.parts.clone()],
        false => inside.collect(),
    }
}

/// The folder of the repository that a folder of the image was copied from, if a module lies
/// below it at the same path in both.
fn home_of<'a>(module: &'a Held, root: &str) -> Option<&'a str> {
    let inside = module.place.strip_prefix(root)?.strip_prefix('/')?;
    let home = module.file.strip_suffix(inside)?;
    match home {
        "" => Some(""),
        home => home.strip_suffix('/'),
    }
}

/// The path of a module in the repository: of its file, or of its folder if that is a package
/// or holds the module that follows.
fn local(sources: &Sources, path: &str, rest: &[String]) -> Option<String> {
    let module = format!("{path}.py");
    if sources.has_file(&module) {
        return Some(module);
    }
    let is_package = sources.has_file(&format!("{path}/__init__.py"));
    let holds_next = rest.first().is_some_and(|next| {
        sources.has_file(&format!("{path}/{next}.py"))
            || sources.has_file(&format!("{path}/{next}/__init__.py"))
    });
    (is_package || holds_next).then(|| path.to_owned())
}

/// Whether a top-level module comes with Python, or may come with what is installed, since a file
/// that describes packages has its name.
pub fn may_be_installed(sources: &Sources, name: &str) -> bool {
    let same = |other: &str| {
        let alike = |(a, b): (u8, u8)| {
            a.eq_ignore_ascii_case(&b) || (matches!(a, b'-' | b'.') && b == b'_')
        };
        other.len() == name.len() && other.bytes().zip(name.bytes()).all(alike)
    };
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut described = sources.iter().filter(|(_, s)| s.kind == Kind::Python);
    STANDARD.lines().any(|line| line == name)
        || described.any(|(_, source)| source.text.split(|c| !is_part(c)).any(same))
}
