//! Names in a build: images, tags, secrets, pools, and where artifacts go.
//!
//! Only what is written is looked at: a substitution may be anything. Source: GoogleCloudPlatform/
//! cloud-build-local, validate/validate.go, read 2022-08; the API's reference, read 2026-08.

use super::super::super::image_name::is_reference;
use super::super::super::yaml::{Entry, Node};
use super::super::{field, listed};
use super::Checker;
use super::limits::too_many;
use std::collections::BTreeSet;

/// Characters of a tag of a build.
const TAG: usize = 128;

/// Characters of the name of an image that is pushed.
const IMAGE: usize = 1_000;
/// Paths of objects.
const PATHS: usize = 100;

/// Adds what is refused.
pub fn check(root: &Node, checker: &mut Checker) {
    let steps = listed(root.get("steps"));
    steps.iter().filter_map(|step| step.get("name")).for_each(|name| image(name, checker));
    let images = strings(root.get("images"));
    let artifacts = root.get("artifacts");
    let of_artifacts = strings(artifacts.and_then(|artifacts| artifacts.get("images")));
    images.iter().chain(&of_artifacts).for_each(|image| self::image(image, checker));
    let texts = |list: &[&Node]| -> BTreeSet<String> {
        list.iter().filter_map(|node| node.text()).map(str::to_owned).collect()
    };
    if let (Some(first), false) = (of_artifacts.first(), images.is_empty())
        && texts(&images) != texts(&of_artifacts)
    {
        let message = "`images` and `artifacts.images` name different images".to_owned();
        checker.refuse(first.at, message, "are others than `images`", "leave out one of them");
    }
    strings(root.get("tags")).iter().for_each(|tag| self::tag(tag, checker));
    if let Some(objects) = artifacts.and_then(|artifacts| artifacts.get("objects")) {
        self::objects(objects, checker);
    }
    let proxy = field(root, "gitConfig", "git_config").and_then(|config| config.get("http"));
    let proxy = proxy.and_then(|h| field(h, "proxySecretVersionName", "proxy_secret_version_name"));
    if let Some(version) = proxy {
        path(version, checker, SECRET, "the version of a secret");
    }
    for dependency in listed(root.get("dependencies")) {
        self::dependency(dependency, checker);
    }
    let available = field(root, "availableSecrets", "available_secrets");
    let manager = available.and_then(|node| field(node, "secretManager", "secret_manager"));
    for secret in listed(manager) {
        if let Some(version) = field(secret, "versionName", "version_name") {
            path(version, checker, SECRET, "the version of a secret");
        }
    }
    let inline = listed(available.and_then(|node| node.get("inline")));
    let older = listed(root.get("secrets"));
    for entry in inline.iter().chain(older) {
        if let Some(key) = field(entry, "kmsKeyName", "kms_key_name") {
            path(key, checker, KEY, "a key");
        }
    }
    let pool = root.get("options").and_then(|options| options.get("pool"));
    if let Some(name) = pool.and_then(|pool| pool.get("name")) {
        path(name, checker, POOL, "a private pool");
    }
}

/// How the version of a secret is called, regional or not.
const SECRET: &[&[&str]] = &[
    &["projects", "", "secrets", "", "versions", ""],
    &["projects", "", "locations", "", "secrets", "", "versions", ""],
];

/// How a key of Cloud KMS is called.
const KEY: &[&[&str]] = &[&["projects", "", "locations", "", "keyRings", "", "cryptoKeys", ""]];

/// How a private pool is called.
const POOL: &[&[&str]] = &[&["projects", "", "locations", "", "workerPools", ""]];

/// Something that is called by its path. What a substitution begins is not known.
pub(super) fn path(node: &Node, checker: &mut Checker, forms: &[&[&str]], what: &str) {
    let Some(text) = node.text().filter(|text| !text.starts_with('$')) else { return };
    let parts: Vec<&str> = text.split('/').collect();
    let fits = |form: &&&[&str]| {
        let mut pairs = form.iter().zip(&parts);
        form.len() == parts.len()
            && pairs.all(|(form, part)| match *form {
                "" => !part.is_empty(),
                word => word == *part || part.contains('$'),
            })
    };
    let Some(shortest) = forms.first() else { return };
    let secret = parts.iter().skip_while(|part| **part != "secrets").nth(1);
    let is_odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if let Some(secret) = secret.filter(|name| !name.contains('$') && name.contains(is_odd)) {
        let message = format!("`{secret}` is no name of a secret");
        return checker.refuse(node.at, message, "is refused", "use letters, digits, `_` and `-`");
    }
    // A part that is substituted may hold several.
    let may_be_longer =
        parts.len() < shortest.len() && parts.iter().any(|part| part.starts_with('$'));
    if may_be_longer || forms.iter().any(|form| fits(&form)) {
        return;
    }
    let form: Vec<String> = shortest
        .chunks(2)
        .filter_map(|pair| pair.first())
        .map(|word| format!("{word}/{}", placeholder(word)))
        .collect();
    let message = format!("`{text}` is no path of {what}");
    checker.refuse(node.at, message, "is refused", format!("write `{}`", form.join("/")));
}

