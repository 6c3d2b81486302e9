//! What kustomizations make of manifests.
//!
//! Each kustomization that no other uses is a bundle of its own: an environment. What it gathers
//! is changed as kustomize changes it; what is changed in a way that is not read is not known.
//!
//! Source: the reference of kubectl.docs.kubernetes.io for kustomize 5.7, read 2026-11.

mod change;
mod patch;

use super::manifest::{of_excerpt, of_yaml, value};
use super::terraform::{Datum, Evaluated};
use crate::source::{Excerpt, SourceId, Sources, Span, folder, is_remote, join, resolve};
use crate::syntax::kustomize::{Kustomization, Patch, PatchText};
use crate::syntax::yaml::{self, Node};
use crate::value::{Sourced, Text, Value, Why};
use patch::Change;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The names that a kustomization may have, in the order in which kustomize looks for them.
const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Kustomizations use others this deep.
const DEEPEST: usize = 32;

/// A bundle uses kustomizations no more often than this.
const MOST_USES: usize = 1_000;

/// All bundles together have no more objects than this; those of further ones are not known.
const MOST_IN_ALL: usize = 20_000;

/// A bundle has no more objects than this.
const MOST_OBJECTS: usize = 5_000;

/// The objects of each file of manifests.
pub type Objects = BTreeMap<SourceId, Vec<Arc<Evaluated>>>;

/// The objects that are applied together.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// What they are called, and what is inside.
    pub objects: Vec<Arc<Evaluated>>,
    /// Where more are brought that are not read.
    pub brings_more: Option<Span>,
}

/// What the kustomizations of a project make.
#[derive(Debug, Default)]
pub struct Kustomized {
    /// The bundles, by the kustomizations that nothing else uses.
    pub bundles: BTreeMap<SourceId, Bundle>,
    /// The files that are a part of some bundle, or that change one, and so are nothing alone.
    pub used: BTreeSet<SourceId>,
}

/// An image that a command puts in the place of another: `kustomize edit set image a=b:c`.
#[derive(Debug, Clone)]
pub struct ImageSetting {
    /// The folders of the kustomization that it changes; empty if they are not known.
    pub folders: Vec<String>,
    /// Which image is meant, without a tag.
    pub name: String,
    /// What it becomes.
    pub image: Sourced<Text>,
}

/// What a kustomization uses by a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Used {
    /// A file.
    File(String),
    /// The kustomization of a folder.
    Folder(String),
    /// Something that is not in the project.
    Remote,
    /// Nothing is there.
    Missing(String),
    /// A folder without a kustomization.
    Bare(String),
}

/// Says what a path means that a kustomization in a folder uses.
pub fn used(sources: &Sources, own: &str, written: &str) -> Used {
    if is_elsewhere(written) {
        return Used::Remote;
    }
    let Some(path) = resolve(own, written) else { return Used::Remote };
    if sources.has_file(&path) {
        return Used::File(path);
    }
    if !sources.has_folder(&path) {
        return Used::Missing(path);
    }
    match NAMES.iter().any(|name| sources.has_file(&join(&path, name))) {
        true => Used::Folder(path),
        false => Used::Bare(path),
    }
}

/// Whether something is an address, or a repository: `github.com/org/repo//base?ref=v1`.
fn is_elsewhere(written: &str) -> bool {
    let host = written.split('/').next().unwrap_or_default();
    is_remote(written)
        || written.contains("::")
        || written.contains("?ref=")
        || written.starts_with("gh:")
        || written.starts_with('/')
        || (!host.starts_with('.') && host.contains('.') && written.split('/').count() > 2)
}

