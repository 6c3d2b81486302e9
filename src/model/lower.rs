//! From what the files say to what they mean.

mod apply;
mod automatic;
pub mod aws;
pub mod bake;
pub mod circleci;
pub mod cloudbuild;
pub mod compose;
pub mod declared;
pub mod docker;
pub mod dockerfile;
mod ecs;
pub mod files;
mod functions;
pub mod gcloud;
pub mod gitlab;
mod helm;
mod index;
pub mod inline_build;
pub mod job_script;
mod kubectl;
pub mod kubernetes;
mod kustomize;
mod lambda;
pub mod lambroll;
mod made;
mod makefile;
pub mod manifests;
mod modules;
mod named_context;
mod named_path;
mod nodes;
pub mod script;
pub mod skaffold;
pub mod submission;
pub mod tasks;
pub mod terraform;
pub mod trigger;
pub mod workflow;

use super::build::build_file::BuildFile;
use super::build::order::{Act, Order};
use super::build::submission::Submission;
use super::build::trigger::Trigger;
use super::build::{Build, Builder, MissingName, Prepared, Runner};
use super::command::{Misuse, Refusal};
use super::deployment::kustomization::MissingFile;
use super::deployment::machine::NodePool;
use super::deployment::named_path::NamedPath;
use super::deployment::{Deployment, Manager};
use super::gcloud::GcloudCommand;
use super::repository::Repository;
use super::request::service::{Backend, Service};
use super::script::job::JobScript;
use super::secret::{BuildSecrets, Secret, SecretReference, SecretUser};
use crate::eval::chart::Release;
use crate::eval::kustomize::ImageSetting;
pub use crate::eval::shell::WorkingFolder;
use crate::eval::terraform::Apply;
use crate::source::{self, SourceId, Span};
use crate::syntax::cloudbuild::shape::Refused;
use crate::value::{Sourced, Text, Value};
pub use automatic::is_automatic;
use std::collections::BTreeSet;

/// What one file adds to the project.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    pub builds: Vec<Build>,
    pub deployments: Vec<Deployment>,
    pub secrets: Vec<Secret>,
    pub references: Vec<SecretReference>,
    pub build_secrets: Vec<BuildSecrets>,
    pub repositories: Vec<Repository>,
    pub node_pools: Vec<NodePool>,
    pub services: Vec<Service>,
    pub backends: Vec<Backend>,
    /// The names of images that get others: `docker tag`.
    pub tagged: Vec<(Sourced<Text>, Sourced<Text>)>,
    /// The images that come from elsewhere: `docker pull`.
    pub brought: Vec<Value<Text>>,
    /// The images that something pushes.
    pub pushed: Vec<Sourced<Text>>,
    pub orders: Vec<Order>,
    pub refused_in_builds: Vec<Option<Refused>>,
    pub build_files: Vec<BuildFile>,
    pub submissions: Vec<Submission>,
    pub gcloud_commands: Vec<GcloudCommand>,
    pub misuses: Vec<Misuse>,
    /// The commands that apply Terraform.
    pub applies: Vec<Apply>,
    /// What jobs of workflows give to a shell.
    pub job_scripts: Vec<JobScript>,
    /// What starts workflows.
    pub triggers: Vec<Trigger>,
    /// The commands that read compose files.
    pub compose: Vec<compose::Usage>,
    /// The commands that read bake files.
    pub bakes: Vec<bake::Usage>,
    /// The images that commands put into kustomizations.
    pub image_settings: Vec<ImageSetting>,
    /// The releases of charts that commands make.
    pub releases: Vec<Release>,
    /// The files that kustomizations name and that are not there.
    pub missing_files: Vec<MissingFile>,
    /// The paths that commands name.
    pub named_paths: Vec<NamedPath>,
    /// The names that commands expect in files.
    pub expected: Vec<declared::Expected>,
    /// The commands that release by pipelines of Cloud Deploy.
    pub delivered: Vec<declared::Delivered>,
    /// The kustomizations that are applied.
    pub bundles: Vec<SourceId>,
    /// The services and targets that commands name and that their files lack.
    pub missing_names: Vec<MissingName>,
    /// The commands that run scripts of the project.
    pub calls: Vec<(Span, SourceId)>,
    /// The new files and folders that commands make under names that they say.
    pub made: BTreeSet<String>,
}

