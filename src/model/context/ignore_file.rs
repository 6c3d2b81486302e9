//! Ignore files: whether something reads them, and patterns that do nothing.

use super::copy::{Lookup, usual_contexts};
use crate::model::blur::Blur;
use crate::model::build::Build;
use crate::model::image::Image;
use crate::source::{SourceId, Span, folder, is_below, join, name, relative};
use crate::syntax::dockerignore::{Dockerignore, Pattern};
use crate::value::Value;
use std::sync::Arc;

/// A file that says what contexts leave out.
#[derive(Debug, Clone)]
pub struct IgnoreFile {
    /// The file.
    pub source: SourceId,
    /// Why no build reads it, if none does.
    pub unread: Option<Unread>,
    /// Its lines that do nothing.
    pub idle: Vec<Idle>,
}

/// Why no build reads an ignore file.
#[derive(Debug, Clone)]
pub enum Unread {
    /// It is named after a Dockerfile that is not there; this one is.
    NoDockerfile(Option<String>),
    /// The Dockerfiles of its folder are built from other folders, as these builds say.
    OtherContext(String, Span),
}

/// A line that does nothing.
#[derive(Debug, Clone)]
pub struct Idle {
    /// The pattern, or none if it is not known.
    pub pattern: Value<String>,
    /// Why.
    pub why: IdleReason,
}

/// Why a line of an ignore file does nothing.
#[derive(Debug, Clone)]
pub enum IdleReason {
    /// What should be a comment is a part of it: `.env # secrets`. The pattern is this long.
    Comment(usize),
    /// It brings back what no line above leaves out.
    NothingToBringBack,
    /// It means the top of the context only, and this, deeper down, is taken in.
    NotAtTheTop(String),
}

impl IgnoreFile {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        self.idle.iter_mut().for_each(|idle| blur.value(&mut idle.pattern));
        blur.option(&mut self.unread);
    }
}

/// The ignore files of a project. `builds_of` gives the builds of an image by its index.
pub fn ignore_files<'a>(
    lookup: &'a Lookup<'a>,
    images: &'a [Arc<Image>],
    builds: &'a [Build],
    builds_of: &'a dyn Fn(usize) -> Vec<&'a Build>,
) -> Vec<IgnoreFile> {
    let files = lookup.dockerignores.iter().filter_map(|(path, tree)| {
        let (source, _) = lookup.sources.find(path)?;
        let reader = Reader { lookup, images, builds, builds_of, path, tree };
        Some(IgnoreFile { source, unread: reader.unread(), idle: reader.idle() })
    });
    files.collect()
}

struct Reader<'a> {
    lookup: &'a Lookup<'a>,
    images: &'a [Arc<Image>],
    builds: &'a [Build],
    builds_of: &'a dyn Fn(usize) -> Vec<&'a Build>,
    path: &'a str,
    tree: &'a Dockerignore,
}

