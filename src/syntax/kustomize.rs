//! The shape of a kustomization over its YAML.
//!
//! Source of the fields: the reference of kubectl.docs.kubernetes.io for kustomize 5.7, read
//! 2026-11.

use super::yaml::{Node, Yaml};
use crate::source::{Excerpt, Span};

/// A `kustomization.yaml`.
#[derive(Debug, Clone, Default)]
pub struct Kustomization {
    /// Whether it is a component, which changes what another kustomization gathers.
    pub is_component: bool,
    /// `resources` and `bases`: files, folders and addresses.
    pub resources: Vec<Excerpt>,
    /// `components`: folders and addresses.
    pub components: Vec<Excerpt>,
    /// `images`
    pub images: Vec<ImageChange>,
    /// `namePrefix`
    pub prefix: Option<Excerpt>,
    /// `nameSuffix`
    pub suffix: Option<Excerpt>,
    /// `namespace`
    pub namespace: Option<Excerpt>,
    /// `patches`, `patchesStrategicMerge` and `patchesJson6902`
    pub patches: Vec<Patch>,
    /// `configMapGenerator` and `secretGenerator`
    pub generators: Vec<Generator>,
    /// `commonLabels` and `labels`, less those that no pod gets.
    pub labels: Vec<AddedLabel>,
    /// Where it names something that makes objects and is not read: charts, plugins.
    pub brings_more: Option<Span>,
    /// Where it names something that changes objects and is not read.
    pub changes_more: Option<Span>,
}

/// An item of `images`.
#[derive(Debug, Clone)]
pub struct ImageChange {
    /// `name`: which image is meant, without a tag.
    pub name: Excerpt,
    /// `newName`
    pub new_name: Option<Excerpt>,
    /// `newTag`
    pub new_tag: Option<Excerpt>,
    /// `digest`
    pub digest: Option<Excerpt>,
    /// `tagSuffix`
    pub suffix: Option<Excerpt>,
}

/// A change of objects.
#[derive(Debug, Clone)]
pub struct Patch {
    /// The item.
    pub at: Span,
    /// Where it is written.
    pub text: PatchText,
    /// Which objects it changes. Without it, that which the patch names.
    pub target: Option<Target>,
}

/// Where a patch is written.
#[derive(Debug, Clone)]
pub enum PatchText {
    /// In a file, relative to the kustomization.
    File(Excerpt),
    /// In the kustomization itself.
    Inline(Excerpt),
    /// Nowhere that is read.
    Unread,
}

/// Which objects a patch changes: regular expressions, those that are left out hold always.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// `group`
    pub group: Option<String>,
    /// `kind`
    pub kind: Option<String>,
    /// `name`
    pub name: Option<String>,
    /// Whether it asks for labels, annotations or a namespace as well.
    pub asks_more: bool,
}

/// What makes a ConfigMap or a Secret of files.
#[derive(Debug, Clone)]
pub struct Generator {
    /// `name`
    pub name: Excerpt,
    /// Whether it makes a Secret.
    pub is_secret: bool,
    /// The paths of `files`, `envs` and `env`, relative to the kustomization.
    pub files: Vec<Excerpt>,
}

/// A label that objects get.
#[derive(Debug, Clone)]
pub struct AddedLabel {
    /// The key.
    pub key: Excerpt,
    /// The value.
    pub value: Excerpt,
    /// Whether selectors ask for it, too.
    pub in_selectors: bool,
}

/// What makes objects that are not read.
const BRINGING: &[&str] = &["helmCharts", "helmChartInflationGenerator", "generators"];

/// What changes objects in a way that is not read.
const CHANGING: &[&str] = &["transformers", "replacements"];

