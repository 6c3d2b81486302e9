//! What a build fetches before its steps and uploads behind them.
//!
//! Source: google/devtools/cloudbuild/v1/cloudbuild.proto, with the fields that it calls required or
//! has in a `oneof`, read 2026-08; googleapis.dev, Google.Apis.CloudRun.v1, for genericArtifacts,
//! read 2026-11; GoogleCloudPlatform/cloud-build-local, validate/validate.go, read 2022-08.

use super::super::super::yaml::{Entry, Node};
use super::super::{field, listed};
use super::limits::too_many;
use super::names::strings;
use super::value::{is_mapping, is_null};
use super::{Checker, Refuser};
use std::collections::BTreeSet;

/// Paths of objects.
const PATHS: usize = 100;

/// Adds what is refused.
pub fn check(root: &Node, checker: &mut Checker) {
    if let Some(artifacts) = root.get("artifacts") {
        if let Some(objects) = artifacts.get("objects") {
            self::objects(objects, checker);
        }
        packages(artifacts, checker);
    }
    for dependency in listed(root.get("dependencies")) {
        self::dependency(dependency, checker);
    }
}

/// Something that is fetched.
fn dependency(dependency: &Node, checker: &mut Checker) {
    exclusive(dependency, ["empty", "empty"], ["gitSource", "git_source"], DEPENDENCY, checker);
    let Some(source) = field(dependency, "gitSource", "git_source") else { return };
    let sample = "repository: {url: https://HOST/REPOSITORY}";
    required(source, ["repository", "repository"], "`gitSource`", sample, checker);
    if let Some(repository) = source.get("repository") {
        let connect = ["developerConnect", "developer_connect"];
        exclusive(repository, ["url", "url"], connect, DEPENDENCY, checker);
        if is_mapping(repository) && repository.entries().is_empty() {
            let message = "`repository` of a dependency is empty".to_owned();
            let help = "add `url: https://HOST/REPOSITORY`, or `developerConnect`";
            checker.refuse(repository.at, message, "names none", help);
        }
    }
}

/// What is uploaded to Artifact Registry.
fn packages(artifacts: &Node, checker: &mut Checker) {
    let of = |camel, snake| listed(field(artifacts, camel, snake)).iter();
    for artifact in of("genericArtifacts", "generic_artifacts") {
        let place = "projects/P/locations/L/repositories/R/packages/PACKAGE/versions/V";
        let place = format!("registryPath: {place}");
        required(artifact, ["folder", "folder"], GENERIC, "folder: FOLDER", checker);
        required(artifact, ["registryPath", "registry_path"], GENERIC, &place, checker);
    }
    for package in of("npmPackages", "npm_packages") {
        let path = ["packagePath", "package_path"];
        exclusive(package, path, ["archive", "archive"], "a package", checker);
        repository(package, "npm", checker);
    }
    for artifact in of("mavenArtifacts", "maven_artifacts") {
        let folder = ["deployFolder", "deploy_folder"];
        exclusive(artifact, ["path", "path"], folder, "an artifact", checker);
        repository(artifact, "maven", checker);
    }
    for package in of("pythonPackages", "python_packages") {
        repository(package, "python", checker);
    }
}

/// How messages call what has fields.
const DEPENDENCY: &str = "a dependency";
const GENERIC: &str = "an entry of `genericArtifacts`";

/// A field that must be there.
fn required(node: &Node, names: [&str; 2], what: &str, sample: &str, checker: &mut Checker) {
    let is_there = |name: &str| node.get(name).is_some_and(|value| !is_null(value));
    if !node.entries().is_empty() && !names.iter().any(|name| is_there(name)) {
        let message = format!("{what} needs a `{}`, and this has none", names[0]);
        let help = format!("add `{sample}`");
        checker.refuse(node.at, message, "lacks a field", help);
    }
}

/// Two fields of which only one may be there.
fn exclusive(node: &Node, one: [&str; 2], two: [&str; 2], what: &str, checker: &mut Checker) {
    let get = |names: [&str; 2]| names.iter().find_map(|name| node.entry(name));
    let (Some(one), Some(two)) = (get(one), get(two)) else { return };
    let name = |entry: &Entry| entry.key.text().unwrap_or_default().to_owned();
    let (first, other) = (name(one), name(two));
    let message = format!("{what} has either `{first}` or `{other}`, and this has both");
    let help = format!("leave out `{first}` or `{other}`");
    checker.refuse(two.key.at, message, "excludes the other", help);
}

/// The repository of packages, which is an address. What a substitution begins is not known.
fn repository(package: &Node, kind: &str, checker: &mut Checker) {
    let Some(node) = package.get("repository") else { return };
    let is_known = |text: &&str| !text.is_empty() && !text.starts_with(['$', '<', '[', '{']);
    let Some(text) = node.text().filter(is_known) else { return };
    if !text.starts_with("https://") {
        let message = format!("`{text}` is no address of a repository");
        let help = format!("write `https://LOCATION-{kind}.pkg.dev/PROJECT/REPOSITORY`");
        checker.hint(node.at, message, "begins otherwise", &help, Refuser::Perhaps);
    }
}

/// Files that are uploaded.
fn objects(objects: &Node, checker: &mut Checker) {
    let paths = listed(objects.get("paths"));
    too_many(checker, paths, PATHS, "paths", "name folders, or patterns that match several files");
    for (key, what, help) in [
        ("location", "`objects` needs a `location`", "add `location: gs://BUCKET/PATH`"),
        ("paths", "`objects` needs `paths`", "list the files that are uploaded"),
    ] {
        let is_empty =
            |node: &Node| node.items().is_empty() && node.text().is_none_or(str::is_empty);
        if !objects.entries().is_empty() && objects.get(key).is_none_or(is_empty) {
            checker.refuse(objects.at, what.to_owned(), "uploads nothing", help);
        }
    }
    if let Some(location) = objects.get("location") {
        let text = location.text().unwrap_or_default();
        if !text.is_empty() && !text.starts_with("gs://") && !text.starts_with('$') {
            let message = format!("`{text}` is no place in Cloud Storage");
            checker.refuse(location.at, message, "is refused", "write `gs://BUCKET/PATH`");
        }
    }
    let mut seen = BTreeSet::new();
    for path in strings(objects.get("paths")) {
        let Some(text) = path.text() else { continue };
        if text.contains(char::is_whitespace) {
            let message = format!("the path `{text}` has a blank");
            checker.refuse(path.at, message, "is refused", "write a path without blanks");
        } else if !seen.insert(text) {
            let message = format!("the path `{text}` is listed twice");
            checker.refuse(path.at, message, "stands before, too", "leave it out here");
        }
    }
}
