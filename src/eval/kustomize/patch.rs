//! Patches: parts of objects that are laid over them, and lists of changes.

use super::Object;
use crate::eval::terraform::{Datum, Evaluated};
use crate::source::Span;
use crate::syntax::kustomize::Target;
use crate::value::{Step, Why};
use regex::Regex;
use std::sync::Arc;

/// The lists of objects that are merged item by item, and the keys by which items are known.
/// Source: `patchMergeKey` of kubernetes.io/docs/reference/generated/kubernetes-api/v1.31, read
/// 2026-11.
const MERGED: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("ports", &["containerPort", "port"]),
    ("volumeMounts", &["mountPath"]),
    ("imagePullSecrets", &["name"]),
    ("hostAliases", &["ip"]),
];

/// A patch and what it is laid over.
pub struct Change<'a> {
    /// Which objects it changes, if it says so.
    pub target: Option<&'a Target>,
    /// What it says; none if that is not known.
    pub documents: Option<Vec<Evaluated>>,
}

/// The step to a patch.
pub fn step(at: Span) -> Step {
    Step::reference(at, "a kustomization patches the manifest")
}

/// A value with a step before all that it holds.
pub fn told(mut value: Evaluated, step: &Step) -> Evaluated {
    match &mut value.datum {
        Datum::List(items, _) => {
            *items = std::mem::take(items).into_iter().map(|item| told(item, step)).collect();
        }
        Datum::Map(entries, _) => {
            let all = std::mem::take(entries).into_iter();
            *entries = all.map(|(key, item)| (key, told(item, step))).collect();
        }
        _ => value.via.push(step.clone()),
    }
    value
}

/// Whether something holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    Yes,
    No,
    Perhaps,
}

impl Change<'_> {
    /// Changes the objects that are meant. One of which it is not known whether it is meant, or
    /// what it becomes, is not known any more.
    pub fn apply(&self, objects: &mut Vec<Object>) {
        let target = self.target.map(Asked::of);
        let Some(documents) = &self.documents else {
            let meant = |object: &&mut Object| {
                target.as_ref().is_none_or(|target| targets(target, object) != Match::No)
            };
            objects.iter_mut().filter(meant).for_each(Object::forget);
            return;
        };
        for document in documents {
            let is_meant = |object: &Object| match &target {
                Some(target) => targets(target, object),
                None => names(document, object),
            };
            let is_deleted = document.field_text("$patch").literal_text() == Some("delete");
            if is_deleted {
                objects.retain(|object| is_meant(object) != Match::Yes);
            }
            for object in objects.iter_mut() {
                match is_meant(object) {
                    Match::No => {}
                    Match::Yes if lay_over(document, object) => {}
                    Match::Yes | Match::Perhaps => object.forget(),
                }
            }
        }
    }
}

/// A regular expression of a target.
enum Pattern {
    Name(String),
    Regex(Regex),
    Unread,
}

/// What a target asks for, read once.
struct Asked {
    group: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    more: bool,
}

impl Asked {
    fn of(target: &Target) -> Asked {
        let pattern = |written: &Option<String>| {
            let written = written.as_ref()?;
            let is_name = written.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            Some(match Regex::new(&format!("^(?:{written})$")) {
                _ if is_name => Pattern::Name(written.clone()),
                Ok(regex) => Pattern::Regex(regex),
                Err(_) => Pattern::Unread,
            })
        };
        let (group, kind) = (pattern(&target.group), pattern(&target.kind));
        Asked { group, kind, name: pattern(&target.name), more: target.asks_more }
    }
}

/// Whether a target means an object.
fn targets(target: &Asked, object: &Object) -> Match {
    let fits = |pattern: &Option<Pattern>, value: Option<&str>| {
        let Some(pattern) = pattern else { return Match::Yes };
        let Some(value) = value else { return Match::Perhaps };
        let holds = match pattern {
            Pattern::Name(name) => name == value,
            Pattern::Regex(regex) => regex.is_match(value),
            Pattern::Unread => return Match::Perhaps,
        };
        if holds { Match::Yes } else { Match::No }
    };
    let name = match &object.names[..] {
        [] => fits(&target.name, None),
        names => {
            let any = names.iter().map(|name| fits(&target.name, Some(name)));
            any.fold(Match::No, |a, b| if a == Match::No { b } else { a })
        }
    };
    let all = [
        fits(&target.group, object.group.literal_text()),
        fits(&target.kind, object.kind.literal_text()),
        name,
        if target.more { Match::Perhaps } else { Match::Yes },
    ];
    both(&all)
}

/// Whether a patch without a target means an object: of its kind and name.
fn names(document: &Evaluated, object: &Object) -> Match {
    let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
        (Some(a), Some(b)) if a == b => Match::Yes,
        (Some(_), Some(_)) => Match::No,
        _ => Match::Perhaps,
    };
    let metadata = document.field("metadata");
    let name = metadata.and_then(|metadata| metadata.field("name")).map(Evaluated::text);
    let name = name.as_ref().and_then(|name| name.literal_text());
    let kind = document.field_text("kind");
    let same_name = match (name, &object.names[..]) {
        (Some(name), [_, ..]) => match object.names.iter().any(|own| own == name) {
            true => Match::Yes,
            false => Match::No,
        },
        _ => Match::Perhaps,
    };
    both(&[same(kind.literal_text(), object.kind.literal_text()), same_name])
}

fn both(all: &[Match]) -> Match {
    if all.contains(&Match::No) {
        Match::No
    } else if all.contains(&Match::Perhaps) {
        Match::Perhaps
    } else {
        Match::Yes
    }
}

