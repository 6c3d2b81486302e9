//! Finding the files of a project on the disk.

use super::kind::{Candidate, candidate};
use super::named::Named;
use super::{Buffers, Kind, Listing, Source, Sources, folder, holds_secret, index, is_clean, name};
use ignore::WalkState;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

/// Larger files are not read.
pub(super) const LARGEST: u64 = 4 << 20;

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its path from the root.
    pub path: Arc<str>,
    /// Why, as a sentence without a subject: `is not UTF-8`.
    pub why: String,
}

impl Sources {
    /// Reads a project from the disk: what git ignores is skipped, links out of the root are
    /// not followed, and files that are too large or no text become notes. What is excluded is
    /// there, and not read.
    ///
    /// # Errors
    /// If the root cannot be read.
    pub fn discover(root: &Path, exclude: &[String]) -> std::io::Result<Sources> {
        Sources::discover_with(root, exclude, &Buffers::new())
    }

    /// The same with the texts of some files as an editor has them, saved or not. A file that
    /// is not on the disk yet is there all the same.
    ///
    /// # Errors
    /// If the root cannot be read.
    pub fn discover_with(
        root: &Path,
        exclude: &[String],
        buffers: &Buffers,
    ) -> std::io::Result<Sources> {
        let root = root.canonicalize()?;
        std::fs::read_dir(&root)?;
        let mut excluded = ignore::gitignore::GitignoreBuilder::new(&root);
        for pattern in exclude {
            excluded.add_line(None, pattern).map_err(std::io::Error::other)?;
        }
        let excluded = excluded.build().map_err(std::io::Error::other)?;
        let is_excluded = |file: &Path| excluded.matched(file, false).is_ignore();
        let (top, pruned) = (root.clone(), excluded.clone());
        let walk = ignore::WalkBuilder::new(&root)
            .hidden(false)
            .require_git(false)
            .git_global(false)
            // For search tools: git has what it names.
            .ignore(false)
            .filter_entry(move |entry| {
                let above = entry.path().parent().filter(|above| above.starts_with(&top));
                entry.file_name() != ".git"
                    && !above.is_some_and(|above| pruned.matched(above, true).is_ignore())
            })
            .build_parallel();
        let (found, entries) = mpsc::channel();
        walk.run(|| {
            let found = found.clone();
            Box::new(move |entry| {
                if let Ok(entry) = entry
                    && let Some(kind) = entry.file_type()
                {
                    // The other end is there until all are found.
                    let _ = found.send((kind, entry.into_path()));
                }
                WalkState::Continue
            })
        });
        drop(found);
        let (mut files, mut folders) = (Vec::<(Arc<str>, PathBuf)>::new(), Vec::<Arc<str>>::new());
        let mut links = Vec::new();
        for (kind, path) in entries {
            let Some(relative) = relative(&path, &root) else { continue };
            match kind.is_dir() {
                true => folders.push(relative),
                false => {
                    links.extend(kind.is_symlink().then(|| relative.clone()));
                    files.push((relative, path));
                }
            }
        }
        let forced = forced(&root, &files);
        // What git has is a part of the project, even if it is told to ignore it; so is what
        // tells it to, which may tell it of itself.
        let named = forced.iter().flatten().cloned().chain([".gitignore".into()]);
        let is_found: HashSet<Arc<str>> = files.iter().map(|(path, _)| path.clone()).collect();
        for path in named.filter(|path| is_clean(path) && !is_found.contains(path)) {
            let file = root.join(&*path);
            if is_inside(&file, &root)
                && !excluded.matched_path_or_any_parents(&file, false).is_ignore()
            {
                links.extend(file.is_symlink().then(|| path.clone()));
                files.push((path, file));
            }
        }
        // One that is there and was not found is excluded or ignored.
        let unsaved = buffers.keys().map(|path| (path.clone(), root.join(&**path)));
        files.extend(unsaved.filter(|(_, file)| file.symlink_metadata().is_err()));
        let read_as = |path: &Arc<str>, file: &Path, candidate: Candidate| match buffers
            .get(path)
            .filter(|text| text.len() as u64 <= LARGEST)
        {
            Some(text) => Ok(source(path, text, candidate)),
            None => read_as(&root, path, file, candidate),
        };
        let mut read: Vec<Result<Option<Source>, Note>> = files
            .par_iter()
            .map(|(path, file)| match candidate(path).filter(|_| !is_excluded(file)) {
                Some(candidate) => read_as(path, file, candidate),
                None => Ok(None),
            })
            .collect();
        let named = Named::of(read.iter().flatten().flatten());
        let more: Vec<_> = files
            .par_iter()
            .filter_map(|(path, file)| {
                let candidate = named.candidate(path).filter(|_| !is_excluded(file))?;
                let outcome = read_as(path, file, candidate);
                // What only adds to what is known is nothing to speak of if it is not read.
                Some(if candidate.is_for_a_value() { Ok(outcome.ok().flatten()) } else { outcome })
            })
            .collect();
        read.extend(more);
        let paths = files.into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        let mut sources = Sources::assemble(paths, read);
        let empty = folders.into_iter().filter(|folder| !sources.has_folder(folder));
        let opaque = links.into_iter().chain(empty).collect();
        let listing = Arc::make_mut(&mut sources.listing);
        (listing.opaque, listing.forced) = (opaque, forced);
        sources.above = above(&root);
        sources.is_part = !sources.above.is_empty();
        sources.root = Some(root.as_path().into());
        Ok(sources)
    }