/// A command that something runs.
#[derive(Debug)]
pub struct Invocation {
    /// From the program to the last argument.
    pub at: Span,
    /// The program and its arguments.
    pub words: Vec<Sourced<Text>>,
    /// The environment that is set for it.
    pub env: Vec<(String, Sourced<Text>)>,
    /// The folders in which it may run; empty if not known.
    pub folders: Vec<WorkingFolder>,
    /// Which files something before it may have made.
    pub prepared: Prepared,
    /// Which files it makes itself, beyond those that it names.
    pub makes: Prepared,
    /// The new files and folders that it makes under names that it says, from the root of the
    /// project.
    pub made: Vec<String>,
    /// The files that its output goes to.
    pub writes: Vec<Sourced<Text>>,
    /// The script of the project that it runs, if it runs one.
    pub calls: Option<SourceId>,
    /// Where that folder is named, if it is.
    pub dir: Option<Span>,
    /// Whether something may be written into it, or it may not be run.
    pub fed: bool,
    /// What runs it.
    pub runner: Runner,
    /// What `docker build` is unless it is told otherwise.
    pub builder: Builder,
    /// Where a builder other than that of the Docker daemon is set up for `docker buildx`.
    pub own_builder: Option<Span>,
}

impl Invocation {
    /// The last part of the program's path, if it is known.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.value.literal().map(source::name)
    }

    /// The argument at an index, if all of it is known.
    pub fn argument(&self, i: usize) -> Option<&str> {
        self.words.get(i)?.value.literal()
    }

    /// Whether somebody or something may answer what it asks.
    pub fn answers(&self) -> bool {
        // `TF_CLI_ARGS` and `TF_CLI_ARGS_apply` hold flags.
        let has_flags = self.env.iter().any(|(name, _)| name.starts_with("TF_CLI_ARGS"));
        matches!(self.runner, Runner::Person | Runner::Terraform) || self.fed || has_flags
    }

    /// The value of a variable that is set for it.
    pub fn variable(&self, name: &str) -> Option<&Sourced<Text>> {
        self.env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// How much was lowered at some time.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    builds: usize,
    tagged: usize,
    brought: usize,
    pushed: usize,
    deployments: usize,
}

/// Words that speak of a push by something that is not read.
const MAY_PUSH: &[&str] = &[
    "push",
    "publish",
    "release",
    "skaffold",
    "bake",
    "make",
    "compose",
    "jib",
    "crane",
    "skopeo",
    "bazel",
    "gradle",
    "mvn",
    "pack",
    "builds",
    "./",
    "npm run",
    "yarn",
    "terraform",
    "pulumi",
    "deploy.",
    " ko ",
];

/// Whether a step whose text this is may push an image by something that is not read.
pub fn may_push(text: &str, acts: &[Act]) -> bool {
    let pushes = |act: &Act| matches!(act, Act::Push(..) | Act::Make { pushes: true, .. });
    !acts.iter().any(pushes) && MAY_PUSH.iter().any(|word| text.contains(word))
}

impl Lowered {
    /// How much there is now.
    pub fn mark(&self) -> Mark {
        Mark {
            builds: self.builds.len(),
            tagged: self.tagged.len(),
            brought: self.brought.len(),
            pushed: self.pushed.len(),
            deployments: self.deployments.len(),
        }
    }

    /// What was done with images since then.
    pub fn acts_since(&self, mark: Mark) -> Vec<Act> {
        let known = |name: &Sourced<Text>| Value::Known(name.clone());
        let builds = self.builds.iter().skip(mark.builds);
        let made = builds.map(|build| Act::Make {
            names: build.tags.iter().map(known).collect(),
            pushes: build.pushes,
            keeps: build.builder == Builder::Kaniko,
            unloaded: build.unloaded.clone().map(|reason| (build.at, reason)),
        });
        let brought = self.brought.iter().skip(mark.brought).cloned().map(Act::Bring);
        let tagged = self.tagged.iter().skip(mark.tagged);
        let tagged = tagged.map(|(name, other)| Act::Name(known(name), known(other)));
        let pushed = self.pushed.iter().skip(mark.pushed);
        let pushed = pushed.map(|image| Act::Push(known(image), image.at));
        let deployments = self.deployments.iter().skip(mark.deployments);
        let images = deployments.flat_map(|d| &d.containers).map(|c| Act::Deploy(c.image.clone()));
        made.chain(brought).chain(tagged).chain(pushed).chain(images).collect()
    }