/// Changes an object. False if it is not known how.
fn lay_over(document: &Evaluated, object: &mut Object) -> bool {
    let is_built_in = object.is_built_in();
    let value = Arc::make_mut(&mut object.value);
    match &document.datum {
        Datum::Map(entries, false) => {
            for (key, part) in entries {
                match key.literal() {
                    // By these it is found.
                    Some("apiVersion" | "kind") => {}
                    Some("metadata") => {
                        let mut part = part.clone();
                        if let Datum::Map(entries, _) = &mut part.datum {
                            entries.retain(|(key, _)| {
                                !matches!(key.literal(), Some("name" | "namespace"))
                            });
                        }
                        merge_field(value, "metadata", &part, is_built_in);
                    }
                    Some(key) => merge_field(value, key, part, is_built_in),
                    None => return false,
                }
            }
            true
        }
        Datum::List(changes, false) => changes.iter().all(|change| carry_out(change, value)),
        _ => false,
    }
}

fn merge_field(object: &mut Evaluated, name: &str, patch: &Evaluated, merges: bool) {
    let at = object.at;
    let Datum::Map(entries, open) = &mut object.datum else {
        object.datum = Datum::Unknown(Why::Unread);
        return;
    };
    if name.starts_with('$') {
        // Of the directives the order tells nothing.
        *open |= !name.starts_with("$setElementOrder") && name != "$patch";
        return;
    }
    let own = entries.iter().position(|(key, _)| key.literal() == Some(name));
    match (own.and_then(|i| entries.get_mut(i)), &patch.datum) {
        (Some(_), Datum::Null) => entries.retain(|(key, _)| key.literal() != Some(name)),
        (Some((_, own)), _) => merge(own, patch, name, merges),
        (None, Datum::Null) => {}
        (None, _) => {
            let mut made = patch.clone();
            let mut empty = Evaluated { at, ..patch.clone() };
            if let Datum::Map(_, open) = &patch.datum {
                empty.datum = Datum::Map(Vec::new(), *open);
                merge(&mut empty, patch, name, merges);
                made = Evaluated { at: patch.at, ..empty };
            }
            entries.push((name.into(), made));
        }
    }
}

fn merge(own: &mut Evaluated, patch: &Evaluated, name: &str, merges: bool) {
    let directive = patch.field_text("$patch");
    match (&mut own.datum, &patch.datum) {
        (Datum::Map(entries, _), Datum::Map(changes, more)) => {
            if directive.literal_text() == Some("replace") {
                entries.clear();
            }
            for (key, change) in changes {
                match key.literal() {
                    Some(key) => merge_field(own, key, change, merges),
                    None => return forget(own),
                }
            }
            if let Datum::Map(_, open) = &mut own.datum {
                *open |= more;
            }
        }
        (Datum::List(items, _), Datum::List(changes, false)) => {
            let keys = MERGED.iter().find(|(list, _)| *list == name).filter(|_| merges);
            let Some((_, keys)) = keys else { return *own = patch.clone() };
            for change in changes {
                let key = keys.iter().find_map(|key| Some((*key, change.field(key)?.text())));
                let Some((key, wanted)) = key else { return forget(own) };
                let Some(wanted) = wanted.literal_text() else { return forget(own) };
                let is_it = |item: &Evaluated| item.field_text(key).literal_text() == Some(wanted);
                let directive = change.field_text("$patch");
                match directive.literal_text() {
                    Some("delete") => items.retain(|item| !is_it(item)),
                    _ => match items.iter_mut().find(|item| is_it(item)) {
                        Some(item) => merge(item, change, "", merges),
                        None => items.push(change.clone()),
                    },
                }
            }
        }
        _ => *own = patch.clone(),
    }
}

fn forget(value: &mut Evaluated) {
    value.datum = Datum::Unknown(Why::Unread);
}

/// Carries out a change of a list as RFC 6902 has it. False if it is not known what it does.
fn carry_out(change: &Evaluated, object: &mut Evaluated) -> bool {
    let (op, path) = (change.field_text("op"), change.field_text("path"));
    let (Some(op), Some(path)) = (op.literal_text(), path.literal_text()) else { return false };
    let mut parts: Vec<String> =
        path.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let Some(last) = parts.pop() else { return false };
    if op == "test" {
        return true;
    }
    let parent = parts.iter().try_fold(object, |value, part| match &mut value.datum {
        Datum::Map(entries, _) => {
            let entry = entries.iter_mut().find(|(key, _)| key.literal() == Some(part));
            entry.map(|(_, value)| value)
        }
        Datum::List(items, false) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    });
    let Some(parent) = parent else { return false };
    match (&mut parent.datum, op, change.field("value")) {
        (Datum::Map(entries, _), "add" | "replace", Some(value)) => {
            match entries.iter_mut().find(|(key, _)| key.literal() == Some(&last)) {
                Some((_, own)) => *own = value.clone(),
                None => entries.push((last.into(), value.clone())),
            }
            true
        }
        (Datum::Map(entries, _), "remove", _) => {
            entries.retain(|(key, _)| key.literal() != Some(&last));
            true
        }
        (Datum::List(items, _), "add", Some(value)) if last == "-" => {
            items.push(value.clone());
            true
        }
        (Datum::List(items, false), op, value) => {
            let Some(i) = last.parse::<usize>().ok().filter(|i| *i <= items.len()) else {
                return false;
            };
            match (op, value, items.get_mut(i)) {
                ("add", Some(value), _) => items.insert(i, value.clone()),
                ("replace", Some(value), Some(item)) => *item = value.clone(),
                ("remove", _, Some(_)) => drop(items.remove(i)),
                _ => return false,
            }
            true
        }
        _ => false,
    }
}
