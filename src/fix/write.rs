//! Putting new texts in the place of files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file with another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The text that was read.
    pub before: Arc<str>,
    /// The text that it is to have.
    pub after: String,
}

/// Replaces files below a root, each by a rename, so that nobody sees half of one.
///
/// All new files are written before the first is put in its place, and none is if a file is not
/// as it was read any more; each is looked at once more right before its rename. Permissions are
/// kept, the group and the owner as far as the system lets, and a link stays a link to the file
/// that is changed. Other names of the file, which may lie outside of the root, keep the old text.
///
/// # Errors
/// If a file must not be written, is not there, has another text than was read or lies outside
/// of the root; the error begins with its path. If that happens before the first
/// rename, nothing has changed.
pub fn write(root: &Path, changes: &BTreeMap<Arc<str>, Change>) -> io::Result<()> {
    let named =
        |path: &str, error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    let root = root.canonicalize().map_err(|error| named(&root.to_string_lossy(), error))?;
    let mut staged: Vec<(&str, Staged)> = Vec::new();
    for (path, change) in changes {
        let target = target(&root, path).map_err(|error| named(path, error))?;
        // Two paths may lead to one file by a link; it is changed once.
        if staged.iter().all(|(_, other)| other.old != target) {
            let file = Staged::new(target, change).map_err(|error| named(path, error))?;
            staged.push((path, file));
        }
    }
    for (path, file) in &staged {
        file.check().map_err(|error| named(path, error))?;
    }
    for (path, file) in staged {
        file.rename().map_err(|error| named(path, error))?;
    }
    Ok(())
}

/// The file of a path, links followed.
fn target(root: &Path, path: &str) -> io::Result<PathBuf> {
    let target = root.join(path).canonicalize()?;
    if target.starts_with(root) { Ok(target) } else { Err(refused("lies outside of the project")) }
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

/// A file that was written beside the one that it is to replace. Removed if it never does.
struct Staged<'a> {
    new: PathBuf,
    old: PathBuf,
    before: &'a str,
}

impl Staged<'_> {
    fn new(old: PathBuf, change: &Change) -> io::Result<Staged<'_>> {
        let metadata = fs::metadata(&old)?;
        if metadata.permissions().readonly() {
            return Err(refused("is read-only"));
        }
        // A rename would replace what its user must not write.
        File::options().write(true).open(&old)?;
        let (new, mut file) = beside(&old)?;
        let staged = Staged { new, old, before: &change.before };
        // What others may not read they may not read meanwhile. Only root can give files away,
        // and the owner comes first, as a new one takes permissions with it.
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            if fchown(&file, Some(metadata.uid()), Some(metadata.gid())).is_err() {
                let _ = fchown(&file, None, Some(metadata.gid()));
            }
        }
        file.set_permissions(metadata.permissions())?;
        file.write_all(change.after.as_bytes())?;
        file.sync_all()?;
        Ok(staged)
    }

    /// Whether the old file is as it was read.
    fn check(&self) -> io::Result<()> {
        match fs::read(&self.old)? == self.before.as_bytes() {
            true => Ok(()),
            false => Err(io::Error::other("has changed since it was read, and stays as it is")),
        }
    }

    /// Puts the new file in the place of the old one, if that is still as it was read.
    fn rename(self) -> io::Result<()> {
        self.check()?;
        fs::rename(&self.new, &self.old)
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        // After the rename it is not there any more; before, nobody can do better than this.
        let _ = fs::remove_file(&self.new);
    }
}

/// A new file in the folder of another. One that a killed run has left behind stays.
fn beside(file: &Path) -> io::Result<(PathBuf, File)> {
    let mut attempt = 0;
    loop {
        let new = file.with_file_name(format!(".seamlint-{}-{attempt}", std::process::id()));
        match File::create_new(&new) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => {
                attempt += 1;
            }
            Ok(file) => return Ok((new, file)),
            Err(error) => {
                let why = format!("no new file can be made beside it: {error}");
                return Err(io::Error::new(error.kind(), why));
            }
        }
    }
}
