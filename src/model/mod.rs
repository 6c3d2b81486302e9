//! What the files mean together. Rules read this and nothing else.

pub mod blur;
pub mod build;
pub mod command;
pub mod contents;
pub mod context;
pub mod deployment;
pub mod gcloud;
pub mod image;
pub mod known;
mod link;
mod lower;
pub mod platform;
pub mod policy;
pub mod reference;
pub mod repository;
pub mod request;
pub mod script;
pub mod secret;
pub mod tie;
mod trees;

use crate::eval::terraform::Terraform;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::SyntaxError;
use crate::syntax::cloudbuild::shape::Refused;
use crate::timing::Timings;
use crate::value::{Sourced, Step, Text, Unknown, Value};
use blur::Blur;
use build::build_file::BuildFile;
use build::order::Order;
use build::submission::Submission;
use build::trigger::Trigger;
use build::{Build, BuildId, MissingName, Prepared};
use command::Misuse;
use contents::module::MissingModule;
use contents::program::MissingProgram;
use contents::python::OwnPackage;
use contents::python::carried::Carried;
use contents::python::start::MissingStart;
use context::copy::CopySource;
use deployment::kustomization::MissingFile;
use deployment::named_path::NamedPath;
use deployment::{Container, Deployment, Replaced};
use gcloud::GcloudCommand;
use image::variant::Variant;
use image::{Base, Image, ImageId, Run, Stage};
use policy::Policy;
use reference::ImageReference;
use repository::Repository;
use request::service::{Backend, Service};
use script::Script;
use script::job::JobScript;
use secret::{BuildSecrets, Secret, SecretReference};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Everything that the rules read.
#[derive(Debug, Default)]
pub struct Project {
    /// The files.
    pub sources: Sources,
    /// What the files say that cannot be read.
    pub errors: Vec<SyntaxError>,
    /// What only some readers of a format refuse.
    pub oddities: Vec<SyntaxError>,
    /// The files of which only a part is read, and it is not known which.
    pub in_part: BTreeSet<SourceId>,
    /// The images that Dockerfiles describe.
    pub images: Vec<Arc<Image>>,
    /// Those of which builds give different arguments, as these builds make them.
    pub variants: Vec<Variant>,
    /// The invocations that build them.
    pub builds: Vec<Build>,
    /// What runs them.
    pub deployments: Vec<Deployment>,
    /// The secrets that are created.
    pub secrets: Vec<Secret>,
    /// The secrets that are needed.
    pub secret_references: Vec<SecretReference>,
    /// The names of secrets in each Cloud Build file.
    pub build_secrets: Vec<BuildSecrets>,
    /// Repositories of images that are created or said to exist.
    pub repositories: Vec<Repository>,
    /// The images that are pushed by commands of their own.
    pub pushed: Vec<Sourced<Text>>,
    /// The order in which steps make, push and deploy images.
    pub orders: Vec<Order>,
    /// What Cloud Build refuses of its build files.
    pub refused_in_builds: Vec<Option<Refused>>,
    /// The build files of Cloud Build.
    pub build_files: Vec<BuildFile>,
    /// The commands that start their builds.
    pub submissions: Vec<Submission>,
    /// The commands of gcloud that something runs.
    pub gcloud_commands: Vec<GcloudCommand>,
    /// What the programs of other commands refuse of them.
    pub misuses: Vec<Misuse>,
    /// What the configuration wants.
    pub policy: Policy,
    /// The Services of clusters.
    pub services: Vec<Service>,
    /// What sends requests to them.
    pub backends: Vec<Backend>,
    /// What starts builds.
    pub triggers: Vec<Trigger>,
    /// What each `COPY` finds in each context.
    pub copy_sources: Vec<CopySource>,
    /// What copies take in that should stay outside.
    pub taken: Vec<context::taken::Taken>,
    /// The files that say what contexts leave out.
    pub ignore_files: Vec<context::ignore_file::IgnoreFile>,
    /// The project's own Python packages that images start.
    pub own_packages: Vec<OwnPackage>,
    /// What of Python one stage installs and another copies.
    pub carried: Vec<Carried>,
    /// The programs and scripts that images start and do not hold.
    pub missing_programs: Vec<MissingProgram>,
    /// The scripts that installs of images run and do not find.
    pub missing_scripts: Vec<contents::install_script::MissingScript>,
    /// The project's own modules that images import and do not hold.
    pub missing_modules: Vec<MissingModule>,
    /// The modules of Python with which images start and that their packages lack.
    pub missing_starts: Vec<MissingStart>,
    /// The scripts that build or deploy.
    pub scripts_of_files: Vec<Script>,
    /// What jobs of workflows give to a shell.
    pub job_scripts: Vec<JobScript>,
    /// What ShellCheck says of the texts for shells, if it was asked.
    pub remarks: Option<Vec<script::remark::Remark>>,
    /// The services and targets that commands name and that their files lack.
    pub missing_names: Vec<MissingName>,
    /// The files that kustomizations name and that are not there.
    pub missing_files: Vec<MissingFile>,
    /// The paths that commands name.
    pub named_paths: Vec<NamedPath>,
    /// The commands that run scripts of the project.
    pub calls: Vec<(Span, SourceId)>,
    /// The files of Terraform variables that stand for an environment each, and kustomizations.
    pub environments: BTreeSet<SourceId>,
    /// What Terraform amounts to, for those who ask what is known of an expression.
    terraform: Terraform,
    /// The places of the deployments by what they are applied with, made on first use.
    by_bundle: OnceLock<BTreeMap<Option<SourceId>, Vec<usize>>>,
}

