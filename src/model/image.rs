//! Images: what the stages of a Dockerfile copy, run and start.

pub mod archive;
pub mod buildkit;
pub mod client;
mod copied;
mod folder;
pub mod held_secret;
pub mod instruction;
pub mod lacking_shell;
pub mod leak;
pub mod listener;
pub mod literal;
pub mod own_port;
pub mod permission;
pub mod process;
pub mod progress;
pub mod server;
pub mod shell_start;
pub mod stages;
pub mod system;
pub mod token;
pub mod unknown_origin;
pub mod unsaid_platform;
pub mod unused_user;
pub mod variant;
pub mod verification;

use super::blur::Blur;
use super::lower::is_automatic;
use super::script::Script;
use crate::source::{self, SourceId, Span};
use crate::syntax::shell;
use crate::value::{Sourced, Text, Value};
use buildkit::BuildkitOnly;
pub use copied::{Copy, CopyKind, NamedOrigin, Origin};
use instruction::{Setting, Written};
use listener::Listener;
use process::{Process, StageCommand};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use system::{System, official};

/// Official images of operating systems and languages, which hold nothing of a project's.
const BARE_BASES: &[&str] = &[
    "alpine",
    "amazoncorretto",
    "amazonlinux",
    "busybox",
    "bun",
    "debian",
    "denoland/deno",
    "eclipse-temurin",
    "fedora",
    "golang",
    "node",
    "openjdk",
    "oven/bun",
    "python",
    "ruby",
    "rust",
    "rockylinux",
    "scratch",
    "ubuntu",
];

/// The index of an image in its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub usize);

/// What a Dockerfile describes.
#[derive(Debug, Clone)]
pub struct Image {
    /// The Dockerfile.
    pub source: SourceId,
    /// Its path from the root of the project.
    pub path: Arc<str>,
    /// The stages in their order; at least one.
    pub stages: Vec<Stage>,
    /// What `ONBUILD` puts off, each as the stage with which another Dockerfile begins that starts
    /// from the stage that says it.
    pub triggered: Vec<Stage>,
    /// Arguments before the first `FROM`, with their defaults.
    pub arguments: Vec<(String, Value<Text>)>,
    /// Empty lines after a continuation, the first of each instruction.
    pub empty_continuations: Vec<Span>,
    /// Instructions before the first `FROM`, which no builder takes.
    pub too_early: Vec<instruction::Instruction>,
    /// Comments that look like directives, and are none.
    pub misplaced_directives: Vec<MisplacedDirective>,
    /// Whether it asks for a frontend of its own, which may read it in another way.
    pub own_syntax: bool,
    /// Whether it says which frontend reads it, be it that of Docker.
    pub names_frontend: bool,
}

/// A stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The keyword `FROM`.
    pub keyword: Span,
    /// The image or stage that `FROM` names.
    pub at: Span,
    /// `AS name`
    pub name: Option<String>,
    /// What it starts from.
    pub base: Base,
    /// `--platform`
    pub platform: Option<PlatformFlag>,
    /// The variables that `ENV` sets, those of its base stage included.
    pub env: BTreeMap<String, Value<Text>>,
    /// The directory in which its process starts.
    pub workdir: Value<Text>,
    /// `COPY`, `ADD` and bind mounts, in their order.
    pub copies: Vec<Copy>,
    /// The caches and memory that are mounted for its commands.
    pub caches: Vec<Cache>,
    /// The secrets that are mounted for them.
    pub secrets: Vec<SecretMount>,
    /// What `--from` of `COPY` and `from=` of mounts name, in their order.
    pub origins: Vec<NamedOrigin>,
    /// What is known of the image that it starts from in the end.
    pub system: Value<System>,
    /// The texts of `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK` that a shell is given, in their
    /// order.
    pub scripts: Vec<Script>,
    /// Commands of `RUN`, in their order.
    pub runs: Vec<Run>,
    /// Those in `$(...)`.
    pub captured: Vec<Run>,
    /// The commands of `CMD`, `ENTRYPOINT` and `HEALTHCHECK` that count.
    pub commands: Vec<StageCommand>,
    /// What it starts, as `CMD` and `ENTRYPOINT` and those of its base stage say.
    pub process: Option<Process>,
    /// Where that listens.
    pub listener: Option<Listener>,
    /// `EXPOSE`, numbers only.
    pub exposes: Vec<Value<u16>>,
    /// The port of its own that `HEALTHCHECK` asks, if it asks one.
    pub health: Value<u16>,
    /// The program by which `HEALTHCHECK` asks, if it may be missing.
    pub health_client: Value<String>,
    /// How its instructions are written, and what they declare.
    pub written: Written,
    /// The automatic platform arguments that it uses without an `ARG` for them.
    pub undeclared: Vec<UndeclaredArgument>,
    /// What only BuildKit reads of it, in its order.
    pub buildkit_only: Vec<BuildkitOnly>,
}

/// A use of `TARGETARCH` or the like in a stage that does not declare it, so that it is empty.
#[derive(Debug, Clone)]
pub struct UndeclaredArgument {
    /// The name, where it is used.
    pub name: Value<String>,
    /// The instruction that uses it.
    pub instruction: Span,
}

