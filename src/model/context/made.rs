//! Files that are made, not written: a repository lacks them although nothing is wrong.

use super::copy::{Lookup, usual_contexts};
use super::inner;
use crate::model::image::Image;
use crate::source::{self, Source, is_below, join};
use crate::value::{Sourced, Text};

/// Folders in which build tools leave what they make, and in which data is put.
const FOLDERS: &[&str] = &[
    ".build",
    ".next",
    ".output",
    "_build",
    "artifacts",
    "bin",
    "build",
    "checkpoints",
    "coverage",
    "data",
    "dataset",
    "datasets",
    "dist",
    "gen",
    "generated",
    "model",
    "models",
    "node_modules",
    "obj",
    "out",
    "output",
    "publish",
    "release",
    "saved_model",
    "site",
    "target",
    "testdata",
    "vendor",
    "venv",
    ".venv",
    "weights",
];

/// Endings of what is compiled, packed, downloaded or trained.
const EXTENSIONS: &[&str] = &[
    "7z",
    "a",
    "bin",
    "bz2",
    "csv",
    "dat",
    "db",
    "deb",
    "dll",
    "dylib",
    "egg",
    "exe",
    "gz",
    "h5",
    "jar",
    "joblib",
    "key",
    "mmdb",
    "npy",
    "npz",
    "o",
    "onnx",
    "parquet",
    "pb",
    "pem",
    "pickle",
    "pkl",
    "pt",
    "pth",
    "pyc",
    "rpm",
    "safetensors",
    "so",
    "sqlite",
    "sqlite3",
    "tar",
    "tflite",
    "tgz",
    "war",
    "wasm",
    "whl",
    "xz",
    "zip",
    "zst",
];

/// Whether a path from the root of a context, wildcards or not, looks like something that is
/// made before the build rather than kept in a repository.
pub fn looks_made(path: &str) -> bool {
    let name = source::name(path.trim_end_matches('/'));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let made = |part: &str| {
        let part = part.to_ascii_lowercase();
        FOLDERS.contains(&part.as_str()) || part.starts_with("saved_model")
    };
    EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
        || is_of_machine(name)
        || path.split('/').any(made)
}

/// Whether a name ends as those of binaries do that are compiled for several machines:
/// `shop-linux-amd64`.
fn is_of_machine(name: &str) -> bool {
    const MACHINES: &[&str] = &["amd64", "arm64", "aarch64", "x86_64"];
    let before = MACHINES.iter().find_map(|machine| name.strip_suffix(machine));
    before.is_some_and(|before| before.len() > 1 && before.ends_with(['-', '_']))
}

/// Endings of what people write and no build tool makes, outside of the folders above.
const AUTHORED: &[&str] = &[
    "c", "cfg", "conf", "cpp", "cs", "csproj", "go", "gradle", "h", "ini", "java", "kt", "lock",
    "mod", "php", "py", "rb", "rs", "scala", "sh", "sum", "swift", "toml", "ts", "tsx", "vue",
];

/// Whether a path names a file that people write: a source, or what a package manager reads.
pub fn looks_authored(path: &str) -> bool {
    let name = source::name(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let manifest = matches!(
        name,
        "package.json" | "package-lock.json" | "requirements.txt" | "pom.xml" | "composer.json"
    );
    // A sample is written for people to copy, whatever it is a sample of.
    let sample = matches!(extension, "dist" | "example" | "sample");
    !looks_made(path) && (manifest || sample || AUTHORED.contains(&extension))
}

impl Lookup<'_> {
    /// Whether a file may be made before the build, by what is not known here.
    pub(super) fn may_be_made(&self, path: &Sourced<Text>, image: &Image) -> bool {
        path.value.literal().is_some_and(|path| {
            let inner = inner(path);
            looks_made(&inner)
                || self.is_documented(source::name(&inner), source::folder(&image.path))
                || self.comes_with_made(&inner, image)
                || self.is_made_by_script(&inner)
        })
    }

    /// Whether the README of a folder, or of one above it, speaks of a file by its name. A
    /// name that is a mere word is not looked for.
    fn is_documented(&self, name: &str, folder: &str) -> bool {
        let is_above = |file: &&&Source| {
            let above = source::folder(&file.path);
            folder == above || is_below(folder, above)
        };
        name.contains(['.', '_', '-'])
            && self.documents.iter().filter(is_above).any(|source| source.text.contains(name))
    }

    /// Whether a script makes something of a path's name, in whatever folder: `cp` and `mkdir` fill
    /// contexts that are not known.
    fn is_made_by_script(&self, inner: &str) -> bool {
        let name = source::name(inner.trim_end_matches('/'));
        let separates = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';');
        let is_it = |word: &&str| {
            let above = word.trim_end_matches('/').strip_suffix(name);
            above.is_some_and(|above| above.ends_with('/'))
        };
        // What is copied comes last.
        let makes = |line: &str| {
            let mut words = line.split(separates).filter(|word| !word.is_empty());
            match words.find(|word| matches!(*word, "cp" | "mkdir" | "rsync")) {
                Some("mkdir") => words.any(|word| is_it(&word)),
                Some(_) => words.next_back().filter(is_it).is_some(),
                None => false,
            }
        };
        let mut texts = self.scripts.iter().map(|script| &script.text);
        texts.any(|text| text.contains(name) && text.lines().any(makes))
    }

    /// Whether a script copies something of a path's name to another folder, and does not install
    /// it: a context may be put together there.
    pub(super) fn is_carried(&self, path: &Sourced<Text>) -> bool {
        let Some(literal) = path.value.literal() else { return true };
        let inner = inner(literal);
        let name = source::name(&inner);
        let is_it = |word: &str| source::name(word.trim_end_matches(['/', '.'])) == name;
        let carries = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let program = words.iter().position(|word| matches!(*word, "cp" | "rsync"));
            let Some((to, from)) = program.and_then(|i| words.get(i + 1..)?.split_last()) else {
                return false;
            };
            let is_installed = to.starts_with('/') && !to.starts_with("/tmp/");
            !is_installed && from.iter().any(|word| is_it(word))
        };
        let mut texts = self.scripts.iter().map(|script| &script.text);
        texts.any(|text| text.contains(name) && text.lines().any(carries))
    }

    /// Whether a path lies in a folder that no usual context has, and that an image takes
    /// something else from which is made: then the whole folder is.
    fn comes_with_made(&self, inner: &str, image: &Image) -> bool {
        let contexts = usual_contexts(&image.path);
        let is_there =
            |path: &str| contexts.iter().any(|folder| self.sources.has_folder(&join(folder, path)));
        let mut above = inner.match_indices('/').map(|(i, _)| &inner[..i]);
        let Some(lacking) = above.find(|path| !is_there(path)) else { return false };
        let copies = image.stages.iter().flat_map(|stage| &stage.copies);
        let mut sources = copies.flat_map(|copy| &copy.sources).filter_map(|s| s.literal_text());
        sources.any(|other| {
            let other = super::inner(other);
            is_below(&other, lacking) && looks_made(&other)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_told_from_what_is_written() {
        for path in [
            "shop-linux-amd64",
            "bin/probe_arm64",
            "target/app.jar",
            "app.JAR",
            "apps/web/dist",
            "model.zip",
            "dist/",
            "x.tar.gz",
        ] {
            assert!(looks_made(path), "{path} is made");
        }
        for path in ["app.py", "src", "package.json", "distribution", "migrations/sqlite", "*.py"] {
            assert!(!looks_made(path), "{path} is written");
        }
    }
}