    /// A project that is in memory, as tests and editors have it.
    pub fn of(files: &[(&str, &str)]) -> Sources {
        let paths = files.iter().map(|(path, _)| Arc::from(*path)).collect();
        // What is in memory is all that there is.
        let forced = Some(BTreeSet::new());
        let read = files.iter().filter_map(|(path, text)| source(path, text, candidate(path)?));
        let mut read: Vec<Source> = read.collect();
        let named = Named::of(read.iter());
        read.extend(
            files.iter().filter_map(|(path, text)| source(path, text, named.candidate(path)?)),
        );
        let read = read.into_iter().map(|source| Ok(Some(source))).collect();
        let mut sources = Sources::assemble(paths, read);
        Arc::make_mut(&mut sources.listing).forced = forced;
        sources
    }

    /// Puts another text in the place of a file's, and gives the text before. The kind stays.
    pub fn replace(&mut self, path: &str, text: &str) -> Option<Arc<str>> {
        let i = self.read.binary_search_by(|source| (*source.path).cmp(path)).ok()?;
        let source = self.read.get_mut(i)?;
        let new = source.with_text(text.into());
        Some(std::mem::replace(source, new).text)
    }

    /// Leaves out the files of Terraform variables that are not loaded by themselves and for
    /// which `chosen` is false.
    pub fn retain_environments(&mut self, chosen: impl Fn(&str) -> bool) {
        self.read.retain(|source| {
            let name = name(&source.path);
            let name = name.strip_suffix(".json").unwrap_or(name);
            let is_choice = name.ends_with(".tfvars")
                && name != "terraform.tfvars"
                && !name.ends_with(".auto.tfvars");
            !is_choice || chosen(&source.path)
        });
    }

    fn assemble(paths: Vec<Arc<str>>, read: Vec<Result<Option<Source>, Note>>) -> Sources {
        let mut sources = Sources::default();
        let mut listing = Listing { paths: paths.into_iter().collect(), ..Listing::default() };
        let mut texts: BTreeMap<Arc<str>, Source> = BTreeMap::new();
        for outcome in read {
            match outcome {
                Ok(Some(source)) => drop(texts.insert(source.path.clone(), source)),
                Ok(None) => {}
                Err(note) => sources.notes.push(note),
            }
        }
        sources.notes.sort_by(|a, b| a.path.cmp(&b.path));
        sources.read = texts.into_values().collect();
        for source in &sources.read {
            match name(&source.path) {
                ".gitignore" => listing.ignored.add(folder(&source.path), &source.text),
                ".gitmodules" => {
                    let paths = source.text.lines().filter_map(|line| line.trim().split_once('='));
                    let paths = paths.filter(|(key, _)| key.trim() == "path");
                    listing.submodules.extend(paths.map(|(_, path)| path.trim().to_owned()));
                }
                _ => {}
            }
        }
        sources.listing = listing.numbered().into();
        sources
    }
}

