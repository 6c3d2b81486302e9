//! What a script runs: each command with its words, in which folder, with which environment.
//!
//! An abstract interpreter. It follows what is known: assignments, `cd`, functions, the branch
//! of an `if` or `case` that is decided, each round of a loop over known words. Where the files
//! do not decide, every branch is followed on its own, and what differs behind them is not known
//! any more. A command that is no test is taken to succeed.

mod asked;
mod compound;
mod expand;
mod folder;
pub mod pattern;
mod state;
mod test;
mod wrapper;

pub use expand::output_name;
pub use folder::WorkingFolder;

use crate::source::{Sources, Span};
use crate::syntax::shell::{self, Item, Join, Kind, List, Redirect, Simple, Statement, Word};
use crate::value::{Piece, Sourced, Step, Text};
use state::{End, State, Variable};
use std::collections::{BTreeMap, BTreeSet};
use wrapper::{is_last, setting, unwrap};

/// A longer value is not kept.
const LONGEST: usize = 1 << 14;

/// A script has no more commands than this, rounds of loops and calls of functions counted.
const MOST_COMMANDS: usize = 20_000;

/// A loop over more words is gone through once, with a word that is not known.
const MOST_ROUNDS: usize = 100;

/// A value that rests on more steps than this is not kept.
pub const MOST_STEPS: usize = 32;

/// An array of more items is not known.
const MOST_ITEMS: usize = 1_000;

/// Functions call functions this deep.
const DEEPEST: usize = 16;

/// The name of the hole that stands for the absolute path of the project's root.
const ROOT: &str = "the root of the project";

/// Where and with what a script starts.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The folders, from the root of the project, in which it may start; empty if not known.
    pub folders: Vec<WorkingFolder>,
    /// The environment that is set for it.
    pub env: Vec<(String, Sourced<Text>)>,
    /// Its path from the root of the project, if it is a file.
    pub path: Option<String>,
    /// Its arguments, if they are known.
    pub arguments: Option<Vec<Sourced<Text>>>,
}

/// A command that a script runs.
#[derive(Debug, Clone)]
pub struct Ran {
    /// From the program to the last argument.
    pub at: Span,
    /// The program and its arguments; wrappers such as `sudo` left out.
    pub words: Vec<Sourced<Text>>,
    /// The environment that is set for it.
    pub env: Vec<(String, Sourced<Text>)>,
    /// The folders in which it may run; empty if not known.
    pub folders: Vec<WorkingFolder>,
    /// Whether it is up to something that is not known.
    pub conditional: bool,
    /// Whether it stands in `$(...)`: it is run for what it prints.
    pub captured: bool,
    /// Whether something is written into it: by a pipe, from a file, or from the script.
    pub fed: bool,
    /// The files that its output goes to.
    pub writes: Vec<Sourced<Text>>,
    /// Whether it uses a path that is not there, and that the script has asked for.
    pub asks: bool,
}

/// Runs a script. `files` are those of the project.
pub fn run(script: &List, start: &Start, files: &Sources) -> Vec<Ran> {
    let mut state = State {
        variables: BTreeMap::new(),
        exported: BTreeSet::new(),
        folders: start.folders.clone(),
        functions: BTreeMap::new(),
        arguments: start.arguments.clone(),
        ended: None,
        asked: BTreeSet::new(),
    };
    for (name, value) in &start.env {
        state.variables.insert(name.clone(), Variable::Text(value.clone()));
        state.exported.insert(name.clone());
    }
    let mut run = Run {
        files,
        path: start.path.as_deref(),
        ran: Vec::new(),
        left: MOST_COMMANDS,
        conditions: 0,
        captures: 0,
        feeds: 0,
        depth: 0,
        called: BTreeSet::new(),
    };
    run.list(script, &mut state);
    // What a script calls by a name that is not known: `"$@"`.
    let uncalled: Vec<&Statement> = state
        .functions
        .values()
        .copied()
        .filter(|body| !run.called.contains(&std::ptr::from_ref(*body)))
        .collect();
    run.conditions += 1;
    for body in uncalled {
        let mut state = State { arguments: None, ended: None, ..state.clone() };
        run.statement(body, &mut state);
    }
    run.ran
}

/// What has happened so far.
struct Run<'a> {
    files: &'a Sources,
    path: Option<&'a str>,
    ran: Vec<Ran>,
    left: usize,
    /// How many of the branches around it are not decided.
    conditions: usize,
    /// How many `$(...)` are open.
    captures: usize,
    /// How many of the statements that it is in have an input of their own.
    feeds: usize,
    /// How many functions are open.
    depth: usize,
    /// The functions that were called.
    called: BTreeSet<*const Statement>,
}

impl<'a> Run<'a> {
    fn list(&mut self, list: &'a List, state: &mut State<'a>) {
        let mut status = Some(true);
        // Whether that is the status of a test, and no guess.
        let mut is_sure = false;
        for item in list.items.iter() {
            if state.ended.is_some() {
                return;
            }
            status = match (item.join, status) {
                (Join::Always, _) | (Join::And, Some(true)) => self.item(item, state),
                (Join::And, Some(false)) | (Join::Or, Some(true)) if is_sure => status,
                (Join::Or, Some(false)) => self.item(item, state),
                _ => {
                    self.perhaps(state, |run, state| {
                        run.item(item, state);
                    });
                    None
                }
            };
            is_sure = item.pipeline.iter().all(test::is_test);
        }
    }

