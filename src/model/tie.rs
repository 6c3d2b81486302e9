//! What speaks of what: the places of a project that an editor leads from and to.

use super::Project;
use super::build::Build;
use super::build::build_file::BuildFile;
use super::image::{Base, Image, ImageId, Stage};
use crate::source::{Span, folder, join};
use crate::syntax::shell::{Mention, mentions};
use crate::value::{Comparison, Sourced, Step, Text, Value};

/// A place that speaks of something that is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// What speaks.
    pub from: Span,
    /// What it speaks of.
    pub to: End,
}

/// What is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A place.
    Place(Span),
    /// A file as a whole, by its path from the root of the project.
    File(String),
}

impl Project {
    /// All ties that do not follow from the steps of values.
    pub fn ties(&self) -> Vec<Tie> {
        let mut ties = Ties { project: self, all: Vec::new() };
        for (id, image) in self.images_with_ids() {
            ties.of_image(id, image);
        }
        self.builds.iter().for_each(|build| ties.of_build(build));
        ties.of_deployments();
        ties.of_secrets();
        self.build_files.iter().for_each(|file| ties.of_build_file(file));
        ties.of_starts();
        ties.all
    }
}

struct Ties<'a> {
    project: &'a Project,
    all: Vec<Tie>,
}

impl<'a> Ties<'a> {
    fn tie(&mut self, from: Span, to: Span) {
        self.all.push(Tie { from, to: End::Place(to) });
    }

    fn tie_file(&mut self, from: Span, path: &str) {
        if self.project.sources.has_file(path) {
            self.all.push(Tie { from, to: End::File(path.to_owned()) });
        }
    }

    /// Stages, variables and copied files of a Dockerfile.
    fn of_image(&mut self, id: ImageId, image: &'a Image) {
        for stage in &image.stages {
            let named = |i: usize| image.stages.get(i).map(home);
            if let Base::Stage(i) = stage.base
                && let Some(to) = named(i)
            {
                self.tie(stage.at, to);
            }
            for origin in &stage.origins {
                let from = origin.name.at();
                if let (Some(from), Some(to)) = (from, origin.stage.and_then(named)) {
                    self.tie(from, to);
                }
            }
            self.of_variables(image, stage);
        }
        self.of_copies(id, image);
    }

    /// Each use of a variable that the Dockerfile sets, with the place that sets it.
    fn of_variables(&mut self, image: &'a Image, stage: &'a Stage) {
        for instruction in &stage.written.instructions {
            let text = self.project.sources.text(instruction.arguments);
            for Mention { name, start, .. } in mentions(text) {
                let start = instruction.arguments.start + start as u32;
                let from = Span { start, end: start + name.len() as u32, ..instruction.at };
                let to = match instruction.name {
                    "FROM" => global(image, name),
                    _ => image.lineage(stage).find_map(|stage| {
                        let settings = stage.written.settings.iter().rev();
                        let mut before = settings.filter(|setting| setting.at.start < start);
                        let found = before
                            .find(|setting| setting.key == name && setting.instruction != "LABEL");
                        found.map(|setting| setting.at)
                    }),
                };
                if let Some(to) = to.filter(|to| *to != from) {
                    self.tie(from, to);
                }
            }
            // `ARG NAME` alone takes the default of the one before all stages.
            let settings = stage.written.settings.iter();
            let inside = settings.filter(|it| instruction.at.touches(it.at.start));
            for setting in inside.filter(|it| it.instruction == "ARG" && it.value.is_unset()) {
                if let Some(to) = global(image, &setting.key) {
                    self.tie(setting.at, to);
                }
            }
        }
    }

    /// The files of the repository that are copied by their names.
    fn of_copies(&mut self, id: ImageId, image: &'a Image) {
        let builds = self.project.builds_of(id);
        let mut contexts: Vec<&str> = builds
            .flat_map(|build| &build.places)
            .filter(|place| place.dockerfile == *image.path)
            .map(|place| place.context.as_str())
            .collect();
        contexts.push(folder(&image.path));
        contexts.dedup();
        let copies = image.stages.iter().flat_map(|stage| &stage.copies);
        for copy in copies.filter(|copy| copy.from == super::image::Origin::Context) {
            for source in copy.sources.iter().filter_map(Value::known) {
                let Some(path) = source.value.literal() else { continue };
                let mut paths = contexts.iter().map(|context| inside(context, path));
                if let Some(path) = paths.find(|path| self.project.sources.has_file(path)) {
                    self.tie_file(source.at, &path);
                }
            }
        }
    }

