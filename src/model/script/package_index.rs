//! The lists of packages that `apt-get update` fetches: those that a later layer finds out of date,
//! and those that stay in the image.

use super::package::Manager;
use crate::model::image::{Image, Run, Stage};
use crate::source::Span;

/// An update in a layer of its own, which the builder keeps when what is installed changes.
#[derive(Debug, Clone, Copy)]
pub struct StaleIndex<'s> {
    /// The update.
    pub update: &'s Run,
    /// The install that uses its lists.
    pub install: Option<&'s Run>,
}

/// An update whose lists stay in the image.
#[derive(Debug, Clone, Copy)]
pub struct KeptIndex<'s> {
    /// The update.
    pub update: &'s Run,
    /// Where a command can be added that removes the lists, if nothing needs them any more. Of
    /// several updates of an instruction the first has it.
    pub end: Option<Span>,
}

impl Image {
    /// The updates in a layer of their own, before an install that does not update again, be that
    /// in a stage that starts from theirs.
    pub fn stale_indexes(&self) -> Vec<StaleIndex<'_>> {
        let mut stale: Vec<StaleIndex<'_>> = Vec::new();
        for stage in self.all_stages() {
            let mut lineage: Vec<&Stage> = self.lineage(stage).collect();
            lineage.reverse();
            let runs: Vec<&Run> = lineage.iter().flat_map(|stage| &stage.runs).collect();
            let of_apt = stale_indexes_of(&runs, &["apt-get", "apt"], "install");
            for found in of_apt.into_iter().chain(stale_indexes_of(&runs, &["apk"], "add")) {
                if !stale.iter().any(|known| std::ptr::eq(known.update, found.update)) {
                    stale.push(found);
                }
            }
        }
        stale
    }
}

/// Those of one package manager. What installs may fetch a list for itself: `apk add -U`.
fn stale_indexes_of<'s>(all: &[&'s Run], programs: &[&str], install: &str) -> Vec<StaleIndex<'s>> {
    let orders = |command: &str| -> Vec<usize> {
        let runs = all.iter().filter(|run| run.calls(programs, command));
        runs.filter(|run| command == "update" || !run.fetches_index()).map(|r| r.order).collect()
    };
    let (updates, installs) = (orders("update"), orders(install));
    // Scripts that add a repository, such as that of NodeSource, update the index as well.
    let is_script =
        |run: &&Run| matches!(run.command.program(), Some("sh" | "bash" | "source" | "."));
    let scripts: Vec<usize> = all.iter().copied().filter(is_script).map(|r| r.order).collect();
    let stale = all.iter().copied().filter_map(|run| {
        let is_update = run.command.program().is_some_and(|name| programs.contains(&name))
            && run.has_word("update")
            && !all.iter().copied().any(|o| o.order == run.order && o.calls(programs, install));
        let next = *installs.iter().find(|order| **order > run.order)?;
        let mut newer = updates.iter().chain(&scripts);
        let is_renewed = newer.any(|order| (run.order + 1..=next).contains(order));
        let mut users = all.iter().copied().filter(|other| other.order == next);
        let install = users.find(|other| other.has_word(install));
        (is_update && !is_renewed).then_some(StaleIndex { update: run, install })
    });
    stale.collect()
}

impl Stage {
    /// The updates whose lists neither a command of the same instruction removes nor a mounted
    /// cache takes.
    pub fn kept_indexes(&self) -> Vec<KeptIndex<'_>> {
        let mut ended = None;
        let mut kept = Vec::new();
        for run in &self.runs {
            let Some(("apt-get" | "apt" | "aptitude", rest)) = run.program() else { continue };
            let removes = |other: &Run| {
                let mut words = other.command.words.iter().map(|word| word.text().to_string());
                other.order == run.order && words.any(|word| word.starts_with("/var/lib/apt"))
            };
            let mut caches = self.caches.iter().filter(|cache| cache.order == run.order);
            if rest.iter().all(|word| word.as_str() != Some("update"))
                || self.runs.iter().any(removes)
                || caches.any(|cache| cache.target.starts_with("/var/lib/apt"))
            {
                continue;
            }
            let is_first = ended.replace(run.order) != Some(run.order);
            let end = if is_first { self.end_of_installs(run.order) } else { None };
            kept.push(KeptIndex { update: run, end });
        }
        kept
    }

    /// The end of an instruction that installs packages of apt, if none behind it does.
    fn end_of_installs(&self, order: usize) -> Option<Span> {
        let installs = |run: &&Run| run.install().is_some_and(|it| it.manager == Manager::Apt);
        let orders = || self.runs.iter().filter(installs).map(|run| run.order);
        let is_last = orders().any(|other| other == order) && orders().all(|other| other <= order);
        is_last.then(|| self.end_of_chain(order))?
    }
}

impl Run {
    fn has_word(&self, wanted: &str) -> bool {
        self.command.words.iter().any(|word| word.as_str() == Some(wanted))
    }

    fn calls(&self, programs: &[&str], command: &str) -> bool {
        programs.iter().any(|program| self.has_word(program)) && self.has_word(command)
    }

    /// Whether it fetches the list of `apk` itself.
    fn fetches_index(&self) -> bool {
        let fetches = |word: &str| {
            let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            matches!(word, "--no-cache" | "--update" | "--update-cache")
                || short.is_some_and(|short| short.contains('U'))
        };
        let words = self.command.words.iter();
        self.has_word("apk") && words.filter_map(|word| word.as_str()).any(fetches)
    }
}
