//! Which project a call means, and which of its files.

use crate::config::{self, Config};
use crate::finding::Finding;
use crate::lint;
use crate::nearest::nearest;
use crate::report::places;
use crate::source::{self, Sources};
use clap::CommandFactory;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// A project on the disk, with the files that the user named.
pub struct Selection {
    /// The root of the project.
    pub root: PathBuf,
    /// Paths from the root; nothing if a whole project was named.
    files: Option<BTreeSet<String>>,
}

impl Selection {
    /// What the paths of a call mean: one folder, or files of one project.
    ///
    /// # Errors
    /// If a path does not exist, if there are several folders, or files of several projects.
    pub fn of(paths: &[PathBuf]) -> io::Result<Selection> {
        let mut found = Vec::new();
        for path in paths {
            let full = path.canonicalize().map_err(|error| unknown(path, &error))?;
            found.push(full);
        }
        match &found[..] {
            [] => Ok(Selection { root: PathBuf::from("."), files: None }),
            [folder] if folder.is_dir() => Ok(Selection { root: folder.clone(), files: None }),
            files if files.iter().any(|path| path.is_dir()) => Err(io::Error::other(
                "one folder, or files of one project, can be checked at a time",
            )),
            files => Selection::of_files(files),
        }
    }

    fn of_files(files: &[PathBuf]) -> io::Result<Selection> {
        let root = files.first().map(|file| root_above(file)).unwrap_or_default();
        let mut selected = BTreeSet::new();
        for file in files {
            let Ok(path) = file.strip_prefix(&root) else {
                let message = format!("{} is not in {}", file.display(), root.display());
                return Err(io::Error::other(message));
            };
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            selected.insert(parts.join("/"));
        }
        Ok(Selection { root, files: Some(selected) })
    }

    /// The configuration that the call names, or that of the root, and its file.
    ///
    /// # Errors
    /// If it cannot be read, or says what is not understood.
    pub fn config(&self, named_file: Option<&Path>) -> io::Result<(Config, PathBuf)> {
        let file = match named_file {
            Some(file) => file.to_owned(),
            None => self.nearest_config(),
        };
        let text = match source::read_text(&file) {
            Ok(text) => text,
            Err(error) if named_file.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Ok((Config::default(), file));
            }
            Err(error) => return Err(named(&file, &error)),
        };
        let shown = named_file.unwrap_or(Path::new(config::FILE));
        let words = lint::vocabulary();
        let config = Config::parse(&shown.to_string_lossy(), &text, &words);
        Ok((config.map_err(io::Error::other)?, file))
    }

    /// The configuration of the root, or of the nearest folder above it in its repository.
    fn nearest_config(&self) -> PathBuf {
        let own = || self.root.join(config::FILE);
        source::nearest(&self.root, config::FILE).unwrap_or_else(own)
    }

    /// Whether a finding has a place in a file that was named.
    pub fn touches(&self, sources: &Sources, finding: &Finding) -> bool {
        self.files.as_ref().is_none_or(|files| {
            places(finding).any(|place| files.contains(&*sources.get(place.span.source).path))
        })
    }

    /// Whether files were named, and not a whole project.
    pub fn names_files(&self) -> bool {
        self.files.is_some()
    }

    /// Whether a path is among the files that were named.
    pub fn holds(&self, path: &str) -> bool {
        self.files.as_ref().is_none_or(|files| files.contains(path))
    }
}

/// The git root above a file, or the file's folder if there is none.
fn root_above(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new("/"));
    source::repository(folder).unwrap_or_else(|| folder.to_owned())
}

/// An error that says which file it is about, and which subcommand may be meant by its name.
fn unknown(path: &Path, error: &io::Error) -> io::Error {
    let cli = super::Cli::command();
    let commands = cli.get_subcommands().map(|command| command.get_name());
    match path.to_str().and_then(|name| nearest(name, commands)) {
        Some(command) => {
            let named = named(path, error);
            let message = format!("{named}: did you mean `seamlint {command}`?");
            io::Error::new(error.kind(), message)
        }
        None => named(path, error),
    }
}

/// An error that says which file it is about.
pub fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
