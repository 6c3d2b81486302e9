//! What the sources of `COPY` are, for each context in which a Dockerfile is built.

use super::aside::is_set_aside;
use super::made::looks_authored;
use super::taken::Keeps;
use super::{Context, Found, has_wildcard, inner, is_optional};
use crate::model::blur::Blur;
use crate::model::build::{Build, BuildId, BuildKind, Builder, Prepared};
use crate::model::image::{Base, Copy, Image, ImageId, Origin, Stage};
use crate::nearest::nearest;
use crate::source::{
    Kind, Source, Sources, Span, credentials, folder, holds_secret, is_below, join, name, resolve,
};
use crate::syntax::dockerignore::Dockerignore;
use crate::value::{Sourced, Step, Text, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A source of a `COPY` that a build does not find.
#[derive(Debug, Clone)]
pub struct CopySource {
    /// The image.
    pub image: ImageId,
    /// The build that looks for it, if one is known.
    pub build: Option<BuildId>,
    /// The path as it is written.
    pub path: Value<Text>,
    /// The folders in which the build may look, the most usual one first.
    pub contexts: Vec<String>,
    /// The name that the build gives these folders, if it does.
    pub named: Option<String>,
    /// Why it is not found.
    pub absence: Absence,
    /// Whether the path has wildcards.
    pub wildcard: bool,
    /// What lies in its folder under nearly its name.
    pub near: Option<String>,
    /// Why this context holds.
    pub because: Vec<Step>,
}

/// Why a source is not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// An ignore file leaves it out, by this line.
    LeftOut(Span),
    /// The repository has it, at this path, outside of the context.
    Outside(String),
    /// The repository has it under a name of other case.
    OtherCase(String),
    /// Git ignores it, by this line, so that a checkout lacks it.
    Untracked(Span),
    /// The repository has nothing of this name.
    Missing,
}

impl CopySource {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.path);
    }

    /// How a message calls the context.
    pub fn context(&self) -> String {
        let folder = match self.contexts.first().map(String::as_str) {
            Some("") | None => "the root of the project".to_owned(),
            Some(folder) => format!("`{folder}`"),
        };
        match &self.named {
            Some(name) => format!("{folder}, which is the context `{name}`"),
            None => folder,
        }
    }
}

/// What is needed to look for sources.
pub struct Lookup<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The ignore files, by path.
    pub dockerignores: &'a BTreeMap<String, Arc<Dockerignore>>,
    /// The configurations of GoReleaser that build images.
    releases: Vec<&'a Source>,
    /// What people read: READMEs and the like.
    pub(super) documents: Vec<&'a Source>,
    /// The scripts and Makefiles.
    pub(super) scripts: Vec<&'a Source>,
    /// The files with secrets in them, with what these are.
    pub(super) secrets: Vec<(&'a Source, &'static str)>,
    /// The folders in which Terraform runs, once they are asked for.
    pub(super) terraform: OnceLock<BTreeMap<String, Keeps>>,
}

