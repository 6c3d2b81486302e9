//! With which values of its variables a root module is applied.

use super::apply::Apply;
use super::folder::{File, Folders, Role, role};
use super::terragrunt;
use crate::source::{Kind, Sources, folder, name};
use crate::syntax::hcl::Attribute;
use crate::value::{Sourced, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A root module has no more environments than this; others are left out.
const MOST_ENVIRONMENTS: usize = 16;

/// A file of variables that Terraform reads only where it is named, `-var-file=prod.tfvars`, a
/// file of Terragrunt, or a command that sets variables.
#[derive(Debug)]
pub struct Environment<'a> {
    /// Its path from the root of the project.
    pub path: &'a str,
    /// The variables that it sets.
    pub settings: BTreeMap<&'a str, Setting<'a>>,
    /// Whether it may set others too.
    pub open: bool,
    /// Whether it is all that is set: a command is, to a file others may be added.
    pub complete: bool,
}

/// What a variable is set to.
#[derive(Debug, Clone, Copy)]
pub enum Setting<'a> {
    /// The expression of a file.
    Written(&'a Attribute),
    /// The text of a command line.
    Given(&'a Sourced<Text>),
    /// A value that is not read.
    Unread,
}

/// The names of variables that scripts, Makefiles, workflows and builds set.
pub fn set_by_commands(sources: &Sources) -> BTreeSet<String> {
    let runs = |kind| {
        matches!(
            kind,
            Kind::Script
                | Kind::Workflow
                | Kind::Yaml
                | Kind::Compose
                | Kind::GitLab
                | Kind::CircleCi
                | Kind::Tasks
                | Kind::CloudBuild
        )
    };
    let files = sources.iter().filter(|(_, source)| runs(source.kind));
    let mut names = BTreeSet::new();
    for (id, source) in files {
        names.extend(source.keep(id, || set_in(&source.text)).iter().cloned());
    }
    names
}

/// The names of variables that the commands of a text set.
fn set_in(text: &str) -> BTreeSet<String> {
    let separates =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ',' | ':' | '{' | '[');
    let mut names = BTreeSet::new();
    let mut before = "";
    for word in text.split(separates).filter(|word| !word.is_empty()) {
        if matches!(before, "-var" | "--var") {
            names.insert(word.to_owned());
        }
        names.extend(word.strip_prefix("TF_VAR_").map(str::to_owned));
        before = word;
    }
    names
}

impl<'a> Folders<'a> {
    /// Whether a root module may be applied with another value of a variable than the one
    /// that it has where no file of variables is named.
    pub fn is_set_elsewhere(&self, root: &str, name: &str) -> bool {
        let mut named = self.environments.get(root).into_iter().flatten();
        self.set_by_commands.contains(name) || named.any(|e| e.settings.contains_key(name))
    }

    /// Finds the root modules to which files belong that set variables.
    pub fn gather_environments(
        &mut self,
        files: impl Iterator<Item = &'a File<'a>>,
        applies: &'a [Apply],
    ) {
        let files: BTreeMap<&str, &File> = files.map(|file| (file.path, file)).collect();
        let by_command = applies.iter().filter_map(|a| a.environment(self, self.sources, &files));
        let by_command: Vec<_> = by_command.collect();
        for file in files.into_values() {
            let found = match terragrunt::is_configuration(file.path) {
                true => terragrunt::environment(self, file),
                false => self.of_variables(file),
            };
            self.add(found);
        }
        by_command.into_iter().for_each(|found| self.add(Some(found)));
    }

    fn add(&mut self, found: Option<(&'a str, Environment<'a>)>) {
        if let Some((root, environment)) = found {
            let environments = self.environments.entry(root).or_default();
            if environments.len() < MOST_ENVIRONMENTS {
                environments.push(environment);
            }
        }
    }

    /// What a file of variables sets, and for which root module: one in its folder, or in the
    /// nearest folder above.
    fn of_variables(&self, file: &'a File<'a>) -> Option<(&'a str, Environment<'a>)> {
        let name = name(file.path);
        let is_sample = name.contains("example") || name.contains("sample");
        let mut place = folder(file.path);
        // What a folder reads by itself is no choice.
        if is_sample || (role(name) == Role::Settings && self.declared.contains_key(place)) {
            return None;
        }
        let (root, declared) = loop {
            if let Some((root, declared)) = self.declared.get_key_value(place) {
                break (*root, declared);
            }
            place = place
                .rsplit_once('/')
                .map(|(above, _)| above)
                .or((!place.is_empty()).then_some(""))?;
        };
        let attributes = file.body.attributes.iter();
        let settings: BTreeMap<&str, Setting> =
            attributes.map(|a| (a.name.as_str(), Setting::Written(a))).collect();
        let any_known = settings.keys().any(|name| declared.variables.contains_key(name));
        let environment = Environment { path: file.path, settings, open: false, complete: false };
        (any_known && self.is_root(root)).then_some((root, environment))
    }

    /// The environments of a root module. None stands for what is set where no file is named,
    /// which is there if all variables have a value then.
    pub fn environments(&self, root: &str) -> Vec<Option<&Environment<'a>>> {
        let named = self.environments.get(root).map_or(&[][..], |named| named);
        let mut all: Vec<Option<&Environment>> = named.iter().map(Some).collect();
        let complete = self.declared.get(root).is_some_and(|declared| {
            let mut variables = declared.variables.iter();
            variables.all(|(name, view)| {
                view.get("default").is_some() || declared.settings.contains_key(name)
            })
        });
        if complete || all.is_empty() {
            all.insert(0, None);
        }
        all
    }
}
