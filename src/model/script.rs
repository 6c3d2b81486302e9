//! Texts that a shell is given while an image is built or runs.

pub mod bashism;
pub mod cache;
pub mod file;
pub mod job;
pub mod lock_file;
pub mod package;
pub mod package_index;
pub mod pipe;
pub mod prompt;
pub mod remark;
pub mod slip;
pub mod test;
pub mod variable;

use super::blur::Blur;
use super::image::system::Dialect;
use crate::source::{Excerpt, Span};
use crate::syntax::SyntaxError;
use crate::syntax::shell::{self, Item, Join, Kind, List, Part, Simple, Statement, Word};
use crate::value::Value;
use std::sync::Arc;

/// A text that a shell is given.
#[derive(Debug, Clone)]
pub struct Script {
    /// `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.
    pub instruction: &'static str,
    /// The place of the instruction among those of the file.
    pub order: usize,
    /// The whole instruction.
    pub at: Span,
    /// The text, with the way back into its file.
    pub text: Excerpt,
    /// The shell.
    pub shell: Value<Dialect>,
    /// With which options it starts.
    pub options: Value<Options>,
    /// What it says.
    pub list: List,
    /// What no shell can read.
    pub errors: Vec<SyntaxError>,
    /// Whether `$(...)` stands in it.
    substitutes: bool,
    /// Its pipelines, which nearly every rule about scripts goes through.
    places: Vec<Place>,
}

/// The options of a shell that decide what becomes of a failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// `-e`
    pub errexit: bool,
    /// `-u`
    pub nounset: bool,
    /// `-o pipefail`
    pub pipefail: bool,
}

/// A pipeline of a script, with what holds where it stands.
#[derive(Debug, Clone)]
pub struct Place {
    /// The list that it is of, and which of its pipelines it is.
    list: Arc<[Item]>,
    index: usize,
    /// The options that are on.
    pub options: Options,
    /// Whether something asks how it ended: `&&`, `||`, `if`, `-e`, or the end of the script.
    pub asked: bool,
    /// Whether it is the condition of an `if` or a loop.
    pub is_condition: bool,
    /// Whether it stands in `$(...)`.
    pub captured: bool,
}

impl Options {
    /// All of them: with them nothing is lost, so they stand for those that are not known.
    const ALL: Options = Options { errexit: true, nounset: true, pipefail: true };

    /// Takes over what an argument of a shell, or of `set`, says. Tells whether the next argument
    /// is the name of an option.
    pub fn take(&mut self, argument: &str) -> bool {
        let (on, letters) = match (argument.strip_prefix('-'), argument.strip_prefix('+')) {
            (Some(letters), _) if !letters.starts_with('-') => (true, letters),
            (_, Some(letters)) => (false, letters),
            _ => return false,
        };
        self.errexit = if letters.contains('e') { on } else { self.errexit };
        self.nounset = if letters.contains('u') { on } else { self.nounset };
        letters.ends_with('o')
    }

    /// Takes over all arguments of a shell, or of `set`.
    pub fn take_all<'a>(&mut self, arguments: impl IntoIterator<Item = &'a str>) {
        let mut sign = None;
        for argument in arguments {
            let on = sign.take();
            if let Some(on) = on {
                match argument {
                    "errexit" => self.errexit = on,
                    "nounset" => self.nounset = on,
                    "pipefail" => self.pipefail = on,
                    _ => {}
                }
            } else if self.take(argument) {
                sign = Some(argument.starts_with('-'));
            }
        }
    }
}

impl Script {
    /// Reads a text that a shell is given by an instruction, or by a file.
    pub fn read(
        (instruction, order, at): (&'static str, usize, Span),
        text: Excerpt,
        shell: Value<Dialect>,
        options: Value<Options>,
    ) -> Script {
        let parsed = shell::parse(&text);
        let substitutes = ["$(", "`", "<(", ">("].iter().any(|start| text.text.contains(start));
        let mut script = Script {
            instruction,
            order,
            at,
            text,
            shell,
            options,
            list: parsed.tree,
            errors: parsed.errors,
            substitutes,
            places: Vec::new(),
        };
        script.walk();
        script
    }

    /// The first place that no shell can read, if there is one.
    pub fn first_error(&self) -> Option<&SyntaxError> {
        shell::first_error(&self.errors)
    }

    /// Its shell, if that is known.
    pub fn dialect(&self) -> Option<Dialect> {
        self.shell.known().map(|shell| shell.value)
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.shell);
        let was_known = self.options.known().is_some();
        blur.value(&mut self.options);
        if self.options.known().is_some() != was_known {
            self.walk();
        }
    }

    /// Its pipelines, with those of compound commands, functions and `$(...)`, in their order.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Finds its places anew.
    fn walk(&mut self) {
        let options = self.options.known().map_or(Options::ALL, |options| options.value);
        let mut walk = Walk { places: Vec::new(), options, substitutes: self.substitutes };
        walk.list(&self.list, Context { asked: true, is_condition: false, captured: false });
        self.places = walk.places;
    }

    /// The command that it ends with, for which the shell only waits.
    pub fn last_command(&self) -> Option<&Simple> {
        let last = self.list.items.last().filter(|last| !last.negated && !last.background)?;
        let [Statement { kind: Kind::Simple(simple), .. }] = &last.pipeline[..] else {
            return None;
        };
        let waits = |simple: &Simple| matches!(simple.program(), Some("trap" | "wait"));
        let is_needed = self.list.items.iter().any(|item| item.join == Join::Or)
            || self.simple().any(|(_, simple)| waits(simple));
        (!is_needed).then_some(simple)
    }

