//! Secrets: who creates them, and who needs them.

use super::blur::Blur;
use crate::source::Span;
use crate::value::{Text, Value};

/// A secret that the project creates, or that it says exists.
#[derive(Debug, Clone)]
pub struct Secret {
    /// The head of the block, or the command.
    pub at: Span,
    /// The name. Unknown if any name may be created here.
    pub name: Value<Text>,
    /// The project that holds it, where one is written.
    pub project: Value<Text>,
    /// Who creates it.
    pub origin: Origin,
}

/// Who creates a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Terraform, which then manages it.
    Terraform,
    /// Something else: Terraform only looks it up, or a command creates it.
    Elsewhere,
}

/// A use of a secret by its name.
#[derive(Debug, Clone)]
pub struct SecretReference {
    /// The name.
    pub name: Value<Text>,
    /// The project that holds it, where one is written.
    pub project: Value<Text>,
    /// What uses it, as a phrase: `the build reads this secret`.
    pub use_: &'static str,
}

/// The environment names under which a Cloud Build file makes secrets available, and those
/// that its steps ask for.
#[derive(Debug, Clone, Default)]
pub struct BuildSecrets {
    /// `availableSecrets`, and the older `secrets`.
    pub available: Vec<Value<Text>>,
    /// `secretEnv` of the steps and the options.
    pub asked_for: Vec<Value<Text>>,
}

impl BuildSecrets {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        self.available.iter_mut().chain(&mut self.asked_for).for_each(|name| blur.value(name));
    }
}

impl Secret {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
        blur.value(&mut self.project);
    }
}

impl SecretReference {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
        blur.value(&mut self.project);
    }
}