impl Reader<'_> {
    fn unread(&self) -> Option<Unread> {
        let own = folder(self.path);
        if let Some(dockerfile) =
            self.path.strip_suffix(".dockerignore").filter(|p| !p.ends_with('/') && !p.is_empty())
        {
            let sources = self.lookup.sources;
            if sources.has_file(dockerfile) || sources.may_appear(dockerfile) {
                return None;
            }
            let wanted = name(dockerfile).to_ascii_lowercase();
            let mut beside = self.images.iter().filter(|image| folder(&image.path) == own);
            let near = beside.find(|image| {
                let name = name(&image.path).to_ascii_lowercase();
                name.split(['.', '-', '_'])
                    .any(|part| wanted.split(['.', '-', '_']).any(|w| w == part))
            });
            return Some(Unread::NoDockerfile(near.map(|image| image.path.to_string())));
        }
        // Only where all builds are known is it sure that none takes its context from here.
        let is_known = |build: &Build| build.image.is_some() && !build.places.is_empty();
        if own.is_empty() || self.lookup.sources.is_part || !self.builds.iter().all(is_known) {
            return None;
        }
        let mut named = self.builds.iter().flat_map(|build| &build.contexts);
        if named.any(|context| context.folders.iter().any(|folder| folder == own)) {
            return None;
        }
        let below = self.images.iter().enumerate().filter(|(_, image)| is_below(&image.path, own));
        let mut other = None;
        for (i, _) in below {
            let builds = (self.builds_of)(i);
            let first = builds.first()?;
            if builds.iter().flat_map(|build| &build.places).any(|place| place.context == own) {
                return None;
            }
            other = other.or(Some((first.places.first()?.context.clone(), first.at)));
        }
        let (context, at) = other?;
        let elsewhere = self.builds.iter().flat_map(|build| &build.places);
        let is_context = elsewhere.into_iter().any(|place| place.context == own);
        (!is_context).then_some(Unread::OtherContext(context, at))
    }

    fn idle(&self) -> Vec<Idle> {
        let mut idle = Vec::new();
        let copies_all = self.copies_all();
        for (i, pattern) in self.tree.patterns.iter().enumerate() {
            let text = self.lookup.sources.text(pattern.at);
            let before = self.tree.patterns.get(..i).unwrap_or_default();
            let why = if let Some(length) = comment(text) {
                IdleReason::Comment(length)
            } else if pattern.includes && before.iter().all(|before| before.includes) {
                IdleReason::NothingToBringBack
            } else if let Some(deeper) = self.deeper(pattern, text).filter(|_| copies_all) {
                IdleReason::NotAtTheTop(deeper)
            } else {
                continue;
            };
            idle.push(Idle { pattern: Value::literal(text.to_owned(), pattern.at), why });
        }
        idle
    }

    /// Whether an image that is built from the folder copies all of it.
    fn copies_all(&self) -> bool {
        let own = folder(self.path);
        self.images.iter().any(|image| {
            let is_context = usual_contexts(&image.path).iter().any(|folder| folder == own);
            let mut copies = image.stages.iter().flat_map(|stage| &stage.copies);
            let is_all = |source: &str| matches!(source, "." | "./" | "/" | "*");
            is_context
                && copies.any(|copy| {
                    copy.sources.iter().filter_map(Value::literal_text).any(is_all)
                        && !copy.destination.is_unset()
                })
        })
    }

    /// What lies deeper in the context under the name of a pattern that matches nothing at its
    /// top, and is not left out by another line.
    fn deeper(&self, pattern: &Pattern, text: &str) -> Option<String> {
        let text = text.trim_end_matches('/');
        let own = folder(self.path);
        let sources = self.lookup.sources;
        let inside = |path: &'_ str| -> Option<String> {
            is_below(path, own).then(|| relative(path, own).to_owned())
        };
        if MADE.iter().any(|(made, _)| *made == text) {
            return self.made(text).filter(|deeper| self.tree.leaves_out(deeper).is_none());
        }
        // What git ignores may be there on some machine.
        if !ANYWHERE.contains(&text) || sources.may_appear(&join(own, text)) {
            return None;
        }
        let at_top = sources.has_file(&join(own, text)) || sources.has_folder(&join(own, text));
        let mut deeper = sources.called(text).filter_map(inside);
        let found = deeper.find(|path| {
            name(path) == text && path.contains('/') && self.tree.leaves_out(path).is_none()
        });
        found.filter(|_| !at_top && !pattern.includes)
    }

    /// Where in the context tools make folders of a name, if they make none at its top.
    fn made(&self, name: &str) -> Option<String> {
        let (_, makers) = MADE.iter().find(|(made, _)| *made == name)?;
        let own = folder(self.path);
        let is_maker = |path: &str| makers.iter().any(|maker| name_or_end(path, maker));
        let mut deeper = None;
        for path in self.lookup.sources.under(own).filter(|path| is_maker(path)) {
            let inner = relative(path, own);
            match inner.rsplit_once('/') {
                None => return None,
                Some((folder, _)) if self.tree.leaves_out(inner).is_none() => {
                    deeper = deeper.or_else(|| Some(join(folder, name)));
                }
                Some(_) => {}
            }
        }
        deeper
    }
}

/// Names that are meant wherever they lie. `server` may be a program at the top, and a folder of
/// sources below.
const ANYWHERE: &[&str] =
    &[".env", "__mocks__", "__tests__", "e2e", "fixtures", "spec", "test", "testdata", "tests"];

/// Folders that tools make, beside files with these ends.
const MADE: &[(&str, &[&str])] = &[("node_modules", &["package.json"]), ("__pycache__", &[".py"])];

/// Whether a path has a name, or an end such as `.py`.
fn name_or_end(path: &str, wanted: &str) -> bool {
    name(path) == wanted || (wanted.starts_with('.') && path.ends_with(wanted))
}

/// The length of a pattern before what should be a comment.
fn comment(text: &str) -> Option<usize> {
    let at = text.find(" #").or_else(|| text.find("\t#"))?;
    let pattern = text.get(..at)?.trim_end();
    (!pattern.is_empty()).then_some(pattern.len())
}
