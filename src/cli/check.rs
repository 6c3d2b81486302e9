//! `seamlint check`: read, check, fix, report.

use super::progress::Progress;
use super::project::{Selection, named};
use super::{Check, FailOn, Status, complain, print, say};
use crate::config::Config;
use crate::finding::{Safety, Severity};
use crate::fix;
use crate::lint::{self, Outcome};
use crate::model::Project;
use crate::report::{Style, Summary};
use crate::rule::Rule;
use crate::rules;
use crate::source::Sources;
use clap::ColorChoice;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A fix may make another one possible, but not for ever.
const ROUNDS: usize = 10;

/// Checks a project and reports.
///
/// # Errors
/// If the call or the configuration is wrong, or the disk fails.
pub fn run(check: &Check) -> io::Result<Status> {
    let start = Instant::now();
    let selection = Selection::of(&check.paths)?;
    let config = selection.config(check.config.as_deref())?;
    let progress = Progress::start(io::stderr().is_terminal());
    progress.stage("reading");
    let mut sources = Sources::discover(&selection.root, &config.exclude)
        .map_err(|error| named(&selection.root, &error))?;
    sources.retain_environments(|path| config.is_environment(path));
    for note in &sources.notes {
        say(&format!("note: {}: {}", note.path, note.why));
    }
    progress.stage("checking");
    let mut run = Run::of(sources, &selection, &config);
    if check.unknown {
        drop(progress);
        return unknown(&run, &selection, check);
    }
    let changes = if check.fix || check.unsafe_fixes || check.diff {
        progress.stage("fixing");
        let safety = if check.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        run.fix(safety, &selection, &config)
    } else {
        Changes::default()
    };
    drop(progress);
    if check.diff {
        let diffs = changes.diffs();
        deliver(check, &diffs)?;
        let found = Summary::of(&run.outcome.findings);
        if found.findings() > 0 {
            say(&format!("{found} would be left"));
        }
        let fails = |severity| lint::reaches(&run.outcome.findings, severity);
        let left = least(check, &config).is_some_and(fails);
        return Ok(if diffs.is_empty() && !left { Status::Clean } else { Status::Found });
    }
    fix::write(&selection.root, &changes.after)?;
    let rules: Vec<&Rule> = lint::all().collect();
    let findings = &run.outcome.findings;
    let report = check.format.render(&run.project.sources, findings, &rules, style(check));
    deliver(check, &report)?;
    for line in run.summary(&changes, start.elapsed()) {
        say(&line);
    }
    for failure in &run.outcome.failures {
        complain(&format!(
            "rule {} broke down, which is a defect of seamlint: {}",
            failure.rule, failure.message
        ));
    }
    let fails = |severity| lint::reaches(findings, severity);
    Ok(if !run.outcome.failures.is_empty() {
        Status::Failed
    } else if least(check, &config).is_some_and(fails) {
        Status::Found
    } else {
        Status::Clean
    })
}

/// The least severity that makes the run fail: that of the call, or of the configuration.
fn least(check: &Check, config: &Config) -> Option<Severity> {
    let said = check.fail_on.map(FailOn::severity);
    said.or(config.fail_on).unwrap_or(Some(Severity::Warning))
}

/// A project and what is said of it.
struct Run {
    project: Project,
    outcome: Outcome,
}

/// The files that fixes change.
#[derive(Default)]
struct Changes {
    fixed: usize,
    before: BTreeMap<Arc<str>, Arc<str>>,
    after: BTreeMap<Arc<str>, String>,
}

impl Run {
    fn of(sources: Sources, selection: &Selection, config: &Config) -> Run {
        let mut project = Project::read(sources);
        project.policy = config.policy.clone();
        let mut outcome = lint::lint(&project, rules::ALL, config);
        outcome.findings.retain(|finding| selection.touches(&project.sources, finding));
        Run { project, outcome }
    }

    /// Makes fixes in memory, until none is left or one round does not follow another.
    fn fix(&mut self, safety: Safety, selection: &Selection, config: &Config) -> Changes {
        let mut changes = Changes::default();
        let found = self.outcome.findings.len();
        for _ in 0..ROUNDS {
            let sources = &self.project.sources;
            let changed = fix::apply(sources, &self.outcome.findings, safety);
            if changed.is_empty() {
                break;
            }
            let mut sources = sources.clone();
            for (path, text) in changed {
                if let Some(before) = sources.replace(&path, &text) {
                    changes.before.entry(path.clone()).or_insert(before);
                }
                changes.after.insert(path, text);
            }
            *self = Run::of(sources, selection, config);
        }
        changes.fixed = found.saturating_sub(self.outcome.findings.len());
        changes
    }

    /// What was read and found, in a few lines.
    fn summary(&self, changes: &Changes, took: Duration) -> Vec<String> {
        let mut lines = Vec::new();
        if !changes.after.is_empty() {
            let files = changes.after.len();
            lines.push(format!(
                "fixed {} in {}",
                count(changes.fixed, "finding"),
                count(files, "file")
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
        lines
    }
}

impl Changes {
    fn diffs(&self) -> String {
        let diff = |(path, after): (&Arc<str>, &String)| {
            let before = self.before.get(path).map_or("", |text| text);
            fix::diff(path, before, after)
        };
        self.after.iter().map(diff).collect()
    }
}

/// Lists what could not be read.
fn unknown(run: &Run, selection: &Selection, check: &Check) -> io::Result<Status> {
    let sources = &run.project.sources;
    let mut unknowns = run.project.unknowns();
    unknowns.sort_by_key(|unknown| unknown.at);
    unknowns.retain(|unknown| selection.holds(&sources.get(unknown.at.source).path));
    let lines: String = unknowns
        .iter()
        .map(|unknown| {
            let written = sources.text(unknown.at);
            let first = written.lines().next().unwrap_or_default();
            let more = if first.len() < written.len() { " ..." } else { "" };
            format!("{}: `{first}{more}`: {}\n", sources.display(unknown.at), unknown.why.text())
        })
        .collect();
    deliver(check, &lines)?;
    say(&format!("{} could not be read", count(unknowns.len(), "value")));
    Ok(Status::Clean)
}

/// Writes a report where the call wants it.
fn deliver(check: &Check, report: &str) -> io::Result<()> {
    match &check.output {
        Some(file) => std::fs::write(file, report).map_err(|error| named(file, &error)),
        None => print(report),
    }
}

fn style(check: &Check) -> Style {
    let terminal = check.output.is_none() && io::stdout().is_terminal();
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let colours = match check.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            set("CLICOLOR_FORCE") || (terminal && !set("NO_COLOR") && !dumb)
        }
    };
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    Style { colours, unicode: true, width }
}

fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