/// What a stage starts from.
#[derive(Debug, Clone)]
pub enum Base {
    /// An image of a registry.
    Image(Value<Text>),
    /// An earlier stage, by its index.
    Stage(usize),
}

/// `--platform` of a `FROM`.
#[derive(Debug, Clone)]
pub struct PlatformFlag {
    /// All of the flag.
    pub at: Span,
    /// The value as it is written.
    pub written: String,
    /// The value with the defaults of its variables.
    pub value: Value<Text>,
}

/// A directive that does not do what it should.
#[derive(Debug, Clone)]
pub struct MisplacedDirective {
    /// What is wrong as it is written: its name, or that of a frontend.
    pub name: Value<String>,
    /// What is wrong.
    pub wrong: WrongDirective,
}

/// Why a directive does not do what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongDirective {
    /// It stands where it is a mere comment.
    Low,
    /// It is misspelt, so it is a comment: this is meant.
    Name(&'static str),
    /// The frontend is misspelt, and is not there: this is meant.
    Frontend(&'static str),
}

/// `--mount=type=cache` or `type=tmpfs`: what is written there is not kept in the image.
#[derive(Debug, Clone)]
pub struct Cache {
    /// The place of its instruction among those of the file.
    pub order: usize,
    /// The path of the image.
    pub target: String,
}

/// `--mount=type=secret`
#[derive(Debug, Clone)]
pub struct SecretMount {
    /// The place of its instruction among those of the file.
    pub order: usize,
    /// The path at which it can be read.
    pub path: Value<String>,
}

/// A command that `RUN` carries out.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its place among the instructions of the file.
    pub order: usize,
    /// The directory in which it starts, which the commands of an instruction share.
    pub workdir: Arc<Value<Text>>,
    /// The command.
    pub command: shell::Command,
    /// The word with the program that it runs in the end, and where in that its name starts.
    pub(super) program: Option<(usize, usize)>,
}

impl Base {
    /// The image of a registry, if it is one that is known.
    pub fn image(&self) -> Option<&Sourced<Text>> {
        match self {
            Base::Image(image) => image.known(),
            Base::Stage(_) => None,
        }
    }
}

impl PlatformFlag {
    /// The variable of the builder's that it takes its value from, if nothing else.
    pub fn automatic(&self) -> Option<&str> {
        let start = self.written.find('$')? + 1;
        let rest = self.written[start..].trim_start_matches('{');
        let end = rest.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let is_plain = matches!(after, "" | "}");
        (is_plain && is_automatic(name) && self.value.literal_text().is_none()).then_some(name)
    }

    /// Whether it only says what holds anyway: `$TARGETPLATFORM`.
    pub fn follows_target(&self) -> bool {
        matches!(self.written.as_str(), "$TARGETPLATFORM" | "${TARGETPLATFORM}")
            && self.value.known().is_none()
    }
}

impl Stage {
    /// A stage of which nothing but its start is known.
    pub(super) fn new(keyword: Span, at: Span, base: Base) -> Stage {
        Stage {
            keyword,
            at,
            name: None,
            base,
            platform: None,
            env: BTreeMap::new(),
            workdir: Value::Unset,
            copies: Vec::new(),
            caches: Vec::new(),
            secrets: Vec::new(),
            origins: Vec::new(),
            system: Value::Unset,
            scripts: Vec::new(),
            runs: Vec::new(),
            captured: Vec::new(),
            commands: Vec::new(),
            process: None,
            listener: None,
            exposes: Vec::new(),
            health: Value::Unset,
            health_client: Value::Unset,
            written: Written::default(),
            undeclared: Vec::new(),
            buildkit_only: Vec::new(),
        }
    }

    /// Whether it, or an earlier stage that it starts from, sets a working directory.
    pub fn has_workdir(&self) -> bool {
        self.written.inherits_workdir || !self.written.workdirs.is_empty()
    }

    /// Where a command can be added behind all others of an instruction, if that is one chain.
    pub fn end_of_chain(&self, order: usize) -> Option<Span> {
        let mut scripts = self.scripts.iter().filter(|script| script.order == order);
        scripts.next().filter(|_| scripts.next().is_none())?.end_of_chain()
    }
}

