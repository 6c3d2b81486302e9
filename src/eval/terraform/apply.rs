//! Commands that plan or apply, with the variables that they set.

use super::environment::{Environment, Setting};
use super::folder::{File, Folders};
use crate::source::{Sources, Span};
use crate::value::{Sourced, Text};
use std::collections::BTreeMap;

/// A command that plans or applies: `terraform -chdir=infra apply -var env=prod`.
#[derive(Debug, Clone)]
pub struct Apply {
    /// The command.
    pub at: Span,
    /// The folders in which it may run, from the root of the project.
    pub folders: Vec<String>,
    /// `-var`, and `TF_VAR_` of the environment.
    pub variables: Vec<(String, Sourced<Text>)>,
    /// `-var-file`: paths from the root of the project.
    pub files: Vec<String>,
    /// Whether it may set other variables.
    pub open: bool,
}

impl Apply {
    /// What the command sets, and for which root module; nothing if it sets no more than a file
    /// of variables that stands for itself.
    pub(super) fn environment<'a>(
        &'a self,
        folders: &Folders<'a>,
        sources: &'a Sources,
        files: &BTreeMap<&'a str, &'a File<'a>>,
    ) -> Option<(&'a str, Environment<'a>)> {
        let roots = self.folders.iter().filter_map(|f| folders.declared.get_key_value(f.as_str()));
        let (root, declared) = roots.into_iter().find(|(root, _)| folders.is_root(root))?;
        let mut settings: BTreeMap<&str, Setting> = BTreeMap::new();
        let mut open = self.open;
        for path in &self.files {
            match files.get(path.as_str()) {
                Some(file) => settings.extend(
                    file.body.attributes.iter().map(|a| (a.name.as_str(), Setting::Written(a))),
                ),
                None => open = true,
            }
        }
        let given = self
            .variables
            .iter()
            .filter(|(name, _)| declared.variables.contains_key(name.as_str()));
        let mut any = false;
        for (name, value) in given {
            any = true;
            settings.insert(name, Setting::Given(value));
        }
        let path = &sources.get(self.at.source).path;
        any.then_some((*root, Environment { path, settings, open, complete: true }))
    }
}
