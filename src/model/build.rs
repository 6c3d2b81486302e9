//! Builds: invocations that make an image of a Dockerfile.

pub mod build_file;
pub(super) mod built;
pub mod left_behind;
pub mod manual;
pub mod missing_dockerfile;
pub mod missing_stage;
pub mod named_context;
pub mod order;
pub mod submission;
pub mod target;
pub mod trigger;
pub mod upload;

use super::blur::Blur;
use super::image::ImageId;
use super::platform::Architecture;
use crate::source::{Sources, Span};
use crate::value::{Sourced, Step, Text, Value};
use named_context::NamedContext;
use std::collections::BTreeSet;
use upload::Upload;

/// The index of a build in its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuildId(pub usize);

/// One invocation that builds an image.
#[derive(Debug, Clone)]
pub struct Build {
    /// The command, or the head of the block.
    pub at: Span,
    /// What carries it out.
    pub runner: Runner,
    /// How it is written.
    pub kind: BuildKind,
    /// Which builder it uses.
    pub builder: Builder,
    /// `--platform`, or what stands for it.
    pub platform: Value<Text>,
    /// The names that the image gets.
    pub tags: Vec<Sourced<Text>>,
    /// `--build-arg`, where a name alone takes its value from the environment.
    pub arguments: Vec<(String, Value<Text>)>,
    /// `--build-context`: what stands for names.
    pub contexts: Vec<NamedContext>,
    /// `--target`
    pub target: Value<Text>,
    /// The Dockerfile as it is written, if it is.
    pub dockerfile: Value<Text>,
    /// The context as it is written.
    pub context: Value<Text>,
    /// The folders of context and Dockerfile, for each folder in which the invocation may
    /// start. Empty if they are not known.
    pub places: Vec<Place>,
    /// Why the builder refuses the command, if it surely does.
    pub refusal: Option<Refusal>,
    /// Whether it pushes the image by itself.
    pub pushes: bool,
    /// Why what it pushes is an index of manifests, if it surely is.
    pub index: Option<Step>,
    /// Why `docker` does not see the image, if it surely stays in the cache of its builder.
    pub unloaded: Option<Step>,
    /// Which files that the repository lacks something that runs earlier may make.
    pub prepared: Prepared,
    /// Which of them steps of Cloud Build may make, behind what is sent there.
    pub since_upload: Prepared,
    /// The trigger that starts it from what git has, if one does.
    pub trigger: Option<Span>,
    /// What it sends there itself.
    pub upload: Option<Upload>,
    /// Where the folder is named in which it starts, if it is: `dir:` of a step.
    pub dir: Option<Span>,
    /// The platforms whose emulation its job sets up, if nothing else there uses it.
    pub emulated: Option<Sourced<Text>>,
    /// When a resource of Terraform does it again, where the files alone decide that.
    pub rebuild: Option<Rebuild>,
    /// The image, once it is found.
    pub image: Option<ImageLink>,
}

/// Why a builder refuses a command.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// No folder is named as the context.
    NoContext,
    /// More than one word stands where the context does.
    SeveralContexts(Sourced<Text>, Sourced<Text>),
    /// What is named as a platform is an image.
    Platform(Sourced<Text>),
}

/// When a resource of Terraform carries out its build again.
#[derive(Debug, Clone)]
pub struct Rebuild {
    /// The head of the resource.
    pub at: Span,
    /// `null_resource.image`
    pub resource: String,
    /// The argument that decides: `triggers`.
    pub argument: &'static str,
    /// That argument, and the files whose changes it sees. Without it nothing is done again.
    pub watched: Option<(Span, BTreeSet<String>)>,
}

/// Where a build finds what it needs, if it starts in a certain folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder of the context, from the root of the project.
    pub context: String,
    /// The path of the Dockerfile, from the root of the project.
    pub dockerfile: String,
}

/// The image that a build makes, with the reason to think so.
#[derive(Debug, Clone)]
pub struct ImageLink {
    /// The image.
    pub to: ImageId,
    /// Why.
    pub because: Vec<Step>,
}

/// Which files something that runs before a build may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prepared {
    /// None.
    No,
    /// Those that compilers, package managers and tests make: never what people write.
    Outputs,
    /// Any, since it is not known what it does.
    Unread,
    /// Any: it fetches, copies, or fills in templates.
    Anything,
}