/// Reads the first document.
pub fn read(yaml: &Yaml) -> Kustomization {
    let Some(root) = yaml.root() else { return Kustomization::default() };
    let items = |key| root.get(key).map(Node::items).unwrap_or_default();
    let strings = |key| root.get(key).map(Node::strings).unwrap_or_default();
    let text = |key| root.get(key).and_then(Node::excerpt);
    let place = |keys: &[&str]| keys.iter().find_map(|key| root.entry(key)).map(|e| e.key.at);
    let mut patches: Vec<Patch> = items("patches").iter().map(patch).collect();
    patches.extend(items("patchesJson6902").iter().map(patch));
    patches.extend(items("patchesStrategicMerge").iter().map(patch));
    let mut generators: Vec<Generator> =
        items("configMapGenerator").iter().filter_map(|item| generator(item, false)).collect();
    generators.extend(items("secretGenerator").iter().filter_map(|item| generator(item, true)));
    let is_true = |node: &Node, key| node.get(key).and_then(Node::boolean) == Some(true);
    let mut labels: Vec<AddedLabel> =
        root.get("commonLabels").map(|pairs| added(pairs, true)).unwrap_or_default();
    for item in items("labels") {
        let in_selectors = is_true(item, "includeSelectors");
        if let Some(pairs) =
            item.get("pairs").filter(|_| in_selectors || is_true(item, "includeTemplates"))
        {
            labels.extend(added(pairs, in_selectors));
        }
    }
    Kustomization {
        is_component: root.get("kind").and_then(Node::text) == Some("Component"),
        resources: [strings("resources"), strings("bases")].concat(),
        components: strings("components"),
        images: items("images").iter().filter_map(image).collect(),
        prefix: text("namePrefix"),
        suffix: text("nameSuffix"),
        namespace: text("namespace"),
        patches,
        generators,
        labels,
        brings_more: place(BRINGING),
        changes_more: place(CHANGING),
    }
}

fn image(item: &Node) -> Option<ImageChange> {
    let text = |key| item.get(key).and_then(Node::excerpt);
    Some(ImageChange {
        name: text("name")?,
        new_name: text("newName"),
        new_tag: text("newTag"),
        digest: text("digest"),
        suffix: text("tagSuffix"),
    })
}

fn patch(item: &Node) -> Patch {
    // The older form is the patch itself, or its file.
    if let Some(text) = item.excerpt() {
        let is_inline = text.text.contains('\n');
        let text = if is_inline { PatchText::Inline(text) } else { PatchText::File(text) };
        return Patch { at: item.at, text, target: None };
    }
    let text = |key| item.get(key).and_then(Node::excerpt);
    let target = item.get("target").map(|target| {
        let text = |key| target.get(key).and_then(Node::text).map(str::to_owned);
        let more = ["labelSelector", "annotationSelector", "namespace"];
        Target {
            group: text("group"),
            kind: text("kind"),
            name: text("name"),
            asks_more: more.iter().any(|key| target.get(key).is_some()),
        }
    });
    let text = match (text("path"), text("patch")) {
        (Some(path), None) => PatchText::File(path),
        (None, Some(patch)) => PatchText::Inline(patch),
        _ => PatchText::Unread,
    };
    Patch { at: item.at, text, target }
}

fn generator(item: &Node, is_secret: bool) -> Option<Generator> {
    let mut files = Vec::new();
    for key in ["files", "envs", "env"] {
        for written in item.get(key).map(Node::strings).unwrap_or_default() {
            // `key=path`
            let start = written.text.find('=').filter(|_| key == "files").map_or(0, |i| i + 1);
            files.push(written.slice(start..written.text.len()));
        }
    }
    Some(Generator { name: item.get("name")?.excerpt()?, is_secret, files })
}

fn added(pairs: &Node, in_selectors: bool) -> Vec<AddedLabel> {
    let pairs = pairs.entries().iter();
    pairs
        .filter_map(|entry| {
            Some(AddedLabel {
                key: entry.key.excerpt()?,
                value: entry.value.excerpt()?,
                in_selectors,
            })
        })
        .collect()
}
