//! Contexts that builds give names, from what is written.

use super::WorkingFolder;
use super::docker::after;
use crate::model::build::named_context::{NamedContext, plain_name};
use crate::source::is_remote;
use crate::value::{Sourced, Text, Value, Why};

/// What an image stands behind.
const IMAGE: &str = "docker-image://";

/// A context of a name, for a build that may start in any of some folders.
pub fn named_context(name: &str, written: Value<Text>, folders: &[WorkingFolder]) -> NamedContext {
    // `base::linux/arm64` counts for builds of that platform only.
    let (plain, is_partial) = match name.split_once("::") {
        Some((name, _)) => (name, true),
        None => (name, false),
    };
    let word = written.known().filter(|_| !is_partial);
    let image = match word {
        Some(word) if word.value.starts_with(IMAGE) => Value::Known(after(word, IMAGE.len())),
        Some(word) => Value::unknown(word.at, Why::Unread),
        None => Value::Unset,
    };
    let path = word.filter(|word| word.value.literal().is_some_and(is_folder));
    let resolve =
        |word: &Sourced<Text>| folders.iter().filter_map(|f| f.resolve(&word.value)).collect();
    let folders = path.map(resolve).unwrap_or_default();
    NamedContext { name: plain_name(plain).to_owned(), written, image, folders }
}

/// `NAME=VALUE`; nothing if the name is not known.
pub fn of_pair(word: &Sourced<Text>, folders: &[WorkingFolder]) -> Option<NamedContext> {
    let parts = word.value.split('=');
    let name = parts.first()?.literal().filter(|_| parts.len() > 1)?;
    Some(named_context(name, Value::Known(after(word, name.len() + 1)), folders))
}

/// Whether a value names a folder, and not an image, a target, an archive or an address.
fn is_folder(value: &str) -> bool {
    let is_other = ["target:", "service:", "oci-layout:", "input:", "git@"];
    !value.is_empty()
        && !is_other.iter().any(|prefix| value.starts_with(prefix))
        && !value.contains("://")
        && !value.starts_with(['/', '~'])
        && !is_remote(value)
}
