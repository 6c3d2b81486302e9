//! What the charts of Helm make: templates, carried out with values.
//!
//! A release that a command makes is a bundle of its own. Where no release is known the values
//! of the chart are defaults, what any other file sets differently is not known, and what a
//! default leaves out may be there all the same.
//!
//! Source: helm.sh/docs for Helm 3.16, read 2026-11.

mod function;
mod render;
mod rich;
mod values;

use super::kustomize::{Bundle, Objects};
use super::manifest::value;
use super::terraform::{Datum, Evaluated};
use crate::source::{Kind, SourceId, Sources, Span, folder, is_below, join, name};
use crate::syntax::template::{self, Part, Template};
use crate::syntax::yaml;
use crate::value::{Sourced, Step, Text, Value, Why};
use rayon::prelude::*;
use render::{Helpers, Render};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A release that a command makes: `helm upgrade --install api ./chart -f prod.yaml`.
#[derive(Debug, Clone)]
pub struct Release {
    /// The folders that the chart may have.
    pub charts: Vec<String>,
    /// The name.
    pub name: Value<Text>,
    /// The namespace.
    pub namespace: Value<Text>,
    /// The files of values, for each the paths that it may have; none if one is not known.
    pub files: Option<Vec<Vec<String>>>,
    /// What is set: the path, the value, and whether it is a string whatever it looks like.
    pub sets: Vec<(String, Sourced<Text>, bool)>,
    /// Whether it sets something else that is not known.
    pub is_open: bool,
}

/// What charts make.
#[derive(Debug, Default)]
pub struct Charts {
    /// The bundles, by the file of values of the release, or the `Chart.yaml`.
    pub bundles: Vec<(SourceId, Bundle)>,
    /// The templates that were carried out.
    pub used: BTreeSet<SourceId>,
}

/// A file of manifests, with their objects as far as they can be read without carrying it out.
type Manifest<'a> = (SourceId, &'a [Arc<Evaluated>]);

