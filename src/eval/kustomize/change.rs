//! What a kustomization changes of all objects: names, namespaces, labels and images.

use super::{ImageSetting, Object};
use crate::eval::manifest::value;
use crate::eval::terraform::{Datum, Evaluated};
use crate::source::{Excerpt, Span};
use crate::syntax::kustomize::{AddedLabel, Generator, ImageChange};
use crate::value::{Piece, Step, Text, Why};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The secret that a generator makes. Its name gets a hash, and so do those who ask for it.
pub fn generated(generator: &Generator) -> Object {
    let at = generator.name.at;
    let text = |text: &str| value(at, Datum::Text(Text::from(text)));
    let map = |entries| value(at, Datum::Map(entries, false));
    let metadata = map(vec![("name".into(), text(&generator.name.text))]);
    let entries = vec![
        ("apiVersion".into(), text("v1")),
        ("kind".into(), text("Secret")),
        ("metadata".into(), metadata),
    ];
    Object::new(Arc::new(map(entries)))
}

/// Puts an object into a namespace.
pub fn put_in(object: &mut Object, namespace: &Excerpt) {
    let text = value(namespace.at, Datum::Text(Text::from(&*namespace.text)));
    let object = Arc::make_mut(&mut object.value);
    if let Some(metadata) = field_mut(object, "metadata") {
        set(metadata, "namespace", text);
    }
}

