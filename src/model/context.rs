//! Build contexts: the folder that a builder sees, less what an ignore file leaves out.

pub mod aside;
pub mod copy;
pub mod ignore_file;
pub(super) mod made;
mod named;
pub mod taken;
pub mod unreachable;

use crate::source::{self, Sources, Span, clean, is_below, is_clean, join, relative};
use crate::syntax::dockerignore::Dockerignore;
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A folder as a builder sees it.
#[derive(Debug)]
pub struct Context<'a> {
    sources: &'a Sources,
    /// The folder, from the root of the project; the root itself is empty.
    pub folder: &'a str,
    ignore: Option<&'a Dockerignore>,
}

/// What a builder finds for a source of `COPY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    Present,
    /// It may be made before the build: git ignores it, or a submodule brings it.
    Generated,
    /// A line of an ignore file leaves it out.
    LeftOut(Span),
    /// It is not there.
    Missing,
}

impl<'a> Context<'a> {
    /// The context of a folder, with the ignore file that holds for it.
    pub fn new(
        sources: &'a Sources,
        folder: &'a str,
        ignore: Option<&'a Dockerignore>,
    ) -> Context<'a> {
        Context { sources, folder, ignore }
    }

    /// Looks for a source as it is written: a path from the context, with wildcards or not.
    pub fn find(&self, source: &str) -> Found {
        let inner = inner(source);
        if inner.is_empty() {
            return Found::Present;
        }
        if has_wildcard(source) { self.find_matches(&inner) } else { self.find_path(&inner) }
    }

    /// Whether the repository has a folder at a path of the context.
    pub fn has_folder(&self, inner: &str) -> bool {
        self.sources.has_folder(&join(self.folder, inner))
    }

    /// The file of the repository that the builder sees at a path, and whether it sees it.
    pub fn file(&self, inner: &str) -> Found {
        let path = join(self.folder, inner);
        if self.sources.has_file(&path) {
            return self.left_out(inner).map_or(Found::Present, Found::LeftOut);
        }
        match self.sources.may_appear(&path) {
            true => Found::Generated,
            false => Found::Missing,
        }
    }

    /// The files and folders, as paths in the context, that a pattern matches.
    pub fn matches(&self, pattern: &str) -> BTreeSet<&'a str> {
        let Some(wildcard) = Wildcard::new(pattern) else { return BTreeSet::new() };
        let inside = self.candidates(pattern).map(|path| self.relative(path));
        inside.filter(|path| wildcard.fits(path)).collect()
    }

    fn find_path(&self, inner: &str) -> Found {
        let path = join(self.folder, inner);
        self.find_whole(&path).unwrap_or_else(|| match self.sources.may_appear(&path) {
            true => Found::Generated,
            false => Found::Missing,
        })
    }

    fn find_matches(&self, pattern: &str) -> Found {
        let Some(wildcard) = Wildcard::new(pattern) else { return Found::Generated };
        // Git ignores the one or the other that would match.
        let example = join(self.folder, &pattern.replace(['*', '?'], "a"));
        let mut found = match self.sources.may_appear(&example) {
            true => Found::Generated,
            false => Found::Missing,
        };
        let fitting = self.candidates(pattern).filter(|path| wildcard.fits(self.relative(path)));
        for whole in fitting.filter_map(|path| self.find_whole(path)) {
            found = whole;
            if let Found::Present = found {
                break;
            }
        }
        found
    }

    /// Whether the builder sees a file, or something of a folder, if the repository has it.
    fn find_whole(&self, path: &str) -> Option<Found> {
        let seen =
            |file: &str| self.left_out(self.relative(file)).map_or(Found::Present, Found::LeftOut);
        if self.sources.has_file(path) {
            return Some(seen(path));
        }
        let mut last = None;
        for file in self.sources.under(path) {
            last = Some(seen(file));
            if let Some(Found::Present) = last {
                break;
            }
        }
        last
    }

    /// The files and folders, no deeper than a pattern, that begin as it does before its first
    /// wildcard, as paths of the repository.
    fn candidates(&self, pattern: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let literal = pattern.split(['*', '?', '[', '\\']).next().unwrap_or_default();
        let above = join(self.folder, "").matches('/').count();
        let slashes = above + pattern.matches('/').count();
        self.sources.starting_within(join(self.folder, literal), slashes)
    }

    /// A path of the repository as one in the context, if it lies in it.
    pub fn inside<'b>(&self, path: &'b str) -> Option<&'b str> {
        is_below(path, self.folder).then(|| self.relative(path))
    }

    /// Whether the context takes in a path, were something there.
    pub fn takes(&self, inner: &str) -> bool {
        self.left_out(inner).is_none()
    }

    fn relative<'b>(&self, path: &'b str) -> &'b str {
        relative(path, self.folder)
    }

    fn left_out(&self, inner: &str) -> Option<Span> {
        Some(self.ignore?.leaves_out(inner)?.at)
    }
}

