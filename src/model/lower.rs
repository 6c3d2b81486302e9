//! From what the files say to what they mean.

mod apply;
mod automatic;
mod aws;
pub mod bake;
pub mod cloudbuild;
pub mod compose;
pub mod docker;
pub mod dockerfile;
mod ecs;
pub mod files;
pub mod gcloud;
pub mod gitlab;
mod kubectl;
pub mod kubernetes;
mod lambda;
mod makefile;
mod modules;
mod nodes;
pub mod script;
pub mod skaffold;
pub mod submission;
pub mod tasks;
pub mod terraform;
pub mod workflow;

use super::build::{Build, Prepared, Runner};
use super::build_file::BuildFile;
use super::deployment::{Deployment, Manager};
use super::gcloud::GcloudCommand;
use super::machine::NodePool;
use super::repository::Repository;
use super::secret::{BuildSecrets, Secret, SecretReference};
use super::service::{Backend, Service};
use super::submission::Submission;
use super::trigger::Trigger;
pub use crate::eval::shell::WorkingFolder;
use crate::eval::terraform::Apply;
use crate::source::{self, SourceId, Span};
use crate::value::{Sourced, Text};
pub use automatic::is_automatic;
use std::collections::BTreeSet;

/// What one file adds to the project.
#[derive(Debug, Default)]
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
    /// The images that something pushes.
    pub pushed: Vec<Sourced<Text>>,
    pub build_files: Vec<BuildFile>,
    pub submissions: Vec<Submission>,
    pub gcloud_commands: Vec<GcloudCommand>,
    /// The commands that apply Terraform.
    pub applies: Vec<Apply>,
    /// What starts workflows.
    pub triggers: Vec<Trigger>,
    /// The commands that read compose files.
    pub compose: Vec<compose::Usage>,
    /// The scripts that something runs.
    pub called: BTreeSet<SourceId>,
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
    /// Which files it makes itself.
    pub makes: Prepared,
    /// The files that its output goes to.
    pub writes: Vec<Sourced<Text>>,
    /// The script of the project that it runs, if it runs one.
    pub calls: Option<SourceId>,
    /// Where that folder is named, if it is.
    pub dir: Option<Span>,
    /// What runs it.
    pub runner: Runner,
    /// Whether `docker build` is BuildKit unless it is told otherwise.
    pub buildkit: bool,
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

    /// The value of a variable that is set for it.
    pub fn variable(&self, name: &str) -> Option<&Sourced<Text>> {
        self.env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl Lowered {
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
        self.pushed.append(&mut other.pushed);
        self.build_files.append(&mut other.build_files);
        self.submissions.append(&mut other.submissions);
        self.gcloud_commands.append(&mut other.gcloud_commands);
        self.applies.append(&mut other.applies);
        self.triggers.append(&mut other.triggers);
        self.compose.append(&mut other.compose);
        self.called.append(&mut other.called);
    }

    /// Adds what a command means.
    pub fn invoke(&mut self, invocation: &Invocation, manager: Manager) {
        self.called.extend(invocation.calls);
        match invocation.program() {
            Some("docker" | "podman" | "buildah") => {
                self.builds.extend(docker::build(invocation));
                self.pushed.extend(docker::push(invocation));
                self.tagged.extend(docker::tag(invocation));
                self.compose.extend(compose::usage(invocation));
            }
            Some("docker-compose" | "podman-compose") => {
                self.compose.extend(compose::usage(invocation));
            }
            Some("terraform" | "tofu") => self.applies.extend(apply::read(invocation)),
            Some("kubectl" | "oc") => {
                self.deployments.extend(kubectl::lower(invocation, manager));
            }
            Some("executor") => self.builds.extend(docker::kaniko(invocation)),
            Some("gcloud") => gcloud::lower(invocation, manager, self),
            _ => {}
        }
    }
}
