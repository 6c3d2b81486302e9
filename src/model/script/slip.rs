//! Slips in texts for a shell, of which the shell says nothing, or too late.

use super::{Place, Script, own_words};
use crate::model::image::system::Dialect;
use crate::model::image::{Run, Stage};
use crate::source::{Sources, Span};
use crate::syntax::shell::{Item, Join, Kind, Operator, Part, Redirect, Simple, Word};

/// Folders that every image has.
const EVERYWHERE: &[&str] = &[
    "",
    "..",
    ".",
    "-",
    "/tmp",
    "/root",
    "/usr",
    "/usr/local",
    "/usr/src",
    "/opt",
    "/home",
    "/etc",
    "/var",
    "~",
    "$HOME",
];

/// A `cd` of which nobody asks whether it failed.
#[derive(Debug, Clone)]
pub struct UncheckedMove {
    /// The command.
    pub at: Span,
    /// Where it goes, as it is written.
    pub folder: String,
    /// What runs in any case.
    pub next: Span,
    /// The `;` between them with its blanks, if that is all.
    pub gap: Option<Span>,
}

/// `rm` of everything below a variable.
#[derive(Debug, Clone)]
pub struct RootRemoval {
    /// The word.
    pub at: Span,
    /// The variable.
    pub name: String,
    /// Where it is written.
    pub variable: Span,
    /// What is left of the word if the variable is empty.
    pub rest: String,
}

/// A `curl` that takes something else for the file.
#[derive(Debug, Clone, Copy)]
pub struct CarelessDownload {
    /// The command.
    pub at: Span,
    /// The word `curl`.
    pub program: Span,
    /// What it takes for the file.
    pub takes: Takes,
}

/// What `curl` may take for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// The page that tells of an error.
    Error,
    /// The empty answer that tells where the file is.
    Redirect,
}

impl Script {
    /// Whether it is known that a shell reads it.
    pub(super) fn has_shell(&self) -> bool {
        self.dialect().is_some_and(|dialect| dialect != Dialect::None)
    }

    /// The secrets of the build that it reads, with their paths; none where it asks whether they
    /// are there, or goes on without them.
    pub fn read_secrets(&self) -> Vec<(Span, String)> {
        const SECRETS: &str = "/run/secrets/";
        let path = |word: &Word| {
            let text = word.as_str().filter(|text| text.starts_with(SECRETS))?;
            Some((word.at, text.to_owned())).filter(|_| text.len() > SECRETS.len())
        };
        let mut found: Vec<(Span, String)> = Vec::new();
        for place in self.places() {
            let next = place.following().first();
            let is_forgiven = next.is_some_and(|next| next.join == Join::Or) || place.is_condition;
            for statement in &place.item().pipeline {
                let Kind::Simple(simple) = &statement.kind else { continue };
                let own = simple.words.iter().skip(1).filter_map(path);
                let reads = |r: &&Redirect| r.operator == Operator::Reads;
                let redirects = statement.redirects.iter().filter(reads);
                let redirected = redirects.filter_map(|redirect| path(&redirect.target));
                match simple.program() {
                    Some(
                        "test" | "[" | "[[" | "ls" | "rm" | "mkdir" | "touch" | "ln" | "chmod",
                    ) => {
                        if own.count() > 0 {
                            return Vec::new();
                        }
                    }
                    Some("cat" | "source" | "." | "base64" | "cp" | "head" | "tail" | "tr") => {
                        if is_forgiven && own.clone().count() > 0 {
                            return Vec::new();
                        }
                        found.extend(own.chain(redirected));
                    }
                    _ if is_forgiven => {}
                    _ => found.extend(redirected),
                }
            }
        }
        found.dedup_by(|a, b| a.1 == b.1);
        found
    }

    /// The changes of the folder of which nobody asks whether they failed, though something is
    /// removed below it.
    pub fn dangerous_moves(&self, sources: &Sources) -> Vec<UncheckedMove> {
        let places = self.places().iter();
        let removes = |place: &&Place| {
            place.following().iter().any(|item| match item.pipeline.first().map(|s| &s.kind) {
                Some(Kind::Simple(simple)) => {
                    let words = || simple.words.iter().skip(1).filter_map(|word| word.as_str());
                    let below = |word: &str| !word.starts_with(['-', '/', '~']);
                    simple.program() == Some("rm") && words().any(below)
                }
                _ => false,
            })
        };
        let moves = places.filter(removes);
        moves.filter_map(|place| unchecked_move(place, None, sources)).collect()
    }

