//! Scripts of steps: where they are written as if Cloud Build replaced something in them, and
//! where Cloud Build hands on what only a shell would replace.

use super::substitution::is_built_in;
use super::{BuildFile, FileStep};
use crate::source::{Excerpt, Span};
use crate::syntax::SyntaxError;
use crate::syntax::shell::{Kind, List, Operator, Part, Redirect, Word, asks, first_error};
use crate::value::{Sourced, Text, Value};
use std::collections::BTreeSet;

/// The text that a step gives to a shell.
#[derive(Debug, Clone)]
pub struct StepScript {
    /// All of it, with the way back into its file.
    pub text: Excerpt,
    /// What it says.
    pub list: List,
    /// What a shell cannot read of it.
    pub errors: Vec<SyntaxError>,
    /// Whether it is `script`, in which Cloud Build replaces nothing.
    pub is_verbatim: bool,
}

impl StepScript {
    /// Whether it runs what may read its environment in a way of its own: a file of the project, a
    /// program of a language.
    pub fn runs_others(&self) -> bool {
        self.list.commands().iter().any(|command| {
            command.program().is_none_or(|program| {
                program.contains('/') || runs_files(program) || program.ends_with(".sh")
            })
        })
    }

    /// Whether all of its commands run, one after another, and none is given a text: it asks
    /// nothing.
    pub fn is_straight(&self) -> bool {
        let mut is_straight = !self.text.text.contains("||");
        self.list.each_statement(&mut |statement| {
            let asks = match &statement.kind {
                Kind::If { .. } | Kind::While { .. } | Kind::Case { .. } | Kind::Arithmetic => true,
                Kind::Simple(simple) => asks(simple.program()),
                _ => false,
            };
            let is_given = |redirect: &Redirect| {
                matches!(redirect.operator, Operator::Heredoc | Operator::String)
            };
            is_straight &= !asks && !statement.redirects.iter().any(is_given);
        });
        is_straight
    }
}

/// A substitution in a text in which it is not replaced.
#[derive(Debug)]
pub struct Unsubstituted {
    /// The name, where it is used.
    pub name: Sourced<Text>,
    /// Why it is not.
    pub why: Kept,
}

/// Why Cloud Build leaves a name as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It replaces nothing in `script`.
    Script,
    /// Neither does it take `$$` for `$` there, which a shell takes for its process number.
    Escaped,
    /// Something is made of it, as in `${NAME:-default}`.
    Operated,
}

/// A secret that a script reads, and that its step does not ask for.
#[derive(Debug)]
pub struct Unasked {
    /// The name, where it is read.
    pub name: Sourced<Text>,
    /// The step.
    pub step: Span,
}

/// Programs that read scripts.
pub const SHELLS: &[&str] = &["bash", "sh", "ash", "dash"];

/// Whether a program runs what a file says, in its own way.
pub fn runs_files(program: &str) -> bool {
    const OTHERS: &[&str] = &["make", "node", "python", "python3", "ruby", "perl"];
    SHELLS.contains(&program) || OTHERS.contains(&program)
}

/// Whether a word has a shell take the next one for a script: `-c`, `-lc`, `-euxc`.
pub fn is_script_flag(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|letters| {
        letters.len() < 5 && letters.contains('c') && letters.chars().all(char::is_alphabetic)
    })
}

impl BuildFile {
    /// The substitutions that scripts use and that their environment does not have.
    pub fn unsubstituted(&self) -> Vec<Unsubstituted> {
        let mut all = Vec::new();
        for step in &self.steps {
            let Some(script) = &step.script else { continue };
            let found = Found::of(script);
            let found = found.used.iter().map(|used| (used, &found));
            let lost = found.filter_map(|(used, found)| {
                let why = match script.is_verbatim {
                    true => self.kept_in_script(step, used, found),
                    false => self.kept_in_argument(step, used, found),
                };
                let name = Text::from(&*used.name);
                Some(Unsubstituted {
                    name: Sourced { value: name, at: used.at, via: Vec::new() },
                    why: why?,
                })
            });
            all.extend(lost);
        }
        all
    }

    fn kept_in_script(&self, step: &FileStep, used: &Used, found: &Found) -> Option<Kept> {
        let name = &*used.name;
        let is_own = name.starts_with('_') || is_built_in(name);
        let is_lost = match used.is_escaped {
            // Two dollars are written where Cloud Build takes one away.
            true => step.environment.contains(name) || self.has(name),
            false => {
                let is_set = found.set.contains(name) || step.environment.contains(name);
                is_own && !used.is_operated && !step.maps && self.has(name) && !is_set
            }
        };
        is_lost.then_some(if used.is_escaped { Kept::Escaped } else { Kept::Script })
    }

    /// Of a name with an operation the shell asks for a variable of its own.
    fn kept_in_argument(&self, step: &FileStep, used: &Used, found: &Found) -> Option<Kept> {
        let name = &*used.name;
        let is_written_so = |operated: &Value<Text>| {
            operated.known().is_some_and(|operated| operated.at.start == used.at.start)
        };
        let is_set = found.set.contains(name) || step.environment.contains(name);
        let is_kept = used.is_operated
            && self.operated.iter().any(is_written_so)
            && !(is_set || found.sets_more || step.maps)
            && self.has(name);
        is_kept.then_some(Kept::Operated)
    }

