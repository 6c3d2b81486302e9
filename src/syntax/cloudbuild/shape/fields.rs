//! The fields that the messages of a build have, and what these are called.

use super::super::super::yaml::Node;
use super::super::listed;
use crate::table::rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The fields of each message with their types.
pub(super) static FIELDS: LazyLock<BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>> =
    LazyLock::new(|| {
        let mut messages: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in rows(include_str!("../../../../data/cloudbuild.tsv")) {
            let mut columns = row.split('\t');
            if let (Some(message), Some(field), Some(kind)) =
                (columns.next(), columns.next(), columns.next())
            {
                messages.entry(message).or_default().insert(field, kind);
            }
        }
        messages
    });

/// Whether a field of a build, or of a part of it, is called so.
pub fn is_field(name: &str) -> bool {
    FIELDS.values().any(|fields| fields.contains_key(name))
}

/// Whether all keys of a build are fields, so that it is one beyond doubt.
pub fn is_build(root: &Node) -> bool {
    let steps = listed(root.get("steps"));
    has_fields_of_build(root) && steps.iter().all(|step| step.get("name").is_some())
}

/// Whether all keys of a mapping are fields of a build.
pub fn has_fields_of_build(root: &Node) -> bool {
    let known = FIELDS.get("Build");
    let is_known = |key: &str| known.is_some_and(|fields| fields.contains_key(&*camel(key)));
    let keys = root.merged();
    !keys.is_empty() && keys.iter().all(|entry| entry.key.text().is_some_and(is_known))
}

/// Names that other tools have for a field: the message, the name, the field.
pub(super) const SLIPS: &[(&str, &str, &str)] = &[
    ("BuildStep", "command", "entrypoint"),
    ("BuildStep", "commands", "script"),
    ("BuildStep", "dependsOn", "waitFor"),
    ("BuildStep", "environment", "env"),
    ("BuildStep", "image", "name"),
    ("BuildStep", "needs", "waitFor"),
    ("BuildStep", "run", "script"),
    ("BuildStep", "secrets", "secretEnv"),
    ("BuildStep", "uses", "name"),
    ("BuildStep", "workingDirectory", "dir"),
    ("SecretManagerSecret", "name", "env"),
    ("SecretManagerSecret", "secret", "versionName"),
    ("SecretManagerSecret", "version", "versionName"),
    ("Volume", "mountPath", "path"),
];

/// The messages whose fields people take for one another's.
const PLACES: [&str; 3] = ["Build", "BuildStep", "BuildOptions"];

pub(super) fn is_place(message: &str) -> bool {
    PLACES.contains(&message)
}

/// What of a build has a field of a name.
pub(super) fn owners(field: &str) -> Vec<String> {
    let has = |message: &&&str| {
        let kind = FIELDS.get(**message).and_then(|fields| fields.get(field));
        kind.is_some_and(|kind| !kind.starts_with('*'))
    };
    PLACES.iter().filter(has).map(|message| noun(message)).collect()
}

/// `waitFor` of `wait_for`.
pub(super) fn camel(key: &str) -> String {
    let mut parts = key.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// How a message is called: `a step`.
pub(super) fn noun(message: &str) -> String {
    match message {
        "Build" => "a build".to_owned(),
        "BuildStep" => "a step".to_owned(),
        "BuildOptions" => "`options`".to_owned(),
        "PoolOption" => "`pool`".to_owned(),
        "Secrets" => "`availableSecrets`".to_owned(),
        "SecretManagerSecret" => "an entry of `secretManager`".to_owned(),
        "InlineSecret" => "an entry of `inline`".to_owned(),
        "Secret" => "an entry of `secrets`".to_owned(),
        "Volume" => "a volume".to_owned(),
        "Artifacts" => "`artifacts`".to_owned(),
        "ArtifactObjects" => "`objects`".to_owned(),
        "GitConfig" => "`gitConfig`".to_owned(),
        "HttpConfig" => "`http`".to_owned(),
        "Dependency" | "GitSource" | "GitRepository" | "DependencyArtifact" => {
            "a dependency".to_owned()
        }
        _ => "an artifact".to_owned(),
    }
}
