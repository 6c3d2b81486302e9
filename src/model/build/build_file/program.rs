//! What steps start, and whether their images have it.

use super::FileStep;
use super::script::SHELLS;
use crate::model::Project;
use crate::model::image::system::{official, split};
use crate::source;
use crate::table::rows;
use crate::value::{Sourced, Text, Value};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The table of images that run steps.
const BUILDERS: &str = include_str!("../../../../data/builders.tsv");

/// An image that runs steps.
#[derive(Debug, Clone, Copy)]
pub struct BuilderImage {
    /// The program that it starts. None if that is not known.
    pub starts: Option<Starts>,
    /// The programs that it surely does not have.
    lacks: &'static str,
    is_alpine: bool,
}

/// What an image starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    /// A program.
    Program(&'static str),
    /// Whatever the first argument names.
    Argument,
    /// A program if the first argument is an option, and otherwise what that names.
    Option(&'static str),
}

/// A step that cannot start what it should.
#[derive(Debug)]
pub struct Misstart<'a> {
    /// The image.
    pub image: &'a Sourced<Text>,
    /// The word that is wrong.
    pub word: &'a Sourced<Text>,
    /// Why.
    pub why: Why,
}

/// Why a step cannot start what it should.
#[derive(Debug, PartialEq, Eq)]
pub enum Why {
    /// The image does not have the program.
    Lacking,
    /// The image has no entrypoint, and the first argument is no program.
    NoEntrypoint(Option<&'static str>),
    /// What runs the arguments is the program already.
    Twice,
    /// A shell takes the argument for the name of a file.
    NoScript,
    /// A shell takes only the first of the words behind `-c` for commands.
    OnlyFirst,
}

/// The groups of gcloud that steps call most, by which a missing entrypoint is told.
const GCLOUD_GROUPS: &[&str] = &[
    "app",
    "artifacts",
    "auth",
    "builds",
    "compute",
    "config",
    "container",
    "deploy",
    "functions",
    "projects",
    "pubsub",
    "run",
    "scheduler",
    "secrets",
    "services",
    "sql",
    "storage",
];

/// The programs that take no argument of their own name.
const NOT_TWICE: &[&str] = &["docker", "gcloud", "gsutil", "kubectl", "npm", "terraform", "yarn"];

impl BuilderImage {
    /// What is known of an image.
    pub fn of(image: &str) -> Option<BuilderImage> {
        let (name, tag) = split(image);
        let (starts, lacks) = table().get(official(name)).copied()?;
        Some(BuilderImage { starts, lacks, is_alpine: tag.contains("alpine") })
    }

    /// Whether it surely does not have a program.
    pub fn lacks(&self, program: &str) -> bool {
        self.lacks.split(' ').any(|word| match word.strip_prefix("alpine:") {
            Some(word) => self.is_alpine && word == program,
            None => word == program,
        })
    }
}

fn table() -> &'static HashMap<&'static str, (Option<Starts>, &'static str)> {
    static TABLE: OnceLock<HashMap<&'static str, (Option<Starts>, &'static str)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let row = |line: &'static str| {
            let mut columns = line.split('\t');
            let name = columns.next()?;
            let starts = match columns.next()? {
                "?" => None,
                "-" => Some(Starts::Argument),
                program if program.starts_with("-:") => Some(Starts::Option(&program[2..])),
                program => Some(Starts::Program(program)),
            };
            Some((name, (starts, columns.next().unwrap_or_default())))
        };
        rows(BUILDERS).filter_map(row).collect()
    })
}

impl Project {
    /// The steps that surely cannot start what they should.
    pub fn misstarts(&self) -> Vec<Misstart<'_>> {
        let steps = self.build_files.iter().flat_map(|file| &file.steps);
        steps.filter_map(|step| self.misstart(step)).collect()
    }

    fn misstart<'a>(&self, step: &'a FileStep) -> Option<Misstart<'a>> {
        let image = step.image.known()?;
        let found = |word, why| Some(Misstart { image, word, why });
        let known = BuilderImage::of(image.value.literal()?);
        let first = step.arguments.first().and_then(Value::known);
        if let Some(entrypoint) = step.entrypoint.known() {
            let program = source::name(entrypoint.value.literal()?);
            if known.is_some_and(|known| known.lacks(program)) {
                return found(entrypoint, Why::Lacking);
            }
            let first = first?;
            let word = first.value.literal()?;
            if NOT_TWICE.contains(&program) && word == program {
                return found(first, Why::Twice);
            }
            return self.misread(step, program, first).and_then(|(word, why)| found(word, why));
        }
        if step.has_script {
            return None;
        }
        let (known, first) = (known?, first?);
        let word = first.value.literal()?;
        match known.starts? {
            Starts::Program(program) if NOT_TWICE.contains(&program) && word == program => {
                found(first, Why::Twice)
            }
            Starts::Argument if word.starts_with('-') => found(first, Why::NoEntrypoint(None)),
            Starts::Argument if has_only_gcloud(image) && GCLOUD_GROUPS.contains(&word) => {
                found(first, Why::NoEntrypoint(Some("gcloud")))
            }
            Starts::Argument if known.lacks(source::name(word)) => found(first, Why::Lacking),
            _ => None,
        }
    }

    /// What a shell makes of arguments that were meant as commands.
    fn misread<'a>(
        &self,
        step: &'a FileStep,
        program: &str,
        first: &'a Sourced<Text>,
    ) -> Option<(&'a Sourced<Text>, Why)> {
        if !SHELLS.contains(&program) {
            return None;
        }
        let word = first.value.literal()?;
        // A name of a file has blanks seldom, and then the file is there.
        if !word.starts_with('-') && word.trim().contains(' ') && !self.sources.has_file(word) {
            return Some((first, Why::NoScript));
        }
        let [_, Value::Known(command), Value::Known(rest), ..] = &step.arguments[..] else {
            return None;
        };
        let text = command.value.literal()?;
        let is_alone = !text.contains(char::is_whitespace) && !text.contains(['$', '/', ';']);
        // `$1` and the like may stand in a file that the command reads; a plain word reads none.
        (word == "-c" && is_alone).then_some((rest, Why::OnlyFirst))
    }
}

/// Whether an image is one of those of the Google Cloud SDK.
fn has_only_gcloud(image: &Sourced<Text>) -> bool {
    image.value.literal().is_some_and(|image| image.contains("cloud-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_any_of_their_names() {
        let docker = BuilderImage::of("gcr.io/cloud-builders/docker:24").unwrap();
        assert_eq!(docker.starts, Some(Starts::Program("docker")));
        assert!(docker.lacks("npm") && !docker.lacks("bash"));
        assert!(BuilderImage::of("node:20-alpine").unwrap().lacks("bash"));
        assert!(!BuilderImage::of("docker.io/library/node:20").unwrap().lacks("bash"));
        assert!(BuilderImage::of("gcr.io/shop/node").is_none());
    }
}
