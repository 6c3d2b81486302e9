//! Files that a build needs and that are left out of what is sent to Cloud Build.

use super::upload::{LeftOut, Sent, Upload};
use super::{Build, Prepared};
use crate::model::Project;
use crate::model::build::build_file::Starter;
use crate::model::context::aside::is_set_aside;
use crate::model::context::copy::{context_sources, is_authored};
use crate::model::context::{Context, Found, has_wildcard, inner, is_optional};
use crate::model::script::test::asks_about;
use crate::source::{Sources, Span, join, name, relative};
use crate::value::{Sourced, Step, Text};
use std::cell::RefCell;
use std::rc::Rc;

/// A file or folder that a build needs and does not get.
#[derive(Debug)]
pub struct LeftBehind<'a> {
    /// What the Dockerfile calls it, or its path from the root of the project.
    pub name: String,
    /// Its path from the folder that is sent, as an ignore file names it.
    pub inner: String,
    /// Where it is named.
    pub at: Span,
    /// What it is needed for.
    pub needed: Needed,
    /// The line that leaves it out, itself or a folder above it.
    pub line: LeftOut,
    /// Whether that is one of `.gitignore`, which gcloud follows where no file is its own.
    pub by_git: bool,
    /// The command that sends the rest.
    pub upload: &'a Upload,
    /// Why the build is made of what that command sends.
    pub because: Vec<Step>,
}

/// What a file is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// It is copied into an image.
    Copied,
    /// It is the Dockerfile.
    Dockerfile,
    /// A step runs it.
    Run,
    /// A command of a step reads it.
    Read,
}

/// What one command sends for a build, and why.
struct Delivery<'a> {
    upload: &'a Upload,
    sent: Rc<Sent<'a>>,
    because: Vec<Step>,
}

/// What the commands of a project send, each looked at once: one may start many builds.
struct Uploads<'a> {
    project: &'a Project,
    known: RefCell<Vec<KnownUpload<'a>>>,
}

/// A command that was looked at.
struct KnownUpload<'a> {
    upload: &'a Upload,
    sent: Option<Rc<Sent<'a>>>,
}

impl<'a> Uploads<'a> {
    /// What a command sends, if that is known.
    fn sent(&self, upload: &'a Upload) -> Option<Rc<Sent<'a>>> {
        let is_it = |known: &&KnownUpload<'a>| std::ptr::eq(known.upload, upload);
        if let Some(known) = self.known.borrow().iter().find(is_it) {
            return known.sent.clone();
        }
        let sent = upload.sent(&self.project.sources);
        let sent = sent.filter(|sent| !self.project.changes(upload, sent)).map(Rc::new);
        self.known.borrow_mut().push(KnownUpload { upload, sent: sent.clone() });
        sent
    }

    /// What is sent for the build at a place: by its own command, or by those that start its
    /// build file, if nothing else does.
    fn deliveries(&self, at: Span, own: Option<&'a Upload>) -> Vec<Delivery<'a>> {
        let project = self.project;
        let file = &project.sources.get(at.source).path;
        if is_set_aside(file) {
            return Vec::new();
        }
        let delivery =
            |upload, because| Some(Delivery { upload, sent: self.sent(upload)?, because });
        if let Some(upload) = own {
            return delivery(upload, Vec::new()).into_iter().collect();
        }
        if project.submissions.iter().all(|submission| submission.upload.is_none()) {
            return Vec::new();
        }
        let Some(build_file) = project.build_file_at(at) else { return Vec::new() };
        let starters = project.starters(build_file);
        let of_starter = |starter: &Starter<'a>| match starter {
            Starter::Submission(submission) if submission.surely_starts(file) => {
                let upload = submission.upload.as_ref()?;
                let told = format!("this starts the build of `{file}`");
                delivery(upload, vec![Step::reference(submission.at, told)])
            }
            _ => None,
        };
        if starters.iter().any(|starter| matches!(starter, Starter::Trigger(_))) {
            return Vec::new();
        }
        starters.iter().filter_map(of_starter).collect()
    }
}

impl Project {
    /// What builds need of the folder that a command sends, and that is not sent. Each is told
    /// once, of the first command that leaves it behind.
    pub fn left_behind(&self) -> Vec<LeftBehind<'_>> {
        let mut found = Vec::new();
        if self.sources.is_part {
            return found;
        }
        let uploads = Uploads { project: self, known: RefCell::default() };
        for build in self.builds.iter().filter(|build| build.runner.is_cloud_build()) {
            let deliveries = uploads.deliveries(build.at, build.upload.as_ref());
            if deliveries.is_empty() || !self.is_needed(build.at, "Dockerfile") {
                continue;
            }
            for delivery in deliveries {
                self.left_behind_by(build, &delivery, &mut found);
            }
        }
        self.left_behind_of_steps(&uploads, &mut found);
        found.sort_by_key(|left| (left.at, left.needed == Needed::Copied));
        found.dedup_by_key(|left| left.at);
        found
    }

    /// Whether the file with a command speaks of what decides what it sends, other than by a flag:
    /// it may write that first, or turn it off.
    fn changes(&self, upload: &Upload, sent: &Sent<'_>) -> bool {
        let text = &self.sources.get(upload.at.source).text;
        text.lines().filter(|line| !line.contains("--ignore-file")).any(|line| {
            let line = line.to_ascii_lowercase();
            line.contains("gcloudignore") || (sent.by_git && line.contains(".gitignore"))
        })
    }

