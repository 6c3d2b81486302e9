//! Carrying out a template.

use super::function;
use super::rich::{LONGEST, Rich};
use crate::eval::manifest::value;
use crate::eval::terraform::{Datum, Evaluated};
use crate::source::{SourceId, Span};
use crate::syntax::template::{Action, Expression, Part};
use crate::value::{Step, Text, Why};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A template has no more parts to carry out than this, rounds and helpers counted.
const MOST_PARTS: usize = 20_000;

/// Helpers include others this deep.
const DEEPEST: usize = 16;

/// What `define` names, wherever in a chart it stands.
pub type Helpers<'a> = BTreeMap<&'a str, (SourceId, &'a str, &'a [Part])>;

/// What an expression amounts to.
#[derive(Debug, Clone)]
pub enum Amount {
    /// A value.
    Value(Box<Evaluated>),
    /// Text that was made.
    Rich(Rich),
}

/// Whether something is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    Yes,
    No,
    Unknown,
}

/// Where a template stands, and what is in reach.
#[derive(Clone)]
struct Scope<'a> {
    source: SourceId,
    text: &'a str,
    dot: Rc<Amount>,
    root: Rc<Amount>,
    variables: Vec<(String, Amount)>,
    /// Whether the context is that of the whole chart, so that an expression means the same
    /// everywhere.
    is_whole: bool,
    /// The tag of the template by which the text is put in, if this is a helper.
    put: Option<Span>,
    depth: usize,
}

/// A run of a template.
pub struct Render<'a> {
    /// The helpers of the chart.
    pub helpers: &'a Helpers<'a>,
    /// Whether a release may set other values.
    pub is_open: bool,
    file: SourceId,
    /// How many parts may still be carried out.
    left: usize,
    /// How many bytes may still be made.
    bytes: usize,
}

