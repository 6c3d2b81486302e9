//! What the start of a build decides: where its logs go, and what its substitutions are.

use super::{BuildFile, Starter};
use crate::model::Project;
use crate::value::{Sourced, Text};

/// A start with a service account of a build that does not say where its logs go.
#[derive(Debug)]
pub struct Unlogged<'a> {
    /// The account, where it is given.
    pub account: &'a Sourced<()>,
    /// The build file.
    pub file: &'a BuildFile,
    /// What starts it.
    pub starter: Starter<'a>,
}

/// A start in another region than that of the private pool.
#[derive(Debug)]
pub struct ForeignStart<'a> {
    /// The region of the pool.
    pub pool: &'a Sourced<Text>,
    /// The region in which the build is started.
    pub region: &'a Sourced<Text>,
    /// What starts it.
    pub starter: Starter<'a>,
}

/// A command that gives a build less time than a step may take.
#[derive(Debug)]
pub struct ShortStart<'a> {
    /// How long the step may take.
    pub step: &'a Sourced<Text>,
    /// How long the build may take.
    pub given: &'a Sourced<Text>,
}

impl ShortStart<'_> {
    /// How long the build may take, with its unit: of a number alone these are seconds.
    pub fn time(&self) -> String {
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let unit = if self.given.value.literal().is_some_and(is_number) { "s" } else { "" };
        format!("{}{unit}", self.given.value)
    }
}

/// A command that names a private pool of another region.
#[derive(Debug)]
pub struct ForeignPool<'a> {
    /// The pool.
    pub pool: &'a Sourced<Text>,
    /// Its region.
    pub lies_in: String,
    /// The region in which the build is started.
    pub region: &'a Sourced<Text>,
}

impl Project {
    /// The commands that name a pool of another region than their own.
    pub fn pools_of_another_region(&self) -> Vec<ForeignPool<'_>> {
        let commands = self.gcloud_commands.iter().filter(|c| c.name() == "builds submit");
        let foreign = commands.filter_map(|command| {
            let pool = command.flag("--worker-pool")?.value.known()?;
            let region = command.flag("--region")?.value.known()?;
            let mut parts =
                pool.value.literal()?.split('/').skip_while(|part| *part != "locations");
            let lies_in = parts.nth(1)?.to_owned();
            let name = region.value.literal().filter(|name| !name.is_empty())?;
            (name != lies_in && name != "global").then_some(ForeignPool { pool, lies_in, region })
        });
        foreign.collect()
    }

    /// The commands that give a build less time than one of its steps may take, and so replace
    /// what its file says.
    pub fn short_starts(&self) -> Vec<ShortStart<'_>> {
        let mut short = Vec::new();
        for (file, starter) in self.starts() {
            let Starter::Submission(submission) = starter else { continue };
            let (Some(given), Some(most)) = (submission.timeout.known(), submission.seconds())
            else {
                continue;
            };
            let steps = file.steps.iter().filter_map(|step| step.timeout.known());
            // What a substitution brings may be given otherwise.
            let steps = steps.filter(|step| step.via.is_empty());
            let is_longer = |step: &&Sourced<Text>| {
                let text = step.value.literal().and_then(|text| text.strip_suffix('s'));
                text.and_then(|text| text.parse::<f64>().ok()).is_some_and(|own| own > most)
            };
            short.extend(steps.filter(is_longer).map(|step| ShortStart { step, given }));
        }
        short
    }

    /// The starts that Cloud Build refuses, since the build has a service account and does not
    /// say where its logs go. Of one that names its account itself that is said elsewhere.
    pub fn unlogged_starts(&self) -> Vec<Unlogged<'_>> {
        let is_open = |file: &BuildFile| {
            file.chooses_logs.known().is_some_and(|chooses| !chooses.value)
                && file.account.is_unset()
        };
        let unlogged = self.starts().filter_map(|(file, starter)| {
            let account = match starter {
                _ if !is_open(file) => return None,
                Starter::Trigger(trigger) => trigger.account.known()?,
                Starter::Submission(submission) if submission.chooses_logs => return None,
                Starter::Submission(submission) => submission.account.known()?,
            };
            Some(Unlogged { account, file, starter })
        });
        unlogged.collect()
    }

    /// The starts in another region than that of the pool, which runs no others. A build of no
    /// region is one of the pool's.
    pub fn starts_in_another_region(&self) -> Vec<ForeignStart<'_>> {
        let mut foreign = Vec::new();
        for (file, starter) in self.starts() {
            let Some(pool) = file.region.known() else { continue };
            let region = match starter {
                Starter::Trigger(trigger) => trigger.region.known(),
                // It may name another region for the pool.
                Starter::Submission(s) if !s.given.is_empty() => None,
                Starter::Submission(submission) => submission.region.known(),
            };
            let differs = |region: &&Sourced<Text>| {
                !region.value.may_be(&pool.value) && region.value.literal() != Some("global")
            };
            if let Some(region) = region.filter(differs) {
                foreign.push(ForeignStart { pool, region, starter });
            }
        }
        foreign
    }
}
