//! Shell scripts: POSIX and what bash adds to it, as far as scripts of builds use it.
//!
//! `parse` reads the grammar, `word` the words and what is expanded in them. Any text gives a
//! tree: what cannot be read is an error, and the reading goes on behind it. Source: POSIX.1-2024,
//! Shell Command Language, and the manual of bash 5.2.

mod compound;
mod mention;
mod parse;
mod word;

pub use mention::{Mention, mentions};

use super::{Parsed, SyntaxError};
use crate::source::{self, Excerpt, Span};
use crate::value::{Piece, Text};
use std::sync::Arc;

/// Commands that run one after another.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// They, in the order in which they are written; shared by those who point at one.
    pub items: Arc<[Item]>,
}

/// A pipeline of a list.
#[derive(Debug, Clone)]
pub struct Item {
    /// When it runs, by how those before it ended.
    pub join: Join,
    /// Whether `!` turns its status around.
    pub negated: bool,
    /// Its statements: more than one where `|` joins them.
    pub pipeline: Vec<Statement>,
    /// Whether nothing waits for it: `&`.
    pub background: bool,
}

/// How a pipeline is joined to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// It runs in any case: a new line, `;` or `&`.
    Always,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// A command, simple or compound.
#[derive(Debug, Clone)]
pub struct Statement {
    /// All of it, redirections left out.
    pub at: Span,
    /// What it is.
    pub kind: Kind,
    /// Where its input and output go.
    pub redirects: Vec<Redirect>,
}

/// What a statement is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Words, of which the first is the program; `[[ ... ]]` too.
    Simple(Simple),
    /// `{ ...; }`
    Group(List),
    /// `( ... )`
    Subshell(List),
    /// `if`
    If {
        /// Each condition with what runs if it holds.
        branches: Vec<(List, List)>,
        /// `else`
        otherwise: Option<List>,
    },
    /// `for NAME in WORDS`, or `select`.
    For {
        /// The variable.
        name: String,
        /// The words; none where the arguments of the script are gone through.
        words: Option<Vec<Word>>,
        /// What is repeated.
        body: List,
    },
    /// `while`, `until` and `for ((...))`
    While {
        /// What is asked each time.
        condition: List,
        /// What is repeated.
        body: List,
    },
    /// `case`
    Case {
        /// What is compared.
        subject: Word,
        /// Patterns with what runs if one of them fits.
        arms: Vec<(Vec<Word>, List)>,
    },
    /// `NAME() ...`
    Function {
        /// The name.
        name: String,
        /// What a call runs.
        body: Box<Statement>,
    },
    /// `(( ... ))`
    Arithmetic,
}

/// A program with its arguments.
#[derive(Debug, Clone, Default)]
pub struct Simple {
    /// `NAME=value` before the program.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments.
    pub words: Arc<[Word]>,
}

/// `NAME=value`
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// Whether something is added to what it was: `+=`.
    pub adds: bool,
    /// The value, at the place of the whole assignment.
    pub value: Word,
}

/// `> file`, `<< END` and the like.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// What it does.
    pub operator: Operator,
    /// The file; of a heredoc the word that ends it.
    pub target: Word,
    /// The lines of a heredoc.
    pub body: Option<Excerpt>,
}

impl Redirect {
    /// Whether it gives its command something to read.
    pub fn feeds(&self) -> bool {
        matches!(self.operator, Operator::Reads | Operator::Heredoc | Operator::String)
    }
}

/// What a redirection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `<`
    Reads,
    /// `>`, `>>`, `&>` and the like.
    Writes,
    /// `2>&1`
    Copies,
    /// `<<`
    Heredoc,
    /// `<<<`
    String,
}

/// A word, quotes removed.
#[derive(Debug, Clone)]
pub struct Word {
    /// Quotes included.
    pub at: Span,
    /// Its parts in order; none of the empty string.
    pub parts: Vec<Part>,
    /// Whether any of it is quoted.
    pub quoted: bool,
}

/// A part of a word.
#[derive(Debug, Clone)]
pub enum Part {
    /// Characters.
    Literal(String),
    /// `$NAME`, `${NAME}` and what can be done to it.
    Variable(Box<Variable>),
    /// `$(...)` and backticks.
    Command(List, Span),
    /// `(a b)` of an assignment.
    Array(Vec<Word>),
    /// `${{ ... }}`: an expression of a workflow, or what else is put in before a shell sees it.
    Expression(String, Span),
    /// `$((...))`, and what is not read: its place.
    Unknown(Span),
}

/// A variable as a word uses it.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The name; a digit or sign of a special one.
    pub name: String,
    /// What stands in `[...]`.
    pub index: Option<String>,
    /// What is done to its value.
    pub operation: Option<Box<Operation>>,
    /// Whether it stands in double quotes, so that its value stays one word.
    pub quoted: bool,
    /// Where it is written.
    pub at: Span,
}

/// What is done to the value of a variable.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `-`, `=`, `+`, `?`, `#`, `##`, `%`, `%%`, `/`, `//`; `^` and the like; a colon for a
    /// substring; `#` before the name is `length`.
    pub operator: &'static str,
    /// Whether an empty value counts as none: the colon of `:-`.
    pub or_empty: bool,
    /// What follows: a default or a pattern.
    pub word: Word,
    /// What `/` puts in the place of the pattern.
    pub replacement: Option<Word>,
}