/// The paths that git has and that were not found, since it is told to ignore them. A
/// repository whose `.git` is a file keeps its index elsewhere, where nothing is read.
fn forced(root: &Path, files: &[(Arc<str>, PathBuf)]) -> Option<BTreeSet<Arc<str>>> {
    let paths = index::paths(&std::fs::read(root.join(".git/index")).ok()?)?;
    let found: HashSet<&str> = files.iter().map(|(path, _)| &**path).collect();
    Some(paths.into_iter().filter(|path| !found.contains(path.as_str())).map(Arc::from).collect())
}

/// Whether a file, or a link to one, is there, and no folder above it leads out of the root.
fn is_inside(file: &Path, root: &Path) -> bool {
    let is_file = file.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir());
    let folder = || file.parent().and_then(|folder| folder.canonicalize().ok());
    is_file && folder().is_some_and(|folder| folder.starts_with(root))
}

/// The root of the repository that holds a file or folder, if it is in one.
pub fn repository(path: &Path) -> Option<PathBuf> {
    let mut folders = path.ancestors();
    folders.find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// The file of a name in a folder, or in the nearest one above it in its repository.
pub fn nearest(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    for folder in folder.ancestors() {
        let file = folder.join(name);
        if file.exists() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

/// A path from the root, with `/` between its parts, if it is UTF-8.
fn relative(path: &Path, root: &Path) -> Option<Arc<str>> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/").into())
}

/// The text of one file, which need not be part of a project.
///
/// # Errors
/// If it cannot be read, is larger than 4 MiB or no UTF-8.
pub fn read_text(file: &Path) -> std::io::Result<String> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("is no file"));
    }
    if metadata.len() > LARGEST {
        return Err(std::io::Error::other("is larger than 4 MiB"));
    }
    let bytes = std::fs::read(file)?;
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("is not UTF-8"))
}

/// The path to a folder from the root of its repository, with `/` at its end; nothing if it is
/// that root, or in no repository.
fn above(folder: &Path) -> String {
    let repository = repository(folder);
    let path = repository.as_deref().and_then(|root| folder.strip_prefix(root).ok());
    let parts = path.into_iter().flatten().map(|part| part.to_string_lossy());
    parts.flat_map(|part| [part, "/".into()]).collect()
}

/// A file, if its text confirms what it may be. The text of one with a secret is not kept.
fn source(path: &str, text: &str, candidate: Candidate) -> Option<Source> {
    let kind = candidate.confirm(text)?;
    let text = match kind {
        Kind::Credentials if !holds_secret(path, text) => return None,
        Kind::Credentials => "",
        _ => text,
    };
    Some(Source::new(path.into(), text.into(), kind))
}

fn read_as(
    root: &Path,
    path: &Arc<str>,
    file: &Path,
    candidate: Candidate,
) -> Result<Option<Source>, Note> {
    let note = |why: &str| Note { path: path.clone(), why: why.to_owned() };
    // A link may lead out of the root. What it names in the project is read where it lies.
    if file.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        let target = file.canonicalize().map_err(|_| note("is a link to nothing"))?;
        let is_inside = target.starts_with(root);
        return if is_inside { Ok(None) } else { Err(note("is a link out of the project")) };
    }
    let text = read_text(file).map_err(|error| note(&error.to_string()))?;
    Ok(source(path, &text, candidate))
}