/// Makes the bundles of a project.
pub fn evaluate(
    sources: &Sources,
    kustomizations: &BTreeMap<SourceId, Arc<Kustomization>>,
    objects: &Objects,
    settings: &[ImageSetting],
) -> Kustomized {
    let mut kustomized = Kustomized::default();
    if kustomizations.is_empty() {
        return kustomized;
    }
    let files: Vec<_> = kustomizations.iter().collect();
    let layers: Vec<Layer> =
        files.par_iter().map(|(id, tree)| Layer::read(sources, **id, tree, objects)).collect();
    let mut by_folder: BTreeMap<&str, &Layer> = BTreeMap::new();
    for layer in &layers {
        let rank = |layer: &Layer| {
            let path = &sources.get(layer.id).path;
            NAMES.iter().position(|name| path.ends_with(name)).unwrap_or(NAMES.len())
        };
        let first = by_folder.entry(layer.folder).or_insert(layer);
        if rank(layer) < rank(first) {
            *first = layer;
        }
    }
    let mut below: BTreeSet<&str> = BTreeSet::new();
    for layer in &layers {
        let uses = layer.resources.iter().chain(&layer.components);
        below.extend(uses.filter_map(|used| match used {
            Used::Folder(folder) => Some(folder.as_str()),
            _ => None,
        }));
        kustomized.used.extend(layer.files.iter().copied());
    }
    let roots: Vec<&Layer> = by_folder
        .values()
        .copied()
        .filter(|layer| !layer.tree.is_component && !below.contains(layer.folder))
        .collect();
    let made: Vec<(SourceId, Option<Gathered>)> = roots
        .par_iter()
        .map(|root| {
            let walk = Walk { sources, layers: &by_folder, objects, settings };
            let mut gathered = Gathered::default();
            let whole = walk.gather(root, &mut Vec::new(), &mut gathered);
            (root.id, whole.then_some(gathered))
        })
        .collect();
    let mut total = 0;
    for (id, gathered) in made {
        let Some(gathered) = gathered else { continue };
        kustomized.used.extend(gathered.files);
        let objects: Vec<_> = gathered.objects.into_iter().map(|object| object.value).collect();
        let mut bundle = Bundle { objects, brings_more: gathered.brings_more };
        total += bundle.objects.len();
        if total > MOST_IN_ALL {
            bundle.objects.clear();
            bundle.brings_more.get_or_insert(Span::new(id, 0..0));
        }
        kustomized.bundles.insert(id, bundle);
    }
    kustomized
}

/// A kustomization with what its own files say, which is read once.
struct Layer<'a> {
    id: SourceId,
    folder: &'a str,
    tree: &'a Kustomization,
    resources: Vec<Used>,
    components: Vec<Used>,
    changes: Vec<Change<'a>>,
    /// The files of its patches.
    files: BTreeSet<SourceId>,
}

impl<'a> Layer<'a> {
    fn read(
        sources: &'a Sources,
        id: SourceId,
        tree: &'a Kustomization,
        objects: &Objects,
    ) -> Layer<'a> {
        let own = folder(&sources.get(id).path);
        let used = |paths: &[Excerpt]| {
            paths.iter().map(|path| self::used(sources, own, &path.text)).collect()
        };
        let mut files = BTreeSet::new();
        let changes = tree.patches.iter().map(|patch| Change {
            target: patch.target.as_ref(),
            documents: documents(sources, own, patch, objects, &mut files),
        });
        let changes = changes.collect();
        Layer {
            id,
            folder: own,
            tree,
            resources: used(&tree.resources),
            components: used(&tree.components),
            changes,
            files,
        }
    }
}

/// What a patch says; none if that is not known.
fn documents(
    sources: &Sources,
    own: &str,
    patch: &Patch,
    objects: &Objects,
    files: &mut BTreeSet<SourceId>,
) -> Option<Vec<Evaluated>> {
    let read: Vec<Evaluated> = match &patch.text {
        PatchText::File(path) => {
            let (id, source) = sources.find(&resolve(own, &path.text)?)?;
            files.insert(id);
            match objects.get(&id) {
                Some(objects) => objects.iter().map(|object| (**object).clone()).collect(),
                None => {
                    let parsed = yaml::parse(id, &source.text);
                    let documents = parsed.errors.is_empty().then_some(parsed.tree.documents)?;
                    let is_template = source.text.contains("{{");
                    let documents = documents.iter().filter(|_| !is_template);
                    documents.map(|node| of_yaml(node, &source.text, false)).collect()
                }
            }
        }
        PatchText::Inline(text) => {
            let parsed = yaml::parse(text.at.source, &text.text);
            let documents: Vec<Node> = parsed.errors.is_empty().then_some(parsed.tree.documents)?;
            documents.iter().map(|node| of_excerpt(node, text)).collect()
        }
        PatchText::Unread => return None,
    };
    let told = patch::step(patch.at);
    Some(read.into_iter().map(|document| patch::told(document, &told)).collect())
}

/// An object on its way through the layers.
#[derive(Debug, Clone)]
struct Object {
    value: Arc<Evaluated>,
    group: Value<Text>,
    kind: Value<Text>,
    /// The names that it has had; none if they are not known.
    names: Vec<String>,
}