    /// Where a command can be added with `&&` behind all others, if each of these needs the one
    /// before and nothing stands behind them.
    pub fn end_of_chain(&self) -> Option<Span> {
        let mut items = self.list.items.iter();
        let first = items.next().filter(|first| !first.background)?;
        let is_chain = items.all(|item| item.join == Join::And && !item.background);
        let text = &self.text.text;
        // What a comment or a heredoc ends with is no command.
        let is_plain = is_chain && !first.negated && !text.contains(['#', '<']);
        let end = self.text.span(0..text.trim_end().len()).end;
        is_plain.then_some(Span { start: end, end, ..self.at })
    }

    /// Its statements, with those of compound commands, functions and `$(...)`, in their order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.places.iter().flat_map(|place| &place.item().pipeline)
    }

    /// The simple commands in `$(...)`.
    pub fn captured(&self) -> impl Iterator<Item = shell::Command> {
        let captured = self.places.iter().filter(|place| place.captured);
        let statements = captured.flat_map(|place| &place.item().pipeline);
        statements.filter_map(|statement| match &statement.kind {
            Kind::Simple(simple) => Some(simple.command(statement.at)),
            _ => None,
        })
    }

    /// Its simple commands, with the statements that they are, in their order.
    pub fn simple(&self) -> impl Iterator<Item = (&Statement, &Simple)> {
        self.statements().filter_map(|statement| match &statement.kind {
            Kind::Simple(simple) => Some((statement, simple)),
            _ => None,
        })
    }
}

/// What holds for a list.
#[derive(Clone, Copy)]
struct Context {
    asked: bool,
    is_condition: bool,
    captured: bool,
}

struct Walk {
    places: Vec<Place>,
    options: Options,
    substitutes: bool,
}

impl Walk {
    fn list(&mut self, list: &List, context: Context) {
        for (index, item) in list.items.iter().enumerate() {
            let following = list.items.get(index + 1..).unwrap_or_default();
            let joined = following.first().is_some_and(|next| next.join != Join::Always);
            let last = following.is_empty();
            let asked = self.options.errexit || joined || (last && context.asked);
            let Context { is_condition, captured, .. } = context;
            let options = self.options;
            let list = list.items.clone();
            self.places.push(Place { list, index, options, asked, is_condition, captured });
            let own = Context { asked: asked || joined, ..context };
            item.pipeline.iter().for_each(|statement| self.statement(statement, own));
        }
    }

    fn statement(&mut self, statement: &Statement, context: Context) {
        if self.substitutes {
            self.substitutions(statement, context);
        }
        let condition = Context { asked: true, is_condition: true, ..context };
        let body = Context { is_condition: false, ..context };
        match &statement.kind {
            Kind::Simple(simple) => self.set(simple),
            Kind::Group(list) => self.list(list, context),
            Kind::Subshell(list) => {
                let before = self.options;
                self.list(list, context);
                self.options = before;
            }
            Kind::If { branches, otherwise } => {
                for (asked, then) in branches {
                    self.list(asked, condition);
                    self.list(then, body);
                }
                otherwise.iter().for_each(|list| self.list(list, body));
            }
            Kind::For { body: list, .. } => self.list(list, body),
            Kind::While { condition: asked, body: list } => {
                self.list(asked, condition);
                self.list(list, body);
            }
            Kind::Case { arms, .. } => arms.iter().for_each(|(_, list)| self.list(list, body)),
            Kind::Function { body: inner, .. } => {
                let before = self.options;
                self.statement(inner, body);
                self.options = before;
            }
            Kind::Arithmetic => {}
        }
    }

    /// The commands in the words of a statement.
    fn substitutions(&mut self, statement: &Statement, context: Context) {
        // How a command in an argument of another ended, nobody asks.
        let is_kept = matches!(&statement.kind, Kind::Simple(simple) if simple.words.is_empty());
        own_words(statement, &mut |word: &Word| {
            for part in &word.parts {
                if let Part::Command(list, _) = part {
                    let before = self.options;
                    let asked = context.asked && is_kept;
                    let context = Context { asked, captured: true, is_condition: false };
                    self.list(list, context);
                    self.options = before;
                }
            }
        });
    }

    fn set(&mut self, simple: &Simple) {
        if simple.program() == Some("set") {
            self.options.take_all(simple.words.iter().skip(1).filter_map(|word| word.as_str()));
        }
    }
}

impl Place {
    /// The pipeline.
    pub fn item(&self) -> &Item {
        &self.list[self.index]
    }

    /// Those that follow it in its list.
    pub fn following(&self) -> &[Item] {
        self.list.get(self.index + 1..).unwrap_or_default()
    }

    /// Whether nothing becomes of its failure on purpose: `|| true`, be it behind `&& more`.
    pub fn is_forgiven(&self) -> bool {
        let mut chain = self.following().iter().take_while(|next| next.join != Join::Always);
        let next = chain.find(|next| next.join == Join::Or);
        next.is_some_and(|next| match next.pipeline.first().map(|statement| &statement.kind) {
            Some(Kind::Simple(simple)) => {
                matches!(simple.program(), Some("true" | ":" | "echo" | "printf"))
            }
            _ => false,
        })
    }
}

/// The words of a statement itself, not those of the commands inside of it.
pub fn own_words<'s>(statement: &'s Statement, take: &mut impl FnMut(&'s Word)) {
    statement.redirects.iter().for_each(|redirect| take(&redirect.target));
    match &statement.kind {
        Kind::Simple(simple) => {
            simple.assignments.iter().for_each(|set| take(&set.value));
            simple.words.iter().for_each(take);
        }
        Kind::For { words, .. } => words.iter().flatten().for_each(take),
        Kind::Case { subject, arms } => {
            take(subject);
            arms.iter().flat_map(|(patterns, _)| patterns).for_each(take);
        }
        _ => {}
    }
}
