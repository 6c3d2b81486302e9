//! What a Dockerfile says, with a place for every word.

use crate::source::{Excerpt, Span};

/// A Dockerfile. Its tokens, which are the text without loss, are made where they are asked for:
/// see [`tokens`](super::tokens).
#[derive(Debug, Clone)]
pub struct Dockerfile {
    /// `# syntax=`, `# escape=` and `# check=` at the top.
    pub directives: Vec<Directive>,
    /// What follows `#` on lines of their own, also inside a continued instruction.
    pub comments: Vec<Comment>,
    /// The instructions in their order, those that could not be understood included.
    pub instructions: Vec<Instruction>,
    /// The line breaks of empty lines after a continuation, which BuildKit will refuse one day. At
    /// most one of each instruction.
    pub empty_continuations: Vec<Span>,
    /// The character that escapes a line break: `\`, or a backtick by directive.
    pub escape: char,
}

/// A run of characters of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A parser directive at the top.
    Directive,
    /// A comment, with its `#`, without the line break.
    Comment,
    /// The name of an instruction.
    Keyword,
    /// `--name` or `--name=value`.
    Flag,
    /// An argument, or a part of one between two continuations.
    Word,
    /// The escape character at the end of a line, with the line break.
    Continuation,
    /// The lines of a heredoc.
    HeredocBody,
    /// The line that ends a heredoc.
    HeredocEnd,
    /// Blanks and tabs.
    Blank,
    /// A line break.
    LineBreak,
}

/// A parser directive.
#[derive(Debug, Clone)]
pub struct Directive {
    /// `syntax`, `escape` or `check`, in lower case.
    pub name: String,
    /// What follows the `=`.
    pub value: Excerpt,
    /// The whole line.
    pub at: Span,
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// From the `#` to the end of the line.
    pub at: Span,
}

/// One instruction.
#[derive(Debug, Clone)]
pub struct Instruction {
    /// From the keyword to the end of the last argument, without a heredoc's lines.
    pub at: Span,
    /// Where the name is.
    pub keyword: Span,
    /// The `--name=value` words before the arguments.
    pub flags: Vec<Flag>,
    /// What it is and does.
    pub kind: Kind,
    /// The heredocs that it opens, in their order.
    pub heredocs: Vec<Heredoc>,
}

/// An instruction with its arguments. Words are as written: quotes and `$` stand.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `FROM image [AS name]`
    From {
        /// The image or stage.
        image: Excerpt,
        /// The name of the stage.
        name: Option<Excerpt>,
    },
    /// `RUN`
    Run(Command),
    /// `CMD`
    Cmd(Command),
    /// `ENTRYPOINT`
    Entrypoint(Command),
    /// `COPY`
    Copy(Transfer),
    /// `ADD`
    Add(Transfer),
    /// `ENV`
    Env(Vec<Pair>),
    /// `LABEL`
    Label(Vec<Pair>),
    /// `ARG`, whose pairs may lack a value.
    Arg(Vec<Declaration>),
    /// `WORKDIR`
    Workdir(Excerpt),
    /// `USER`
    User(Excerpt),
    /// `EXPOSE`
    Expose(Vec<Excerpt>),
    /// `VOLUME`
    Volume(Vec<Excerpt>),
    /// `STOPSIGNAL`
    StopSignal(Excerpt),
    /// `HEALTHCHECK NONE`, or its command.
    HealthCheck(Option<Command>),
    /// `SHELL ["program", "argument"]`
    Shell(Vec<Excerpt>),
    /// `MAINTAINER`
    Maintainer(Excerpt),
    /// `ONBUILD` and the instruction that it puts off.
    Onbuild(Box<Instruction>),
    /// No instruction, or one whose arguments are wrong. An error tells which.
    Unknown(Excerpt),
}

/// A command in one of its two forms.
#[derive(Debug, Clone)]
pub enum Command {
    /// A JSON array, whose strings are decoded and run as they are.
    Exec(Vec<Excerpt>),
    /// Text for the shell, continuations and the comments between them removed.
    Shell(Excerpt),
}

/// The arguments of `COPY` and `ADD`.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// What is copied. A heredoc (`<<EOF`) is a source too, see [`Source`].
    pub sources: Vec<Source>,
    /// Where to.
    pub destination: Excerpt,
    /// Whether they are written as a JSON array.
    pub json: bool,
}

/// A source of `COPY` and `ADD`.
#[derive(Debug, Clone)]
pub enum Source {
    /// A path, or a URL.
    Path(Excerpt),
    /// The heredoc of this index among the instruction's.
    Heredoc(usize),
}

/// `KEY=value`, or `KEY value` in the legacy form.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The key.
    pub key: Excerpt,
    /// The value.
    pub value: Excerpt,
    /// Whether it is written in the legacy form.
    pub legacy: bool,
}

/// A name that `ARG` declares.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The name.
    pub name: Excerpt,
    /// The default.
    pub default: Option<Excerpt>,
}

/// `--name=value` before the arguments of an instruction.
#[derive(Debug, Clone)]
pub struct Flag {
    /// All of it.
    pub at: Span,
    /// The name without its dashes.
    pub name: String,
    /// What follows the `=`.
    pub value: Option<Excerpt>,
}

/// Lines that an instruction takes in.
#[derive(Debug, Clone)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// `<<EOF` where it is opened.
    pub opened: Span,
    /// The lines, with leading tabs removed if it is opened by `<<-`.
    pub body: Excerpt,
    /// Whether its word is not quoted, so that variables are expanded in it.
    pub expands: bool,
    /// Whether leading tabs are removed.
    pub chomps: bool,
    /// The number before `<<`, which is 0 if there is none.
    pub descriptor: u32,
}

impl Instruction {
    /// The flag of a name.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }
}

impl Kind {
    /// The name of the instruction in capitals; nothing of one that could not be understood.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::From { .. } => "FROM",
            Kind::Run(_) => "RUN",
            Kind::Cmd(_) => "CMD",
            Kind::Entrypoint(_) => "ENTRYPOINT",
            Kind::Copy(_) => "COPY",
            Kind::Add(_) => "ADD",
            Kind::Env(_) => "ENV",
            Kind::Label(_) => "LABEL",
            Kind::Arg(_) => "ARG",
            Kind::Workdir(_) => "WORKDIR",
            Kind::User(_) => "USER",
            Kind::Expose(_) => "EXPOSE",
            Kind::Volume(_) => "VOLUME",
            Kind::StopSignal(_) => "STOPSIGNAL",
            Kind::HealthCheck(_) => "HEALTHCHECK",
            Kind::Shell(_) => "SHELL",
            Kind::Maintainer(_) => "MAINTAINER",
            Kind::Onbuild(_) => "ONBUILD",
            Kind::Unknown(_) => "",
        }
    }
}
