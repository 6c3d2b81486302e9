//! `seamlint init`: a `seamlint.toml` to begin with.

use super::project::named;
use super::{Status, say};
use crate::config::{self, Config};
use crate::init;
use crate::lint;
use crate::model::Project;
use crate::source::Sources;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Writes the file into a folder. One that is there is written over only if that is forced.
///
/// # Errors
/// If the folder cannot be read, or the file is there or cannot be written.
pub fn run(folder: &Path, force: bool) -> io::Result<Status> {
    let target = folder.join(config::FILE);
    let taken = || {
        let message = format!("{} is there already: `--force` writes over it", target.display());
        io::Error::other(message)
    };
    if !force && target.symlink_metadata().is_ok() {
        return Err(taken());
    }
    let sources = Sources::discover(folder, &[]).map_err(|error| named(folder, &error))?;
    let text = init::toml(&mut Project::read(sources));
    // What is written must be understood.
    Config::parse(config::FILE, &text, &lint::vocabulary()).map_err(io::Error::other)?;
    let made = if force { File::create(&target) } else { File::create_new(&target) };
    let mut file = made.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(),
        _ => named(&target, &error),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| named(&target, &error))?;
    say(&format!("wrote {}", target.display()));
    Ok(Status::Clean)
}