/// One simple command.
#[derive(Debug, Clone)]
pub struct Command {
    /// From the first word to the last.
    pub at: Span,
    /// `NAME=value` before the program.
    pub assignments: Vec<(String, Word)>,
    /// The program and its arguments. Redirections are left out.
    pub words: Arc<[Word]>,
}

/// The first of the errors of a script; none if that only says that the script is too deep for
/// us, since a shell may read it.
pub fn first_error(errors: &[SyntaxError]) -> Option<&SyntaxError> {
    let first = errors.iter().min_by_key(|error| error.at.start);
    first.filter(|error| error.message != parse::TOO_DEEP)
}

/// Reads a script.
pub fn parse(script: &Excerpt) -> Parsed<List> {
    parse::script(script)
}

/// The simple commands of a script, in the order in which they are written, whatever decides
/// whether they run.
pub fn commands(script: &Excerpt) -> Vec<Command> {
    parse(script).tree.commands()
}

impl List {
    /// The simple commands in it, in the order in which they are written.
    pub fn commands(&self) -> Vec<Command> {
        let mut commands = Vec::new();
        self.each(&mut |simple, at| {
            commands.push(simple.command(at));
        });
        commands
    }

    /// Calls back with every simple command in it, those of functions included, but not with
    /// those of `$(...)`.
    pub fn each<'l>(&'l self, take: &mut impl FnMut(&'l Simple, Span)) {
        self.each_statement(&mut |statement| {
            if let Kind::Simple(simple) = &statement.kind {
                take(simple, statement.at);
            }
        });
    }

    /// Calls back with every statement in it, compound ones before what is in them.
    pub fn each_statement<'l>(&'l self, take: &mut impl FnMut(&'l Statement)) {
        self.items.iter().flat_map(|item| &item.pipeline).for_each(|inner| inner.each(take));
    }
}

impl Statement {
    fn each<'l>(&'l self, take: &mut impl FnMut(&'l Statement)) {
        take(self);
        match &self.kind {
            Kind::Simple(_) | Kind::Arithmetic => {}
            Kind::Group(list) | Kind::Subshell(list) => list.each_statement(take),
            Kind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    condition.each_statement(take);
                    body.each_statement(take);
                }
                otherwise.iter().for_each(|list| list.each_statement(take));
            }
            Kind::For { body, .. } => body.each_statement(take),
            Kind::While { condition, body } => {
                condition.each_statement(take);
                body.each_statement(take);
            }
            Kind::Case { arms, .. } => arms.iter().for_each(|(_, body)| body.each_statement(take)),
            Kind::Function { body, .. } => body.each(take),
        }
    }
}

impl Word {
    /// A word of characters.
    pub fn literal(text: &str, at: Span) -> Word {
        let parts = if text.is_empty() { vec![] } else { vec![Part::Literal(text.to_owned())] };
        Word { at, parts, quoted: true }
    }

    /// The characters, if all are known.
    pub fn as_str(&self) -> Option<&str> {
        match &self.parts[..] {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it is only a variable without quotes, which may hold options.
    pub fn may_be_options(&self) -> bool {
        matches!(&self.parts[..], [Part::Variable(only)] if !only.quoted)
    }

    /// The word with a hole for each part that is not known.
    pub fn text(&self) -> Text {
        let mut text = Text::default();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(variable) if variable.is_named() => {
                    text.push(Piece::Hole(variable.name.clone()));
                }
                Part::Expression(name, _) => text.push(Piece::Hole(name.clone())),
                part => text.push(Piece::Hole(format!("$({})", part.at(self.at).start))),
            }
        }
        text
    }

    /// The variables in it that have names.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(variable) if variable.is_named() => Some(&**variable),
            _ => None,
        })
    }
}

impl Part {
    /// Where it is written; of characters the place of their word.
    pub fn at(&self, word: Span) -> Span {
        match self {
            Part::Variable(variable) => variable.at,
            Part::Command(_, at) | Part::Expression(_, at) | Part::Unknown(at) => *at,
            Part::Literal(_) | Part::Array(_) => word,
        }
    }
}

impl Variable {
    /// What stands for it where it is not set, if that is characters.
    pub fn default(&self) -> Option<&str> {
        let operation = self.operation.as_deref()?;
        matches!(operation.operator, "-" | "=").then(|| operation.word.as_str())?
    }

    /// Whether its value is used as it is, or a default in its place.
    pub fn is_named(&self) -> bool {
        let plain = match self.operation.as_deref() {
            None => true,
            Some(operation) => matches!(operation.operator, "-" | "="),
        };
        plain && self.index.is_none() && !self.name.starts_with(|c: char| !word::starts_name(c))
    }
}

/// Whether a program asks for a condition: `test`, `[` or `[[`.
pub fn asks(program: Option<&str>) -> bool {
    matches!(program, Some("[" | "[[" | "test"))
}

impl Simple {
    /// The command of a statement that is written at a place.
    pub fn command(&self, at: Span) -> Command {
        let assignments = self.assignments.iter();
        Command {
            at,
            assignments: assignments.map(|set| (set.name.clone(), set.value.clone())).collect(),
            words: self.words.clone(),
        }
    }

    /// The last part of the program's path, if it is known.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.as_str().map(source::name)
    }
}

impl Command {
    /// The last part of the program's path, if it is known.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.as_str().map(source::name)
    }
}
