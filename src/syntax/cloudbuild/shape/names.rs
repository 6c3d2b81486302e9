//! Names in a build: images, tags, secrets and pools.
//!
//! Only what is written is looked at: a substitution may be anything. Source: GoogleCloudPlatform/
//! cloud-build-local, validate/validate.go, read 2022-08; the API's reference, read 2026-08.

use super::super::super::image_name::is_reference;
use super::super::super::yaml::Node;
use super::super::template::{DollarKind, dollars, replace};
use super::super::{field, listed};
use super::Checker;
use super::value::is_null;
use std::collections::BTreeSet;

/// Characters of a tag of a build.
const TAG: usize = 128;

/// Characters of the name of an image that is pushed.
const IMAGE: usize = 1_000;

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
    let proxy = field(root, "gitConfig", "git_config").and_then(|config| config.get("http"));
    let proxy = proxy.and_then(|h| field(h, "proxySecretVersionName", "proxy_secret_version_name"));
    if let Some(version) = proxy {
        path(version, checker, SECRET, "the version of a secret");
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
    // Whatever is put in, it is no blank and no capital.
    let written = replace(text, |_| Some("x"));
    let name = written.rsplit_once('@').map_or(&*written, |(name, _)| name);
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (name, None),
    };
    if let Some(help) = kept_dollar(text) {
        let message = format!("`{text}` is no name of an image");
        return checker.refuse(node.at, message, "keeps a `$`", help);
    }
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
    if let Some((text, help)) = node.text().and_then(|text| Some((text, kept_dollar(text)?))) {
        let message = format!("`{text}` is no tag of a build");
        return checker.refuse(node.at, message, "keeps a `$`", help);
    }
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

/// The items of a list, or the one value that stands for it.
pub(super) fn strings(node: Option<&Node>) -> Vec<&Node> {
    match node.filter(|node| !is_null(node)) {
        Some(node) if node.text().is_some_and(|text| !text.is_empty()) => vec![node],
        Some(node) => node.items().iter().filter(|item| !is_null(item)).collect(),
        None => Vec::new(),
    }
}

/// What to do about the first `$` of a text that stays in it when all is replaced.
fn kept_dollar(text: &str) -> Option<String> {
    dollars(text).find_map(|dollar| match dollar.kind {
        DollarKind::Twice(name) if !name.is_empty() => {
            Some(format!("write `${name}`: `$$` is for variables of a shell, and none reads this"))
        }
        DollarKind::Operation(name) => Some(format!(
            "only `${name}` is replaced here: write the operation as the value of a name of your \
             own under `substitutions`, with `dynamicSubstitutions`, and use that name"
        )),
        DollarKind::Open(name) => Some(format!("close the brace: write `${{{name}}}`")),
        DollarKind::Twice(_) | DollarKind::Name(_) | DollarKind::Other => None,
    })
}