/// The image that a container runs, and how that is known.
#[derive(Debug)]
pub struct RunningImage<'a> {
    /// The image.
    pub image: &'a Image,
    /// The stage that its builds make.
    pub stage: &'a Stage,
    /// Why the container runs it.
    pub because: Vec<&'a Step>,
}

impl Project {
    /// Reads what the files mean. What cannot be read is left out, never an error.
    pub fn read(sources: Sources) -> Project {
        Project::read_timed(sources, &Timings::default())
    }

    /// The same, with the time that each phase takes.
    pub fn read_timed(sources: Sources, timings: &Timings) -> Project {
        let trees = timings.phase("parse", || trees::Trees::parse(&sources));
        let pipelines = timings.phase("follow scripts", || link::pipelines(&sources, &trees));
        let terraform = timings
            .phase("evaluate Terraform", || Terraform::evaluate(&sources, &pipelines.applies));
        timings.phase("link", || link::project(sources, trees, terraform, pipelines))
    }

    /// The environments, by their files, without which some steps would not be there.
    pub fn environments_of(&self, steps: &[Step]) -> BTreeSet<&str> {
        let files = steps.iter().map(|step| step.at.source);
        let environments = files.filter(|file| self.environments.contains(file));
        environments.map(|file| &*self.sources.get(file).path).collect()
    }

    /// The build of an index.
    pub fn build(&self, id: BuildId) -> Option<&Build> {
        self.builds.get(id.0)
    }

    /// The image of an index.
    pub fn image(&self, id: ImageId) -> Option<&Image> {
        self.images.get(id.0).map(|image| &**image)
    }

    /// Every image with its index.
    pub fn images_with_ids(&self) -> impl Iterator<Item = (ImageId, &Image)> {
        self.images.iter().enumerate().map(|(i, image)| (ImageId(i), &**image))
    }

    /// Every image, and what builds with different arguments make of it.
    pub fn images_as_built(&self) -> impl Iterator<Item = &Image> {
        let variants = self.variants.iter().map(|variant| &*variant.image);
        self.images.iter().map(|image| &**image).chain(variants)
    }

    /// The image as a build makes it.
    fn image_as_built(&self, build: BuildId, image: ImageId) -> Option<&Image> {
        let mut variants = self.variants.iter().filter(|variant| variant.of == image);
        let own = variants.find(|variant| variant.builds.contains(&build));
        own.map(|variant| &*variant.image).or_else(|| self.image(image))
    }

    /// Whether a build makes an image for another platform than that of its machine, or nothing
    /// is known to build it.
    pub fn is_cross_built(&self, image: ImageId) -> bool {
        let is_cross = |build: &Build| {
            let Some(platform) = build.platform.literal_text() else { return false };
            let pinned = build.pinned_architecture().map(|(pinned, _)| pinned);
            platform.contains(',') || (pinned.is_some() && pinned != build.runner.architecture())
        };
        let mut builds = self.possible_builds_of(image).peekable();
        builds.peek().is_none() || builds.any(is_cross)
    }

    /// For each stage of an image, whether an image is made of it: of the last one, of those
    /// that builds name as their target, and of those that these start from.
    pub fn built_stages(&self, id: ImageId) -> Vec<bool> {
        let Some(image) = self.image(id) else { return Vec::new() };
        let named = self.builds_of(id).filter_map(|build| image.stage(&build.target));
        let mut built: Vec<bool> = vec![false; image.stages.len()];
        for stage in named.chain(image.stages.last()) {
            let mut at = image.stages.iter().position(|other| std::ptr::eq(other, stage));
            // A stage starts from an earlier one.
            while let Some(i) = at.filter(|i| built.get(*i) == Some(&false)) {
                built[i] = true;
                at = match image.stages[i].base {
                    Base::Stage(base) => Some(base),
                    _ => None,
                };
            }
        }
        built
    }

