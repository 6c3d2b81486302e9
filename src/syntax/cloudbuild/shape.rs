//! What Cloud Build takes in a build file: fields, their types and their limits.
//!
//! gcloud's loader refuses unknown fields anywhere, and values of another type as YAML 1.1 has
//! it: `8080` and `yes` are no strings. One value stands for a list of it, and snake_case for
//! camelCase. Source: googlecloudsdk/api_lib/cloudbuild of 528.0.0, read 2026-11.

mod account;
mod artifacts;
mod choice;
mod dated;
mod fields;
mod limits;
mod names;
mod secrets;
mod value;
mod volumes;

pub use account::chooses_logs;
pub use dated::{Dated, dated};
pub use fields::{has_fields_of_build, is_build, is_field};

use super::super::yaml::{Entry, Node, Yaml};
use super::{UNKNOWN, listed};
use crate::nearest::nearest;
use crate::source::Span;
use choice::choices;
use value::is_null;

/// Something that Cloud Build, or gcloud before it, refuses.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Where.
    pub at: Span,
    /// What is wrong, complete.
    pub message: String,
    /// A phrase beside the place.
    pub label: &'static str,
    /// What to do. May be empty.
    pub help: String,
    /// Who refuses it.
    pub by: Refuser,
}

/// Who refuses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refuser {
    /// Whoever reads it.
    Everybody,
    /// Perhaps nobody: it came later than the table.
    Perhaps,
    /// Whoever reads it for `gcloud builds submit`; where a trigger reads it, it may pass.
    Submission,
    /// Nobody: it is only idle.
    Nobody,
    /// Only versions of gcloud that are older than it.
    OlderGcloud,
    /// Whoever starts the build, unless the command for it makes this choice.
    Start(Choice),
}

/// What a command that starts a build may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Where the logs go.
    Logs,
    /// How long the build may take.
    Timeout,
}

/// What is refused of a build.
pub fn check(yaml: &Yaml, root: &Node) -> Vec<Refused> {
    let mut checker = Checker { refused: Vec::new(), is_later: yaml.is_later };
    if let [_, second, ..] = &yaml.documents[..] {
        let message = "a build file is one document, and this has more".to_owned();
        checker.refuse(second.at, message, "is another document", "write it into another file");
    }
    checker.message(root, "Build");
    check_meaning(root, &mut checker);
    // What lacks a field that is only misspelt is told once.
    let meant: Vec<(u32, String)> = checker
        .refused
        .iter()
        .filter_map(|refused| Some((refused.at.start, meant(&refused.help)?.to_owned())))
        .collect();
    checker.refused.retain(|refused| {
        let lacks = |(at, name): &(u32, String)| {
            refused.at.touches(*at) && refused.message.contains(&format!("needs a `{name}`"))
        };
        !meant.iter().any(lacks)
    });
    checker.refused.sort_by_key(|refused| refused.at);
    checker.refused
}

/// What is refused of the values of a build whose fields and types are right.
pub fn check_values(root: &Node) -> Vec<Refused> {
    let mut checker = Checker { refused: Vec::new(), is_later: false };
    let options = root.get("options").map(Node::entries).unwrap_or_default();
    for (entry, choices) in options.iter().filter_map(|entry| Some((entry, choices(entry)?))) {
        let is_known = entry.value.text().is_some_and(|text| !text.contains('$'));
        if is_known {
            let name = format!("`{}`", entry.key.text().unwrap_or_default());
            checker.choice(&entry.value, &name, choices);
        }
    }
    check_meaning(root, &mut checker);
    // No gcloud reads it.
    let is_meant = |refused: &Refused| {
        !matches!(refused.by, Refuser::OlderGcloud | Refuser::Submission)
            && !refused.message.contains(UNKNOWN)
    };
    checker.refused.retain(is_meant);
    checker.refused.sort_by_key(|refused| refused.at);
    checker.refused
}

/// What is refused of a build whatever its fields are.
fn check_meaning(root: &Node, checker: &mut Checker) {
    limits::check(root, checker);
    names::check(root, checker);
    artifacts::check(root, checker);
    secrets::check(root, checker);
    volumes::check(root, checker);
    account::check(root, checker);
}

/// What is wrong with a file that is called like a build and holds none: nothing, or steps alone.
pub fn no_build(yaml: &Yaml, at: Span) -> Option<Refused> {
    let is_steps = |entry: &&Entry| {
        let key = entry.key.text().unwrap_or_default();
        let first = listed(Some(&entry.value)).first();
        nearest(key, ["steps"]).is_some() && first.is_some_and(|step| step.get("name").is_some())
    };
    if let Some(entry) = yaml.root().and_then(|root| root.entries().iter().find(is_steps)) {
        let message = format!("a build has no field `{}`", entry.key.text().unwrap_or_default());
        let (at, help) = (entry.key.at, "did you mean `steps`?".to_owned());
        return Some(Refused { at, message, label: "is refused", help, by: Refuser::Everybody });
    }
    let (message, label, by) = match yaml.root().filter(|root| !is_null(root)) {
        None => ("the file holds no build", "is empty", Refuser::Perhaps),
        Some(root) => {
            let first = root.items().first().filter(|step| step.get("name").is_some())?;
            ["args", "entrypoint", "script"].iter().find_map(|key| first.get(key))?;
            ("a build file is a map, but this is a list", "is no map", Refuser::Everybody)
        }
    };
    let help = "write the steps below `steps:`".to_owned();
    Some(Refused { at, message: message.to_owned(), label, help, by })
}

/// The name that a help offers.
fn meant(help: &str) -> Option<&str> {
    help.strip_prefix("did you mean `")?.strip_suffix("`?")
}

/// What has been found of a build.
struct Checker {
    refused: Vec<Refused>,
    /// Whether the file asks for YAML 1.2.
    is_later: bool,
}

impl Checker {
    fn refuse(&mut self, at: Span, message: String, label: &'static str, help: impl Into<String>) {
        self.hint(at, message, label, &help.into(), Refuser::Everybody);
    }

    /// What only some refuse.
    fn hint(&mut self, at: Span, message: String, label: &'static str, help: &str, by: Refuser) {
        self.refused.push(Refused { at, message, label, help: help.to_owned(), by });
    }
}
