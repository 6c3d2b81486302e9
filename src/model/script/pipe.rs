//! Pipes: what of a failure is lost in them.

use super::{Place, Script};
use crate::source::Span;
use crate::syntax::shell::{Kind, Simple, Statement};

/// What fetches something over the network.
const DOWNLOADS: &[&str] = &["curl", "wget", "aria2c", "axel", "gsutil"];

/// What runs the text that it reads, if it is given no file.
const INTERPRETERS: &[&str] = &[
    "sh", "bash", "dash", "ash", "zsh", "python", "python2", "python3", "perl", "php", "ruby",
    "node",
];

/// What cannot fail, or whose failure means nothing.
const HARMLESS: &[&str] = &["echo", "printf", "yes", "true", ":", "false", "env", "date", "seq"];

/// What fails on its own if it reads nothing, or only a part.
const WATCHFUL: &[&str] = &[
    "tar",
    "bsdtar",
    "gunzip",
    "gzip",
    "unzip",
    "bunzip2",
    "bzip2",
    "unxz",
    "xz",
    "unzstd",
    "zstd",
    "cpio",
    "gpg",
    "gpg2",
    "apt-key",
    "sha256sum",
    "sha512sum",
    "sha1sum",
    "md5sum",
    "grep",
    "egrep",
    "fgrep",
    "rg",
];

/// A pipe of which only the last command is asked whether it failed.
#[derive(Debug, Clone, Copy)]
pub struct Pipe<'s> {
    /// All of it.
    pub at: Span,
    /// The program whose failure is lost.
    pub left: &'s str,
    /// Where it is called.
    pub left_at: Span,
    /// The last program, if it is known.
    pub right: Option<&'s str>,
    /// Whether the last fails on its own if it reads nothing.
    pub is_watched: bool,
    /// Whether the first fetches something and the last takes whatever comes.
    pub is_blind: bool,
}

/// Something that is fetched and run at once.
#[derive(Debug, Clone, Copy)]
pub struct Fetched<'s> {
    /// All of it.
    pub at: Span,
    /// What fetches it.
    pub by: &'s str,
    /// What runs it.
    pub run_by: &'s str,
}

impl Script {
    /// The pipes in which a failure is lost.
    pub fn blind_pipes(&self) -> Vec<Pipe<'_>> {
        let places = self.places();
        let pipes = places.iter().filter_map(|place| {
            let Place { options, asked, is_condition, .. } = place;
            let item = place.item();
            let (last, others) = item.pipeline.split_last()?;
            if options.pipefail || !asked || *is_condition || item.negated || place.is_forgiven() {
                return None;
            }
            let right = simple(last).and_then(called);
            let left = others.iter().filter_map(|statement| {
                let simple = simple(statement)?;
                let name = called(simple)?;
                let harmless = HARMLESS.contains(&name) || (name == "cat" && is_fed(simple));
                (!harmless).then_some((statement.at, name))
            });
            let fetches = |name: &str| DOWNLOADS.contains(&name);
            let (left_at, left) = left.min_by_key(|(_, name)| !fetches(name))?;
            let is_watched = right.is_some_and(|reader| WATCHFUL.contains(&reader));
            let is_blind = fetches(left) && right.is_some() && !is_watched;
            let at = others.first()?.at.to(last.at);
            Some(Pipe { at, left, left_at, right, is_watched, is_blind })
        });
        pipes.collect()
    }

    /// What it fetches and runs at once.
    pub fn fetched(&self) -> Vec<Fetched<'_>> {
        let mut found = Vec::new();
        for place in self.places() {
            let pipeline = &place.item().pipeline;
            let fetch = pipeline.iter().find_map(|s| Some((s.at, fetches(simple(s)?)?)));
            let run = pipeline.last().and_then(|s| Some((s.at, runs_input(simple(s)?)?)));
            if let (Some((start, by)), Some((end, run_by)), true) = (fetch, run, pipeline.len() > 1)
            {
                found.push(Fetched { at: start.to(end), by, run_by });
            }
            for statement in pipeline {
                let Some(simple) = simple(statement) else { continue };
                let run_by = called(simple).unwrap_or_default();
                let takes =
                    INTERPRETERS.contains(&run_by) || matches!(run_by, "eval" | "." | "source");
                let inner = simple.words.iter().filter(|_| takes).find_map(|word| {
                    word.parts.iter().find_map(|part| match part {
                        crate::syntax::shell::Part::Command(list, _) => {
                            let mut all = list.items.iter().flat_map(|item| &item.pipeline);
                            all.find_map(|statement| fetches(self::simple(statement)?))
                        }
                        _ => None,
                    })
                });
                if let Some(by) = inner {
                    found.push(Fetched { at: statement.at, by, run_by });
                }
            }
        }
        found
    }
}

fn simple(statement: &Statement) -> Option<&Simple> {
    match &statement.kind {
        Kind::Simple(simple) => Some(simple),
        _ => None,
    }
}

/// The program that is run in the end: of `sudo -E bash -` it is `bash`.
fn called(simple: &Simple) -> Option<&str> {
    let mut words = simple.words.iter().filter_map(|word| word.as_str());
    let first = crate::source::name(words.next()?);
    if !matches!(first, "sudo" | "env" | "exec" | "command" | "nice" | "time" | "timeout") {
        return Some(first);
    }
    let is_program = |word: &&str| !word.starts_with(['-', '+']) && !word.contains('=');
    words.find(is_program).map(crate::source::name).or(Some(first))
}

fn fetches(simple: &Simple) -> Option<&str> {
    called(simple).filter(|name| DOWNLOADS.contains(name))
}

/// Whether a command runs what it reads: an interpreter without a file or a text of its own.
fn runs_input(simple: &Simple) -> Option<&str> {
    let name = called(simple).filter(|name| INTERPRETERS.contains(name))?;
    let mut rest = simple.words.iter().filter_map(|word| word.as_str());
    rest.find(|word| crate::source::name(word) == name)?;
    let rest: Vec<&str> = rest.collect();
    let is_shell = name.ends_with("sh");
    let has_own = match is_shell {
        true => {
            let reads = rest.iter().any(|word| *word == "-" || word.starts_with("-s"));
            !reads && rest.iter().any(|word| !word.starts_with(['-', '+']) || word.contains('c'))
        }
        false => rest.first().is_some_and(|word| *word != "-"),
    };
    (!has_own).then_some(name)
}

/// Whether nothing is named that it would read.
fn is_fed(simple: &Simple) -> bool {
    simple.words.len() == 1
}