impl Image {
    /// The stages, and what `ONBUILD` puts off: all in which a command is written.
    pub fn all_stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().chain(&self.triggered)
    }

    /// Whether an argument before the first stage has a default.
    pub fn gives(&self, argument: &str) -> bool {
        self.arguments.iter().any(|(name, value)| name == argument && value.known().is_some())
    }

    /// How a message calls it: its folder, or its file where that has a name of its own.
    pub fn name(&self) -> &str {
        match self.path.rsplit_once('/') {
            Some((folder, "Dockerfile" | "Containerfile")) => source::name(folder),
            _ => &self.path,
        }
    }

    /// The stage that a build makes: the target, or the last.
    pub fn stage(&self, target: &Value<Text>) -> Option<&Stage> {
        match target {
            Value::Unset => self.stages.last(),
            Value::Known(Sourced { value, .. }) => {
                let name = value.literal()?;
                let index = name.parse::<usize>().ok();
                self.stages
                    .iter()
                    .find(|stage| {
                        stage.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name))
                    })
                    .or_else(|| self.stages.get(index?))
            }
            Value::Unknown(_) => None,
        }
    }

    /// A stage and the stages that it starts from, itself first.
    pub fn lineage<'a>(&'a self, stage: &'a Stage) -> impl Iterator<Item = &'a Stage> {
        std::iter::successors(Some(stage), |stage| match stage.base {
            Base::Stage(i) => self.stages.get(i),
            Base::Image(_) => None,
        })
    }

    /// The labels of all stages in their order, with their keys.
    pub fn own_labels(&self) -> impl Iterator<Item = (&str, &Setting)> {
        let settings = self.stages.iter().flat_map(|stage| &stage.written.settings);
        settings.filter_map(Setting::label)
    }

    /// The labels of a stage and of those that it starts from, the nearest first, with their keys.
    pub fn labels<'a>(&'a self, stage: &'a Stage) -> impl Iterator<Item = (&'a str, &'a Setting)> {
        let settings = self.lineage(stage).flat_map(|stage| stage.written.settings.iter().rev());
        settings.filter_map(Setting::label)
    }

    /// The image of a registry from which a stage starts in the end.
    pub fn base_image<'a>(&'a self, stage: &'a Stage) -> Option<(&'a Stage, &'a Value<Text>)> {
        self.lineage(stage).find_map(|stage| match &stage.base {
            Base::Image(image) => Some((stage, image)),
            Base::Stage(_) => None,
        })
    }

    /// The user that an offset of a stage's text has above it, where one is set.
    pub fn user_at<'a>(&'a self, stage: &'a Stage, offset: u32) -> Option<&'a Sourced<Text>> {
        let users = self.lineage(stage).flat_map(|stage| stage.written.users.iter().rev());
        let mut above = users.filter(|user| user.at().is_some_and(|at| at.start < offset));
        above.next()?.known()
    }

    /// The indices of the stages that a stage needs, itself included.
    pub fn needed_by(&self, stage: usize) -> BTreeSet<usize> {
        let mut needed = BTreeSet::from([stage]);
        let mut open = vec![stage];
        while let Some(stage) = open.pop().and_then(|i| self.stages.get(i)) {
            let base = match stage.base {
                Base::Stage(i) => Some(i),
                Base::Image(_) => None,
            };
            let origins = stage.origins.iter().filter_map(|origin| origin.stage);
            open.extend(base.into_iter().chain(origins).filter(|i| needed.insert(*i)));
        }
        needed
    }

    /// Whether a stage starts, in the end, from an image of which it is known that it holds
    /// nothing of a project's: an operating system, or a language on top of one.
    pub fn has_bare_base(&self, stage: &Stage) -> bool {
        let Some((_, Value::Known(base))) = self.base_image(stage) else { return false };
        let text = base.value.to_string();
        let name = text.split('@').next().unwrap_or_default();
        let name = official(name.rsplit_once(':').map_or(name, |(name, _)| name));
        BARE_BASES.contains(&name)
            || name.starts_with("gcr.io/distroless/")
            || name.starts_with("ghcr.io/astral-sh/uv")
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        let misplaced = self.misplaced_directives.iter_mut();
        misplaced.for_each(|directive| blur.value(&mut directive.name));
        for stage in self.stages.iter_mut().chain(&mut self.triggered) {
            if let Base::Image(image) = &mut stage.base {
                blur.value(image);
            }
            if let Some(platform) = &mut stage.platform {
                blur.value(&mut platform.value);
            }
            blur.value(&mut stage.workdir);
            stage.written.blur(blur);
            stage.env.values_mut().for_each(|value| blur.value(value));
            stage.exposes.iter_mut().for_each(|port| blur.value(port));
            blur.value(&mut stage.health);
            blur.value(&mut stage.health_client);
            stage.undeclared.iter_mut().for_each(|argument| blur.value(&mut argument.name));
            for copy in &mut stage.copies {
                copy.sources.iter_mut().for_each(|source| blur.value(source));
                copy.remote.iter_mut().for_each(|source| blur.value(source));
                blur.value(&mut copy.to);
                blur.value(&mut copy.below);
                blur.value(&mut copy.mode);
                blur.value(&mut copy.destination);
            }
            stage.origins.iter_mut().for_each(|origin| blur.value(&mut origin.name));
            stage.secrets.iter_mut().for_each(|secret| blur.value(&mut secret.path));
            blur.value(&mut stage.system);
            stage.scripts.iter_mut().for_each(|script| script.blur(blur));
            stage.runs.iter_mut().for_each(|run| blur.value(Arc::make_mut(&mut run.workdir)));
            if let Some(listener) = &mut stage.listener {
                blur.value(&mut listener.port);
                blur.value(&mut listener.host);
                blur.value(&mut listener.otherwise);
            }
            blur.option(&mut stage.listener);
            blur.option(&mut stage.process);
        }
    }
}