impl Object {
    fn new(value: Arc<Evaluated>) -> Object {
        let api = value.field_text("apiVersion");
        let group = api.map(|api| {
            let parts = api.split('/');
            if parts.len() > 1 {
                parts.into_iter().next().unwrap_or_default()
            } else {
                Text::default()
            }
        });
        let kind = value.field_text("kind");
        let name = value.field("metadata").map_or(Value::Unset, |m| m.field_text("name"));
        let names = name.literal_text().map(str::to_owned).into_iter().collect();
        Object { group, kind, names, value }
    }

    fn kind(&self) -> &str {
        self.kind.literal_text().unwrap_or_default()
    }

    /// Whether it is of the group `apps`, `batch` or the core, whose lists are known.
    fn is_built_in(&self) -> bool {
        self.group
            .literal_text()
            .is_some_and(|group| !group.contains('.') || group.ends_with(".k8s.io"))
    }

    /// Forgets what it is like.
    fn forget(&mut self) {
        let known = ["apiVersion", "kind", "metadata"];
        let object = Arc::make_mut(&mut self.value);
        let at = object.at;
        if let Datum::Map(entries, open) = &mut object.datum {
            for (key, part) in entries.iter_mut() {
                if key.literal().is_none_or(|key| !known.contains(&key)) {
                    *part = value(at, Datum::Unknown(Why::Unread));
                }
            }
            *open = true;
        }
    }
}

/// What a bundle holds so far.
#[derive(Default)]
struct Gathered {
    objects: Vec<Object>,
    files: BTreeSet<SourceId>,
    brings_more: Option<Span>,
    uses: usize,
}

struct Walk<'a> {
    sources: &'a Sources,
    layers: &'a BTreeMap<&'a str, &'a Layer<'a>>,
    objects: &'a Objects,
    settings: &'a [ImageSetting],
}

impl Walk<'_> {
    /// Adds what a kustomization gathers, and changes it. False if that is not known.
    fn gather(&self, layer: &Layer<'_>, above: &mut Vec<SourceId>, into: &mut Gathered) -> bool {
        into.uses += 1;
        if above.contains(&layer.id) || above.len() >= DEEPEST || into.uses > MOST_USES {
            return false;
        }
        above.push(layer.id);
        let mut own = Gathered { uses: into.uses, ..Gathered::default() };
        // A component changes what is there already.
        if layer.tree.is_component {
            own.objects = std::mem::take(&mut into.objects);
        }
        let brings = |own: &mut Gathered, at| own.brings_more = own.brings_more.or(Some(at));
        let resources = layer.tree.resources.iter().zip(&layer.resources);
        for (written, used) in resources.chain(layer.tree.components.iter().zip(&layer.components))
        {
            match used {
                Used::File(path) => match self.sources.find(path) {
                    Some((id, _)) => {
                        own.files.insert(id);
                        let objects = self.objects.get(&id).into_iter().flatten();
                        own.objects.extend(objects.cloned().map(Object::new));
                    }
                    None => brings(&mut own, written.at),
                },
                Used::Folder(folder) => match self.layers.get(folder.as_str()) {
                    Some(layer) if self.gather(layer, above, &mut own) => {}
                    _ => return false,
                },
                Used::Remote | Used::Missing(_) | Used::Bare(_) => brings(&mut own, written.at),
            }
            if own.objects.len() > MOST_OBJECTS {
                return false;
            }
        }
        above.pop();
        own.brings_more = own.brings_more.or(layer.tree.brings_more);
        self.change(layer, &mut own.objects);
        into.uses = own.uses;
        into.objects.append(&mut own.objects);
        into.files.append(&mut own.files);
        into.brings_more = into.brings_more.or(own.brings_more);
        true
    }

    fn change(&self, layer: &Layer<'_>, objects: &mut Vec<Object>) {
        let tree = layer.tree;
        objects.extend(tree.generators.iter().filter(|g| g.is_secret).map(change::generated));
        for change in &layer.changes {
            change.apply(objects);
        }
        if let Some(namespace) = &tree.namespace {
            objects.iter_mut().for_each(|object| change::put_in(object, namespace));
        }
        change::rename(objects, tree.prefix.as_ref(), tree.suffix.as_ref());
        for label in &tree.labels {
            objects.iter_mut().for_each(|object| change::label(object, label));
        }
        let is_here = |setting: &&ImageSetting| {
            setting.folders.is_empty() || setting.folders.iter().any(|f| f == layer.folder)
        };
        let settings: Vec<&ImageSetting> = self.settings.iter().filter(is_here).collect();
        change::images(objects, &tree.images, &settings);
        if tree.changes_more.is_some() {
            objects.iter_mut().for_each(Object::forget);
        }
    }
}
