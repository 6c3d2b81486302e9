//! What copies of whole folders take into an image that should stay outside.

use super::aside::{is_for_development, is_set_aside};
use super::copy::Lookup;
use super::{Context, inner};
use crate::model::blur::Blur;
use crate::model::build::{Build, BuildKind, Runner};
use crate::model::image::{Copy, Image, ImageId, Origin, Stage};
use crate::source::{self, Kind, Sources, Span, is_below, join};
use crate::value::{Step, Text, Value};
use std::collections::BTreeMap;

/// A copy that takes in what should stay outside.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The image.
    pub image: ImageId,
    /// The source of the copy.
    pub path: Value<Text>,
    /// The instruction.
    pub copy: Span,
    /// What it takes in.
    pub what: Vec<Thing>,
    /// The path of the ignore file that holds for the context, if there is one.
    pub ignore_file: Option<String>,
    /// Why this context holds.
    pub because: Vec<Step>,
}

/// Something that a copy takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Its path in the context.
    pub path: String,
    /// Its path from the root of the project.
    pub home: String,
    /// What it is.
    pub kind: ThingKind,
}

/// What a copy takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThingKind {
    /// A file of the repository with a secret in it, which is this.
    Secret(&'static str),
    /// The history of the repository, which every checkout has.
    History,
    /// What an earlier command installed there, which is written over where a machine has its own.
    Installed,
    /// A folder of this many files that tools make and somebody has committed.
    Committed(usize),
    /// Settings that git ignores, of which the repository has a sample.
    Settings,
    /// What Terraform has downloaded on a machine.
    Providers,
    /// What Terraform keeps on a machine, with all values of what it has made.
    State,
}

impl Taken {
    /// Where lines are added to the ignore file, if there is one, and what stands before them.
    pub fn end_of_ignore_file(&self, sources: &Sources) -> Option<(Span, &'static str)> {
        let (id, source) = sources.find(self.ignore_file.as_deref()?)?;
        let end = source.text.len();
        let needs_break = !source.text.is_empty() && !source.text.ends_with('\n');
        Some((Span::new(id, end..end), if needs_break { "\n" } else { "" }))
    }

    /// The things that only weigh or harm, with what a message says of each. Secrets do worse.
    pub fn ballast(&self) -> Vec<(&Thing, String)> {
        self.what.iter().filter_map(|thing| Some((thing, thing.ballast()?))).collect()
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.path);
        blur.list(&mut self.what);
    }
}

impl Thing {
    fn ballast(&self) -> Option<String> {
        let path = &self.path;
        match self.kind {
            ThingKind::Secret(_) => None,
            ThingKind::History => Some(format!("`{path}` with the whole history")),
            ThingKind::Installed => Some(format!("`{path}` of the machine over that of the image")),
            ThingKind::Committed(1) => Some(format!("`{path}` with a file")),
            ThingKind::Committed(files) => Some(format!("`{path}` with {files} files")),
            ThingKind::State => Some(format!("`{path}` with its secrets where a machine has it")),
            ThingKind::Settings | ThingKind::Providers => {
                Some(format!("`{path}` where a machine has it"))
            }
        }
    }
}

/// What the copies of an image take in, in each of the contexts from which it is built.
pub fn taken(lookup: &Lookup<'_>, id: ImageId, image: &Image, builds: &[&Build]) -> Vec<Taken> {
    if image.own_syntax || is_set_aside(&image.path) || is_for_development(&image.path) {
        return Vec::new();
    }
    let Some(last) = image.stages.last() else { return Vec::new() };
    let mut whole = image.stages.iter().flat_map(|stage| &stage.copies).filter(|c| is_whole(c));
    let takes_all = |copy: &Copy| {
        let mut paths = copy.sources.iter().filter_map(Value::literal_text);
        paths.any(|path| matches!(&*inner(path), "" | "*"))
    };
    if lookup.secrets.is_empty() && !whole.any(takes_all) {
        return Vec::new();
    }
    let folders = lookup.viable_contexts(image, builds);
    let known = builds.iter().any(|build| !build.places.is_empty());
    // Of several folders that may be the context nothing is known for sure.
    let [folder] = &folders[..] else { return Vec::new() };
    let builders: Vec<_> = builds.iter().map(|build| build.builder).collect();
    let context = lookup.context(folder, &image.path, builders.first().copied());
    let ignore_file = lookup.ignore_file(folder, &image.path, builders.first().copied());
    let because: Vec<Step> = match (known, builds.first().and_then(|b| b.image.as_ref())) {
        (true, Some(link)) => link.because.clone(),
        _ => {
            let told = "no build of this Dockerfile was found, so its folder counts as its context";
            vec![Step::default(last.keyword, told)]
        }
    };
    let mut found = Vec::new();
    for stage in &image.stages {
        let stays = reaches(image, last, stage);
        for copy in stage.copies.iter().filter(|copy| is_whole(copy)) {
            for path in copy.sources.iter().filter_map(|source| source.known()) {
                let Some(literal) = path.value.literal() else { continue };
                let below = inner(literal);
                let mut what = Vec::new();
                if stays(copy) {
                    what.extend(secrets(lookup, &context, &below));
                }
                if matches!(&*below, "" | "*") {
                    let view = View { lookup, image, stage, copy, context: &context };
                    what.extend(view.ballast(builds, stays(copy)));
                }
                if !what.is_empty() {
                    found.push(Taken {
                        image: id,
                        path: Value::Known(path.clone()),
                        copy: copy.at,
                        what,
                        ignore_file: ignore_file.clone(),
                        because: because.clone(),
                    });
                }
            }
        }
    }
    found
}

