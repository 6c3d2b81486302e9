//! Paths of what is not built: archives, examples, what belongs to other projects.

use crate::source::name;

/// Whether a Dockerfile is named as one for development, where the source is mounted.
pub fn is_for_development(path: &str) -> bool {
    const NAMES: &[&str] = &["dev", "devel", "development", "local", "devcontainer"];
    name(path).split(['.', '-', '_']).any(|part| NAMES.contains(&&*part.to_ascii_lowercase()))
        || path.split('/').any(|part| part == ".devcontainer")
}

/// Whether a path lies in a folder of things that are not built: an archive, an example.
pub fn is_set_aside(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "archive",
        "archives",
        "archived",
        "_archive",
        "deprecated",
        "legacy",
        "old",
        "backup",
        "backups",
        "templates",
        "template",
        "testdata",
        "fixtures",
        "cookiecutter",
        "examples",
        "example",
        "samples",
        "tests",
        "test",
    ];
    is_in(path, FOLDERS) || is_vendored(path) || path.contains("{{")
}

/// Whether a path lies in a folder of other projects, which the project only keeps.
pub fn is_vendored(path: &str) -> bool {
    is_in(path, &["node_modules", "vendor", "third_party"])
}

/// Whether a path has one of some names in it, in whatever case of letters.
fn is_in(path: &str, folders: &[&str]) -> bool {
    let mut parts = path.as_bytes().split(|byte| *byte == b'/');
    parts.any(|part| folders.iter().any(|folder| part.eq_ignore_ascii_case(folder.as_bytes())))
}