/// Puts something before and behind the names of all objects, and renames them where others
/// of the objects ask for them.
pub fn rename(objects: &mut [Object], prefix: Option<&Excerpt>, suffix: Option<&Excerpt>) {
    if prefix.is_none() && suffix.is_none() {
        return;
    }
    let mut renamed: BTreeMap<(&'static str, String), ()> = BTreeMap::new();
    for object in objects.iter_mut() {
        if matches!(object.kind(), "Namespace" | "CustomResourceDefinition" | "APIService") {
            continue;
        }
        let kind = match object.kind() {
            "Secret" => Some("Secret"),
            "Service" => Some("Service"),
            _ => None,
        };
        let value = Arc::make_mut(&mut object.value);
        let name = field_mut(value, "metadata").and_then(|metadata| field_mut(metadata, "name"));
        let Some(name) = name else { continue };
        let before = name.text();
        call(name, prefix, suffix);
        if let Some(before) = before.literal_text() {
            renamed.extend(kind.map(|kind| ((kind, before.to_owned()), ())));
        }
        object.names.extend(name.text().literal_text().map(str::to_owned));
    }
    let is_renamed = |kind, name: &str| renamed.contains_key(&(kind, name.to_owned()));
    for object in objects.iter_mut().filter(|_| !renamed.is_empty()) {
        let is_ingress = object.kind() == "Ingress";
        let value = Arc::make_mut(&mut object.value);
        each_field(value, &mut |key, field| {
            let (kind, name) = match key {
                "secretKeyRef" | "secretRef" => ("Secret", field_mut(field, "name")),
                "secret" => ("Secret", field_mut(field, "secretName")),
                "service" if is_ingress => ("Service", field_mut(field, "name")),
                "serviceName" if is_ingress => ("Service", Some(field)),
                _ => return,
            };
            let Some(name) = name else { return };
            if name.text().literal_text().is_some_and(|name| is_renamed(kind, name)) {
                call(name, prefix, suffix);
            }
        });
    }
}

fn call(name: &mut Evaluated, prefix: Option<&Excerpt>, suffix: Option<&Excerpt>) {
    let Datum::Text(text) = &name.datum else { return };
    let mut made = Text::from(prefix.map_or("", |prefix| &prefix.text));
    made.append(text.clone());
    made.push_str(suffix.map_or("", |suffix| &suffix.text));
    name.datum = Datum::Text(made);
    let told = [(prefix, "this is put before the name"), (suffix, "this is put behind the name")];
    let steps = told.into_iter().filter_map(|(part, text)| Some(Step::reference(part?.at, text)));
    name.via.extend(steps);
}

/// Gives a label to the pods of an object, and to what selects them.
pub fn label(object: &mut Object, label: &AddedLabel) {
    let text = || value(label.value.at, Datum::Text(Text::from(&*label.value.text)));
    let kind = object.kind().to_owned();
    let value = Arc::make_mut(&mut object.value);
    let Some(spec) = field_mut(value, "spec") else { return };
    if kind == "Service" {
        if let Some(selector) = field_mut(spec, "selector").filter(|_| label.in_selectors) {
            set(selector, &label.key.text, text());
        }
        return;
    }
    let pods = match kind.as_str() {
        "CronJob" => field_mut(spec, "jobTemplate")
            .and_then(|job| field_mut(job, "spec"))
            .and_then(|spec| field_mut(spec, "template")),
        _ => field_mut(spec, "template"),
    };
    let Some(pods) = pods else { return };
    if field_mut(pods, "metadata").is_none() {
        set(pods, "metadata", empty(label.key.at));
    }
    let Some(metadata) = field_mut(pods, "metadata") else { return };
    if field_mut(metadata, "labels").is_none() {
        set(metadata, "labels", empty(label.key.at));
    }
    if let Some(labels) = field_mut(metadata, "labels") {
        set(labels, &label.key.text, text());
    }
}

fn empty(at: Span) -> Evaluated {
    value(at, Datum::Map(Vec::new(), false))
}

/// Puts other images in the place of those that objects name.
pub fn images(objects: &mut [Object], changes: &[ImageChange], settings: &[&ImageSetting]) {
    if changes.is_empty() && settings.is_empty() {
        return;
    }
    for object in objects.iter_mut() {
        each_field(Arc::make_mut(&mut object.value), &mut |key, list| {
            if !matches!(key, "containers" | "initContainers") {
                return;
            }
            let Datum::List(items, _) = &mut list.datum else { return };
            for image in items.iter_mut().filter_map(|item| field_mut(item, "image")) {
                changes
                    .iter()
                    .filter(|change| !is_set(&change.name.text, settings))
                    .for_each(|change| replace(image, change));
                set_by_command(image, settings);
            }
        });
    }
}

fn is_set(name: &str, settings: &[&ImageSetting]) -> bool {
    settings.iter().any(|setting| setting.name == name)
}

/// The parts of the name of an image: what it is called, its tag and its digest.
fn parts(image: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    let last = rest.rfind('/').map_or(0, |i| i + 1);
    match rest[last..].split_once(':') {
        Some((name, tag)) => (&rest[..last + name.len()], Some(tag), digest),
        None => (rest, None, digest),
    }
}

fn replace(image: &mut Evaluated, change: &ImageChange) {
    let Datum::Text(written) = &image.datum else { return };
    let Some(written) = written.literal() else {
        // What is put in later may be the name that is meant.
        if written.may_be(&with_any_tag(&change.name.text)) {
            image.datum = Datum::Unknown(Why::Unread);
        }
        return;
    };
    let (name, tag, digest) = parts(written);
    if name != change.name.text {
        return;
    }
    let text = |part: &Option<Excerpt>| part.as_ref().map(|part| part.text.clone());
    let mut made = text(&change.new_name).unwrap_or_else(|| name.to_owned());
    let (mut tag, mut digest) = (tag.map(str::to_owned), digest.map(str::to_owned));
    if let Some(new) = text(&change.new_tag) {
        (tag, digest) = (Some(new), None);
    }
    if let Some(suffix) = text(&change.suffix) {
        tag = Some(format!("{}{suffix}", tag.unwrap_or_default()));
    }
    if let Some(new) = text(&change.digest) {
        (tag, digest) = (None, Some(new));
    }
    for (sign, part) in [(':', tag), ('@', digest)] {
        if let Some(part) = part {
            made.push(sign);
            made.push_str(&part);
        }
    }
    image.via.push(Step::reference(image.at, "a kustomization replaces this image"));
    let written = [&change.new_tag, &change.digest, &change.new_name];
    image.at = written.into_iter().flatten().next().map_or(change.name.at, |part| part.at);
    image.datum = Datum::Text(Text::from(made));
}

fn with_any_tag(name: &str) -> Text {
    let mut text = Text::from(name);
    text.push(Piece::Hole("tag".to_owned()));
    text
}

/// Puts in what a command sets. Of several commands it is not known which runs.
fn set_by_command(image: &mut Evaluated, settings: &[&ImageSetting]) {
    let written = image.text();
    let name = match written.literal_text() {
        Some(written) => parts(written).0.to_owned(),
        None => return,
    };
    let mut meant = settings.iter().filter(|setting| setting.name == name);
    let Some(first) = meant.next() else { return };
    if meant.any(|other| other.image.value != first.image.value) {
        image.datum = Datum::Unknown(Why::Environment);
        return;
    }
    let mut via = vec![Step::reference(image.at, "a command puts another image in its place")];
    via.extend(first.image.via.iter().cloned());
    *image = Evaluated { via, ..value(first.image.at, Datum::Text(first.image.value.clone())) };
}

/// Does something with each field of all maps in a value.
fn each_field(value: &mut Evaluated, visit: &mut impl FnMut(&str, &mut Evaluated)) {
    match &mut value.datum {
        Datum::Map(entries, _) => {
            for (key, field) in entries.iter_mut() {
                if let Some(key) = key.literal() {
                    visit(key, field);
                }
                each_field(field, visit);
            }
        }
        Datum::List(items, _) => items.iter_mut().for_each(|item| each_field(item, visit)),
        _ => {}
    }
}

fn field_mut<'a>(value: &'a mut Evaluated, name: &str) -> Option<&'a mut Evaluated> {
    let Datum::Map(entries, _) = &mut value.datum else { return None };
    let entry = entries.iter_mut().find(|(key, _)| key.literal() == Some(name));
    entry.map(|(_, value)| value)
}

fn set(map: &mut Evaluated, name: &str, new: Evaluated) {
    let Datum::Map(entries, _) = &mut map.datum else { return };
    match entries.iter_mut().find(|(key, _)| key.literal() == Some(name)) {
        Some((_, old)) => *old = new,
        None => entries.push((name.into(), new)),
    }
}