/// Whether a copy brings all of what its sources name from the context.
fn is_whole(copy: &Copy) -> bool {
    copy.from == Origin::Context && !copy.filtered && !copy.destination.is_unset()
}

/// Whether what a stage copies to a place is in the image in the end: the image is made of the
/// stage, or copies a folder that holds the place.
fn reaches<'a>(image: &'a Image, last: &'a Stage, stage: &'a Stage) -> impl Fn(&Copy) -> bool + 'a {
    let is_own = image.lineage(last).any(|own| std::ptr::eq(own, stage));
    let index = image.stages.iter().position(|other| std::ptr::eq(other, stage));
    move |copy| {
        let place = copy.destination.literal_text().map(|place| place.trim_end_matches('/'));
        let carries = |other: &Copy| {
            index.is_some_and(|index| other.from == Origin::Stage(index))
                && other.sources.iter().filter_map(Value::literal_text).any(|source| {
                    let source = source.trim_end_matches('/');
                    place.is_some_and(|place| place == source || is_below(place, source))
                })
        };
        is_own || image.lineage(last).flat_map(|own| &own.copies).any(carries)
    }
}

/// The files with secrets at a path of a context, or below it.
fn secrets(lookup: &Lookup<'_>, context: &Context<'_>, below: &str) -> Vec<Thing> {
    let things = lookup.secrets.iter().filter_map(|(source, what)| {
        let path = context.inside(&source.path)?;
        let is_taken = below.is_empty() || path == below || is_below(path, below);
        (is_taken && context.takes(path)).then(|| {
            let (path, home) = (path.to_owned(), source.path.to_string());
            Thing { path, home, kind: ThingKind::Secret(what) }
        })
    });
    things.collect()
}

/// A copy of the whole context, and where it stands.
struct View<'a> {
    lookup: &'a Lookup<'a>,
    image: &'a Image,
    stage: &'a Stage,
    copy: &'a Copy,
    context: &'a Context<'a>,
}

