//! Files that are made, not written: a repository lacks them although nothing is wrong.

use crate::source;

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
    EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()) || path.split('/').any(made)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_told_from_what_is_written() {
        for path in ["target/app.jar", "app.JAR", "apps/web/dist", "model.zip", "dist/", "x.tar.gz"]
        {
            assert!(looks_made(path), "{path} is made");
        }
        for path in ["app.py", "src", "package.json", "distribution", "migrations/sqlite", "*.py"] {
            assert!(!looks_made(path), "{path} is written");
        }
    }
}
