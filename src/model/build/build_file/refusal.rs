//! What is refused of a build file in this project, by whoever is known to start its build.

use super::{Choice, Refuser};
use crate::model::Project;
use crate::model::build::submission::Submission;
use crate::syntax::cloudbuild::shape::Refused;
use crate::value::{Sourced, Text};

/// Something that is refused of a build file.
#[derive(Debug)]
pub struct Refusal<'a> {
    /// What it is.
    pub what: &'a Refused,
    /// What becomes of the build.
    pub fate: Fate<'a>,
}

/// What becomes of a build of which something is refused.
#[derive(Debug, Clone, Copy)]
pub enum Fate<'a> {
    /// It fails; if that is for a command that sends it, this one.
    Fails(Option<&'a Submission>),
    /// It may fail.
    MayFail,
    /// It runs, as far as is known.
    Runs,
}

/// The account of a trigger that is named by its address, and not by its path.
#[derive(Debug)]
pub struct AddressedAccount<'a> {
    /// The address.
    pub address: &'a Sourced<Text>,
    /// How it is written.
    pub written: &'a str,
    /// What to write, if that is known.
    pub path: Option<String>,
}

impl Project {
    /// What is refused of build files, but for what is settled by what starts them.
    pub fn refusals(&self) -> impl Iterator<Item = Refusal<'_>> {
        let refused = self.refused_in_builds.iter().filter_map(|refused| refused.as_ref());
        refused.filter_map(|what| Some(Refusal { what, fate: self.fate(what)? }))
    }

    /// None if nothing is wrong with it where it is started.
    fn fate(&self, refused: &Refused) -> Option<Fate<'_>> {
        Some(match refused.by {
            Refuser::Everybody => Fate::Fails(None),
            Refuser::Start(choice) if self.is_chosen(refused.at, choice) => return None,
            Refuser::Start(Choice::Logs) => Fate::Fails(None),
            Refuser::Start(Choice::Timeout) | Refuser::Perhaps => Fate::MayFail,
            Refuser::OlderGcloud | Refuser::Nobody => Fate::Runs,
            Refuser::Submission => match self.submission_of(refused.at) {
                Some(submission) => Fate::Fails(Some(submission)),
                None if self.has_trigger(refused.at) => return None,
                None => Fate::Runs,
            },
        })
    }

    /// The accounts of triggers that are named by addresses.
    pub fn addressed_accounts(&self) -> impl Iterator<Item = AddressedAccount<'_>> {
        let addresses = self.triggers.iter().filter_map(|trigger| trigger.address.known());
        addresses.map(|address| {
            let written = self.sources.text(address.at).trim_matches('"');
            let known = address.value.literal().unwrap_or(written);
            let path = match written.strip_suffix(".email") {
                Some(resource) => Some(format!("{resource}.id")),
                None if known.contains('@') && !known.contains('"') => {
                    Some(format!("projects/PROJECT/serviceAccounts/{known}"))
                }
                None => None,
            };
            AddressedAccount { address, written, path }
        })
    }
}