impl View<'_> {
    fn ballast(&self, builds: &[&Build], stays: bool) -> Vec<Thing> {
        let mut what = Vec::new();
        let mut add = |path: &str, kind| {
            let home = join(self.context.folder, path);
            what.push(Thing { path: path.to_owned(), home, kind });
        };
        if stays && self.has_history(builds) && self.context.takes(".git/HEAD") {
            add(".git", ThingKind::History);
        }
        for (folder, installers) in INSTALLED {
            let inside = format!("{folder}/x");
            if !self.context.takes(&inside) {
                continue;
            }
            let files = self.lookup.sources.under(&join(self.context.folder, folder)).count();
            if files > 0 {
                add(folder, ThingKind::Committed(files));
            } else if !self.is_remote(builds) && self.installs_before(folder, installers) {
                add(folder, ThingKind::Installed);
            }
        }
        let sources = self.lookup.sources;
        let at_home = |path: &str| join(self.context.folder, path);
        let has_sample = SAMPLES.iter().any(|sample| sources.has_file(&at_home(sample)));
        if stays
            && !self.is_remote(builds)
            && has_sample
            && !sources.has_file(&at_home(".env"))
            && sources.may_appear(&at_home(".env"))
            && self.context.takes(".env")
        {
            add(".env", ThingKind::Settings);
        }
        // A job has what git has, and what it makes itself.
        let is_by_hand = |build: &&Build| !matches!(build.runner, Runner::Job(_));
        if stays && !self.is_remote(builds) && (builds.is_empty() || builds.iter().any(is_by_hand))
        {
            self.of_terraform().into_iter().for_each(|(path, kind)| add(&path, kind));
        }
        what
    }

    /// What Terraform leaves in the folders in which it runs, and git ignores.
    fn of_terraform(&self) -> Vec<(String, ThingKind)> {
        let sources = self.lookup.sources;
        let mut left = Vec::new();
        for (folder, keeps) in self.lookup.terraform.get_or_init(|| roots(sources)) {
            let kinds = [(".terraform", ThingKind::Providers), (STATE, ThingKind::State)];
            let here =
                kinds.into_iter().filter(|(name, _)| *name != STATE || *keeps == Keeps::Here);
            left.extend(here.filter_map(|(name, kind)| {
                let home = join(folder, name);
                let path = self.context.inside(&home)?.to_owned();
                let inside = if kind == ThingKind::Providers { "providers" } else { "" };
                let is_ignored = sources.may_appear(join(&home, inside).trim_end_matches('/'));
                (is_ignored && !sources.has_file(&home) && self.context.takes(&path))
                    .then_some((path, kind))
            }));
        }
        left
    }

    /// Whether the folder that is built from holds `.git`: it is the root of a repository, and what
    /// builds it does not leave it away. Of an image that asks git for its version, it is meant.
    fn has_history(&self, builds: &[&Build]) -> bool {
        let sources = self.lookup.sources;
        let asks = |text: &str| ASKS_GIT.iter().any(|word| text.contains(word));
        let mut projects = sources.iter().filter(|(_, source)| source.kind == Kind::Python);
        self.context.folder.is_empty()
            && !sources.is_part
            && !self.is_remote(builds)
            && !asks(&sources.get(self.image.source).text)
            && !projects.any(|(_, source)| asks(&source.text))
    }

    /// Whether all builds take their context from git or from an upload, so that nothing is in it
    /// that git ignores.
    fn is_remote(&self, builds: &[&Build]) -> bool {
        let remote = |build: &&Build| {
            build.runner.is_cloud_build()
                || (build.kind == BuildKind::Action && build.context.is_unset())
        };
        !builds.is_empty() && builds.iter().all(remote)
    }

    /// Whether a command before the copy installs into a folder of its destination.
    fn installs_before(&self, folder: &str, installers: &[(&str, &[&str])]) -> bool {
        let destination =
            self.copy.destination.literal_text().map(|path| path.trim_end_matches('/'));
        self.stage.runs.iter().filter(|run| run.order < self.copy.order).any(|run| {
            let place = run.workdir.literal_text();
            let words: Vec<&str> = run.command.words.iter().filter_map(|w| w.as_str()).collect();
            let program = run.command.program().unwrap_or_default();
            let installs = installers.iter().any(|(name, commands)| {
                program == *name && words.iter().skip(1).any(|word| commands.contains(word))
            });
            let elsewhere = words.iter().any(|word| matches!(*word, "-g" | "--global" | "global"));
            // What is made by `python -m venv` is named after that, and uv has a name of its own.
            let module = words.iter().position(|word| *word == "venv").map_or(0, |at| at + 1);
            let here = |word: &str| match word.rsplit_once('/') {
                None | Some((".", _)) => source::name(word) == folder,
                Some((above, name)) => Some(above) == destination && name == folder,
            };
            let names = match program {
                "python" | "python3" => words.iter().skip(module).any(|word| here(word)),
                "uv" => !self.stage.env.contains_key("UV_PROJECT_ENVIRONMENT"),
                _ => true,
            };
            installs && names && !elsewhere && place.is_some() && place == destination
        })
    }
}

/// Folders that tools fill, with the commands that do.
type Installers = &'static [(&'static str, &'static [&'static str])];
const INSTALLED: &[(&str, Installers)] = &[
    (
        "node_modules",
        &[
            ("npm", &["ci", "install", "i"]),
            ("yarn", &["install"]),
            ("pnpm", &["install", "i"]),
            ("bun", &["install"]),
        ],
    ),
    (".venv", &[("python", &["venv"]), ("python3", &["venv"]), ("uv", &["venv", "sync"])]),
    ("venv", &[("python", &["venv"]), ("python3", &["venv"])]),
];

/// Where Terraform keeps its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Keeps {
    /// In its folder.
    Here,
    /// In a backend.
    Elsewhere,
}

/// The folders in which Terraform runs, since their files name a provider or a backend.
fn roots(sources: &Sources) -> BTreeMap<String, Keeps> {
    let files = sources.iter().filter(|(_, source)| source.kind == Kind::Terraform);
    let mut roots = BTreeMap::new();
    for (_, source) in files.filter(|(_, source)| !is_set_aside(&source.path)) {
        let says = |words: &[&str]| words.iter().any(|word| source.text.contains(word));
        let keeps = match says(&["backend \"", "cloud {"]) {
            true => Keeps::Elsewhere,
            false if says(&["provider \""]) => Keeps::Here,
            false => continue,
        };
        let known = roots.entry(source::folder(&source.path).to_owned()).or_insert(keeps);
        *known = keeps.max(*known);
    }
    roots
}

/// Where Terraform keeps its state without a backend.
const STATE: &str = "terraform.tfstate";

/// What people copy to `.env`.
const SAMPLES: &[&str] =
    &[".env.example", ".env.sample", ".env.template", ".env.dist", "env.example"];

/// What tells that a build asks git for its version.
const ASKS_GIT: &[&str] = &[
    "git ",
    ".git",
    "setuptools_scm",
    "setuptools-scm",
    "hatch-vcs",
    "versioneer",
    "dynamic-versioning",
    "git-versioning",
    "source = \"scm\"",
    "goreleaser",
    "gradlew",
    "mvn",
];
