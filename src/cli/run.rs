//! One run: a project, what is said of it, and what fixes make of both.

use super::count;
use super::say;
use super::wanted::{Sifted, Wanted};
use crate::finding::Safety;
use crate::fix::{self, Change};
use crate::lint::{self, Outcome};
use crate::model::Project;
use crate::report::Summary;
use crate::rules;
use crate::source::Sources;
use crate::timing::Timings;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A fix may make another one possible, but not for ever.
const ROUNDS: usize = 10;

/// So many of the findings that are gone are shown.
const SHOWN: usize = 10;

/// A project and what is said of it.
pub struct Run {
    /// What was read.
    pub project: Project,
    /// What was found, and is wanted.
    pub outcome: Outcome,
    sifted: Sifted,
}

/// The files that fixes change.
#[derive(Default)]
pub struct Changes {
    fixed: usize,
    /// Whether a fix would have broken a file, and was not made.
    broke: bool,
    /// The texts before and after.
    pub files: BTreeMap<Arc<str>, Change>,
}

impl Run {
    /// Reads and checks a project.
    pub fn of(sources: Sources, wanted: &Wanted, timings: &Timings) -> Run {
        let mut project = Project::read_timed(sources, timings);
        project.policy = wanted.config.policy.clone();
        if wanted.config.asks_shellcheck() {
            let root = &wanted.selection.root;
            let mut shellcheck = wanted.shellcheck.borrow_mut();
            let examine = || shellcheck.examine(root, &mut project);
            if let Some(complaint) = timings.phase("ask ShellCheck", examine) {
                say(&format!("hint: {complaint}"));
            }
        }
        let mut outcome = lint::lint_timed(&project, rules::ALL, &wanted.config, timings);
        let sifted = timings.phase("sift", || wanted.sift(&project.sources, &mut outcome));
        Run { project, outcome, sifted }
    }

    /// Makes fixes in memory, until none is left or one round does not follow another.
    pub fn fix(&mut self, safety: Safety, wanted: &Wanted, timings: &Timings) -> Changes {
        let mut changes = Changes::default();
        let found = self.outcome.findings.len();
        for _ in 0..ROUNDS {
            let changed = fix::apply(&self.project.sources, &self.outcome.findings, safety);
            if changed.is_empty() {
                break;
            }
            let mut sources = self.project.sources.clone();
            let mut texts = Vec::new();
            for (path, after) in changed {
                if let Some(before) = sources.replace(&path, &after) {
                    texts.push((path, Change { before, after }));
                }
            }
            let next = Run::of(sources, wanted, timings);
            // A file that cannot be read any more is worse than any finding.
            changes.broke = next.project.errors.len() > self.project.errors.len();
            if changes.broke {
                break;
            }
            *self = next;
            for (path, change) in texts {
                let file = changes.files.entry(path).or_insert_with(|| change.clone());
                file.after = change.after;
            }
        }
        changes.files.retain(|_, change| *change.before != *change.after);
        changes.fixed = found.saturating_sub(self.outcome.findings.len());
        changes
    }

    /// What was read and found, in a few lines.
    pub fn summary(&self, changes: &Changes, wanted: &Wanted, took: Duration) -> Vec<String> {
        let mut lines = Vec::new();
        if !changes.files.is_empty() {
            let files = changes.files.len();
            lines.push(format!(
                "fixed {} in {}",
                count(changes.fixed, "finding"),
                count(files, "file")
            ));
        }
        if changes.broke {
            let end = if changes.files.is_empty() { "" } else { " more" };
            lines.push(format!(
                "no{end} fixes were made: one would break a file, which is a defect of seamlint"
            ));
        }
        let files = self.project.sources.iter().count();
        let summary = Summary::of(&self.outcome.findings);
        let fixable = summary.fixable().map_or(String::new(), |fixable| format!("; {fixable}"));
        let seconds = took.as_secs_f64();
        lines.push(format!("{summary} in {} ({seconds:.2} s){fixable}", count(files, "file")));
        let unsure = self.outcome.unsure;
        if unsure > 0 {
            lines.push(format!(
                "{} left out: too little speaks for {}; `minimum-confidence = \"possible\"` in \
                 seamlint.toml shows {}",
                count(unsure, "finding"),
                if unsure == 1 { "it" } else { "them" },
                if unsure == 1 { "it" } else { "them" },
            ));
        }
        lines.extend(self.sifted.summary(&wanted.baseline()));
        lines
    }
}

impl Sifted {
    /// What became of the findings that a baseline knows.
    fn summary(&self, baseline: &str) -> Vec<String> {
        let mut lines = Vec::new();
        if self.known > 0 {
            lines.push(format!(
                "{} left out: {baseline} knows {}",
                count(self.known, "finding"),
                if self.known == 1 { "it" } else { "them" }
            ));
        }
        for (known, times) in self.gone.iter().take(SHOWN) {
            let times = if *times > 1 { format!(", {times} times") } else { String::new() };
            let (path, rule, message) = (&known.path, &known.rule, &known.message);
            lines.push(format!("gone: {path}: {message} [{rule}]{times}"));
        }
        let gone: usize = self.gone.iter().map(|(_, times)| times).sum();
        if gone > 0 {
            let more = self.gone.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(", {more} of them not shown") } else { String::new() };
            lines.push(format!(
                "{} of {baseline} gone{more}: `--write-baseline {baseline}` forgets what is gone",
                count(gone, "finding"),
            ));
        }
        lines
    }
}

impl Changes {
    /// The differences that `patch` takes.
    pub fn diffs(&self) -> String {
        let diff =
            |(path, change): (&Arc<str>, &Change)| fix::diff(path, &change.before, &change.after);
        self.files.iter().map(diff).collect()
    }
}