    /// Whether a name is surely one of a substitution of the build.
    fn has(&self, name: &str) -> bool {
        is_built_in(name)
            || self.declared.iter().any(|declared| declared.literal_text() == Some(name))
    }

    /// The secrets that a script reads and that its step does not get, though another one does.
    pub fn unasked(&self) -> Vec<Unasked> {
        let mut all: Vec<Unasked> = Vec::new();
        let written: Vec<u32> =
            self.used.iter().filter_map(Value::known).map(|used| used.at.start).collect();
        for step in &self.steps {
            let Some(script) = &step.script else { continue };
            let found = Found::of(script);
            for used in found.used.iter().filter(|used| !used.is_escaped && !used.is_operated) {
                let name = &*used.name;
                let is_secret = self.secrets.iter().any(|s| s.literal_text() == Some(name));
                let is_asked = |step: &FileStep| step.secrets.iter().any(|secret| secret == name);
                let is_set = found.set.contains(name)
                    || found.asked.contains(name)
                    || step.environment.contains(name);
                let is_told = |other: &Unasked| {
                    other.step == step.at && other.name.value.literal() == Some(name)
                };
                let is_lost = is_secret
                    && self.steps.iter().any(is_asked)
                    && !(is_set || found.sets_more || step.maps)
                    // Cloud Build takes it for a substitution.
                    && (script.is_verbatim || !written.contains(&used.at.start));
                if is_lost && !all.iter().any(is_told) {
                    let name = Sourced { value: Text::from(name), at: used.at, via: Vec::new() };
                    all.push(Unasked { name, step: step.at });
                }
            }
        }
        all
    }

    /// What shells cannot read, of the scripts of steps.
    pub fn unreadable_scripts(&self) -> impl Iterator<Item = &SyntaxError> {
        let scripts = self.steps.iter().filter_map(|step| step.script.as_ref());
        scripts.filter_map(|script| first_error(&script.errors))
    }
}

/// The variables of a script.
#[derive(Default)]
struct Found {
    used: Vec<Used>,
    set: BTreeSet<String>,
    /// Those of which a test asks something.
    asked: BTreeSet<String>,
    /// Whether a command may set others, too.
    sets_more: bool,
}

/// A variable that a script uses.
struct Used {
    name: String,
    at: Span,
    /// Whether a second dollar stands before it.
    is_escaped: bool,
    /// Whether something is made of its value.
    is_operated: bool,
}

/// The commands whose words are names of variables that they set.
const SETTERS: &[&str] = &[
    "declare",
    "export",
    "getopts",
    "local",
    "mapfile",
    "printf",
    "read",
    "readarray",
    "readonly",
    "typeset",
    "unset",
];

/// Substitutions of commands are nested this deep.
const DEEPEST: usize = 16;

impl Found {
    fn of(script: &StepScript) -> Found {
        let mut found = Found::default();
        found.list(&script.list, 0);
        found
    }

    fn list(&mut self, list: &List, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for command in list.commands() {
            for (name, value) in &command.assignments {
                self.word(value, depth);
                self.set.insert(name.clone());
            }
            let program = command.program();
            let sets = program.is_some_and(|program| SETTERS.contains(&program));
            self.sets_more |= matches!(program, Some("." | "source" | "eval" | "let"))
                || (program.is_none() && !command.words.is_empty());
            let asks = asks(program);
            let start = self.used.len();
            for word in command.words.iter() {
                self.word(word, depth);
                if sets {
                    self.set_by(word);
                }
            }
            if asks {
                let asked = self.used.iter().skip(start).map(|used| used.name.clone());
                self.asked.extend(asked);
            }
        }
        list.each_statement(&mut |statement| match &statement.kind {
            Kind::For { name, .. } => drop(self.set.insert(name.clone())),
            Kind::Arithmetic => self.sets_more = true,
            _ => {}
        });
    }

    /// Takes in the name that a word of `export` and the like begins with.
    fn set_by(&mut self, word: &Word) {
        match word.parts.first() {
            Some(Part::Literal(text)) => {
                let name = text.split(['=', '+', '[']).next().unwrap_or_default();
                self.set.insert(name.to_owned());
            }
            Some(_) => self.sets_more = true,
            None => {}
        }
    }

    fn word(&mut self, word: &Word, depth: usize) {
        for (i, part) in word.parts.iter().enumerate() {
            match part {
                Part::Variable(variable) if variable.name == "$" => {
                    let Some(Part::Literal(rest)) = word.parts.get(i + 1) else { continue };
                    let rest = rest.strip_prefix('{').unwrap_or(rest);
                    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    let name = rest[..end.unwrap_or(rest.len())].to_owned();
                    if !name.is_empty() {
                        let at = variable.at;
                        self.used.push(Used { name, at, is_escaped: true, is_operated: false });
                    }
                }
                Part::Variable(variable) => {
                    let operation = variable.operation.as_ref();
                    if operation.is_some_and(|operation| operation.operator == "=") {
                        self.set.insert(variable.name.clone());
                    }
                    self.used.push(Used {
                        name: variable.name.clone(),
                        at: variable.at,
                        is_escaped: false,
                        is_operated: operation.is_some(),
                    });
                }
                Part::Command(list, _) => self.list(list, depth + 1),
                Part::Array(words) => {
                    words.iter().for_each(|word| self.word(word, depth));
                }
                _ => {}
            }
        }
    }
}