    /// Runs something that may not run at all.
    fn perhaps(&mut self, state: &mut State<'a>, run: impl FnOnce(&mut Self, &mut State<'a>)) {
        let mut other = state.clone();
        self.conditions += 1;
        run(self, &mut other);
        self.conditions -= 1;
        state.merge(other);
    }

    /// Runs a pipeline; says how it ends, if that is known.
    fn item(&mut self, item: &'a Item, state: &mut State<'a>) -> Option<bool> {
        let status = match &item.pipeline[..] {
            [statement] => self.statement(statement, state),
            statements => {
                // Each part of a pipeline is a shell of its own.
                for (i, statement) in statements.iter().enumerate() {
                    let before = self.feeds;
                    self.feeds += usize::from(i > 0);
                    self.statement(statement, &mut state.clone());
                    self.feeds = before;
                }
                None
            }
        };
        status.map(|status| status != item.negated)
    }

    fn statement(&mut self, statement: &'a Statement, state: &mut State<'a>) -> Option<bool> {
        if self.left == 0 {
            state.ended = Some(End::Script);
            return None;
        }
        self.left -= 1;
        let before = self.feeds;
        self.feeds += usize::from(statement.redirects.iter().any(Redirect::feeds));
        let status = self.kind(statement, state);
        self.feeds = before;
        status
    }

    fn kind(&mut self, statement: &'a Statement, state: &mut State<'a>) -> Option<bool> {
        match &statement.kind {
            Kind::Simple(simple) => {
                return self.simple(simple, &statement.redirects, statement.at, state);
            }
            Kind::Group(list) => self.list(list, state),
            Kind::Subshell(list) => self.list(list, &mut state.clone()),
            Kind::If { branches, otherwise } => self.branches(branches, otherwise.as_ref(), state),
            Kind::For { name, words, body } => self.each(name, words.as_deref(), body, state),
            Kind::While { condition, body } => {
                state.forget(body);
                state.forget(condition);
                self.perhaps(state, |run, state| {
                    run.list(condition, state);
                    run.list(body, state);
                });
                state.continue_after_rounds();
            }
            Kind::Case { subject, arms } => self.case(subject, arms, state),
            Kind::Function { name, body } => drop(state.functions.insert(name, body)),
            Kind::Arithmetic => return None,
        }
        Some(true)
    }

    fn simple(
        &mut self,
        simple: &'a Simple,
        redirects: &'a [Redirect],
        at: Span,
        state: &mut State<'a>,
    ) -> Option<bool> {
        if simple.words.is_empty() {
            for set in &simple.assignments {
                self.assign(&set.name, set.adds, &set.value, state);
            }
            return Some(true);
        }
        let mut own = Vec::new();
        for set in &simple.assignments {
            let value = self.word(&set.value, state);
            own.push((set.name.clone(), value));
        }
        let mut words: Vec<Sourced<Text>> = Vec::new();
        for word in simple.words.iter() {
            self.words(word, state, &mut words);
        }
        unwrap(&mut words, &mut own);
        let program = words.first().and_then(|word| word.value.literal()).unwrap_or_default();
        let program = program.to_owned();
        if let Some(body) = state.functions.get(program.as_str()).copied() {
            return self.call(body, words, state);
        }
        state.asked.extend(asked::paths(&words, &state.folders, self.files));
        if let Some(status) = test::evaluate(self, simple, &words, state) {
            return status;
        }
        match program.as_str() {
            "cd" | "pushd" => {
                let to = words.get(1).map(|word| word.value.clone());
                let moved = to.map_or(Vec::new(), |to| state.enter(&to));
                state.folders = moved;
            }
            "popd" => state.folders.clear(),
            "export" | "declare" | "local" | "readonly" | "typeset" => {
                self.declare(&simple.words[1..], program == "export", state);
            }
            "unset" => {
                for word in &words[1..] {
                    if let Some(name) = word.value.literal() {
                        state.variables.remove(name);
                    }
                }
            }
            "shift" => {
                if let Some(arguments) = &mut state.arguments {
                    let count = words.get(1).and_then(|n| n.value.literal()?.parse().ok());
                    arguments.drain(..count.unwrap_or(1usize).min(arguments.len()));
                }
            }
            "set" => self.set(&words, state),
            "read" | "mapfile" | "readarray" | "getopts" => {
                for word in words.iter().skip(1) {
                    if let Some(name) = word.value.literal().filter(|n| !n.starts_with('-')) {
                        state.variables.insert(name.to_owned(), Variable::Unknown);
                    }
                }
            }
            "exit" => state.ended = Some(End::Script),
            "return" => state.ended = Some(End::Function),
            "break" | "continue" => state.ended = Some(End::Round),
            "true" | ":" => return Some(true),
            "false" => return Some(false),
            _ => {}
        }
        let writes = redirects
            .iter()
            .filter(|redirect| redirect.operator == shell::Operator::Writes)
            .map(|redirect| self.word(&redirect.target, state))
            .filter(|target| target.value.literal() != Some("/dev/null"))
            .collect();
        let mut env = state.environment();
        env.extend(own);
        self.ran.push(Ran {
            asks: asked::uses(&words, &state.folders, &state.asked),
            at,
            words,
            env,
            folders: state.folders.clone(),
            conditional: self.conditions > 0,
            captured: self.captures > 0,
            fed: self.feeds > 0,
            writes,
        });
        if is_last(simple) {
            state.ended = Some(End::Script);
        }
        Some(true)
    }

    fn call(
        &mut self,
        body: &'a Statement,
        words: Vec<Sourced<Text>>,
        state: &mut State<'a>,
    ) -> Option<bool> {
        if self.depth >= DEEPEST {
            state.variables.clear();
            state.folders.clear();
            return None;
        }
        self.called.insert(std::ptr::from_ref(body));
        let arguments = state.arguments.replace(words.into_iter().skip(1).collect());
        self.depth += 1;
        self.statement(body, state);
        self.depth -= 1;
        state.arguments = arguments;
        if state.ended <= Some(End::Function) {
            state.ended = None;
        }
        None
    }

    fn assign(&mut self, name: &str, adds: bool, value: &'a Word, state: &mut State<'a>) {
        let (name, element) = match name.split_once('[') {
            Some((name, _)) => (name, true),
            None => (name, false),
        };
        let step = Step::reference(value.at, format!("`{name}` is set here"));
        let made = match &value.parts[..] {
            [shell::Part::Array(words)] => match self.known_words(words, state) {
                Some(items) => Variable::Array(items),
                None => Variable::Unknown,
            },
            _ => {
                let mut text = self.word(value, state);
                text.via.insert(0, step);
                Variable::Text(text)
            }
        };
        let made = match (state.variables.remove(name), made) {
            _ if element => Variable::Unknown,
            (Some(Variable::Array(mut items)), Variable::Array(more)) if adds => {
                items.extend(more);
                Variable::Array(items)
            }
            (Some(Variable::Text(mut text)), Variable::Text(more)) if adds => {
                text.value.append(more.value);
                text.via.extend(more.via);
                Variable::Text(text)
            }
            (Some(Variable::Perhaps(mut items)), Variable::Array(more)) if adds => {
                items.extend(more);
                Variable::perhaps(items)
            }
            (Some(Variable::Unknown), Variable::Array(more)) if adds => Variable::perhaps(more),
            (None, made @ Variable::Array(_)) if adds => made,
            _ if adds => Variable::Unknown,
            (_, made) => made,
        };
        state.variables.insert(name.to_owned(), bounded(made));
    }

    /// `export NAME=value` and the like.
    fn declare(&mut self, words: &'a [Word], exports: bool, state: &mut State<'a>) {
        for word in words {
            let Some(shell::Part::Literal(first)) = word.parts.first() else { continue };
            let (name, set) = match first.split_once('=') {
                Some((name, _)) => (name, true),
                None => (first.as_str(), false),
            };
            if name.starts_with('-') {
                continue;
            }
            if set {
                let array = word.parts.iter().any(|part| matches!(part, shell::Part::Array(_)));
                let whole = self.word(word, state);
                let made = match setting(&whole).filter(|_| !array) {
                    Some((_, mut text)) => {
                        let step = Step::reference(word.at, format!("`{name}` is set here"));
                        text.via.insert(0, step);
                        Variable::Text(text)
                    }
                    None => Variable::Unknown,
                };
                state.variables.insert(name.to_owned(), bounded(made));
            }
            if exports {
                state.exported.insert(name.to_owned());
            }
        }
    }

    /// `set -- a b` sets the arguments; options change nothing that is followed here.
    fn set(&mut self, words: &[Sourced<Text>], state: &mut State<'a>) {
        let dashes = words.iter().position(|word| word.value.literal() == Some("--"));
        if let Some(dashes) = dashes {
            state.arguments = Some(words[dashes + 1..].to_vec());
        }
        if words.iter().any(|word| word.value.literal() == Some("-a")) {
            state.exported.extend(state.variables.keys().cloned());
        }
    }
}

/// A variable, unless it has grown too large. Each line may double the one before.
fn bounded(made: Variable) -> Variable {
    match made {
        Variable::Text(text) if text.via.len() > MOST_STEPS || is_long(&text.value) => {
            Variable::Unknown
        }
        Variable::Array(items) if items.len() > MOST_ITEMS => Variable::Unknown,
        made => made,
    }
}

/// Whether a text is longer than any that is of use.
pub fn is_long(text: &Text) -> bool {
    let length = |piece: &Piece| match piece {
        Piece::Literal(text) | Piece::Hole(text) => text.len(),
    };
    text.pieces().iter().map(length).sum::<usize>() > LONGEST
}
