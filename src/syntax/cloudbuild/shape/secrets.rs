//! The secrets of a build: how many there are, and which are named twice.
//!
//! Source: cloud.google.com/build/docs/quotas, read 2026-04; GoogleCloudPlatform/
//! cloud-build-local, validate/validate.go, read 2022-08.

use super::super::super::yaml::Node;
use super::super::{field, listed, written};
use super::limits::{environment, too_many};
use super::{Checker, Refuser};
use crate::source::{Excerpt, Span};

/// Values of secrets of a build.
const SECRETS: usize = 100;

/// Adds what is refused.
pub fn check(root: &Node, checker: &mut Checker) {
    let available = field(root, "availableSecrets", "available_secrets");
    let manager = available.and_then(|node| field(node, "secretManager", "secret_manager"));
    let manager = listed(manager);
    too_many(checker, manager, SECRETS, "secretManager", "leave out those that no step needs");
    for entry in manager.iter().filter(|entry| !entry.entries().is_empty()) {
        complete(entry, checker);
    }
    defined_twice(root, available, manager, checker);
    older(root, checker);
    let options = root.get("options");
    let shared = options.map(secret_env).unwrap_or_default();
    asked_twice(&shared, checker);
    for step in listed(root.get("steps")) {
        let own = secret_env(step);
        asked_twice(&own, checker);
        for secret in &own {
            if shared.iter().any(|other| other.text == secret.text) {
                let message = format!("`{}` is a secret of all steps already", secret.text);
                checker.refuse(secret.at, message, "stands in `options` too", "leave it out here");
            }
        }
        let of_all = options.into_iter().flat_map(environment);
        set_otherwise(&own, of_all.chain(environment(step)), checker);
    }
    set_otherwise(&shared, options.into_iter().flat_map(environment), checker);
}

/// `secretEnv` of a step, or of the options.
fn secret_env(node: &Node) -> Vec<Excerpt> {
    field(node, "secretEnv", "secret_env").map(written).unwrap_or_default()
}

/// An entry of `secretManager` needs both of its fields.
fn complete(entry: &Node, checker: &mut Checker) {
    if field(entry, "versionName", "version_name").is_none() {
        let message = "an entry of `secretManager` needs a `versionName`".to_owned();
        let help = "add `versionName: projects/PROJECT/secrets/SECRET/versions/VERSION`";
        checker.refuse(entry.at, message, "names no secret", help);
    }
    if entry.get("env").is_none() {
        let message = "an entry of `secretManager` has no `env`, so that no step can use it";
        let help = "add `env: NAME`";
        let by = Refuser::Perhaps;
        checker.hint(entry.at, message.to_owned(), "has no name for steps", help, by);
    }
}

/// Names that more than one secret has.
fn defined_twice(root: &Node, available: Option<&Node>, manager: &[Node], checker: &mut Checker) {
    let manager = manager.iter().filter_map(|entry| entry.get("env")?.excerpt());
    let inline = listed(available.and_then(|node| node.get("inline")));
    let inline = inline.iter().filter_map(|e| field(e, "envMap", "env_map"));
    let older = listed(root.get("secrets"));
    let older = older.iter().filter_map(|entry| field(entry, "secretEnv", "secret_env"));
    let encrypted = inline.chain(older).flat_map(Node::entries);
    let names = manager.chain(encrypted.filter_map(|entry| entry.key.excerpt()));
    let mut seen: Vec<Excerpt> = Vec::new();
    for name in names.filter(|name| !name.text.contains('$')) {
        if seen.iter().any(|other| other.text == name.text) {
            let message = format!("secret `{}` is made available twice", name.text);
            checker.refuse(name.at, message, "stands before, too", "name one of them differently");
        }
        seen.push(name);
    }
}

/// The older `secrets`: a key each, and each something to decrypt.
fn older(root: &Node, checker: &mut Checker) {
    let mut keys: Vec<(String, Span)> = Vec::new();
    for entry in listed(root.get("secrets")) {
        if field(entry, "secretEnv", "secret_env").is_none_or(|map| map.entries().is_empty()) {
            let message = "an entry of `secrets` needs a `secretEnv`".to_owned();
            checker.refuse(entry.at, message, "has nothing to decrypt", "add `secretEnv`");
        }
        let Some(key) = field(entry, "kmsKeyName", "kms_key_name").and_then(Node::excerpt) else {
            continue;
        };
        if keys.iter().any(|(other, _)| *other == key.text) {
            let message = format!("key `{}` is used by two entries of `secrets`", key.text);
            let help = "list all that it decrypts in one entry";
            checker.refuse(key.at, message, "stands before, too", help);
        }
        keys.push((key.text.clone(), key.at));
    }
}

/// Secrets that a list has twice.
fn asked_twice(secrets: &[Excerpt], checker: &mut Checker) {
    for (i, secret) in secrets.iter().enumerate() {
        if secrets.iter().take(i).any(|other| other.text == secret.text) {
            let message = format!("`{}` is in `secretEnv` twice", secret.text);
            checker.refuse(secret.at, message, "stands before, too", "leave it out here");
        }
    }
}

/// Secrets whose variables `env` sets as well.
fn set_otherwise<'n>(
    secrets: &[Excerpt],
    environment: impl Iterator<Item = &'n Node>,
    checker: &mut Checker,
) {
    for entry in environment {
        let name = entry.text().and_then(|text| text.split_once('=')).map(|(name, _)| name);
        if let Some(secret) = secrets.iter().find(|secret| Some(&*secret.text) == name) {
            let message = format!("`{}` is both in `env` and in `secretEnv`", secret.text);
            checker.refuse(secret.at, message, "is set by `env` too", "leave out one of them");
        }
    }
}
