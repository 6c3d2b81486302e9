//! Variables in texts for a shell: those that nothing sets, and those that are not quoted.

use super::{Script, own_words};
use crate::model::image::instruction::Setting;
use crate::model::image::system::System;
use crate::model::image::{Image, Stage};
use crate::model::lower::is_automatic;
use crate::source::{Sources, Span};
use crate::syntax::shell::{Kind, Part, Simple, Variable, Word};
use crate::value::Sourced;
use std::collections::BTreeSet;

/// What shells, builders and machines set.
const GIVEN: &[&str] = &[
    "PATH",
    "HOME",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "PPID",
    "IFS",
    "OPTIND",
    "OPTARG",
    "OPTERR",
    "PS1",
    "PS2",
    "PS4",
    "HOSTNAME",
    "TERM",
    "USER",
    "LOGNAME",
    "SHELL",
    "UID",
    "EUID",
    "GROUPS",
    "RANDOM",
    "SECONDS",
    "LINENO",
    "HOSTTYPE",
    "OSTYPE",
    "MACHTYPE",
    "PIPESTATUS",
    "FUNCNAME",
    "REPLY",
    "DIRSTACK",
    "EPOCHSECONDS",
    "EPOCHREALTIME",
    "SHELLOPTS",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "EDITOR",
    "PAGER",
    "DISPLAY",
    "SOURCE_DATE_EPOCH",
    "COLUMNS",
    "LINES",
];

/// A variable of a `RUN` that nothing sets.
#[derive(Debug, Clone)]
pub struct Unassigned<'i> {
    /// Its name.
    pub name: &'i str,
    /// Where it is used.
    pub at: Span,
    /// The instruction.
    pub instruction: Span,
    /// What is known of the base image, which does not set it.
    pub base: &'i Sourced<System>,
    /// Where another `RUN` sets it, if one does.
    pub elsewhere: Option<Span>,
}

/// A variable that becomes several words, or none, if its value has blanks or is empty.
#[derive(Debug, Clone, Copy)]
pub struct Unquoted<'s> {
    /// The variable.
    pub variable: &'s Variable,
    /// The program of the command.
    pub program: &'s str,
}

impl Image {
    /// The variables that a stage uses in `RUN` and that neither it, nor a stage below, nor the
    /// base image sets: the first use of each.
    pub fn unassigned<'i>(&'i self, stage: &'i Stage, sources: &Sources) -> Vec<Unassigned<'i>> {
        let Some(base) = stage.system.known().filter(|base| base.value.variables.is_some()) else {
            return Vec::new();
        };
        let runs = || stage.scripts.iter().filter(|script| script.instruction == "RUN");
        // What `ONBUILD` leaves to others does not get the arguments of this file.
        let is_own = !self.triggered.iter().any(|other| std::ptr::eq(other, stage));
        let sets = |setting: &&Setting| match setting.instruction {
            "LABEL" => false,
            "ARG" => is_own || stage.written.settings.iter().any(|s| std::ptr::eq(s, *setting)),
            _ => true,
        };
        let settings = self.lineage(stage).flat_map(|stage| &stage.written.settings);
        let declared: BTreeSet<&str> =
            settings.filter(sets).map(|setting| setting.key.as_str()).collect();
        let mut found: Vec<Unassigned<'i>> = Vec::new();
        for script in runs() {
            let same = || runs().filter(|other| other.order == script.order);
            if same().any(|other| other.may_set_anything()) {
                continue;
            }
            let mut uses: Vec<&'i Variable> = Vec::new();
            for statement in script.statements() {
                own_words(statement, &mut |word: &'i Word| {
                    let plain = word.variables().filter(|variable| variable.operation.is_none());
                    uses.extend(plain);
                });
            }
            for variable in uses {
                let name = variable.name.as_str();
                let start = Span { end: script.text.at.start.max(script.at.start), ..script.at };
                let of_mount = || sources.text(start).contains(&format!("env={name}"));
                let is_set = declared.contains(name)
                    || GIVEN.contains(&name)
                    || ["BASH", "LC_"].iter().any(|start| name.starts_with(start))
                    || name.to_ascii_lowercase().ends_with("_proxy")
                    || is_automatic(name)
                    || !base.value.lacks(name)
                    || (is_own && self.arguments.iter().any(|(argument, _)| argument == name))
                    || found.iter().any(|other| other.name == name)
                    || same().any(|other| other.assigned(name).is_some())
                    || of_mount();
                if !is_set {
                    found.push(Unassigned {
                        name,
                        at: variable.at,
                        instruction: script.at,
                        base,
                        elsewhere: runs().find_map(|other| other.assigned(name)),
                    });
                }
            }
        }
        found
    }
}

impl Script {
    /// Where it gives a variable a value, if it does.
    pub fn assigned(&self, name: &str) -> Option<Span> {
        self.statements().find_map(|statement| match &statement.kind {
            Kind::Simple(simple) => {
                let set = simple.assignments.iter().find(|set| set.name == name);
                let named = |word: &&Word| {
                    let text = word.text().to_string();
                    text.split(['=', '+']).next() == Some(name)
                };
                let mut names = simple.words.iter().skip(1).filter(|_| takes_names(simple));
                set.map(|set| set.value.at)
                    .or_else(|| names.find(named).map(|word| word.at))
                    .or_else(|| simple.words.iter().find_map(|word| sets_default(word, name)))
            }
            Kind::For { name: own, .. } => (own == name).then_some(statement.at),
            _ => None,
        })
    }

    /// Whether it runs a text or a file that may set any variable.
    fn may_set_anything(&self) -> bool {
        self.statements().any(|statement| match &statement.kind {
            Kind::Simple(simple) => {
                let second = simple.words.get(1).and_then(|word| word.as_str());
                match simple.words.first().and_then(|word| word.as_str()) {
                    Some("eval" | "." | "source" | "let" | "getopts" | "alias") => true,
                    Some("set") => second.is_some_and(|word| word.contains('a')),
                    _ => false,
                }
            }
            Kind::Arithmetic => true,
            _ => false,
        })
    }

    /// The variables without quotes of commands that change files or the folder.
    pub fn unquoted(&self) -> Vec<Unquoted<'_>> {
        let mut found = Vec::new();
        for (_, simple) in self.simple() {
            let Some(program) = simple.program().filter(|name| CHANGES.contains(name)) else {
                continue;
            };
            for word in simple.words.iter().skip(1) {
                let plain = word.variables().filter(|variable| {
                    !variable.quoted && variable.operation.is_none() && variable.name != "@"
                });
                found.extend(plain.map(|variable| Unquoted { variable, program }));
            }
        }
        found
    }
}

/// What changes files, or the folder.
const CHANGES: &[&str] =
    &["rm", "rmdir", "mv", "cp", "ln", "mkdir", "chmod", "chown", "cd", "install", "unlink"];

/// Whether the words of a command are names of variables that it sets.
fn takes_names(simple: &Simple) -> bool {
    const SETS: &[&str] = &[
        "read",
        "export",
        "local",
        "declare",
        "typeset",
        "readonly",
        "mapfile",
        "readarray",
        "printf",
        "unset",
    ];
    simple.program().is_some_and(|program| SETS.contains(&program))
}

/// `${NAME:=value}`
fn sets_default(word: &Word, name: &str) -> Option<Span> {
    word.parts.iter().find_map(|part| match part {
        Part::Variable(variable) => {
            let sets = variable.operation.as_ref().is_some_and(|o| o.operator == "=");
            (sets && variable.name == name).then_some(variable.at)
        }
        _ => None,
    })
}