    /// The builds of an image.
    pub fn builds_of(&self, image: ImageId) -> impl Iterator<Item = &Build> {
        self.builds.iter().filter(move |build| build.image.as_ref().is_some_and(|i| i.to == image))
    }

    /// The builds that must find the files which they name, since nothing that runs before
    /// makes more than `made`. Builds of examples and archives are not run, and in a part of
    /// a repository what is named may lie above.
    pub fn builds_after(&self, made: Prepared) -> impl Iterator<Item = &Build> {
        let whole = !self.sources.is_part;
        self.builds.iter().filter(move |build| {
            let written_in = &self.sources.get(build.at.source).path;
            whole && build.prepared <= made && !context::aside::is_set_aside(written_in)
        })
    }

    /// The builds that make an image, and those that may, since it is not known what they make.
    pub fn possible_builds_of(&self, image: ImageId) -> impl Iterator<Item = &Build> {
        let path = self.image(image).map(|image| &*image.path);
        self.builds.iter().filter(move |build| match &build.image {
            Some(link) => link.to == image,
            None => {
                build.places.is_empty()
                    || build.places.iter().any(|place| Some(&*place.dockerfile) == path)
            }
        })
    }

    /// The image that a container runs, if all builds of its name make the same: with the
    /// arguments that they give, if these are the same, too.
    pub fn image_of<'a>(&'a self, container: &'a Container) -> Option<RunningImage<'a>> {
        let as_built = |id, image| self.image_as_built(id, image);
        self.running(container, &as_built)
            .or_else(|| self.running(container, &|_, image| self.image(image)))
    }