    /// The changes of the folder of which nobody asks whether they failed.
    pub fn unchecked_moves(&self, stage: &Stage, sources: &Sources) -> Vec<UncheckedMove> {
        if !self.has_shell() {
            return Vec::new();
        }
        let own = stage.system.known().and_then(|system| system.value.workdir);
        let places = self.places().iter();
        places.filter_map(|place| unchecked_move(place, own, sources)).collect()
    }

    /// The removals of what is below a variable that may be empty.
    pub fn root_removals(&self, stage: &Stage) -> Vec<RootRemoval> {
        let removals = self.simple().filter(|(_, simple)| simple.program() == Some("rm"));
        let words = removals.flat_map(|(_, simple)| simple.words.iter());
        let is_set = |name: &str| {
            let mut settings = stage.written.settings.iter();
            self.sets(name)
                || stage.env.contains_key(name)
                || settings.any(|set| set.key == name && !set.value.is_unset())
        };
        words.filter_map(root_removal).filter(|removal| !is_set(&removal.name)).collect()
    }

    /// The removals of what is below a variable that the text does not set, and of which it does
    /// not ask that it is set.
    pub fn foreign_root_removals(&self) -> Vec<RootRemoval> {
        let mut found = Vec::new();
        for place in self.places().iter().filter(|place| !place.options.nounset) {
            for statement in &place.item().pipeline {
                let Kind::Simple(simple) = &statement.kind else { continue };
                if simple.program() != Some("rm") {
                    continue;
                }
                let removals = simple.words.iter().filter_map(root_removal);
                found.extend(removals.filter(|removal| self.never_names(&removal.name)));
            }
        }
        found
    }

    /// Whether the text says nothing else of a variable: it neither sets it nor asks for it.
    fn never_names(&self, name: &str) -> bool {
        let mut uses = 0;
        for statement in self.statements() {
            own_words(statement, &mut |word: &Word| {
                uses += word
                    .parts
                    .iter()
                    .filter(|part| matches!(part, Part::Variable(v) if v.name == name))
                    .count();
            });
        }
        uses == 1 && !self.sets(name)
    }

    /// The calls of `curl` that take the page of an error, or what sends to the file, for the file.
    pub fn careless_downloads(&self) -> Vec<CarelessDownload> {
        let mut found = Vec::new();
        for place in self.places() {
            let last = place.item().pipeline.len().saturating_sub(1);
            for (i, statement) in place.item().pipeline.iter().enumerate() {
                let Kind::Simple(simple) = &statement.kind else { continue };
                let Some(program) = simple.words.first() else { continue };
                let to_file = statement.redirects.iter().any(|redirect| {
                    let null = redirect.target.as_str() == Some("/dev/null");
                    redirect.operator == Operator::Writes && !null
                });
                let kept = to_file || i < last || writes(simple);
                if simple.program() != Some("curl") || !kept {
                    continue;
                }
                let (at, program) = (statement.at, program.at);
                let takes = |takes| CarelessDownload { at, program, takes };
                found.extend((!may_fail(simple)).then(|| takes(Takes::Error)));
                found.extend(stays_at_redirect(simple).then(|| takes(Takes::Redirect)));
            }
        }
        found
    }

    /// Whether it sets a variable.
    fn sets(&self, name: &str) -> bool {
        self.statements().any(|statement| match &statement.kind {
            Kind::Simple(simple) => {
                let reads = matches!(simple.program(), Some("read" | "export" | "local"));
                let named = |text: &str| text.split('=').next() == Some(name);
                simple.assignments.iter().any(|set| set.name == name)
                    || simple.words.iter().any(|word| reads && named(&word.text().to_string()))
            }
            Kind::For { name: own, .. } => own == name,
            _ => false,
        })
    }
}

impl Run {
    /// Whether one of its words is what a command prints.
    pub fn substitutes(&self) -> bool {
        let mut parts = self.command.words.iter().flat_map(|word| &word.parts);
        parts.any(|part| matches!(part, Part::Command(..)))
    }
}