impl<'a> Render<'a> {
    /// Starts with nothing carried out of a file.
    pub fn new(file: SourceId, helpers: &'a Helpers<'a>, is_open: bool) -> Render<'a> {
        Render { helpers, is_open, file, left: MOST_PARTS, bytes: LONGEST }
    }

    /// The text that a template makes. None if it is too long.
    pub fn file(&mut self, text: &'a str, parts: &'a [Part], root: &Evaluated) -> Option<Rich> {
        let source = self.file;
        let root = Rc::new(Amount::Value(Box::new(root.clone())));
        let scope = Scope {
            source,
            text,
            dot: root.clone(),
            root,
            variables: Vec::new(),
            is_whole: true,
            put: None,
            depth: 0,
        };
        let mut out = Rich::default();
        self.parts(parts, scope, &mut out)?;
        Some(out)
    }

    fn parts(&mut self, parts: &'a [Part], mut scope: Scope<'a>, out: &mut Rich) -> Option<()> {
        for part in parts {
            self.left = self.left.checked_sub(1)?;
            match part {
                Part::Text(range) => {
                    let text = scope.text.get(range.clone())?;
                    let at = Span::new(scope.source, range.clone());
                    let written = Rich::written(text, at);
                    let written = match scope.put {
                        Some(at) => written.put_at(at),
                        None => written,
                    };
                    self.append(written, out)?;
                }
                Part::Put(action) => {
                    let amount = self.amount(&action.expression, &scope, 0);
                    let at = place(action, &scope);
                    let name = self.hole_name(&action.expression, &scope);
                    let put = match amount {
                        Some(amount) => rich(amount, at, &name),
                        None => Rich::hole(name, at),
                    };
                    self.append(put, out)?;
                }
                Part::Set { name, value } => {
                    let amount = self.amount(&value.expression, &scope, 0);
                    let amount = amount.unwrap_or_else(|| unknown(place(value, &scope)));
                    scope.variables.retain(|(other, _)| other != name);
                    scope.variables.push((name.clone(), amount));
                }
                Part::Define { .. } => {}
                Part::If { arms, otherwise, with } => {
                    self.branches(arms, otherwise, *with, &scope, out)?;
                }
                Part::Range { over, variables, body, otherwise } => {
                    self.range(over, variables, (body, otherwise), &scope, out)?;
                }
            }
        }
        Some(())
    }

    fn branches(
        &mut self,
        arms: &'a [(Action, Vec<Part>)],
        otherwise: &'a [Part],
        with: bool,
        scope: &Scope<'a>,
        out: &mut Rich,
    ) -> Option<()> {
        let mut perhaps = Vec::new();
        for (condition, body) in arms {
            let amount = self.amount(&condition.expression, scope, 0);
            let holds = amount.as_ref().map_or(Truth::Unknown, truth);
            let dot = match (with, amount) {
                (true, Some(amount)) if holds == Truth::Yes => Rc::new(amount),
                (true, _) => Rc::new(unknown(place(condition, scope))),
                (false, _) => scope.dot.clone(),
            };
            let is_whole = scope.is_whole && !with;
            let inner = Scope { dot, is_whole, ..scope.clone() };
            match holds {
                Truth::Yes => {
                    // What may come before it counts less.
                    let whole = perhaps.into_iter().map(|(text, _)| text);
                    let whole = whole.filter(|text: &Rich| !is_fragment(&text.plain()));
                    whole.for_each(|text| self.perhaps(text, out));
                    return self.parts(body, inner, out);
                }
                Truth::No if !self.is_open => {}
                Truth::No | Truth::Unknown => {
                    let mut made = Rich::default();
                    self.parts(body, inner, &mut made)?;
                    perhaps.push((made, holds == Truth::No));
                }
            }
        }
        let is_default = perhaps.iter().all(|(_, known)| *known);
        let mut made = Rich::default();
        self.parts(otherwise, scope.clone(), &mut made)?;
        let is_inline = is_fragment(&made.plain())
            && perhaps.iter().all(|(text, _)| is_fragment(&text.plain()));
        match is_inline {
            // Within a line the default is all that there is to say.
            true if is_default => out.append(made),
            true => {
                let at = arms.first().map(|(condition, _)| place(condition, scope))?;
                let name = arms.iter().map(|(condition, _)| &condition.expression);
                let name = name.map(|e| self.hole_name(e, scope)).collect::<Vec<_>>().join(" ");
                out.append(Rich::hole(format!("if {name}"), at));
            }
            false => {
                perhaps.into_iter().for_each(|(text, _)| self.perhaps(text, out));
                match is_default {
                    true => out.append(made),
                    false => self.perhaps(made, out),
                }
            }
        }
        Some(())
    }

    /// Adds what was made. None if it gets too long.
    fn append(&mut self, made: Rich, out: &mut Rich) -> Option<()> {
        self.bytes = self.bytes.checked_sub(made.len())?;
        out.append(made);
        Some(())
    }

    /// What stands for an expression that is not known. The same name stands for one value.
    fn hole_name(&self, expression: &Expression, scope: &Scope<'_>) -> String {
        let mut name = format!("{expression:?}");
        if !scope.is_whole || name.contains("Variable(") || name.contains("Unread") {
            // It may be another each time.
            name.push_str(&format!(" {} {}", self.file.0, self.left));
        }
        name
    }

    fn range(
        &mut self,
        over: &'a Action,
        variables: &'a [String],
        (body, otherwise): (&'a [Part], &'a [Part]),
        scope: &Scope<'a>,
        out: &mut Rich,
    ) -> Option<()> {
        let at = place(over, scope);
        let amount = self.amount(&over.expression, scope, 0);
        let mut items: Vec<(Amount, Amount)> = Vec::new();
        let mut open = true;
        if let Some(Amount::Value(list)) = &amount {
            open = list.is_open() || self.is_open;
            let text = |text: Text| Amount::Value(Box::new(value(at, Datum::Text(text))));
            match &list.datum {
                Datum::List(all, _) => {
                    items.extend(all.iter().enumerate().map(|(i, item)| {
                        (text(Text::from(i.to_string())), Amount::Value(Box::new(item.clone())))
                    }));
                }
                Datum::Map(entries, _) => {
                    let mut entries: Vec<_> = entries.iter().collect();
                    entries.sort_by(|a, b| a.0.cmp(&b.0));
                    items.extend(entries.into_iter().map(|(key, item)| {
                        (text(key.clone()), Amount::Value(Box::new(item.clone())))
                    }));
                }
                Datum::Null => {}
                _ => open = true,
            }
        }
        if items.is_empty() && !open {
            return self.parts(otherwise, scope.clone(), out);
        }
        let with = |key: Amount, item: Amount| {
            let mut inner = Scope { dot: Rc::new(item.clone()), is_whole: false, ..scope.clone() };
            match variables {
                [name] => inner.variables.push((name.clone(), item)),
                [name, other] => {
                    inner.variables.push((name.clone(), key));
                    inner.variables.push((other.clone(), item));
                }
                _ => {}
            }
            inner
        };
        for (key, item) in items {
            self.parts(body, with(key, item), out)?;
        }
        if open {
            let mut made = Rich::default();
            self.parts(body, with(unknown(at), unknown(at)), &mut made)?;
            self.perhaps(made, out);
        }
        Some(())
    }

    /// Adds what may stand here: each entry without its value, and for items one that is not
    /// known. Whole documents are taken to be there.
    fn perhaps(&mut self, made: Rich, out: &mut Rich) {
        let text = made.plain();
        let Some(at) = made.0.first().map(|run| run.at) else { return };
        let name = format!("part of a template {} {}", self.file.0, self.left);
        let hole = || Rich::hole(name.as_str(), at);
        if text.lines().any(|line| line.starts_with("kind:")) {
            return out.append(made);
        }
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let lines = || text.lines().filter(|line| !line.trim().is_empty());
        let Some(least) = lines().map(indent).min() else { return };
        let starts_line = out.back_to_line();
        if !starts_line {
            out.append(Rich::known("\n", at, Vec::new()));
        }
        let spaces = " ".repeat(least);
        let mut last = "";
        for line in lines().filter(|line| indent(line) == least) {
            let line = line.trim();
            let key = line.split(": ").next().unwrap_or_default().trim_end_matches(':');
            let is_key = (line.ends_with(':') || line.contains(": "))
                && !key.is_empty()
                && key
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
            let shown = if is_key && !line.starts_with('-') { key } else { "" };
            if shown.is_empty() && last == "hole" {
                continue;
            }
            last = if shown.is_empty() { "hole" } else { "" };
            out.append(Rich::known(spaces.clone(), at, Vec::new()));
            if line.starts_with("- ") {
                out.append(Rich::known("- ", at, Vec::new()));
            } else if !shown.is_empty() {
                out.append(Rich::known(format!("{shown}: "), at, Vec::new()));
            }
            out.append(hole());
            out.append(Rich::known("\n", at, Vec::new()));
        }
    }

    /// What an expression amounts to. None if that is not known.
    fn amount(
        &mut self,
        expression: &'a Expression,
        scope: &Scope<'a>,
        depth: usize,
    ) -> Option<Amount> {
        self.left = self.left.checked_sub(1)?;
        let at = scope.put.unwrap_or(Span::new(scope.source, 0..0));
        let made = |datum| Some(Amount::Value(Box::new(value(at, datum))));
        match expression {
            Expression::Text(text) => made(Datum::Text(Text::from(text.as_str()))),
            Expression::Number(number) => made(Datum::Number(*number)),
            Expression::Bool(truth) => made(Datum::Bool(*truth)),
            Expression::Nil => made(Datum::Null),
            Expression::Dot
            | Expression::Root
            | Expression::Variable(_)
            | Expression::Field(..) => self.path(expression, scope, depth),
            Expression::Call(name, arguments)
                if matches!(name.as_str(), "include" | "template") =>
            {
                let (name, rest) = arguments.split_first()?;
                let name = rich(self.amount(name, scope, depth + 1)?, at, "");
                let (dot, is_whole) = match rest {
                    [dot] => {
                        let is_context = matches!(dot, Expression::Dot | Expression::Root);
                        let dot = match dot {
                            Expression::Dot => scope.dot.clone(),
                            Expression::Root => scope.root.clone(),
                            dot => Rc::new(
                                self.amount(dot, scope, depth + 1).unwrap_or_else(|| unknown(at)),
                            ),
                        };
                        (dot, scope.is_whole && is_context)
                    }
                    _ => return None,
                };
                self.include(&name.literal()?, dot, is_whole, scope)
            }
            Expression::Call(name, arguments) => {
                // The branch that is not taken may be what is not known.
                let known = |a| self.amount(a, scope, depth + 1);
                let mut known: Vec<Option<Amount>> = arguments.iter().map(known).collect();
                if function::keeps_holes(name) {
                    for (argument, written) in known.iter_mut().zip(arguments) {
                        if argument.is_none() {
                            let name = self.hole_name(written, scope);
                            *argument = Some(Amount::Rich(Rich::hole(name, at)));
                        }
                    }
                }
                function::call(name, known, at, self.is_open)
            }
            Expression::Unread => None,
        }
    }

    fn path(
        &mut self,
        expression: &'a Expression,
        scope: &Scope<'a>,
        depth: usize,
    ) -> Option<Amount> {
        let mut names = Vec::new();
        let mut base = expression;
        while let Expression::Field(inner, name) = base {
            names.push(name.as_str());
            base = inner;
        }
        let owned;
        let start = match base {
            Expression::Dot => &scope.dot,
            Expression::Root => &scope.root,
            Expression::Variable(name) => {
                &scope.variables.iter().rev().find(|(other, _)| other == name)?.1
            }
            other => {
                owned = self.amount(other, scope, depth + 1)?;
                &owned
            }
        };
        let Amount::Value(start) = start else {
            return names.is_empty().then(|| start.clone());
        };
        let mut value: &Evaluated = start;
        for name in names.iter().rev() {
            match value.field(name) {
                Some(field) => value = field,
                None if value.is_open() => return None,
                None => {
                    return Some(null(value.at));
                }
            }
        }
        match &value.datum {
            Datum::Unknown(_) | Datum::Reference(_) => None,
            _ => Some(Amount::Value(Box::new(value.clone()))),
        }
    }

    fn include(
        &mut self,
        name: &str,
        dot: Rc<Amount>,
        is_whole: bool,
        scope: &Scope<'a>,
    ) -> Option<Amount> {
        let (source, text, parts) = *self.helpers.get(name).filter(|_| scope.depth < DEEPEST)?;
        let put = scope.put.unwrap_or(Span::new(scope.source, 0..0));
        let root = dot.clone();
        let (put, depth) = (Some(put), scope.depth + 1);
        let inner = Scope { source, text, dot, root, variables: Vec::new(), is_whole, put, depth };
        let mut out = Rich::default();
        self.parts(parts, inner, &mut out)?;
        Some(Amount::Rich(out))
    }
}

