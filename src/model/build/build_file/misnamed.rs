//! Names that are given values and that Cloud Build does not take for substitutions.

use super::BuildFile;
use super::substitution::{FIXED, is_built_in, is_own};
use crate::model::Project;
use crate::value::{Sourced, Text, Value};

/// A name of no substitution that may be given a value.
#[derive(Debug)]
pub struct Misnamed<'a> {
    /// The name.
    pub name: &'a Sourced<Text>,
    /// Whether whoever starts the build gives the value, and not the file.
    pub is_given: bool,
    /// Whether Cloud Build has it, and sets it itself.
    pub is_built_in: bool,
    /// The name that people may use which is most like it.
    pub own: Option<String>,
}

impl<'a> Misnamed<'a> {
    fn of(name: &'a Sourced<Text>, is_given: bool) -> Misnamed<'a> {
        let text = name.value.to_string();
        let is_built_in = name.value.literal().is_some_and(is_built_in);
        let capitals = text.to_ascii_uppercase().replace(['-', '.'], "_");
        let own = format!("_{}", capitals.trim_start_matches('_'));
        Misnamed { name, is_given, is_built_in, own: Some(own).filter(|name| is_own(name)) }
    }
}

impl BuildFile {
    /// Names of `substitutions` that Cloud Build does not take.
    pub fn invalid_keys(&self) -> Vec<&Sourced<Text>> {
        let declared = self.declared.iter().filter_map(Value::known);
        declared.filter(|name| name.value.literal().is_some_and(|name| !is_own(name))).collect()
    }
}

impl Project {
    /// The names that files, commands and triggers give values and that Cloud Build does not take.
    pub fn misnamed_substitutions(&self) -> impl Iterator<Item = Misnamed<'_>> {
        let declared = self.build_files.iter().flat_map(BuildFile::invalid_keys);
        let declared = declared.map(|name| Misnamed::of(name, false));
        declared.chain(self.invalid_gifts().map(|name| Misnamed::of(name, true)))
    }

    /// Of the names of commands and triggers: those that are neither people's nor Cloud Build's,
    /// and of its own those that every build has.
    fn invalid_gifts(&self) -> impl Iterator<Item = &Sourced<Text>> {
        let of_triggers = self.triggers.iter().flat_map(|trigger| &trigger.substitutions);
        let of_commands = self.submissions.iter().flat_map(|submission| &submission.given);
        let given = of_triggers.chain(of_commands).filter_map(Value::known);
        given.filter(|name| {
            let is_refused =
                |name: &str| FIXED.contains(&name) || !(is_own(name) || is_built_in(name));
            name.value.literal().is_some_and(is_refused)
        })
    }
}
