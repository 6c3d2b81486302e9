//! Slips in texts for a shell, of which the shell says nothing, or too late.

use super::{Place, Script};
use crate::model::image::system::Dialect;
use crate::model::image::{Run, Stage};
use crate::source::{Sources, Span};
use crate::syntax::shell::{Item, Join, Kind, Operator, Part, Simple, Statement};

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

/// A `[` that is not closed, or that compares by a redirection.
#[derive(Debug, Clone)]
pub struct BrokenTest {
    /// Where it is.
    pub at: Span,
    /// The word that is wrong, as it is written.
    pub word: String,
    /// What is wrong with it.
    pub why: TestSlip,
}

/// What is wrong with a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestSlip {
    /// `>` or `<` where numbers are compared.
    Redirection,
    /// No blank before `]`.
    Glued,
    /// No `]`.
    Open,
    /// No blank behind `[`.
    GluedStart,
}

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

/// A `curl` that does not tell the page of an error from the file.
#[derive(Debug, Clone, Copy)]
pub struct CarelessDownload {
    /// The command.
    pub at: Span,
    /// The word `curl`.
    pub program: Span,
}

impl Script {
    fn has_shell(&self) -> bool {
        self.dialect().is_some_and(|dialect| dialect != Dialect::None)
    }

    /// The tests that always fail, or compare nothing.
    pub fn broken_tests(&self, sources: &Sources) -> Vec<BrokenTest> {
        // What cannot be read is no test.
        if !self.has_shell() || !self.errors.is_empty() {
            return Vec::new();
        }
        let tests = self.simple();
        tests.filter_map(|(statement, simple)| broken_test(statement, simple, sources)).collect()
    }

    /// The changes of the folder of which nobody asks whether they failed.
    pub fn unchecked_moves(&self, stage: &Stage, sources: &Sources) -> Vec<UncheckedMove> {
        if !self.has_shell() {
            return Vec::new();
        }
        let own = stage.system.known().and_then(|system| system.value.workdir);
        let places = self.places().into_iter();
        places.filter_map(|place| unchecked_move(&place, own, sources)).collect()
    }

    /// The removals of what is below a variable that may be empty.
    pub fn root_removals(&self, stage: &Stage) -> Vec<RootRemoval> {
        let removals = self.simple().filter(|(_, simple)| simple.program() == Some("rm"));
        let words = removals.flat_map(|(_, simple)| &simple.words);
        let found = words.filter_map(|word| {
            let [Part::Variable(variable), Part::Literal(rest)] = &word.parts[..] else {
                return None;
            };
            let all = matches!(rest.as_str(), "/" | "/*" | "/." | "/.*" | "//");
            let plain = variable.operation.is_none() && variable.is_named();
            let name = variable.name.clone();
            let mut settings = stage.written.settings.iter();
            let set = self.sets(&name)
                || stage.env.contains_key(&name)
                || settings.any(|set| set.key == name && !set.value.is_unset());
            let rest = rest.clone();
            (all && plain && !set).then_some(RootRemoval {
                at: word.at,
                name,
                variable: variable.at,
                rest,
            })
        });
        found.collect()
    }

    /// The calls of `curl` that take the page of an error for the file.
    pub fn careless_downloads(&self) -> Vec<CarelessDownload> {
        let mut found = Vec::new();
        for place in self.places() {
            let last = place.item.pipeline.len().saturating_sub(1);
            for (i, statement) in place.item.pipeline.iter().enumerate() {
                let Kind::Simple(simple) = &statement.kind else { continue };
                let Some(program) = simple.words.first() else { continue };
                let to_file = statement.redirects.iter().any(|redirect| {
                    let null = redirect.target.as_str() == Some("/dev/null");
                    redirect.operator == Operator::Writes && !null
                });
                let kept = to_file || i < last || writes(simple);
                if simple.program() == Some("curl") && kept && !may_fail(simple) {
                    found.push(CarelessDownload { at: statement.at, program: program.at });
                }
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

fn broken_test(statement: &Statement, simple: &Simple, sources: &Sources) -> Option<BrokenTest> {
    let (first, last) = simple.words.first().zip(simple.words.last())?;
    let program = first.as_str();
    let broken = |at: Span, word: Span, why| {
        Some(BrokenTest { at, word: sources.text(word).to_owned(), why })
    };
    let start = sources.text(first.at);
    if ["[\"", "[$", "[-", "[!"].iter().any(|glued| start.starts_with(glued)) {
        return broken(first.at, first.at, TestSlip::GluedStart);
    }
    if program != Some("[") || first.quoted {
        return None;
    }
    let is_closed = last.as_str() == Some("]");
    let inside = statement.redirects.iter().find(|redirect| {
        let is_file = matches!(redirect.operator, Operator::Writes | Operator::Reads);
        is_file && is_closed && redirect.target.at.end < last.at.start
    });
    if let Some(redirect) = inside {
        return broken(redirect.target.at, redirect.target.at, TestSlip::Redirection);
    }
    if simple.words.iter().any(|word| word.as_str() == Some("]")) {
        return None;
    }
    let glued = sources.text(last.at).ends_with(']');
    let why = if glued { TestSlip::Glued } else { TestSlip::Open };
    broken(first.at.to(last.at), last.at, why)
}

fn unchecked_move(
    place: &Place<'_>,
    own: Option<&str>,
    sources: &Sources,
) -> Option<UncheckedMove> {
    let [statement] = &place.item.pipeline[..] else { return None };
    let Kind::Simple(simple) = &statement.kind else { return None };
    let next = place.following.first()?;
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