/// A chart.
struct Chart<'a> {
    id: SourceId,
    folder: &'a str,
    /// The name, the version and the version of the app.
    about: Evaluated,
    defaults: Evaluated,
    /// The files of its manifests.
    manifests: Vec<Manifest<'a>>,
    templates: Vec<(SourceId, &'a str, Template)>,
    /// Templates that only define helpers.
    helpers: Vec<(SourceId, &'a str, Template)>,
}

/// Carries out the charts of a project. `objects` are those of its manifests, of which some
/// files are templates.
pub fn evaluate(sources: &Sources, objects: &Objects, releases: &[Release]) -> Charts {
    let mut folders: BTreeMap<&str, SourceId> = BTreeMap::new();
    for (id, source) in sources.iter().filter(|(_, s)| s.path.ends_with("Chart.yaml")) {
        if name(&source.path) == "Chart.yaml" && !source.text.contains("{{") {
            folders.insert(folder(&source.path), id);
        }
    }
    if folders.is_empty() {
        return Charts::default();
    }
    // A template belongs to the innermost chart.
    let mut files: BTreeMap<&str, Vec<Manifest<'_>>> = BTreeMap::new();
    for (id, objects) in objects {
        let path = &sources.get(*id).path;
        let mut place = folder(path);
        while !place.is_empty() && !folders.contains_key(place) {
            place = folder(place);
        }
        if folders.contains_key(place) && is_below(path, &join(place, "templates")) {
            files.entry(place).or_default().push((*id, objects));
        }
    }
    let charts: Vec<_> = files.into_iter().collect();
    let others = OtherValues::read(sources, &folders);
    let made: Vec<Charts> = charts
        .par_iter()
        .filter_map(|(place, files)| {
            let chart = Chart::read(sources, *folders.get(place)?, place, files)?;
            Some(chart.bundles(sources, releases, &others))
        })
        .collect();
    let mut all = Charts::default();
    for mut charts in made {
        all.bundles.append(&mut charts.bundles);
        all.used.append(&mut charts.used);
    }
    all
}

fn read_yaml(sources: &Sources, path: &str) -> Option<(SourceId, yaml::Node)> {
    let (id, source) = sources.find(path)?;
    let parsed = yaml::parse(id, &source.text);
    parsed.errors.is_empty().then_some((id, parsed.tree.root()?.clone()))
}

/// What may set values beside the defaults of a chart.
struct OtherValues<'a> {
    /// Files that are called so, with the values in them.
    files: Vec<(&'a str, Evaluated)>,
    /// The values of the charts, which those of a parent set for its children.
    charts: Vec<(&'a str, Evaluated)>,
    /// Texts that speak of charts, and whether they may set values in ways that are not read.
    texts: Vec<(&'a str, bool)>,
}

impl<'a> OtherValues<'a> {
    fn read(sources: &'a Sources, folders: &BTreeMap<&str, SourceId>) -> OtherValues<'a> {
        let told = |at, _: &str| Step::default(at, "a file of values");
        let (mut files, mut charts, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (_, source) in sources.iter() {
            let (path, text) = (&*source.path, &*source.text);
            let is_yaml = source.kind == Kind::Yaml;
            if is_yaml && name(path).to_ascii_lowercase().contains("values") {
                let read = read_yaml(sources, path).map(|(_, node)| values::of_file(&node, &told));
                let of_chart = name(path) == "values.yaml" && folders.contains_key(folder(path));
                let into = if of_chart { &mut charts } else { &mut files };
                // A file that cannot be read may set anything.
                into.push((path, read.unwrap_or_else(|| value_of_nothing(text, sources, path))));
                continue;
            }
            let is_resource =
                || text.contains("kind: Application") || text.contains("kind: HelmRelease");
            let speaks = match source.kind {
                Kind::Yaml => is_resource() || name(path).starts_with("helmfile"),
                Kind::Dockerfile
                | Kind::PythonModule
                | Kind::JavaScriptModule
                | Kind::Documentation => false,
                _ => text.contains("helm"),
            };
            if speaks {
                let sets = match source.kind {
                    Kind::Terraform => text.contains("helm_release"),
                    Kind::Skaffold => true,
                    Kind::Yaml => {
                        let ways =
                            ["values:", "valuesObject", "parameters:", "helmfile", "releases:"];
                        ways.iter().any(|way| text.contains(way))
                    }
                    _ => false,
                };
                texts.push((text, sets));
            }
        }
        OtherValues { files, charts, texts }
    }

    /// Forgets what others may set of the values of a chart.
    fn forget(&self, chart: &Chart<'_>, values: &mut Evaluated) {
        let own = name(chart.folder);
        let about = chart.about.field_text("Name");
        let called = about.literal_text().unwrap_or(own);
        for (_, other) in &self.files {
            values::forget_other(values, other);
            other.field(called).into_iter().for_each(|part| values::forget_other(values, part));
        }
        for (path, other) in self.charts.iter().filter(|(path, _)| folder(path) != chart.folder) {
            // Charts beside it are no parents.
            if is_below(chart.folder, folder(path)) || other.field(called).is_some() {
                let part = other.field(called).or_else(|| other.field(own));
                part.into_iter().for_each(|part| values::forget_other(values, part));
                if let Some(global) = other.field("global") {
                    let global = value(
                        global.at,
                        Datum::Map(vec![("global".into(), global.clone())], false),
                    );
                    values::forget_other(values, &global);
                }
            }
        }
        if self
            .texts
            .iter()
            .any(|(text, sets)| *sets && (text.contains(own) || text.contains(called)))
        {
            return values::forget_all(values);
        }
        values::forget_leaves(values, "", &|path| {
            self.texts.iter().any(|(text, _)| match path.contains('.') {
                true => text.contains(path),
                false => text.contains(&format!("{path}=")),
            })
        });
    }
}

fn value_of_nothing(text: &str, sources: &Sources, path: &str) -> Evaluated {
    let id = sources.find(path).map_or(SourceId(0), |(id, _)| id);
    value(Span::new(id, 0..text.len().min(1)), Datum::Unknown(Why::Unread))
}

impl<'a> Chart<'a> {
    fn read(
        sources: &'a Sources,
        id: SourceId,
        place: &'a str,
        files: &[Manifest<'a>],
    ) -> Option<Chart<'a>> {
        let (_, about) = read_yaml(sources, &sources.get(id).path)?;
        let at = about.at;
        let field = |key: &str, name: &str| {
            let node = about.get(key);
            let text = node.and_then(yaml::Node::text).map(|text| Datum::Text(Text::from(text)));
            let at = node.map_or(at, |node| node.at);
            let told = Step::reference(at, format!("`{key}` of the chart"));
            let datum = text.unwrap_or(Datum::Null);
            (Text::from(name), Evaluated { via: vec![told], ..value(at, datum) })
        };
        let fields = [("name", "Name"), ("version", "Version"), ("appVersion", "AppVersion")];
        let fields = fields.map(|(key, name)| field(key, name)).to_vec();
        let told = |at, path: &str| {
            Step::default(at, format!("the default of `.Values.{path}`, unless a release sets it"))
        };
        let defaults = match sources.has_file(&join(place, "values.yaml")) {
            true => values::of_file(&read_yaml(sources, &join(place, "values.yaml"))?.1, &told),
            false => value(at, Datum::Map(Vec::new(), false)),
        };
        let read = |id: SourceId| {
            let text: &'a str = &sources.get(id).text;
            Some((id, text, template::parse(text)?))
        };
        let folder = join(place, "templates");
        let helpers = sources.under(&folder).filter(|path| !path.ends_with(".txt"));
        let helpers = helpers.filter_map(|path| sources.find(path)).filter(|(id, source)| {
            !files.iter().any(|(file, _)| file == id) && source.text.contains("define")
        });
        Some(Chart {
            id,
            folder: place,
            about: value(at, Datum::Map(fields, true)),
            defaults,
            helpers: helpers.filter_map(|(id, _)| read(id)).collect(),
            templates: files.iter().filter_map(|(id, _)| read(*id)).collect(),
            manifests: files.to_vec(),
        })
    }

    /// A bundle for each release that is known, or one for all that are not.
    fn bundles(&self, sources: &Sources, releases: &[Release], others: &OtherValues<'_>) -> Charts {
        let own = |release: &&Release| release.charts.iter().any(|chart| chart == self.folder);
        let mut made = Charts::default();
        let mut done: BTreeSet<SourceId> = BTreeSet::new();
        for release in releases.iter().filter(own) {
            let Some((id, values)) = self.values_of(sources, release) else { continue };
            if done.insert(id) {
                let root = self.root(values, Some(release));
                let rendered = self.render(&root, false, &mut made.used);
                made.bundles.push((id, Bundle { objects: rendered, brings_more: None }));
            }
        }
        if made.bundles.is_empty() {
            let mut values = self.defaults.clone();
            others.forget(self, &mut values);
            for release in releases.iter().filter(own) {
                for (path, new, _) in &release.sets {
                    let unknown = Sourced { value: Text::hole("--set"), ..new.clone() };
                    values::set(&mut values, path, &unknown, true);
                }
            }
            let root = self.root(values, None);
            let objects = self.render(&root, true, &mut made.used);
            made.bundles.push((self.id, Bundle { objects, brings_more: None }));
        }
        made
    }

    /// The values of a release, if all of them are known, with the file that tells it from others.
    fn values_of(&self, sources: &Sources, release: &Release) -> Option<(SourceId, Evaluated)> {
        if release.is_open {
            return None;
        }
        let mut values = self.defaults.clone();
        let mut id = self.id;
        for paths in release.files.as_ref()? {
            let mut found = paths.iter().filter(|path| sources.has_file(path));
            let path = found.next().filter(|_| found.next().is_none())?;
            let (file, node) = read_yaml(sources, path)?;
            let told = |at, path: &str| {
                Step::reference(at, format!("the release sets `.Values.{path}` here"))
            };
            values::lay_over(&mut values, &values::of_file(&node, &told));
            id = file;
        }
        for (path, new, is_text) in &release.sets {
            values::set(&mut values, path, new, *is_text);
        }
        Some((id, values))
    }

    /// What templates see.
    fn root(&self, values: Evaluated, release: Option<&Release>) -> Evaluated {
        let at = self.about.at;
        let of = |written: Option<&Value<Text>>, name: &str| {
            let known = written.and_then(Value::known).map(|known| known.value.clone());
            value(at, Datum::Text(known.unwrap_or_else(|| Text::hole(name))))
        };
        let told = vec![
            (Text::from("Name"), of(release.map(|r| &r.name), "the name of the release")),
            (Text::from("Namespace"), of(release.map(|r| &r.namespace), "the namespace")),
            (Text::from("Service"), value(at, Datum::Text(Text::from("Helm")))),
        ];
        let entries = vec![
            (Text::from("Values"), values),
            (Text::from("Chart"), self.about.clone()),
            (Text::from("Release"), value(at, Datum::Map(told, true))),
        ];
        value(at, Datum::Map(entries, true))
    }

    fn render(
        &self,
        root: &Evaluated,
        is_open: bool,
        used: &mut BTreeSet<SourceId>,
    ) -> Vec<Arc<Evaluated>> {
        let mut helpers = Helpers::new();
        for (id, text, template) in self.helpers.iter().chain(&self.templates) {
            for part in &template.parts {
                if let Part::Define { name, body } = part {
                    helpers.insert(name, (*id, text, body));
                }
            }
        }
        let mut objects = Vec::new();
        used.extend(self.manifests.iter().map(|(id, _)| *id));
        for (id, masked) in &self.manifests {
            let template = self.templates.iter().find(|(other, ..)| other == id);
            let documents = template.and_then(|(_, text, template)| {
                let mut render = Render::new(*id, &helpers, is_open);
                render.file(text, &template.parts, root)?.documents(*id)
            });
            match documents {
                Some(documents) => objects.extend(documents.into_iter().map(Arc::new)),
                // What cannot be carried out is at least there.
                None => objects.extend(masked.iter().cloned()),
            }
        }
        objects
    }
}
