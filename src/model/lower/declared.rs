//! Names that commands expect in files: scripts of npm, profiles of Skaffold, targets of Cloud
//! Deploy. Source: docs.npmjs.com/cli/commands/npm-run, skaffold.dev/docs/environment/profiles and
//! cloud.google.com/deploy/docs/config-files, read 2026-11.

use super::docker::after;
use super::{Invocation, WorkingFolder};
use crate::eval::terraform::Terraform;
use crate::model::build::{MissingName, NameKind, Prepared, Runner};
use crate::model::context::aside::is_set_aside;
use crate::model::trees::{ById, Trees};
use crate::source::{self, Excerpt, Sources, folder, join};
use crate::syntax::clouddeploy::{Delivery, Pipeline};
use crate::value::{Sourced, Text, Value};
use std::collections::BTreeSet;

/// A name that a command expects in a file.
#[derive(Debug, Clone)]
pub struct Expected {
    /// What it names.
    pub kind: NameKind,
    /// The name.
    pub name: Sourced<Text>,
    /// The paths that the file may have, one for each folder in which the command may run.
    pub files: Vec<String>,
}

/// A command that releases by a pipeline of Cloud Deploy.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The name of the pipeline.
    pub pipeline: Text,
    /// The paths that its `skaffold.yaml` may have. Empty if they are not known.
    pub files: Vec<String>,
}

/// The names that a command expects.
pub fn read(invocation: &Invocation) -> Vec<Expected> {
    // What runs before may write the file anew, and Terraform's own commands run in any folder.
    if invocation.prepared > Prepared::Outputs || invocation.runner == Runner::Terraform {
        return Vec::new();
    }
    match invocation.program() {
        Some("npm") => script(invocation).into_iter().collect(),
        Some("skaffold") => profiles(invocation),
        _ => Vec::new(),
    }
}

/// `npm run NAME`, in the folder of the command or that of `--prefix`.
fn script(invocation: &Invocation) -> Option<Expected> {
    /// Flags by which other packages are meant, or none need have the script.
    ///
    /// Source: `shorthands` of npm/cli, workspaces/config/lib/definitions/index.js, read 2026-11.
    const OTHERS: &[&str] = &[
        "-w",
        "--workspace",
        "-ws",
        "--ws",
        "--workspaces",
        "-iwr",
        "--include-workspace-root",
        "--if-present",
        "-g",
        "--global",
    ];
    let mut folders = invocation.folders.clone();
    let mut plain: Vec<&Sourced<Text>> = Vec::new();
    let mut words = invocation.words.iter().skip(1);
    while let Some(word) = words.next() {
        let text = word.value.literal()?;
        let flag = text.split('=').next().unwrap_or_default();
        match flag {
            "--" => break,
            _ if OTHERS.contains(&flag) => return None,
            "--prefix" | "-C" => {
                let to = match text.len() == flag.len() {
                    true => words.next()?.clone(),
                    false => after(word, flag.len() + 1),
                };
                folders = folders.iter().map(|f| f.enter(&to.value)).collect::<Option<_>>()?;
            }
            _ if flag.starts_with('-') => {}
            _ => plain.push(word),
        }
    }
    let [command, name, ..] = plain[..] else { return None };
    let runs = matches!(command.value.literal(), Some("run" | "run-script"));
    let is_own = name.value.literal().is_some_and(|name| !matches!(name, "env" | "start"));
    (runs && is_own).then(|| Expected {
        kind: NameKind::Script,
        name: name.clone(),
        files: files(&folders, "package.json"),
    })
}

/// `skaffold run --profile A,B`
fn profiles(invocation: &Invocation) -> Vec<Expected> {
    let mut file = Some(Text::from("skaffold.yaml"));
    let mut named: Vec<Sourced<Text>> = Vec::new();
    let mut words = invocation.words.iter().skip(1);
    while let Some(word) = words.next() {
        let Some(text) = word.value.literal() else { return Vec::new() };
        let flag = text.split('=').next().unwrap_or_default();
        let mut value = || match text.len() == flag.len() {
            true => words.next().cloned(),
            false => Some(after(word, flag.len() + 1)),
        };
        match flag {
            "-f" | "--filename" => file = value().map(|file| file.value),
            "-p" | "--profile" => named.extend(value()),
            // Another module has profiles of its own.
            "-m" | "--module" => return Vec::new(),
            _ => {}
        }
    }
    let Some(file) = file.as_ref().and_then(Text::literal) else { return Vec::new() };
    let files = files(&invocation.folders, file);
    // One that begins with `-` is switched off.
    let is_one = |name: &Sourced<Text>| {
        name.value.literal().is_some_and(|name| !name.starts_with('-') && !name.contains(','))
    };
    let kind = NameKind::Profile;
    let expected = |name| Expected { kind, name, files: files.clone() };
    named.into_iter().filter(is_one).map(expected).collect()
}

fn files(folders: &[WorkingFolder], path: &str) -> Vec<String> {
    let files = folders.iter().map(|folder| folder.resolve(&Text::from(path)));
    files.collect::<Option<_>>().unwrap_or_default()
}