/// A source as a path inside of the context: the builder strips `/` and `../` at its start.
pub fn inner(source: &str) -> Cow<'_, str> {
    let below = source.trim_start_matches('/');
    if is_clean(below) {
        return below.into();
    }
    let cleaned = clean(&["/", source].concat());
    cleaned.trim_start_matches('/').to_owned().into()
}

/// Whether a source has a wildcard of Go's `filepath.Match`.
pub fn has_wildcard(source: &str) -> bool {
    source.contains(['*', '?', '['])
}

/// Whether a pattern is written so that it may match nothing: `uv.lock*`, `vendor*`, `service[s]`,
/// or names no file at all: `*.json`.
pub fn is_optional(source: &str) -> bool {
    let name = source::name(source.trim_end_matches('/'));
    let is_whole = |name: &str| name.contains('.') || made::looks_made(name);
    let star = name.strip_suffix('*').is_some_and(|name| is_whole(name) && !has_wildcard(name));
    star || name.contains('[') || name.starts_with('*')
}

/// A pattern of Go's `filepath.Match`.
enum Wildcard<'p> {
    /// With no wildcard but `*`.
    Stars(&'p str),
    Regex(Regex),
}

impl<'p> Wildcard<'p> {
    fn new(pattern: &'p str) -> Option<Wildcard<'p>> {
        match pattern.contains(['?', '[', '\\']) {
            false => Some(Wildcard::Stars(pattern)),
            true => regex(pattern).map(Wildcard::Regex),
        }
    }

    fn fits(&self, path: &str) -> bool {
        match self {
            Wildcard::Stars(pattern) => stars_fit(pattern, path),
            Wildcard::Regex(regex) => regex.is_match(path),
        }
    }
}

/// Whether a path fits a pattern in which `*` stands for anything but `/`.
fn stars_fit(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
    let (mut p, mut i) = (0, 0);
    // Where the last star is, and up to where it reaches.
    let mut star: Option<(usize, usize)> = None;
    while i < path.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, i));
            p += 1;
        } else if pattern.get(p) == path.get(i) {
            p += 1;
            i += 1;
        } else {
            match star {
                Some((at, reach)) if path[reach] != b'/' => {
                    star = Some((at, reach + 1));
                    (p, i) = (at + 1, reach + 1);
                }
                _ => return false,
            }
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// The pattern as a regular expression.
fn regex(pattern: &str) -> Option<Regex> {
    let mut regex = String::from("^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '[' | ']' | '^' | '-' => regex.push(c),
            '\\' => regex.push_str(&regex::escape(chars.next()?.encode_utf8(&mut [0; 4]))),
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    Regex::new(&regex).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_looked_for_inside_of_the_context() {
        let sources = Sources::of(&[
            ("api/app.py", ""),
            ("api/package.json", ""),
            ("api/docs/guide.md", ""),
            ("shared/util.py", ""),
            (".gitignore", "dist/\n"),
        ]);
        let api = Context::new(&sources, "api", None);
        for (source, expected) in [
            (".", Found::Present),
            ("app.py", Found::Present),
            ("./app.py", Found::Present),
            ("/app.py", Found::Present),
            ("docs/", Found::Present),
            ("package*.json", Found::Present),
            ("*.toml", Found::Missing),
            ("do[c]s", Found::Present),
            ("shared", Found::Missing),
            ("../shared", Found::Missing),
            ("dist/main.js", Found::Generated),
            ("App.py", Found::Missing),
            ("*p*.py", Found::Present),
            ("a*/x", Found::Missing),
            ("*guide.md", Found::Missing),
            ("docs/*.md", Found::Present),
            ("d*s/g*d*", Found::Present),
        ] {
            assert_eq!(api.find(source), expected, "{source}");
        }
        assert_eq!(Context::new(&sources, "", None).find("../shared"), Found::Present);
    }
}
