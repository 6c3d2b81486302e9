//! `terraform apply` and `tofu plan`: which variables they set. Source: developer.hashicorp.com,
//! terraform apply, read 2026-11.

use super::Invocation;
use super::docker::after;
use crate::eval::terraform::Apply;
use crate::value::{Sourced, Text};

/// What a command sets, if it plans or applies.
pub fn read(invocation: &Invocation) -> Option<Apply> {
    let mut folders = invocation.folders.clone();
    let (at, variables, files) = (invocation.at, Vec::new(), Vec::new());
    let mut apply = Apply { at, folders: Vec::new(), variables, files, open: false };
    let mut words = invocation.words[1..].iter();
    let mut plans = false;
    while let Some(word) = words.next() {
        let parts = word.value.split('=');
        let name = parts.first().and_then(Text::literal).unwrap_or_default();
        let flag = name.strip_prefix("--").or(name.strip_prefix('-')).unwrap_or_default();
        let mut value = || match parts.len() {
            1 => words.next().cloned(),
            _ => Some(after(word, name.len() + 1)),
        };
        match (flag, name) {
            ("chdir", _) => {
                let to = value()?;
                folders = folders.iter().filter_map(|folder| folder.enter(&to.value)).collect();
            }
            ("var", _) => apply.variables.extend(setting(&value()?)),
            ("var-file", _) => {
                let file = value()?;
                let path = folders.iter().find_map(|folder| folder.resolve(&file.value));
                apply.open |= path.is_none();
                apply.files.extend(path);
            }
            (_, "plan" | "apply" | "destroy" | "refresh") => plans = true,
            _ if !plans && flag.is_empty() => return None,
            // It may be any flag.
            _ => apply.open |= word.value.is_unknown(),
        }
    }
    let variables = invocation.env.iter().filter_map(|(name, value)| {
        Some((name.strip_prefix("TF_VAR_")?.to_owned(), value.clone()))
    });
    // What the command line says counts more than the environment.
    apply.variables.splice(0..0, variables);
    apply.folders = folders.into_iter().map(|folder| folder.path).collect();
    plans.then_some(apply)
}

/// `NAME=value`
fn setting(word: &Sourced<Text>) -> Option<(String, Sourced<Text>)> {
    let name = word.value.split('=').first()?.literal()?.to_owned();
    let value = after(word, name.len() + 1);
    Some((name, value))
}