    /// The Dockerfile, the stage and the arguments of a build.
    fn of_build(&mut self, build: &'a Build) {
        let project = self.project;
        let image = build.image.as_ref().and_then(|link| project.image(link.to));
        let path = match image {
            Some(image) => Some(&*image.path),
            None => {
                let mut paths = build.places.iter().map(|place| place.dockerfile.as_str());
                paths.find(|path| project.sources.has_file(path))
            }
        };
        if let Some(path) = path {
            for value in [&build.dockerfile, &build.context] {
                value.known().into_iter().for_each(|value| self.tie_file(value.at, path));
            }
        }
        let Some(image) = image else { return };
        if let (Value::Known(target), Some(stage)) = (&build.target, image.stage(&build.target)) {
            self.tie(target.at, home(stage));
        }
        for (name, value) in &build.arguments {
            let settings = image.stages.iter().flat_map(|stage| &stage.written.settings);
            let mut declared = settings.filter(|it| it.instruction == "ARG" && it.key == *name);
            let to = declared.next().map(|setting| setting.at).or_else(|| global(image, name));
            if let (Some(from), Some(to)) = (value.at(), to) {
                self.tie(from, to);
            }
        }
    }

    /// The builds of the images that containers run.
    fn of_deployments(&mut self) {
        for (_, container) in self.project.containers() {
            let Some(from) = container.image.at() else { continue };
            for link in &container.builds {
                let Some(build) = self.project.build(link.to) else { continue };
                self.tie(from, build.at);
                let image = build.image.as_ref().and_then(|image| self.project.image(image.to));
                if let Some(stage) = image.and_then(|image| image.stages.first()) {
                    self.tie(from, stage.keyword);
                }
            }
        }
    }

    /// What creates the secrets that are needed.
    fn of_secrets(&mut self) {
        let project = self.project;
        for reference in &project.secret_references {
            let Some(name) = reference.name.known() else { continue };
            let of_store = project.secrets.iter().filter(|it| it.store == reference.store);
            let created = of_store.filter(|secret| is_same(&secret.name, name));
            created.for_each(|secret| self.tie(name.at, secret.at));
        }
        for secrets in &project.build_secrets {
            self.of_names(&secrets.asked_for, &secrets.available);
        }
    }

    /// The substitutions and steps that a build file names.
    fn of_build_file(&mut self, file: &'a BuildFile) {
        self.of_names(&file.used, &file.declared);
        for step in &file.steps {
            let ids = file.steps.iter().map(|other| &other.id);
            for name in step.wait_for.iter().filter_map(Value::known) {
                let meant = ids.clone().filter(|id| is_same(id, name));
                meant.filter_map(Value::at).for_each(|to| self.tie(name.at, to));
            }
        }
    }

    /// The build files that commands and triggers start.
    fn of_starts(&mut self) {
        let project = self.project;
        for submission in &project.submissions {
            let Some(config) = submission.config.known() else { continue };
            let there = submission.files.iter().find(|path| project.sources.has_file(path));
            there.into_iter().for_each(|path| self.tie_file(config.at, path));
        }
        for trigger in &project.triggers {
            trigger.named.into_iter().for_each(|at| self.tie_file(at, &trigger.build));
        }
    }

    /// Names that stand for others of the same text.
    fn of_names(&mut self, names: &[Value<Text>], others: &[Value<Text>]) {
        for name in names.iter().filter_map(Value::known) {
            let same = others.iter().filter(|other| is_same(other, name));
            same.filter_map(Value::at).for_each(|to| self.tie(name.at, to));
        }
    }
}

/// The steps by which a value was reached, each as a tie from the one before.
pub fn of_steps(at: Span, via: &[Step]) -> impl Iterator<Item = Tie> + '_ {
    let from = std::iter::once(at).chain(via.iter().map(|step| step.at));
    let steps = from.zip(via).filter(|(from, step)| *from != step.at);
    steps.map(|(from, step)| Tie { from, to: End::Place(step.at) })
}

/// Where a stage is declared: its name, or what it starts from.
fn home(stage: &Stage) -> Span {
    stage.written.named.map_or(stage.at, |named| named.at)
}

/// Where an argument before all stages is declared.
fn global(image: &Image, name: &str) -> Option<Span> {
    image.arguments.iter().rev().find(|(other, _)| other == name)?.1.at()
}

fn is_same(value: &Value<Text>, name: &Sourced<Text>) -> bool {
    value.known().is_some_and(|it| it.value.compare(&name.value) == Comparison::Equal)
}

/// A path of a context, from the root of the project.
fn inside(context: &str, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    join(context, path)
}
