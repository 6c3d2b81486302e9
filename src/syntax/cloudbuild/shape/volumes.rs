//! Volumes of a build: their names and paths, and that two steps use each.
//!
//! Source: GoogleCloudPlatform/cloud-build-local, validate/validate.go, read 2022-08.

use super::super::super::yaml::Node;
use super::super::listed;
use super::Checker;
use super::value::is_null;
use crate::source::{Span, clean};
use std::collections::{BTreeMap, BTreeSet};

/// Volumes of steps and options: names, paths, and that two steps use each.
pub fn check(root: &Node, checker: &mut Checker) {
    let steps = listed(root.get("steps"));
    let of = |node: &Node| -> Vec<(String, String, Span)> {
        let volumes = listed(node.get("volumes")).iter().filter(|volume| !is_null(volume));
        let text =
            |node: &Node, key| node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
        volumes.map(|v| (text(v, "name"), text(v, "path"), v.at)).collect()
    };
    let shared = root.get("options").map(of).unwrap_or_default();
    repeated(&shared, "the build", checker);
    let mut uses: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    let everywhere = steps.iter().map(of).chain(std::iter::once(shared.clone()));
    for volumes in everywhere {
        for (name, path, at) in &volumes {
            volume(name, path, *at, checker);
        }
    }
    if let (Some((name, _, at)), true) = (shared.first(), steps.len() == 1) {
        let message = format!("volume `{name}` is one of all steps, and there is only one step");
        checker.refuse(*at, message, "no other step has it", "leave it out");
    }
    for step in steps {
        let own = of(step);
        repeated(&own, "the step", checker);
        let mut seen = BTreeSet::new();
        for (name, path, at) in own.into_iter().filter(|(name, ..)| seen.insert(name.clone())) {
            let message = if shared.iter().any(|(other, ..)| *other == name) {
                Some(format!("volume `{name}` is one of all steps already"))
            } else if shared.iter().any(|(_, other, _)| clean(other) == clean(&path)) {
                Some(format!("a volume of all steps is mounted at `{path}` already"))
            } else {
                None
            };
            if let Some(message) = message {
                checker.refuse(at, message, "stands in `options` too", "leave it out here");
            }
            uses.entry(name).or_default().push(at);
        }
    }
    for (name, places) in uses {
        if let ([only], false) = (&places[..], name.contains('$') || name.is_empty()) {
            let message = format!("volume `{name}` is used by one step only");
            let help = "use it in another step, or leave it out";
            checker.refuse(*only, message, "no other step has it", help);
        }
    }
}

/// Names and paths that a step mounts twice.
fn repeated(volumes: &[(String, String, Span)], whose: &str, checker: &mut Checker) {
    for (i, (name, path, at)) in volumes.iter().enumerate() {
        let before = volumes.get(..i).unwrap_or_default();
        let message = if before.iter().any(|(other, ..)| other == name) {
            format!("{whose} has volume `{name}` twice")
        } else if before.iter().any(|(_, other, _)| clean(other) == clean(path)) {
            format!("{whose} has two volumes at `{path}`")
        } else {
            continue;
        };
        checker.refuse(*at, message, "stands before, too", "leave it out here");
    }
}

fn volume(name: &str, path: &str, at: Span, checker: &mut Checker) {
    if name.contains('$') || path.contains('$') {
        return;
    }
    for (field, value) in [("name", name), ("path", path)] {
        if value.is_empty() {
            let message = format!("a volume needs a `{field}`, and this has none");
            checker.refuse(at, message, "lacks a field", format!("add `{field}`"));
        }
    }
    if name.is_empty() || path.is_empty() {
        return;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if name.len() < 2
        || !name.chars().all(fits)
        || !name.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        let message = format!("`{name}` is no name of a volume");
        let help = "use two or more letters, digits, `_`, `.` and `-`";
        checker.refuse(at, message, "is refused", help);
    }
    let reserved = ["/workspace", "/builder/home", "/var/run/docker.sock"];
    let cleaned = clean(path);
    let is_refused = !path.starts_with('/')
        || reserved.contains(&&*cleaned)
        || cleaned.starts_with("/cloudbuild/");
    if is_refused {
        let message = format!("a volume cannot be mounted at `{path}`");
        let help = "name an absolute path other than `/workspace`, `/builder/home`, \
                    `/var/run/docker.sock` and what is below `/cloudbuild`";
        checker.refuse(at, message, "is refused", help);
    }
}