/// What carries out a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// Cloud Build's own machines.
    CloudBuild,
    /// A private pool of Cloud Build.
    PrivatePool,
    /// The machine that applies Terraform.
    Terraform,
    /// The runner of a job, of this architecture if that is known.
    Job(Option<Architecture>),
    /// The machine of whoever runs a script.
    Person,
}

/// How a build is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildKind {
    /// A command, with flags.
    Command,
    /// A resource of Terraform, with arguments.
    Resource,
    /// An action of a workflow, with inputs.
    Action,
    /// A service of a compose file.
    Compose,
    /// A target of a bake file.
    Bake,
    /// An artifact of a `skaffold.yaml`.
    Skaffold,
    /// A call of a module of Terraform's registry.
    Module,
    /// `gcloud run deploy --source`: without a Dockerfile a buildpack builds.
    Source,
}

/// Which builder reads the Dockerfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builder {
    /// The builder that Docker had before BuildKit.
    Classic,
    /// BuildKit, by `docker buildx` or by default.
    BuildKit,
    /// Kaniko.
    Kaniko,
    /// One that is not known: that of an image of the project's own, or of a new version.
    Unknown,
}

impl Runner {
    /// Whether it is Cloud Build's, whose steps choose their builder themselves.
    pub fn is_cloud_build(self) -> bool {
        matches!(self, Runner::CloudBuild | Runner::PrivatePool)
    }

    /// The architecture of its machines, if there is only one.
    pub fn architecture(self) -> Option<Architecture> {
        match self {
            Runner::CloudBuild => Some(Architecture::Amd64),
            Runner::Job(architecture) => architecture,
            Runner::PrivatePool | Runner::Terraform | Runner::Person => None,
        }
    }

    /// What decides the architecture where no platform is named, as a phrase.
    pub fn host(self) -> &'static str {
        match self {
            Runner::CloudBuild => "the amd64 machines of Cloud Build",
            Runner::PrivatePool => "whatever machine the private pool has",
            Runner::Terraform => "whatever machine applies Terraform",
            Runner::Job(Some(Architecture::Amd64)) => "the amd64 runner of the job",
            Runner::Job(Some(_)) => "the arm64 runner of the job",
            Runner::Job(None) => "whatever runner the job gets",
            Runner::Person => "whatever machine runs the script",
        }
    }
}

impl Build {
    /// One by BuildKit of which no more is known than where it is written, and what carries it
    /// out. Its context is not named.
    pub fn new(at: Span, runner: Runner, kind: BuildKind) -> Build {
        Build {
            at,
            runner,
            kind,
            builder: Builder::BuildKit,
            platform: Value::Unset,
            tags: Vec::new(),
            arguments: Vec::new(),
            contexts: Vec::new(),
            target: Value::Unset,
            dockerfile: Value::Unset,
            context: Value::Unset,
            places: Vec::new(),
            refusal: None,
            pushes: false,
            index: None,
            unloaded: None,
            prepared: Prepared::No,
            since_upload: Prepared::Anything,
            trigger: None,
            upload: None,
            dir: None,
            emulated: None,
            rebuild: None,
            image: None,
        }
    }

    /// Whether one of the Dockerfiles that it may mean exists, or may be made. So it is taken
    /// to be if they are not known.
    pub fn dockerfile_exists(&self, sources: &Sources) -> bool {
        let exists = |path: &str| sources.has_file(path) || may_be_there(sources, path);
        self.places.is_empty() || self.places.iter().any(|place| exists(&place.dockerfile))
    }

    /// Whether one of the folders in which it may take its context exists, or may be made. So
    /// it is taken to be if they are not known.
    pub fn context_exists(&self, sources: &Sources) -> bool {
        let exists = |folder: &str| {
            folder.is_empty() || sources.has_folder(folder) || may_be_there(sources, folder)
        };
        self.places.is_empty() || self.places.iter().any(|place| exists(&place.context))
    }

    /// Whether the image stays on the machine that builds it, as far as the build tells.
    pub fn stays_local(&self) -> bool {
        matches!(self.kind, BuildKind::Compose | BuildKind::Bake | BuildKind::Skaffold)
            && !self.pushes
    }