fn place(action: &Action, scope: &Scope<'_>) -> Span {
    scope.put.unwrap_or(Span::new(scope.source, action.at.clone()))
}

/// Whether a text is a part of a line, and neither an entry nor an item.
fn is_fragment(text: &str) -> bool {
    let text = text.trim();
    let is_entry = text.ends_with(':') || text.contains(": ") || text.starts_with("- ");
    !text.contains('\n') && !is_entry
}

fn unknown(at: Span) -> Amount {
    Amount::Value(Box::new(value(at, Datum::Unknown(Why::Environment))))
}

fn null(at: Span) -> Amount {
    Amount::Value(Box::new(value(at, Datum::Null)))
}

/// Whether a value counts as true.
pub fn truth(amount: &Amount) -> Truth {
    let of = |is: bool| if is { Truth::Yes } else { Truth::No };
    match amount {
        Amount::Rich(rich) => match rich.literal() {
            Some(text) => of(!text.is_empty()),
            None => Truth::Unknown,
        },
        Amount::Value(value) => match &value.datum {
            Datum::Null => Truth::No,
            Datum::Bool(truth) => of(*truth),
            Datum::Number(number) => of(*number != 0.0),
            Datum::Text(text) => text.is_empty().map_or(Truth::Unknown, |empty| of(!empty)),
            Datum::List(items, open) if items.is_empty() && *open => Truth::Unknown,
            Datum::List(items, _) => of(!items.is_empty()),
            Datum::Map(entries, open) if entries.is_empty() && *open => Truth::Unknown,
            Datum::Map(entries, _) => of(!entries.is_empty()),
            Datum::Reference(_) | Datum::Unknown(_) => Truth::Unknown,
        },
    }
}

/// The text of a value, with a hole of a name for what is not known.
pub fn rich(amount: Amount, at: Span, name: &str) -> Rich {
    let amount = match amount {
        Amount::Rich(rich) => return rich.put_at(at),
        Amount::Value(value) => *value,
    };
    let via: Vec<Step> = amount.via.clone();
    match (&amount.datum, amount.text().literal_text()) {
        (Datum::Null, _) => Rich::default(),
        (_, Some(text)) => Rich::known(text, at, via),
        (Datum::Text(text), None) => {
            let mut made = Rich::default();
            for piece in text.pieces() {
                made.append(match piece {
                    crate::value::Piece::Literal(text) => Rich::known(text, at, via.clone()),
                    crate::value::Piece::Hole(name) => Rich::hole(name, at),
                });
            }
            made
        }
        _ => Rich::hole(name, at),
    }
}