    fn running<'a>(
        &'a self,
        container: &'a Container,
        made_by: &dyn Fn(BuildId, ImageId) -> Option<&'a Image>,
    ) -> Option<RunningImage<'a>> {
        let mut running: Option<RunningImage<'a>> = None;
        for link in &container.builds {
            let build = self.build(link.to)?;
            let made = build.image.as_ref()?;
            let image = made_by(link.to, made.to)?;
            let stage = image.stage(&build.target)?;
            match &running {
                Some(known) if !std::ptr::eq(known.stage, stage) => return None,
                Some(_) => {}
                None => {
                    let because = link.because.iter().chain(&made.because).collect();
                    running = Some(RunningImage { image, stage, because });
                }
            }
        }
        running
    }

    /// Whether something starts what an image says: not if all containers that may run it run
    /// another command.
    pub fn starts_its_own_process(&self, image: ImageId) -> bool {
        self.runs(image, |replaced| !replaced.changes_process())
    }

    /// Whether something starts a program that an image names: not if all containers that may
    /// run it start another in its place.
    pub fn starts_program(&self, program: &MissingProgram) -> bool {
        self.runs(program.image, |replaced| {
            !replaced.entrypoint && (program.of_entrypoint || !replaced.arguments)
        })
    }

    /// Whether a container that may run an image keeps of its process what is asked for, or
    /// none is known.
    fn runs(&self, image: ImageId, keeps: impl Fn(Replaced) -> bool) -> bool {
        let mut containers = self.containers().filter(|(_, c)| self.may_run(c, image)).peekable();
        containers.peek().is_none() || containers.any(|(_, container)| keeps(container.replaced))
    }

    /// Whether a container runs an image, or may: its builds are not known.
    fn may_run(&self, container: &Container, image: ImageId) -> bool {
        let mut builds = self.possible_builds_of(image);
        if !container.builds.is_empty() {
            let runs = |build: &Build| {
                container
                    .builds
                    .iter()
                    .any(|link| self.build(link.to).is_some_and(|b| std::ptr::eq(b, build)))
            };
            return builds.any(runs);
        }
        match &container.image {
            Value::Known(reference) => {
                let wanted = ImageReference::parse(&reference.value);
                let mut tags = builds.flat_map(|build| &build.tags);
                tags.any(|tag| {
                    wanted.same_repository(&ImageReference::parse(&tag.value), false).is_some()
                })
            }
            _ => builds.next().is_some(),
        }
    }

    /// The stages of all Dockerfiles, with those that `ONBUILD` puts off.
    pub fn all_stages(&self) -> impl Iterator<Item = &Stage> {
        self.images.iter().flat_map(|image| image.all_stages())
    }

    /// The commands of all of them.
    pub fn all_runs(&self) -> impl Iterator<Item = &Run> {
        self.all_stages().flat_map(|stage| &stage.runs)
    }

    /// Every text that a shell is given, with its stage if a Dockerfile gives it.
    pub fn scripts(&self) -> impl Iterator<Item = (Option<&Stage>, &Script)> {
        let of_stages = self
            .all_stages()
            .flat_map(|stage| stage.scripts.iter().map(move |script| (Some(stage), script)));
        of_stages.chain(self.scripts_of_files.iter().map(|script| (None, script)))
    }

    /// Whether a value stands at its place as it is. One that is reached through a variable has
    /// other readers, so that a change of it there would be none of this place alone.
    pub fn is_written_out(&self, value: &Sourced<Text>) -> bool {
        value.via.is_empty() && value.value.literal() == Some(self.sources.text(value.at))
    }

    /// Every container with its deployment.
    pub fn containers(&self) -> impl Iterator<Item = (&Deployment, &Container)> {
        self.deployments.iter().flat_map(|d| d.containers.iter().map(move |c| (d, c)))
    }

    /// The values that were written and could not be read: names, images, ports, paths.
    pub fn unknowns(&self) -> Vec<Unknown> {
        fn take<T>(out: &mut Vec<Unknown>, value: &Value<T>) {
            if let Value::Unknown(unknown) = value {
                out.push(unknown.clone());
            }
        }
        let mut out = Vec::new();
        for (deployment, container) in self.containers() {
            take(&mut out, &deployment.name);
            take(&mut out, &container.image);
            take(&mut out, &container.port);
        }
        for build in &self.builds {
            take(&mut out, &build.context);
            take(&mut out, &build.dockerfile);
            take(&mut out, &build.platform);
        }
        self.secrets.iter().for_each(|secret| take(&mut out, &secret.name));
        self.secret_references.iter().for_each(|reference| take(&mut out, &reference.name));
        out.sort_by_key(|unknown| (unknown.at, unknown.why));
        out.dedup_by_key(|unknown| (unknown.at, unknown.why));
        out
    }

    /// How many values can be forgotten.
    pub fn values(&mut self) -> usize {
        let mut blur = Blur::new(usize::MAX - 1);
        self.blur(&mut blur);
        blur.seen()
    }

    /// Forgets one of them. Tests prove by it that ignorance is silent.
    pub fn forget(&mut self, i: usize) {
        self.blur(&mut Blur::new(i));
    }

    fn blur(&mut self, blur: &mut Blur) {
        self.images.iter_mut().for_each(|image| Arc::make_mut(image).blur(blur));
        self.variants.iter_mut().for_each(|variant| variant.blur(blur));
        self.builds.iter_mut().for_each(|build| build.blur(blur));
        self.deployments.iter_mut().for_each(|deployment| deployment.blur(blur));
        self.secrets.iter_mut().for_each(|secret| secret.blur(blur));
        self.secret_references.iter_mut().for_each(|reference| reference.blur(blur));
        self.build_secrets.iter_mut().for_each(|secrets| secrets.blur(blur));
        self.repositories.iter_mut().for_each(|repository| repository.blur(blur));
        self.orders.iter_mut().for_each(|order| order.blur(blur));
        self.refused_in_builds.iter_mut().for_each(|refused| blur.option(refused));
        self.build_files.iter_mut().for_each(|file| file.blur(blur));
        self.submissions.iter_mut().for_each(|submission| submission.blur(blur));
        self.gcloud_commands.iter_mut().for_each(|command| command.blur(blur));
        self.misuses.iter_mut().for_each(|misuse| misuse.blur(blur));
        self.services.iter_mut().for_each(|service| service.blur(blur));
        self.backends.iter_mut().for_each(|backend| backend.blur(blur));
        self.triggers.iter_mut().for_each(|trigger| trigger.blur(blur));
        self.copy_sources.iter_mut().for_each(|source| source.blur(blur));
        self.ignore_files.iter_mut().for_each(|file| file.blur(blur));
        self.taken.iter_mut().for_each(|taken| taken.blur(blur));
        self.own_packages.iter_mut().for_each(|package| package.blur(blur));
        self.carried.iter_mut().for_each(|carried| carried.blur(blur));
        self.missing_programs.iter_mut().for_each(|program| program.blur(blur));
        self.scripts_of_files.iter_mut().for_each(|script| script.blur(blur));
        self.missing_names.iter_mut().for_each(|name| name.blur(blur));
        self.missing_files.iter_mut().for_each(|file| file.blur(blur));
        self.named_paths.iter_mut().for_each(|path| path.blur(blur));
        self.missing_scripts.iter_mut().for_each(|script| script.blur(blur));
        self.missing_modules.iter_mut().for_each(|module| module.blur(blur));
        self.missing_starts.iter_mut().for_each(|start| start.blur(blur));
    }
}