    /// The builds that were found since then.
    pub fn builds_since(&mut self, mark: Mark) -> impl Iterator<Item = &mut Build> {
        self.builds.iter_mut().skip(mark.builds)
    }

    /// The scripts that something runs.
    pub fn called(&self) -> BTreeSet<SourceId> {
        self.calls.iter().map(|(_, script)| *script).collect()
    }

    /// Adds what one file adds.
    pub fn append(&mut self, mut other: Lowered) {
        self.builds.append(&mut other.builds);
        self.deployments.append(&mut other.deployments);
        self.secrets.append(&mut other.secrets);
        self.references.append(&mut other.references);
        self.build_secrets.append(&mut other.build_secrets);
        self.repositories.append(&mut other.repositories);
        self.node_pools.append(&mut other.node_pools);
        self.services.append(&mut other.services);
        self.backends.append(&mut other.backends);
        self.tagged.append(&mut other.tagged);
        self.brought.append(&mut other.brought);
        self.pushed.append(&mut other.pushed);
        self.orders.append(&mut other.orders);
        self.refused_in_builds.append(&mut other.refused_in_builds);
        self.build_files.append(&mut other.build_files);
        self.submissions.append(&mut other.submissions);
        self.gcloud_commands.append(&mut other.gcloud_commands);
        self.misuses.append(&mut other.misuses);
        self.applies.append(&mut other.applies);
        self.job_scripts.append(&mut other.job_scripts);
        self.triggers.append(&mut other.triggers);
        self.compose.append(&mut other.compose);
        self.bakes.append(&mut other.bakes);
        self.image_settings.append(&mut other.image_settings);
        self.releases.append(&mut other.releases);
        self.missing_files.append(&mut other.missing_files);
        self.named_paths.append(&mut other.named_paths);
        self.expected.append(&mut other.expected);
        self.delivered.append(&mut other.delivered);
        self.bundles.append(&mut other.bundles);
        self.missing_names.append(&mut other.missing_names);
        self.calls.append(&mut other.calls);
        self.made.append(&mut other.made);
    }

    /// Adds a deployment, which uses the secrets that were referred to since there were as
    /// many as `before`.
    pub fn deploy(&mut self, before: usize, deployment: Deployment) {
        for reference in self.references.iter_mut().skip(before) {
            reference.user = Some(SecretUser::of(&deployment));
        }
        self.deployments.push(deployment);
    }

    /// Adds what a command means.
    pub fn invoke(&mut self, invocation: &Invocation, manager: Manager) {
        self.calls.extend(invocation.calls.map(|script| (invocation.at, script)));
        self.made.extend(invocation.made.iter().cloned());
        self.named_paths.extend(named_path::read(invocation));
        self.expected.extend(declared::read(invocation));
        let misuse = Misuse::of(&invocation.words);
        let is_asked = |misuse: &Misuse| matches!(misuse.why, Refusal::Unanswered { .. });
        self.misuses.extend(misuse.filter(|m| !is_asked(m) || !invocation.answers()));
        match invocation.program() {
            Some("docker" | "podman" | "buildah") => {
                self.builds.extend(docker::build(invocation));
                self.pushed.extend(docker::push(invocation));
                self.tagged.extend(docker::tag(invocation));
                self.brought.extend(docker::bring(invocation));
                self.compose.extend(compose::usage(invocation));
                self.bakes.extend(bake::usage(invocation));
            }
            Some("docker-compose" | "podman-compose") => {
                self.compose.extend(compose::usage(invocation));
            }
            Some("terraform" | "tofu") => self.applies.extend(apply::read(invocation)),
            Some("kubectl" | "oc") => {
                self.deployments.extend(kubectl::lower(invocation, manager));
            }
            Some("kustomize") => self.image_settings.extend(kustomize::settings(invocation)),
            Some("helm") => self.releases.extend(helm::release(invocation)),
            Some("executor") => self.builds.extend(docker::kaniko(invocation)),
            Some("gcloud") => gcloud::lower(invocation, manager, self),
            _ => {}
        }
    }
}
