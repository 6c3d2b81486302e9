//! What bash knows and a smaller shell does not.

use super::{Script, own_words};
use crate::model::image::system::Dialect;
use crate::source::{Sources, Span};
use crate::syntax::shell::{Kind, Operator, Part, Simple, Statement, Word};

/// What a shell does not know.
#[derive(Debug, Clone)]
pub struct Bashism {
    /// Where it is written.
    pub at: Span,
    /// How a message calls it.
    pub what: String,
    /// What becomes of it.
    pub then: &'static str,
    /// Whether the script goes on, and does something else.
    pub is_silent: bool,
    /// What says the same in every shell, if it only has to take its place.
    pub instead: Option<&'static str>,
}

/// Commands that are part of bash only.
const BUILTINS: &[&str] = &["pushd", "popd", "declare", "typeset", "shopt", "mapfile", "readarray"];

/// Commands of bash that busybox has, too.
const BUILTINS_OF_BUSYBOX: &[&str] = &["source", "[[", "let"];

/// Variables that bash sets.
const VARIABLES: &[&str] = &["RANDOM", "BASH_SOURCE", "BASH_VERSION", "BASHPID", "EPOCHSECONDS"];

const MISSING: &str = "is not found";
const SYNTAX: &str = "is no syntax there";

impl Script {
    /// What its shell does not know of what it says; nothing if the shell is not known.
    pub fn bashisms(&self, sources: &Sources) -> Vec<Bashism> {
        let Some(dialect) = self.dialect().filter(|dialect| dialect.is_small()) else {
            return Vec::new();
        };
        let statements: Vec<&Statement> = self.statements().collect();
        let functions = statements.iter().filter_map(|statement| match &statement.kind {
            Kind::Function { name, .. } => Some(name.as_str()),
            _ => None,
        });
        let own = functions.collect();
        let mut search = Search { sources, dialect, own, found: Vec::new() };
        statements.into_iter().for_each(|statement| search.statement(statement));
        search.found
    }
}

struct Search<'s> {
    sources: &'s Sources,
    dialect: Dialect,
    own: Vec<&'s str>,
    found: Vec<Bashism>,
}

impl<'s> Search<'s> {
    fn is_dash(&self) -> bool {
        self.dialect != Dialect::Ash
    }

    fn fails(&mut self, at: Span, what: impl Into<String>, then: &'static str) {
        let what = what.into();
        self.found.push(Bashism { at, what, then, is_silent: false, instead: None });
    }

    fn is_silent(&mut self, at: Span, what: impl Into<String>, then: &'static str) {
        let what = what.into();
        self.found.push(Bashism { at, what, then, is_silent: true, instead: None });
    }

    fn statement(&mut self, statement: &'s Statement) {
        let text = self.sources.text(statement.at);
        match &statement.kind {
            Kind::Simple(simple) => self.simple(simple),
            Kind::Function { .. } if text.starts_with("function") && self.is_dash() => {
                let at = Span { end: statement.at.start + 8, ..statement.at };
                self.fails(at, "function", MISSING);
            }
            Kind::While { .. } if text.starts_with("for ((") || text.starts_with("for((") => {
                let at = Span { end: statement.at.start + 3, ..statement.at };
                self.fails(at, "for ((", SYNTAX);
            }
            _ => {}
        }
        for redirect in &statement.redirects {
            let at = redirect.target.at;
            let before = Span { start: at.start.saturating_sub(4), ..at };
            let before = Span { end: at.start, ..before };
            let written = self.sources.text(before).trim_end();
            match redirect.operator {
                Operator::String => self.fails(at, "<<<", SYNTAX),
                Operator::Writes if written.ends_with("&>") && self.is_dash() => {
                    let then = "runs the command in the background and empties the file";
                    self.is_silent(at, "&>", then);
                }
                _ => {}
            }
        }
        own_words(statement, &mut |word| self.word(word));
    }

    fn simple(&mut self, simple: &'s Simple) {
        for set in simple.assignments.iter().filter(|set| set.adds) {
            self.fails(set.value.at, format!("{}+=", set.name), "is taken for a command");
        }
        let Some(first) = simple.words.first() else { return };
        let Some(program) = first.as_str() else { return };
        let of_busybox = self.is_dash() && BUILTINS_OF_BUSYBOX.contains(&program);
        if (of_busybox || BUILTINS.contains(&program)) && !self.own.contains(&program) {
            self.fails(first.at, program, MISSING);
            let file = simple.words.get(1).and_then(|word| word.as_str()).unwrap_or_default();
            if let Some(last) = self.found.last_mut() {
                last.instead = (program == "source" && file.contains('/')).then_some(".");
            }
        }
        let second = simple.words.get(1);
        let option = second.and_then(|word| word.as_str()).unwrap_or_default();
        match (program, second) {
            ("echo", Some(second)) if matches!(option, "-e" | "-ne" | "-en") && self.is_dash() => {
                self.is_silent(second.at, "echo -e", "prints `-e` as well");
            }
            ("[", _) if self.is_dash() => {
                let equals = simple
                    .words
                    .iter()
                    .skip(1)
                    .find(|word| word.as_str() == Some("==") && !word.quoted);
                if let Some(equals) = equals {
                    let then = "is no operator of `[`, so the test fails";
                    self.is_silent(equals.at, "==", then);
                    if let Some(last) = self.found.last_mut() {
                        last.instead = Some("=");
                    }
                }
            }
            ("set", _) if self.dialect == Dialect::Dash => {
                let pipefail = simple.words.iter().find(|word| word.as_str() == Some("pipefail"));
                if let Some(pipefail) = pipefail {
                    self.fails(pipefail.at, "set -o pipefail", "ends the script");
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &'s Word) {
        for part in &word.parts {
            match part {
                Part::Array(_) => self.fails(word.at, "(...)", SYNTAX),
                Part::Command(_, at) if self.is_dash() => {
                    let text = self.sources.text(*at);
                    if text.starts_with("<(") || text.starts_with(">(") {
                        self.fails(*at, "<(...)", SYNTAX);
                    }
                }
                Part::Variable(variable) => {
                    let operator = variable.operation.as_ref().map(|operation| operation.operator);
                    let is_missing = match operator {
                        Some("^" | "^^" | "," | ",," | "@") => true,
                        Some("/" | "//" | ":") => self.is_dash(),
                        _ => variable.index.is_some(),
                    };
                    let at = variable.at;
                    if is_missing {
                        let what = self.sources.text(at).to_owned();
                        self.fails(at, what, "is a bad substitution");
                    } else if VARIABLES.contains(&variable.name.as_str()) && self.is_dash() {
                        self.is_silent(at, format!("${}", variable.name), "is empty");
                    }
                }
                _ => {}
            }
        }
        let text = self.sources.text(word.at);
        if has_braces(text) {
            self.is_silent(word.at, text, "is not expanded");
        }
    }
}

/// Whether a word has `{a,b}` or `{1..3}` outside of quotes and variables.
fn has_braces(text: &str) -> bool {
    let Some(start) = text.find('{') else { return false };
    if text.contains(['"', '\'', '\\', '$', '`', ' ', '\n']) {
        return false;
    }
    let Some(length) = text[start..].find('}') else { return false };
    let inner = &text[start + 1..start + length];
    !inner.contains('{') && (inner.contains(',') || is_range(inner)) && inner.len() > 1
}

fn is_range(text: &str) -> bool {
    text.split_once("..").is_some_and(|(from, to)| {
        let is_end =
            |text: &str| text.parse::<i32>().is_ok() || (text.len() == 1 && text.is_ascii());
        is_end(from) && is_end(to)
    })
}
