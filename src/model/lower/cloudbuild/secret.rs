//! The secrets that a build reads.

use crate::eval::substitution::Substitutions;
use crate::model::secret::{BuildSecrets, SecretPath, SecretReference, Store};
use crate::source::{Excerpt, Span};
use crate::syntax::cloudbuild::Build;
use crate::value::{Piece, Sourced, Text, Value, Why};

/// The names of secrets in a build file.
pub fn build_secrets(build: &Build, substitutions: &Substitutions) -> BuildSecrets {
    let name = |name: &Excerpt| Value::Known(substitutions.expand(name));
    let versions = build.secrets.iter().filter_map(|secret| secret.env.as_ref());
    let steps = build.steps.iter().flat_map(|step| &step.secret_env);
    BuildSecrets {
        available: versions.chain(&build.encrypted).map(name).collect(),
        asked_for: build.secret_env.iter().chain(steps).map(name).collect(),
    }
}

/// `projects/P/secrets/NAME/versions/V`, regional or not.
pub fn secret_reference(written: &Excerpt, version: Sourced<Text>) -> Option<SecretReference> {
    let path = SecretPath::read(&version.value)?;
    let at = name_span(written).unwrap_or(version.at);
    let known = |value: Text| Sourced { value, at, via: version.via.clone() };
    let name = match path.name.pieces() {
        [Piece::Hole(_)] => Value::unknown(at, Why::Environment),
        _ => Value::Known(known(path.name)),
    };
    let project = path.project.map_or(Value::Unset, |project| Value::Known(known(project)));
    let store = Store::SecretManager;
    let location = Value::Known(known(path.location.unwrap_or(Text::from("global"))));
    let use_ = "the build reads this secret";
    Some(SecretReference { name, project, location, use_, store, user: None })
}

/// Where the name stands in `projects/P/secrets/NAME/versions/V`.
fn name_span(written: &Excerpt) -> Option<Span> {
    let start = written.text.find("secrets/")? + "secrets/".len();
    let length = written.text[start..].find('/').unwrap_or(written.text.len() - start);
    Some(written.span(start..start + length))
}
