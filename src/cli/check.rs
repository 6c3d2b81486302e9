//! `seamlint check`: read, check, fix, report.

use super::progress::Progress;
use super::project::named;
use super::run::{Changes, Run};
use super::wanted::Wanted;
use super::{Check, FailOn, Status, complain, count, print, say, timings};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::finding::{Safety, Severity};
use crate::fix;
use crate::lint;
use crate::report::{Format, Style, Summary, json};
use crate::rule::Rule;
use crate::source::Sources;
use crate::timing::Timings;
use clap::ColorChoice;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Instant;

/// Checks a project and reports.
///
/// # Errors
/// If the call or the configuration is wrong, or the disk fails.
pub fn run(check: &Check) -> io::Result<Status> {
    let start = Instant::now();
    let mut wanted = Wanted::of(check)?;
    let root = wanted.selection.root.clone();
    let progress = Progress::start(io::stderr().is_terminal());
    progress.stage("reading");
    let timings = Timings::default();
    let discover = || Sources::discover(&root, &wanted.config.exclude);
    let mut sources = timings.phase("read", discover).map_err(|error| named(&root, &error))?;
    // Fixes read the files again, of which most stay as they are.
    sources.is_read_once = !(check.fix || check.unsafe_fixes || check.diff);
    sources.retain_environments(|path| wanted.config.is_environment(path));
    for note in &sources.notes {
        say(&format!("note: {}: {}", note.path, note.why));
    }
    timings.phase("ask git", || wanted.compare(check, &sources))?;
    progress.stage("checking");
    let mut run = Run::of(sources, &wanted, &timings);
    if check.unknown {
        drop(progress);
        return unknown(&run, &wanted, check);
    }
    if let Some(file) = &check.write_baseline {
        drop(progress);
        return write_baseline(&run, file);
    }
    let changes = if check.fix || check.unsafe_fixes || check.diff {
        progress.stage("fixing");
        let safety = if check.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        run.fix(safety, &wanted, &timings)
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
        let left = least(check, &wanted.config).is_some_and(fails);
        return Ok(if diffs.is_empty() && !left { Status::Clean } else { Status::Found });
    }
    fix::write(&root, &changes.files)?;
    let rules: Vec<&Rule> = lint::all().collect();
    let findings = &run.outcome.findings;
    let style = style(check);
    let sources = &run.project.sources;
    let render = || match check.format {
        Format::Json => {
            let wanted = check.timings.map(|_| timings::json(&timings, start.elapsed()));
            json::findings(sources, findings, wanted)
        }
        format => format.render(sources, findings, &rules, style),
    };
    deliver(check, &timings.phase("report", render))?;
    if let Some(form) = check.timings {
        say(&timings::written(&timings, start.elapsed(), form));
    }
    for line in run.summary(&changes, &wanted, start.elapsed()) {
        say(&line);
    }
    blame(&run);
    let fails = |severity| lint::reaches(findings, severity);
    let status = if !run.outcome.failures.is_empty() {
        Status::Failed
    } else if least(check, &wanted.config).is_some_and(fails) {
        Status::Found
    } else {
        Status::Clean
    };
    // The process ends here, and the system takes all of it back at once.
    std::mem::forget(run);
    Ok(status)
}

/// Names the rules that broke down.
fn blame(run: &Run) {
    for failure in &run.outcome.failures {
        complain(&format!(
            "rule {} broke down, which is a defect of seamlint: {}",
            failure.rule, failure.message
        ));
    }
}

/// Writes what is known from now on. If a rule broke down, what it knows would be lost.
fn write_baseline(run: &Run, file: &Path) -> io::Result<Status> {
    blame(run);
    if !run.outcome.failures.is_empty() {
        return Ok(Status::Failed);
    }
    let baseline = Baseline::of(&run.project.sources, &run.outcome.findings);
    std::fs::write(file, baseline.text()).map_err(|error| named(file, &error))?;
    let (count, file) = (count(baseline.len(), "finding"), file.display());
    say(&format!("wrote {count} to {file}"));
    Ok(Status::Clean)
}

/// The least severity that makes the run fail: that of the call, or of the configuration.
fn least(check: &Check, config: &Config) -> Option<Severity> {
    let said = check.fail_on.map(FailOn::severity);
    said.or(config.fail_on).unwrap_or(Some(Severity::Warning))
}

/// Lists what could not be read.
fn unknown(run: &Run, wanted: &Wanted, check: &Check) -> io::Result<Status> {
    let sources = &run.project.sources;
    let mut unknowns = run.project.unknowns();
    unknowns.sort_by_key(|unknown| unknown.at);
    unknowns.retain(|unknown| wanted.selection.holds(&sources.get(unknown.at.source).path));
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
