//! Steps that talk to a cluster, and are not told to which.

use super::program::BuilderImage;
use super::{BuildFile, FileStep};
use crate::syntax::shell::{Command, Word};
use crate::value::{Sourced, Text, Value};

/// The image whose entrypoint asks for a cluster before anything else. Source: kubectl/kubectl.bash
/// of GoogleCloudPlatform/cloud-builders, read 2026-11.
const ASKING: &str = "gcr.io/cloud-builders/kubectl";

/// What it must be told, and the variables by which it is.
const ASKED: &[(&str, &[&str])] = &[
    ("cluster", &["CLOUDSDK_CONTAINER_CLUSTER"]),
    ("zone or region", &["CLOUDSDK_COMPUTE_ZONE", "CLOUDSDK_COMPUTE_REGION"]),
];

/// A step whose entrypoint ends because it is not told where its cluster is.
#[derive(Debug)]
pub struct Untold<'a> {
    /// The image of the step.
    pub image: &'a Sourced<Text>,
    /// What it is not told: `cluster`.
    pub what: &'static str,
    /// The variables of which one would tell it.
    pub variables: &'static [&'static str],
}

impl BuildFile {
    /// The steps that are surely not told what their entrypoint asks for.
    pub fn untold(&self) -> Vec<Untold<'_>> {
        let mut untold = Vec::new();
        for step in &self.steps {
            if step.may_configure() {
                break;
            }
            let Some(image) = step.image.known().filter(|_| step.starts_itself()) else { continue };
            let is_asking = image.value.split(':').first().and_then(Text::literal) == Some(ASKING);
            let is_set = |variables: &[&str]| {
                variables.iter().any(|variable| step.environment.contains(*variable))
            };
            let lacking = ASKED.iter().find(|(_, variables)| !is_set(variables));
            if let Some((what, variables)) = lacking.filter(|_| is_asking) {
                untold.push(Untold { image, what, variables });
            }
        }
        untold
    }
}

impl FileStep {
    /// Whether the program of its image runs, with an environment of which all names are known.
    fn starts_itself(&self) -> bool {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut names = self.environment.iter();
        self.entrypoint.is_unset()
            && !self.has_script
            && names.all(|name| !name.is_empty() && name.chars().all(is_name))
    }

    /// Whether it may write what gcloud takes for granted in all steps behind it: its settings lie
    /// in the home, which steps share.
    fn may_configure(&self) -> bool {
        let image = self.image.known().and_then(|image| image.value.literal());
        let Some(image) = image.and_then(BuilderImage::of) else { return true };
        if image.lacks("gcloud") {
            return false;
        }
        match (&self.script, self.program.first().map(String::as_str)) {
            (Some(script), _) => script.runs_others() || script.list.commands().iter().any(sets),
            (None, Some("gcloud")) => self.arguments.iter().map(Value::literal_text).any(is_config),
            (None, Some("docker" | "git" | "gke-deploy" | "gsutil" | "kubectl")) => false,
            _ => true,
        }
    }
}

/// Whether a command may be `gcloud config set`.
fn sets(command: &Command) -> bool {
    command.program() == Some("gcloud") && command.words.iter().map(Word::as_str).any(is_config)
}

/// Whether a word may be `config`.
fn is_config(word: Option<&str>) -> bool {
    word.is_none_or(|word| word == "config")
}
