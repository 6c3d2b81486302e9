//! How the instructions of a stage are written: what rules of form ask for.

use crate::model::Project;
use crate::model::blur::Blur;
use crate::source::Span;
use crate::value::{Sourced, Text, Value};

/// The instructions of a stage and what they declare, in their order. Nothing of the stages that
/// it starts from is among it, unless that is said.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// All of them, `FROM` first.
    pub instructions: Vec<Instruction>,
    /// `AS` of the `FROM` and the name after it.
    pub named: Option<Named>,
    /// Whether an earlier stage that it starts from sets a working directory.
    pub inherits_workdir: bool,
    /// Whether it, or an earlier stage that it starts from, sets `SHELL`.
    pub own_shell: bool,
    /// The paths of `WORKDIR`.
    pub workdirs: Vec<Value<Text>>,
    /// The users of `USER`.
    pub users: Vec<Value<Text>>,
    /// What it copies from or mounts that is no earlier stage: an image, or a named context.
    pub images: Vec<Value<Text>>,
    /// The words of `EXPOSE`.
    pub exposed: Vec<Value<Text>>,
    /// The pairs of `ARG`, `ENV` and `LABEL`.
    pub settings: Vec<Setting>,
    /// Variables that are used before anything sets them.
    pub undefined: Vec<Undefined>,
    /// Arguments of its `FROM` that nothing declares.
    pub undeclared_in_from: Vec<Value<String>>,
    /// The base, if no argument is given, and nothing is known to give one.
    pub default_base: Value<Text>,
}

/// An instruction as it is written.
#[derive(Debug, Clone)]
pub struct Instruction {
    /// Its name in capitals.
    pub name: &'static str,
    /// The name as it is written.
    pub keyword: Span,
    /// From the name to the last argument.
    pub at: Span,
    /// What stands after the name.
    pub arguments: Span,
    /// Whether a shell is given its text, if it is a command.
    pub shell_form: bool,
    /// What could be a JSON array, and is read as words: by a shell, or as paths.
    pub no_array: Option<Span>,
}

/// `AS name` of a `FROM`.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// `AS`
    pub keyword: Span,
    /// The name.
    pub at: Span,
}

/// A pair of `ARG`, `ENV` or `LABEL`.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The name of the instruction in capitals.
    pub instruction: &'static str,
    /// The key.
    pub key: String,
    /// Where the key is.
    pub at: Span,
    /// Where the value is, quotes included; the key, if there is none.
    pub value_at: Span,
    /// The value; unset of an `ARG` without a default.
    pub value: Value<Text>,
    /// Whether a blank stands where `=` should.
    pub legacy: bool,
}

/// A variable that is used before anything sets it.
#[derive(Debug, Clone)]
pub struct Undefined {
    /// The name, where it is used.
    pub name: Value<String>,
    /// The instruction that uses it.
    pub instruction: Span,
    /// What tells that the base image does not set it.
    pub because: Evidence,
}

/// What tells that a variable is not set.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// Only an `ARG` before the first `FROM` declares it, which no stage sees.
    BeforeStages(Span),
    /// The stage declares it afterwards.
    Later(Span),
    /// The same instruction sets it.
    Same(Span),
    /// The stage declares one whose name is like it.
    Resembles(String),
    /// It is known what the base image, at this place, sets.
    Base(Sourced<()>),
}

impl Project {
    /// The variables that are used before anything sets them, with their names, in Dockerfiles
    /// that no other frontend reads.
    pub fn undefined_variables(&self) -> impl Iterator<Item = (&Undefined, &Sourced<String>)> {
        let images = self.images.iter().filter(|image| !image.own_syntax);
        let stages = images.flat_map(|image| &image.stages);
        let undefined = stages.flat_map(|stage| &stage.written.undefined);
        undefined.filter_map(|undefined| Some((undefined, undefined.name.known()?)))
    }
}

impl Setting {
    /// The setting with its key without quotes, if it is a label.
    pub fn label(&self) -> Option<(&str, &Setting)> {
        let key = self.key.trim_matches(['"', '\'']);
        (self.instruction == "LABEL").then_some((key, self))
    }
}

impl Written {
    /// The instructions of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Instruction> {
        self.instructions.iter().filter(move |instruction| instruction.name == name)
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        let values = self.workdirs.iter_mut().chain(&mut self.users).chain(&mut self.exposed);
        values.chain(&mut self.images).for_each(|value| blur.value(value));
        self.settings.iter_mut().for_each(|setting| blur.value(&mut setting.value));
        self.undefined.iter_mut().for_each(|undefined| blur.value(&mut undefined.name));
        self.undeclared_in_from.iter_mut().for_each(|name| blur.value(name));
        blur.value(&mut self.default_base);
    }
}

/// Whether a user is root: by name, or by a number that is 0 however it is written.
pub fn is_root(user: &str) -> bool {
    user == "root" || user.parse() == Ok(0)
}