fn unchecked_move(place: &Place, own: Option<&str>, sources: &Sources) -> Option<UncheckedMove> {
    let [statement] = &place.item().pipeline[..] else { return None };
    let Kind::Simple(simple) = &statement.kind else { return None };
    let next = place.following().first()?;
    if simple.program() != Some("cd") || place.asked || next.join != Join::Always || leaves(next) {
        return None;
    }
    let folder = simple.words.get(1)?.at;
    let text = sources.text(folder);
    let path = text.trim_matches('"').trim_end_matches('/');
    if EVERYWHERE.contains(&path) || own == Some(path) {
        return None;
    }
    let next = next.pipeline.first()?.at;
    let gap = Span { start: folder.end, end: next.start, ..folder };
    let between = sources.text(gap).trim_start().strip_prefix(';');
    let is_all = between.is_some_and(|rest| rest.chars().all(|c| c == ' '));
    let folder = text.to_owned();
    Some(UncheckedMove { at: statement.at, folder, next, gap: is_all.then_some(gap) })
}

/// `"$NAME"/*` and its like, as a word of `rm`.
fn root_removal(word: &Word) -> Option<RootRemoval> {
    let [Part::Variable(variable), Part::Literal(rest)] = &word.parts[..] else { return None };
    let is_plain = variable.operation.is_none() && variable.is_named();
    (is_plain && is_root(rest)).then(|| RootRemoval {
        at: word.at,
        name: variable.name.clone(),
        variable: variable.at,
        rest: rest.clone(),
    })
}

/// Whether what is left of a word without its variable is everything.
fn is_root(rest: &str) -> bool {
    matches!(rest, "/" | "/*" | "/." | "/.*" | "//")
}

/// Whether it only goes on to another folder.
fn leaves(item: &Item) -> bool {
    item.pipeline.iter().all(|statement| {
        matches!(&statement.kind, Kind::Simple(simple) if simple.program() == Some("cd"))
    })
}

/// Whether a `curl` fails on an error of the server, or may, or nobody minds.
fn may_fail(simple: &Simple) -> bool {
    simple.words.iter().skip(1).any(|word| {
        let Some(known) = word.as_str() else {
            // A variable that may hold options.
            let is_address = word.text().to_string().contains("://");
            return !is_address && !word.quoted && word.parts.len() == 1;
        };
        let short = known.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let of_value = |s: &str| s.starts_with(['o', 'H', 'd', 'w', 'X', 'u']);
        known.starts_with("--fail")
            || matches!(known, "-K" | "--config" | "-I" | "--head")
            || short.is_some_and(|s| s.contains('f') && !of_value(s))
            || ["localhost", "127.0.0.1", "http_code"].iter().any(|part| known.contains(part))
            || known.starts_with("file://")
    })
}

/// Whether an option of `curl` says that it writes a file.
fn writes(simple: &Simple) -> bool {
    let words = || simple.words.iter().filter_map(|word| word.as_str());
    let null = words().any(|word| word == "/dev/null");
    let names_file = |word: &str| {
        let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        matches!(word, "--output" | "--remote-name" | "--remote-name-all")
            || short.is_some_and(|s| s.contains(['o', 'O']) && !s.starts_with(['H', 'd', 'X']))
    };
    !null && words().any(names_file)
}

/// Whether `curl` asks an address of GitHub that is known to send elsewhere, and does not go there.
fn stays_at_redirect(simple: &Simple) -> bool {
    const ELSEWHERE: &[&str] = &["/releases/download/", "/releases/latest/download/", "/archive/"];
    let sends_elsewhere = |text: &str| {
        let path = text.strip_prefix("https://github.com/");
        path.is_some_and(|path| ELSEWHERE.iter().any(|part| path.contains(part)))
    };
    let goes_there = |word: &Word| match word.as_str() {
        Some(known) => {
            let short = known.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            let flags = short.map(|s| s.split(['o', 'H', 'd', 'w', 'X', 'u']).next().unwrap_or(s));
            known.starts_with("--location")
                || matches!(known, "-K" | "--config" | "-I" | "--head")
                || flags.is_some_and(|flags| flags.contains('L'))
        }
        // A variable that may hold options.
        None => !word.quoted && !word.text().to_string().contains("://"),
    };
    let words = || simple.words.iter().skip(1);
    words().any(|word| sends_elsewhere(&word.text().to_string())) && !words().any(goes_there)
}