    /// Whether a place of a build file is one that counts whatever comes: the step may not fail, and
    /// nothing asks for the file first.
    fn is_needed(&self, at: Span, path: &str) -> bool {
        let file = self.sources.get(at.source);
        let step = self.build_file_at(at).and_then(|build| build.step_at(at));
        !self.sources.may_fail(at)
            && !asks_about(&file.text, name(path))
            && step.is_none_or(|step| !step.may_fail)
    }

    /// What a build of an image does not get.
    fn left_behind_by<'a>(
        &'a self,
        build: &'a Build,
        delivery: &Delivery<'a>,
        found: &mut Vec<LeftBehind<'a>>,
    ) {
        let Some(link) = &build.image else { return };
        let Some(image) = self.images.get(link.to.0) else { return };
        let places = build.places.iter().filter(|place| place.dockerfile == *image.path);
        let mut folders: Vec<&str> = places.map(|place| place.context.as_str()).collect();
        folders.retain(|folder| delivery.sent.holds(folder));
        folders.dedup();
        let ([folder], Some(target)) = (&folders[..], image.stage(&build.target)) else { return };
        let sources = &self.sources;
        let start = found.len();
        if build.since_upload <= Prepared::Outputs
            && let Some(line) = delivery.sent.leaves_out(sources, &image.path)
        {
            let at = build.dockerfile.at().or(build.context.at()).unwrap_or(build.at);
            found.push(delivery.left(line, &image.path, &image.path, at, Needed::Dockerfile));
        } else {
            let context = Context::new(sources, folder, None);
            for (_, path) in context_sources(image, target).filter(|(_, p)| build.lacks(p)) {
                let is_told = self.copy_sources.iter().any(|s| s.path.at() == Some(path.at));
                let literal = path.value.literal().unwrap_or_default();
                let whole = join(folder, &inner(literal));
                let line = delivery.copied(sources, &context, literal, &whole);
                if let Some(line) = line.filter(|_| !is_told) {
                    let left = delivery.left(line, literal, &whole, path.at, Needed::Copied);
                    found.push(LeftBehind { because: path.via.clone(), ..left });
                }
            }
        }
        for left in found.iter_mut().skip(start) {
            left.because.extend(link.because.iter().chain(&delivery.because).cloned());
        }
    }

    /// The scripts that steps run, and the files that their commands read, that are not sent.
    fn left_behind_of_steps<'a>(&'a self, uploads: &Uploads<'a>, found: &mut Vec<LeftBehind<'a>>) {
        let sources = &self.sources;
        let scripts = self
            .calls
            .iter()
            .map(|(at, script)| (*at, Needed::Run, vec![&*sources.get(*script).path]));
        let files = self.named_paths.iter().filter(|named| named.prepared <= Prepared::Outputs);
        let files = files.filter_map(|named| {
            let places = named.places.iter().map(|place| place.path.as_str());
            let is_there = |path: &&str| sources.has_file(path) || sources.has_folder(path);
            Some((named.written.at()?, Needed::Read, places.filter(is_there).collect()))
        });
        for (at, needed, paths) in scripts.chain(files) {
            let [path] = &paths[..] else { continue };
            let deliveries = uploads.deliveries(at, None);
            if deliveries.is_empty() || !self.is_needed(at, path) {
                continue;
            }
            for delivery in deliveries {
                if let Some(line) = delivery.sent.leaves_out(sources, path) {
                    let left = delivery.left(line, path, path, at, needed);
                    found.push(LeftBehind { because: delivery.because, ..left });
                }
            }
        }
    }
}

impl Build {
    /// Whether a source of a `COPY` that is not sent is not there either: what tools make behind
    /// is not what people write.
    fn lacks(&self, path: &Sourced<Text>) -> bool {
        match self.since_upload {
            Prepared::No => true,
            Prepared::Outputs => is_authored(path),
            Prepared::Unread | Prepared::Anything => false,
        }
    }
}

impl<'a> Delivery<'a> {
    /// The line that leaves out what a `COPY` takes of a context: all that a pattern matches, or
    /// a path that is there, or that git ignores.
    fn copied(
        &self,
        sources: &Sources,
        context: &Context<'_>,
        literal: &str,
        whole: &str,
    ) -> Option<LeftOut> {
        let inner = inner(literal);
        if inner.is_empty() || literal.contains("{{") {
            return None;
        }
        if !has_wildcard(literal) {
            let is_there = matches!(context.find(literal), Found::Present | Found::Generated);
            return self.sent.leaves_out(sources, whole).filter(|_| is_there);
        }
        let matches = context.matches(&inner);
        let lines =
            matches.iter().map(|path| self.sent.leaves_out(sources, &join(context.folder, path)));
        let lines: Vec<LeftOut> = lines.collect::<Option<_>>()?;
        lines.first().copied().filter(|_| !is_optional(literal))
    }

    /// What is left behind by a line, called by a name, of a path of the project.
    fn left(
        &self,
        line: LeftOut,
        name: &str,
        path: &str,
        at: Span,
        needed: Needed,
    ) -> LeftBehind<'a> {
        let folder = self.upload.folders.first().map_or("", String::as_str);
        let (name, inner) = (name.to_owned(), relative(path, folder).to_owned());
        let by_git = self.sent.by_git;
        let (upload, because) = (self.upload, Vec::new());
        LeftBehind { name, inner, at, needed, line, by_git, upload, because }
    }
}