    /// How to pin its architecture, as advice.
    pub fn pin(&self, architecture: Architecture) -> String {
        match self.kind {
            BuildKind::Command | BuildKind::Source => {
                format!("build with `--platform linux/{architecture}`")
            }
            BuildKind::Action => format!("set `platforms: linux/{architecture}`"),
            BuildKind::Compose => format!("set `platform: linux/{architecture}` of the service"),
            BuildKind::Skaffold => format!("set `platforms: [\"linux/{architecture}\"]`"),
            BuildKind::Bake => format!("set `platforms = [\"linux/{architecture}\"]`"),
            BuildKind::Module => format!("set `platform = \"linux/{architecture}\"` of the module"),
            BuildKind::Resource => {
                format!("set `platform = \"linux/{architecture}\"` in the `build` block")
            }
        }
    }

    /// How to have BuildKit carry it out, as advice.
    pub fn how_to_ask_for_buildkit(&self) -> &'static str {
        match (self.kind, self.runner) {
            (BuildKind::Source, _) => {
                "build with a build file whose step sets `DOCKER_BUILDKIT=1`, and deploy that image"
            }
            // Without BuildKit, only gcloud pushes.
            (BuildKind::Command, _) if self.pushes => {
                "submit a build file with `--config` whose step sets `DOCKER_BUILDKIT=1`"
            }
            (_, runner) if runner.is_cloud_build() => {
                "set `DOCKER_BUILDKIT=1` in the `env` of the step"
            }
            _ => "set `DOCKER_BUILDKIT=1` for the command",
        }
    }

    /// The architecture that `--platform` asks for, if it asks for just one.
    pub fn pinned_architecture(&self) -> Option<(Architecture, &Sourced<Text>)> {
        let platform = self.platform.known()?;
        Some((Architecture::of_platform(platform.value.literal()?)?, platform))
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.platform);
        blur.value(&mut self.target);
        blur.value(&mut self.dockerfile);
        blur.value(&mut self.context);
        blur.list(&mut self.tags);
        self.arguments.iter_mut().for_each(|(_, value)| blur.value(value));
        self.contexts.iter_mut().for_each(|context| context.blur(blur));
        blur.list(&mut self.places);
        blur.option(&mut self.image);
        blur.option(&mut self.refusal);
        blur.option(&mut self.index);
        blur.option(&mut self.unloaded);
        self.upload.iter_mut().for_each(|upload| upload.blur(blur));
        blur.option(&mut self.emulated);
    }
}

/// Whether a path that the repository lacks may be there when something is built.
fn may_be_there(sources: &Sources, path: &str) -> bool {
    sources.may_appear(path) || is_brought(path) || is_to_be_filled_in(path)
}

/// Whether a path lies where a package manager puts what it brings.
fn is_brought(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "node_modules" | "vendor"))
}

/// Whether a part of a path tells what to write in its place: `SAMPLE_FOLDER`, `<service>`.
pub(in crate::model) fn is_to_be_filled_in(path: &str) -> bool {
    path.contains('<') && path.contains('>')
        || path.split('/').any(|part| {
            let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            part.contains('_') && part.chars().all(is_capital)
        })
}

/// What a command asks its files for, and what none of them has.
#[derive(Debug, Clone)]
pub struct MissingName {
    /// What it would be.
    pub kind: NameKind,
    /// The name.
    pub name: Value<Text>,
    /// The first of the files.
    pub file: String,
    /// What all of them have.
    pub listed: Vec<String>,
}

/// What a file may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A service of a compose file.
    Service,
    /// A target of a bake file.
    Target,
    /// A script of a `package.json`.
    Script,
    /// A profile of a `skaffold.yaml`.
    Profile,
    /// A target of Cloud Deploy.
    DeployTarget,
}

impl NameKind {
    /// As a noun.
    pub fn text(self) -> &'static str {
        match self {
            NameKind::Service => "service",
            NameKind::Target | NameKind::DeployTarget => "target",
            NameKind::Script => "script",
            NameKind::Profile => "profile",
        }
    }
}

impl MissingName {
    /// Whether it is a name that `docker` looks for.
    pub fn is_of_docker(&self) -> bool {
        matches!(self.kind, NameKind::Service | NameKind::Target)
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
    }
}