impl<'a> Lookup<'a> {
    /// Looks among the files of a project.
    pub fn new(
        sources: &'a Sources,
        dockerignores: &'a BTreeMap<String, Arc<Dockerignore>>,
    ) -> Lookup<'a> {
        let is_release = |source: &&Source| {
            let name = name(&source.path).trim_start_matches('.');
            name.starts_with("goreleaser") && source.text.contains("dockers")
        };
        let all = || sources.iter().map(|(_, source)| source);
        let secret = |source: &'a Source| {
            let what = match source.kind {
                Kind::Credentials | Kind::Settings => credentials(&source.path)?,
                _ => return None,
            };
            let is_one =
                source.kind == Kind::Credentials || holds_secret(&source.path, &source.text);
            is_one.then_some((source, what))
        };
        let releases = all().filter(is_release).collect();
        let is_document = |source: &&Source| source.kind == Kind::Documentation;
        let documents = all().filter(is_document).collect();
        let scripts = all().filter(|source| source.kind == Kind::Script).collect();
        let secrets = all().filter_map(secret).collect();
        let terraform = OnceLock::new();
        Lookup { sources, dockerignores, releases, documents, scripts, secrets, terraform }
    }

    /// A folder as the builder of a Dockerfile sees it. BuildKit prefers the ignore file that
    /// is named after the Dockerfile.
    pub fn context<'b>(
        &'b self,
        folder: &'b str,
        dockerfile: &str,
        builder: Option<Builder>,
    ) -> Context<'b> {
        let path = self.ignore_file(folder, dockerfile, builder);
        let ignore = path.and_then(|path| self.dockerignores.get(&path)).map(|ignore| &**ignore);
        Context::new(self.sources, folder, ignore)
    }

    /// The path of the ignore file that holds for a folder, as the builder of a Dockerfile finds it.
    pub fn ignore_file(
        &self,
        folder: &str,
        dockerfile: &str,
        builder: Option<Builder>,
    ) -> Option<String> {
        if self.dockerignores.is_empty() {
            return None;
        }
        let own = (builder != Some(Builder::Classic)).then(|| format!("{dockerfile}.dockerignore"));
        let names = own.into_iter().chain([join(folder, ".dockerignore")]);
        names.into_iter().find(|path| self.dockerignores.contains_key(path))
    }

    /// The sources that a known build of an image does not find.
    pub fn of_build(&self, id: BuildId, build: &Build, image: &Image) -> Vec<CopySource> {
        let Some(link) = &build.image else { return Vec::new() };
        if is_set_aside(&self.sources.get(build.at.source).path) {
            return Vec::new();
        }
        let places = build.places.iter().filter(|place| place.dockerfile == *image.path);
        let mut folders: Vec<String> = places.map(|place| place.context.clone()).collect();
        folders.dedup();
        if folders.is_empty() || image.own_syntax {
            return Vec::new();
        }
        let Some(target) = image.stage(&build.target) else { return Vec::new() };
        let contexts: Vec<Context<'_>> = folders
            .iter()
            .map(|folder| self.context(folder, &image.path, Some(build.builder)))
            .collect();
        let mut because = link.because.clone();
        if let Some(at) = build.context.at().filter(|_| build.context.known().is_some()) {
            because.push(Step::reference(at, "the build takes its context from here"));
        }
        let mut found = Vec::new();
        let mut looked = 0;
        let replaced = image.stages.iter().filter(|stage| build.replaces(stage));
        let replaced: Vec<&Copy> = replaced.flat_map(|stage| &stage.copies).collect();
        for (copy, path) in context_sources(image, target) {
            if replaced.iter().any(|other| std::ptr::eq(*other, copy)) {
                continue;
            }
            looked += 1;
            let Some(absence) = self.lacks(image, build, copy, path, &contexts) else { continue };
            let mut because = because.clone();
            if let (Absence::Untracked(_), Some(trigger)) = (&absence, build.trigger) {
                let told = "this trigger starts the build from what git has";
                because.push(Step::reference(trigger, told));
            }
            found.push(CopySource {
                image: link.to,
                build: Some(id),
                path: Value::Known(path.clone()),
                contexts: folders.clone(),
                named: None,
                absence,
                wildcard: path.value.literal().is_some_and(has_wildcard),
                near: self.near(&folders, path),
                because,
            });
        }
        // A context in which nothing is found only stands for the name of the image.
        if build.kind == BuildKind::Skaffold && found.len() == looked {
            found.clear();
        }
        found
    }

    /// Why a build surely does not find a source.
    pub(super) fn lacks(
        &self,
        image: &Image,
        build: &Build,
        copy: &Copy,
        path: &Sourced<Text>,
        contexts: &[Context<'_>],
    ) -> Option<Absence> {
        let absence = self.absence(image, copy, path, contexts);
        let absence = absence.or_else(|| self.untracked(build, path, contexts))?;
        let may_be_there = match absence {
            // The context may lie above what was read.
            Absence::Missing if self.sources.is_part => true,
            Absence::Missing => match build.prepared {
                Prepared::No => self.may_be_made(path, image),
                Prepared::Outputs => self.may_be_made(path, image) || !is_authored(path),
                Prepared::Unread | Prepared::Anything => true,
            },
            Absence::Outside(_) => build.prepared >= Prepared::Unread || self.is_carried(path),
            Absence::LeftOut(_) | Absence::OtherCase(_) | Absence::Untracked(_) => false,
        };
        (!may_be_there).then_some(absence)
    }

    /// The sources that no context can have from which an image is likely built: its own
    /// folder, or one above.
    pub fn of_image(&self, id: ImageId, image: &Image) -> Vec<CopySource> {
        if image.own_syntax
            || is_set_aside(&image.path)
            || self.sources.is_part
            || self.is_released(&image.path)
        {
            return Vec::new();
        }
        let Some(target) = image.stages.last() else { return Vec::new() };
        let mut folders = usual_contexts(&image.path);
        // Only what is found tells that one of these folders is the context at all. A
        // Dockerfile in the root is hardly ever built elsewhere.
        let present = |folder: &String| {
            let context = self.context(folder, &image.path, None);
            let sources = context_sources(image, target).filter_map(|(_, p)| p.value.literal());
            sources.filter(|path| is_present(&context, path)).count()
        };
        let in_root = folder(&image.path).is_empty();
        if !in_root && folders.iter().all(|folder| present(folder) == 0) {
            return Vec::new();
        }
        let contexts: Vec<Context<'_>> =
            folders.iter().map(|folder| self.context(folder, &image.path, None)).collect();
        // An argument is there so that a build gives another value.
        let is_missing = |copy: &Copy, path: &Sourced<Text>| {
            self.absence(image, copy, path, &contexts) == Some(Absence::Missing)
                && !self.may_be_made(path, image)
                && path.via.is_empty()
        };
        let missing: Vec<&Sourced<Text>> = context_sources(image, target)
            .filter(|(copy, path)| is_missing(copy, path))
            .map(|(_, path)| path)
            .collect();
        // Where one of them may come from another folder, so may the others.
        let own = folder(&image.path);
        if missing.iter().any(|path| self.may_be_elsewhere(path, own)) {
            return Vec::new();
        }
        if missing.is_empty() {
            return Vec::new();
        }
        folders.sort_by_cached_key(|folder| std::cmp::Reverse(present(folder)));
        let told = "no build of this Dockerfile was found, so its folder and those above count as its context";
        let source = |path: &Sourced<Text>| CopySource {
            image: id,
            build: None,
            path: Value::Known(path.clone()),
            contexts: folders.clone(),
            named: None,
            absence: Absence::Missing,
            wildcard: path.value.literal().is_some_and(has_wildcard),
            near: self.near(&folders, path),
            because: vec![Step::default(target.keyword, told)],
        };
        missing.into_iter().map(source).collect()
    }

    /// The contexts of an image in which all of its sources are, known builds first.
    pub fn viable_contexts(&self, image: &Image, builds: &[&Build]) -> Vec<String> {
        let built = builds.iter().flat_map(|build| &build.places);
        let built = built.filter(|place| place.dockerfile == *image.path);
        let mut folders: Vec<String> = built.map(|place| place.context.clone()).collect();
        if folders.is_empty() {
            folders = usual_contexts(&image.path);
        }
        folders.sort();
        folders.dedup();
        let Some(target) = image.stages.last() else { return Vec::new() };
        folders.retain(|folder| {
            let context = [self.context(folder, &image.path, None)];
            context_sources(image, target).all(|(copy, path)| {
                matches!(find(copy, path, &context), Found::Present | Found::Generated)
            })
        });
        folders
    }

    fn absence(
        &self,
        image: &Image,
        copy: &Copy,
        path: &Sourced<Text>,
        contexts: &[Context<'_>],
    ) -> Option<Absence> {
        match find(copy, path, contexts) {
            Found::Present | Found::Generated => return None,
            Found::LeftOut(at) => return Some(Absence::LeftOut(at)),
            Found::Missing => {}
        }
        let literal = path.value.literal()?;
        if has_wildcard(literal) {
            return Some(Absence::Missing);
        }
        let elsewhere = self.outside(literal, &image.path, contexts);
        let other_case = || contexts.iter().find_map(|context| self.other_case(context, literal));
        Some(match elsewhere {
            Some(path) => Absence::Outside(path),
            None => other_case().map_or(Absence::Missing, Absence::OtherCase),
        })
    }

    /// Why a job, or a build that a trigger starts, does not find a source that git ignores: it
    /// has what git has, and no step before the build makes more.
    fn untracked(
        &self,
        build: &Build,
        path: &Sourced<Text>,
        contexts: &[Context<'_>],
    ) -> Option<Absence> {
        let in_workflow = self.sources.get(build.at.source).kind == Kind::Workflow;
        let made = match build.trigger {
            Some(_) => build.since_upload,
            None if in_workflow => build.prepared,
            None => Prepared::Anything,
        };
        let literal = path.value.literal().filter(|path| !has_wildcard(path))?;
        let [context] = contexts else { return None };
        if made != Prepared::No || context.find(literal) != Found::Generated {
            return None;
        }
        self.sources.untracked(&join(context.folder, &inner(literal))).map(Absence::Untracked)
    }

    /// Where the repository has a path that the contexts lack: as written from a context, from
    /// the Dockerfile's folder or one above it.
    fn outside(&self, literal: &str, dockerfile: &str, contexts: &[Context<'_>]) -> Option<String> {
        let from_contexts = contexts.iter().filter_map(|context| resolve(context.folder, literal));
        let inner = inner(literal);
        let above = usual_contexts(dockerfile).into_iter().map(|folder| join(&folder, &inner));
        let mut candidates = from_contexts.chain(above);
        candidates.find(|path| self.sources.has_file(path) || self.sources.has_folder(path))
    }

    /// Whether GoReleaser builds a Dockerfile. It makes a context of its own, of the binaries
    /// that it has compiled and the files that its configuration names
    /// (goreleaser.com/customization/docker, read 2026-11).
    fn is_released(&self, dockerfile: &str) -> bool {
        self.releases.iter().any(|source| {
            let own = folder(&source.path);
            let from_own = if own.is_empty() { dockerfile } else { name(dockerfile) };
            let is_default = folder(dockerfile) == own && name(dockerfile) == "Dockerfile";
            is_default || source.text.contains(from_own)
        })
    }

    /// The file or folder that a path in the first of some contexts was most likely meant
    /// to name.
    pub(super) fn near(&self, contexts: &[String], path: &Sourced<Text>) -> Option<String> {
        let inner = inner(path.value.literal()?);
        let beside = join(contexts.first()?, folder(&inner));
        let near = nearest(name(&inner), self.sources.entries(beside.trim_end_matches('/')))?;
        Some(join(folder(&inner), near))
    }

    fn other_case(&self, context: &Context<'_>, literal: &str) -> Option<String> {
        let wanted = join(context.folder, &inner(literal));
        let mut alike = self.sources.called(name(&wanted));
        alike.find(|path| path.eq_ignore_ascii_case(&wanted)).map(str::to_owned)
    }

    /// Whether a folder that is not below the Dockerfile's has such a path: it could be the
    /// context. What is not known could be anywhere.
    fn may_be_elsewhere(&self, path: &Sourced<Text>, own: &str) -> bool {
        let Some(literal) = path.value.literal() else { return true };
        let inner = inner(literal);
        let ends = |path: &str| {
            path.strip_suffix(&*inner).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        !has_wildcard(literal)
            && self.sources.called(name(&inner)).any(|path| ends(path) && !is_below(path, own))
    }
}

/// What the builder finds of a source, in whichever of some contexts has it. What is not known
/// counts as present.
fn find(copy: &Copy, path: &Sourced<Text>, contexts: &[Context<'_>]) -> Found {
    let Some(literal) = path.value.literal() else { return Found::Present };
    // Braces are of a template, and a wildcard may be a trick to copy what is there.
    let is_trick = has_wildcard(literal) && (is_optional(literal) || copy.sources.len() > 1);
    if literal.contains("{{") || is_trick {
        return Found::Present;
    }
    let mut found = Found::Missing;
    for context in contexts {
        match context.find(literal) {
            Found::Missing => {}
            Found::LeftOut(at) => found = Found::LeftOut(at),
            there => return there,
        }
    }
    found
}

/// Whether a context has a source that names something in it.
fn is_present(context: &Context<'_>, path: &str) -> bool {
    !matches!(&*inner(path), "" | "*") && context.find(path) == Found::Present
}

/// Whether a path names a file that people write.
pub(in crate::model) fn is_authored(path: &Sourced<Text>) -> bool {
    path.value.literal().is_some_and(|path| looks_authored(&inner(path)))
}

/// The folders from which a Dockerfile is built if nothing says otherwise: its own, then those
/// above it.
pub fn usual_contexts(dockerfile: &str) -> Vec<String> {
    let own = folder(dockerfile);
    let mut folders = vec![own.to_owned()];
    let mut rest = own;
    while !rest.is_empty() {
        rest = folder(rest);
        folders.push(rest.to_owned());
    }
    folders
}

/// What a stage and the stages that it needs copy from the context.
pub(in crate::model) fn context_sources<'a>(
    image: &'a Image,
    target: &'a Stage,
) -> impl Iterator<Item = (&'a Copy, &'a Sourced<Text>)> {
    needed(image, target)
        .into_iter()
        .flat_map(|stage| &stage.copies)
        .filter(|copy| copy.from == Origin::Context && copy.shell_word().is_none())
        .flat_map(|copy| copy.sources.iter().filter_map(move |path| Some((copy, path.known()?))))
}

/// The stages that are built for a stage, in their order.
pub fn needed<'a>(image: &'a Image, target: &'a Stage) -> Vec<&'a Stage> {
    let mut needed = vec![false; image.stages.len()];
    let mut open: Vec<usize> =
        image.stages.iter().position(|stage| std::ptr::eq(stage, target)).into_iter().collect();
    while let Some(i) = open.pop() {
        let Some(stage) = image.stages.get(i).filter(|_| !needed[i]) else { continue };
        needed[i] = true;
        if let Base::Stage(base) = stage.base {
            open.push(base);
        }
        open.extend(stage.copies.iter().filter_map(|copy| match copy.from {
            Origin::Stage(from) => Some(from),
            _ => None,
        }));
    }
    image.stages.iter().zip(needed).filter(|(_, needed)| *needed).map(|(stage, _)| stage).collect()
}
