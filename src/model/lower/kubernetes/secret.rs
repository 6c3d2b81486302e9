//! Secrets of a cluster: what creates them, and what reads them.

use super::super::super::secret::{Origin, Secret, SecretReference, Store};
use super::super::Lowered;
use crate::eval::terraform::Evaluated;
use crate::source::{SourceId, Span};
use crate::syntax::shell;
use crate::value::{Sourced, Text, Value, Why};

/// The kinds of objects that create secrets, and where they name them; `metadata.name` if
/// that is not written.
const CREATORS: &[(&str, &str, &[&str])] = &[
    ("", "Secret", &[]),
    ("bitnami.com", "SealedSecret", &["spec", "template", "metadata", "name"]),
    ("external-secrets.io", "ExternalSecret", &["spec", "target", "name"]),
    ("cert-manager.io", "Certificate", &["spec", "secretName"]),
];

/// The kinds that create secrets by names which are not read.
const OPEN: &[&str] = &["SecretProviderClass", "ClusterExternalSecret", "VaultStaticSecret"];

/// Whether an object of a kind creates secrets.
pub fn is_creator(kind: &str) -> bool {
    OPEN.contains(&kind) || CREATORS.iter().any(|(_, creator, _)| *creator == kind)
}

/// The secret that an object creates, if it is of such a kind.
pub fn created(
    group: &str,
    kind: &str,
    object: &Evaluated,
    at: Span,
    origin: Origin,
) -> Option<Secret> {
    let make = |name| Secret::new(at, name, origin, Store::Kubernetes);
    if OPEN.contains(&kind) {
        return Some(make(Value::unknown(at, Why::Unread)));
    }
    let (_, _, path) = CREATORS.iter().find(|(g, k, _)| *g == group && *k == kind)?;
    let metadata = object.field("metadata");
    let own = metadata.map_or(Value::Unset, |metadata| metadata.field_text("name"));
    let named = (!path.is_empty())
        .then(|| path.iter().try_fold(object, |value, name| value.field(name)))
        .flatten();
    let name = named.map_or(Value::Unset, Evaluated::text).or(own);
    Some(make(name.or(Value::unknown(at, Why::Unread))))
}

/// Adds the secrets that pods read and that must be there.
pub fn references(spec: &Evaluated, lowered: &mut Lowered) {
    let list = |value: &Evaluated, name| -> Vec<Evaluated> {
        value.field(name).map(Evaluated::items).unwrap_or_default().to_vec()
    };
    let mut named = Vec::new();
    for container in [list(spec, "containers"), list(spec, "initContainers")].concat() {
        for variable in list(&container, "env") {
            let key = variable.field("valueFrom").and_then(|from| from.field("secretKeyRef"));
            named.extend(key.and_then(|key| required(key, "name")));
        }
        for source in list(&container, "envFrom") {
            named.extend(source.field("secretRef").and_then(|secret| required(secret, "name")));
        }
    }
    for volume in list(spec, "volumes") {
        named.extend(volume.field("secret").and_then(|secret| required(secret, "secretName")));
    }
    lowered.references.extend(named.into_iter().map(|name| SecretReference {
        name,
        project: Value::Unset,
        location: Value::Unset,
        use_: "the workload reads this secret",
        store: Store::Kubernetes,
        user: None,
    }));
}

/// The name of a secret that pods do not start without.
fn required(reference: &Evaluated, name: &str) -> Option<Value<Text>> {
    let optional = reference.field("optional").map(Evaluated::text);
    let is_needed = optional.is_none_or(|optional| optional.literal_text() == Some("false"));
    is_needed.then(|| reference.field_text(name))
}

/// The secrets that a text creates by `kubectl create secret`, wherever in it that stands. A
/// name that a variable holds may be any.
pub fn created_by_commands(source: SourceId, text: &str) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let Some(found) = line.find("create secret") else { continue };
        let at = Span::new(source, start + found..start + line.trim_end().len());
        let script = crate::source::Excerpt::verbatim(line[found..].trim_end(), at);
        let commands = shell::commands(&script);
        let words = commands.first().map(|command| &command.words[..]).unwrap_or_default();
        // `create secret generic NAME`
        let name = match words.get(3) {
            Some(word) if word.as_str().is_some_and(|name| !name.starts_with('-')) => {
                Value::Known(Sourced { value: word.text(), at: word.at, via: Vec::new() })
            }
            _ => Value::unknown(at, Why::Environment),
        };
        secrets.push(Secret::new(at, name, Origin::Elsewhere, Store::Kubernetes));
    }
    secrets
}
