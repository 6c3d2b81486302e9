//! What instructions take in: files of the context, of other stages, and of images.

use crate::source::Span;
use crate::value::{Sourced, Text, Value};

/// Something that a stage takes in.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The instruction.
    pub at: Span,
    /// Its place among the instructions of the file.
    pub order: usize,
    /// Where from.
    pub from: Origin,
    /// What it is written as.
    pub kind: CopyKind,
    /// The paths. A URL or a heredoc is not listed.
    pub sources: Vec<Value<Text>>,
    /// The URLs and repositories of git.
    pub remote: Vec<Value<Text>>,
    /// How many heredocs are among the sources.
    pub heredocs: usize,
    /// The destination as it is written, relative or not; unset of a mount.
    pub to: Value<Text>,
    /// The absolute path to which it goes; unset of a mount.
    pub destination: Value<Text>,
    /// The working directory of the base image, if the destination is relative to it, since no
    /// `WORKDIR` stands before.
    pub below: Value<&'static str>,
    /// Whether only some of what the sources name is copied (`--exclude`), or under other
    /// paths (`--parents`).
    pub filtered: bool,
    /// `--chmod`
    pub mode: Value<Text>,
    /// The names of its flags, without dashes.
    pub flags: Vec<String>,
}

impl Copy {
    /// The first of its paths that only a shell would read, which it is not given to:
    /// `COPY *.toml ./ || true`.
    pub fn shell_word(&self) -> Option<&Sourced<Text>> {
        let is_sign = |text: &str| {
            matches!(text, "||" | "&&" | "|" | ";" | ">" | ">>")
                || text.starts_with("2>")
                || text.starts_with(">/dev/")
        };
        let paths = self.sources.iter().chain([&self.to]).filter_map(Value::known);
        paths.into_iter().find(|path| path.value.literal().is_some_and(is_sign))
    }
}

/// How something is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyKind {
    /// `COPY`
    Copy,
    /// `ADD`
    Add,
    /// `RUN --mount=type=bind`, or another mount that has a source.
    Mount,
}

impl CopyKind {
    /// The name of the instruction.
    pub fn name(self) -> &'static str {
        match self {
            CopyKind::Copy => "COPY",
            CopyKind::Add => "ADD",
            CopyKind::Mount => "RUN",
        }
    }
}

/// What `--from` or `from=` names: a stage, a named context or an image.
#[derive(Debug, Clone)]
pub struct NamedOrigin {
    /// The name as it is written, without variables: they are not expanded.
    pub name: Value<String>,
    /// Whether it is that of a mount, where a number is no stage.
    pub of_mount: bool,
    /// The earlier stage that it means, if it is one.
    pub stage: Option<usize>,
}

/// Where a copy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The build context.
    Context,
    /// A stage, by its index.
    Stage(usize),
    /// Another image or a named context, by its name.
    Other(Box<str>),
}
