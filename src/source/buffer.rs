//! Texts as an editor has them, laid over those of the disk.

use super::discover::LARGEST;
use super::kind::{Candidate, candidate};
use super::named::Named;
use super::{Kind, Source, Sources, name, named, read_text};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The texts that an editor holds, by their paths from the root of the project.
pub type Buffers = BTreeMap<Arc<str>, Arc<str>>;

impl Sources {
    /// Puts another text in the place of a file's, as long as that changes nothing but this
    /// text. If it decides which files are read, or what they are, nothing is done and the
    /// answer is false: then the project has to be discovered again.
    pub fn lay(&mut self, path: &str, text: &Arc<str>) -> bool {
        let Ok(i) = self.read.binary_search_by(|source| (*source.path).cmp(path)) else {
            // Of a file that is not read nothing but its name counts, unless it becomes one.
            let may_be_read = candidate(path).is_some_and(|it| it.confirm(text).is_some());
            return self.has_file(path) && !may_be_read;
        };
        let Some(old) = self.read.get(i) else { return false };
        if old.text == *text {
            return true;
        }
        let new = old.with_text(text.clone());
        if !self.is_alike(old, &new) {
            return false;
        }
        if let Some(source) = self.read.get_mut(i) {
            *source = new;
        }
        true
    }

    /// Reads a file of the disk again and lays its text over the one that is known; false if
    /// the project has to be discovered again.
    pub fn read_again(&mut self, root: &Path, path: &str) -> bool {
        if self.find(path).is_none() && candidate(path).is_none() {
            return self.has_file(path);
        }
        let file = root.join(path);
        let is_link = file.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        !is_link && read_text(&file).is_ok_and(|text| self.lay(path, &text.into()))
    }

    /// Whether git ignores a path, or owns it.
    pub fn is_ignored(&self, path: &str) -> bool {
        path == ".git" || path.starts_with(".git/") || self.listing.ignored.matches(path)
    }

    /// Whether two texts of one file let the same files be read, and these as the same.
    fn is_alike(&self, old: &Source, new: &Source) -> bool {
        let decides = matches!(name(&old.path), ".gitignore" | ".gitmodules");
        if decides || old.kind == Kind::Credentials || new.text.len() as u64 > LARGEST {
            return false;
        }
        let kind = match candidate(&old.path) {
            Some(candidate) => candidate.confirm(&new.text),
            None => Candidate::Named {
                as_dockerfile: named::starts_as_dockerfile(&old.text)
                    || named::starts_as_dockerfile(&new.text),
                in_terraform: old.kind == Kind::Template,
            }
            .confirm(&new.text)
            .or(Some(old.kind).filter(|kind| *kind != Kind::Dockerfile)),
        };
        kind == Some(old.kind) && self.names_alike(old, new)
    }

    /// Whether two texts of one file name the same of those files that are only read if
    /// something names them.
    fn names_alike(&self, old: &Source, new: &Source) -> bool {
        let (before, after) = (Named::of([old].into_iter()), Named::of([new].into_iter()));
        if before == after {
            return true;
        }
        let is_there = |name: &String| {
            let mut paths = self.called(name);
            paths.any(|path| self.has_file(path) && candidate(path).is_none())
        };
        let dockerfiles = before.dockerfiles.symmetric_difference(&after.dockerfiles);
        let templates = before.templates.symmetric_difference(&after.templates);
        if dockerfiles.chain(templates).any(is_there) {
            return false;
        }
        let others = self.read.iter().filter(|source| source.path != old.path);
        let others = Named::of(others.filter(|source| source.kind == Kind::Dockerfile));
        let speaks = |named: &Named| {
            let python = named.python || others.python;
            (python, named.node || others.node, named.nginx || others.nginx)
        };
        speaks(&before) == speaks(&after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(files: &[(&str, &str)], path: &str, text: &str) -> bool {
        let mut sources = Sources::of(files);
        let laid = sources.lay(path, &text.into());
        let now = sources.find(path).map(|(_, source)| &*source.text);
        assert!(!laid || now.is_none_or(|now| now == text), "{path}");
        laid
    }

    #[test]
    fn a_text_that_decides_nothing_else_is_laid() {
        let files = [
            ("Dockerfile", "FROM python\n"),
            ("b/Dockerfile", "FROM python\n"),
            ("api.image", "FROM a\n"),
            ("build.sh", "docker build -f api.image .\n"),
            ("app.py", "import os\n"),
            ("notes.txt", "a"),
            ("k.yaml", "a: 1\n"),
        ];
        assert!(lay(&files, "Dockerfile", "FROM alpine\n"));
        assert!(lay(&files, "api.image", "FROM b\n"));
        assert!(lay(&files, "build.sh", "docker build -f api.image -f x .\n"));
        assert!(lay(&files, "app.py", "import sys\n"));
        assert!(lay(&files, "notes.txt", "FROM a\n"));
        assert!(lay(&files, "k.yaml", "a: 2\n"));
    }

    #[test]
    fn a_text_that_decides_what_is_read_is_not() {
        let files = [
            ("Dockerfile", "FROM python\n"),
            ("api.image", "FROM a\n"),
            ("build.sh", "docker build -f api.image .\n"),
            (".gitignore", "a\n"),
            ("k.yaml", "a: 1\n"),
        ];
        assert!(!lay(&files, "Dockerfile", "FROM alpine\n"));
        assert!(!lay(&files, "Dockerfile", "{{ x }}\nFROM alpine\n"));
        assert!(!lay(&files, "api.image", "no\n"));
        assert!(!lay(&files, "build.sh", "docker build -f api.imag .\n"));
        assert!(!lay(&files, ".gitignore", "b\n"));
        assert!(!lay(&files, "k.yaml", "steps:\n- name: a\n"));
        assert!(!lay(&files, "new.tf", "a = 1\n"));
    }
}