/// `KEY_RING` of `keyRings`.
fn placeholder(word: &str) -> String {
    let mut name = String::new();
    for c in word.trim_end_matches('s').chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    name
}

/// An image that is pushed, or that runs a step.
fn image(node: &Node, checker: &mut Checker) {
    // `<IMAGE>` is to be filled in.
    let is_name = |text: &&str| !text.is_empty() && !text.contains('<');
    let Some(text) = node.text().filter(is_name) else { return };
    let written = without_substitutions(text);
    let name = written.rsplit_once('@').map_or(&*written, |(name, _)| name);
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (name, None),
    };
    let (message, label, help) = if text.contains(char::is_whitespace) {
        (format!("`{text}` is no name of an image"), "has a blank", "leave out the blank")
    } else if name.contains(|c: char| c.is_ascii_uppercase()) {
        let message = format!("the name of image `{text}` has capitals");
        (message, "has capitals", "write it in small letters")
    } else if tag == Some("") && text.ends_with(':') {
        (format!("the tag of image `{text}` is empty"), "has no tag", "write a tag behind `:`")
    } else if name.contains("//") || name.ends_with('/') || name.starts_with('/') {
        let message = format!("`{text}` is no name of an image");
        (message, "has an empty part", "write one `/` between parts, and no `https://`")
    } else if text.len() > IMAGE {
        let message = format!("the name of an image has more than {IMAGE} characters");
        (message, "is too long", "write a shorter one")
    } else if !text.contains(['$', '[', '{']) && !is_reference(text) {
        let message = format!("`{text}` is no name of an image");
        (
            message,
            "is refused",
            "write `HOST/PATH/NAME:TAG`, in small letters, digits, `.`, `_`, `-`",
        )
    } else {
        return;
    };
    checker.refuse(node.at, message, label, help);
}

/// A tag of the build.
fn tag(node: &Node, checker: &mut Checker) {
    // An empty tag is left out before it is looked at.
    let Some(text) = node.text().filter(|text| !text.contains('$') && !text.is_empty()) else {
        return;
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    if text.len() > TAG || !starts || !text.chars().all(fits) {
        let message = format!("`{text}` is no tag of a build");
        let help = "use up to 128 letters, digits, `_`, `.` and `-`";
        checker.refuse(node.at, message, "is refused", help);
    }
}

/// Something that is fetched: each choice is made once. Source: the fields that
/// google/devtools/cloudbuild/v1/cloudbuild.proto has in a `oneof`, read 2026-08.
fn dependency(dependency: &Node, checker: &mut Checker) {
    let source = field(dependency, "gitSource", "git_source");
    let repository = source.and_then(|source| source.get("repository"));
    let both = |node: &Node, first: [&str; 2], second: [&str; 2]| {
        let get = |names: [&str; 2]| names.iter().find_map(|name| node.entry(name)).cloned();
        Some((get(first)?, get(second)?))
    };
    let kinds = both(dependency, ["empty", "empty"], ["gitSource", "git_source"]);
    let places = repository
        .and_then(|node| both(node, ["url", "url"], ["developerConnect", "developer_connect"]));
    for (first, second) in kinds.into_iter().chain(places) {
        let name = |entry: &Entry| entry.key.text().unwrap_or_default().to_owned();
        let (first, other) = (name(&first), name(&second));
        let message = format!("a dependency has either `{first}` or `{other}`, and this has both");
        let help = format!("leave out `{first}` or `{other}`");
        checker.refuse(second.key.at, message, "excludes the other", help);
    }
}

/// Files that are uploaded.
fn objects(objects: &Node, checker: &mut Checker) {
    let paths = listed(objects.get("paths"));
    too_many(checker, paths, PATHS, "paths");
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

/// The items of a list, or the one value that stands for it.
fn strings(node: Option<&Node>) -> Vec<&Node> {
    match node {
        Some(node) if node.text().is_some_and(|text| !text.is_empty()) => vec![node],
        Some(node) => node.items().iter().collect(),
        None => Vec::new(),
    }
}

/// What is written, with a `x` for each substitution.
fn without_substitutions(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        out.push('x');
        rest = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}').map_or("", |(_, rest)| rest),
            None => after.trim_start_matches(|c: char| {
                c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
            }),
        };
    }
    out.push_str(rest);
    out
}