/// The names that their files lack.
pub fn missing(
    sources: &Sources,
    trees: &Trees,
    terraform: &Terraform,
    expected: &[Expected],
    releases: &[Delivered],
) -> Vec<MissingName> {
    let files = Files { sources, trees };
    let of_commands = expected.iter().filter_map(|expected| files.lacking(expected));
    let of_pipelines = files.missing_in_pipelines(terraform, releases);
    of_commands.chain(of_pipelines).collect()
}

struct Files<'a> {
    sources: &'a Sources,
    trees: &'a Trees,
}

impl Files<'_> {
    /// What all files have that may be meant; nothing if one of them may have the name.
    fn lacking(&self, expected: &Expected) -> Option<MissingName> {
        let at = expected.name.at;
        if is_set_aside(&self.sources.get(at.source).path) || self.sources.may_fail(at) {
            return None;
        }
        let listed = expected.files.iter().map(|file| self.names(expected.kind, file));
        let listed = listed.collect::<Option<Vec<_>>>()?;
        let wanted = expected.name.value.literal()?;
        let has = |names: &Vec<String>| names.iter().any(|name| name == wanted);
        if listed.iter().any(has) {
            return None;
        }
        Some(MissingName {
            kind: expected.kind,
            name: Value::Known(expected.name.clone()),
            file: expected.files.first()?.clone(),
            listed: listed.into_iter().next()?,
        })
    }

    /// The names of a file; nothing if they are not known.
    fn names(&self, kind: NameKind, file: &str) -> Option<Vec<String>> {
        let (id, _) = self.sources.find(file)?;
        match kind {
            NameKind::Script => {
                let tasks = self.trees.tasks.get(&id)?;
                Some(tasks.iter().map(|task| task.name.clone()).collect())
            }
            NameKind::Profile => {
                let skaffold = self.trees.skaffolds.get(&id).filter(|s| s.is_whole)?;
                Some(skaffold.profiles.clone())
            }
            _ => None,
        }
    }

    fn missing_in_pipelines(
        &self,
        terraform: &Terraform,
        releases: &[Delivered],
    ) -> Vec<MissingName> {
        let mut missing = Vec::new();
        let targets = self.targets(terraform);
        for (id, delivery) in &self.trees.deliveries {
            let path = &self.sources.get(*id).path;
            if is_set_aside(path) {
                continue;
            }
            for pipeline in &delivery.pipelines {
                let file = self.skaffold_of(path, pipeline, releases);
                for stage in &pipeline.stages {
                    let target = stage.target.iter().filter(|_| !delivery.targets.is_empty());
                    missing.extend(target.filter_map(|target| {
                        let targets = targets.as_ref()?;
                        let is_known = is_plain(target) && !targets.contains(&*target.text);
                        is_known.then(|| name(NameKind::DeployTarget, target, path, targets))
                    }));
                    let profiles = file.as_ref().map(|file| (file, &stage.profiles));
                    missing.extend(profiles.into_iter().flat_map(|(file, profiles)| {
                        let expected = |profile: &Excerpt| Expected {
                            kind: NameKind::Profile,
                            name: sourced(profile),
                            files: vec![file.clone()],
                        };
                        let plain = profiles.iter().filter(|profile| is_plain(profile));
                        plain.filter_map(move |profile| self.lacking(&expected(profile)))
                    }));
                }
            }
        }
        missing
    }

    /// The targets that the project declares; nothing if there may be others.
    fn targets(&self, terraform: &Terraform) -> Option<BTreeSet<String>> {
        let deliveries: &ById<Delivery> = &self.trees.deliveries;
        let written = deliveries.values().flat_map(|delivery| &delivery.targets);
        let mut names = BTreeSet::new();
        for target in written {
            names.insert(is_plain(target).then(|| target.text.clone())?);
        }
        for (_, target) in terraform.resources("google_clouddeploy_target") {
            names.insert(target.body.text("name").literal_text()?.to_owned());
        }
        Some(names)
    }

    /// The `skaffold.yaml` by which a pipeline is released: that of the commands, else the one
    /// beside the pipeline, if the project has no other.
    fn skaffold_of(
        &self,
        path: &str,
        pipeline: &Pipeline,
        releases: &[Delivered],
    ) -> Option<String> {
        let own = Text::from(&*pipeline.name.text);
        let mut of_commands = releases.iter().filter(|release| release.pipeline.may_be(&own));
        let Some(first) = of_commands.next() else {
            let beside = join(folder(path), "skaffold.yaml");
            let is_one = |path: &&str| source::name(path).starts_with("skaffold");
            let is_only = self.sources.under("").filter(is_one).count() == 1;
            return (is_only && self.sources.has_file(&beside)).then_some(beside);
        };
        let same = of_commands.all(|other| other.files == first.files);
        match &first.files[..] {
            [file] if same => Some(file.clone()),
            _ => None,
        }
    }
}

/// Whether nothing is filled in later.
fn is_plain(text: &Excerpt) -> bool {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !text.text.is_empty() && text.text.chars().all(is_name)
}

fn sourced(text: &Excerpt) -> Sourced<Text> {
    Sourced { value: Text::from(&*text.text), at: text.at, via: Vec::new() }
}

fn name(kind: NameKind, name: &Excerpt, file: &str, listed: &BTreeSet<String>) -> MissingName {
    let listed = listed.iter().cloned().collect();
    MissingName { kind, name: Value::Known(sourced(name)), file: file.to_owned(), listed }
}
