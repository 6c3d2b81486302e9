//! Strings, templates and heredocs.

use super::block::extend;
use super::function::{self, Stop};
use super::scope::Scope;
use super::{Datum, Evaluated};
use crate::source::{Excerpt, Span};
use crate::syntax::hcl::{Origin, Part, Style, file_parts, parts};
use crate::value::{Piece, Step, Text, Why};
use hcl_edit::expr::Expression as Tree;
use hcl_edit::template::{Directive, Template};

/// A longer string is not read.
const LONGEST: usize = 1 << 20;

/// A string while it is put together.
struct Builder {
    text: Text,
    length: usize,
    written: Excerpt,
    via: Vec<Step>,
}

impl Scope<'_, '_> {
    /// Evaluates a string of any form.
    pub(super) fn string(self, origin: Origin, tree: &Tree) -> Evaluated {
        let at = origin.span(tree);
        let file = &self.evaluator.sources().get(origin.source).text;
        let Some((parts, style)) = parts(origin, file, tree) else {
            return self.unknown(at, Why::Unread);
        };
        let mut builder = Builder::at(at);
        // `"${x}"` is `x`, whatever that is.
        if let [Part::Interpolation(inner, place)] = &parts[..]
            && matches!(tree, Tree::StringTemplate(_))
        {
            let value = self.expression(origin, inner);
            let known = function::as_text(&value);
            builder.written.push(&as_script(&known), place.range());
            return Evaluated { at, written: Some(builder.written), ..value };
        }
        self.finish(builder, origin, &style, &parts)
    }

    /// Evaluates a whole file as a template.
    pub(super) fn template(self, origin: Origin, template: &Template) -> Evaluated {
        let file = &self.evaluator.sources().get(origin.source).text;
        let at = Span::new(origin.source, 0..file.len());
        let (parts, style) = file_parts(origin, file, template);
        self.finish(Builder::at(at), origin, &style, &parts)
    }

    fn finish(
        self,
        mut builder: Builder,
        origin: Origin,
        style: &Style,
        parts: &[Part],
    ) -> Evaluated {
        let at = builder.written.at;
        builder.parts(self, origin, style, parts);
        if builder.length > LONGEST || !self.evaluator.spend(builder.length / 64) {
            return self.unknown(at, Why::TooLarge);
        }
        Evaluated {
            via: builder.via,
            written: Some(builder.written),
            ..Evaluated::new(at, Datum::Text(builder.text))
        }
    }
}

impl Builder {
    fn at(at: Span) -> Builder {
        let (text, written) = (Text::default(), Excerpt::empty(at));
        Builder { text, length: 0, written, via: Vec::new() }
    }

    fn parts(&mut self, scope: Scope, origin: Origin, style: &Style, parts: &[Part]) {
        for part in parts {
            if self.length > LONGEST {
                return;
            }
            match part {
                Part::Literal(literal) => self.literal(literal),
                Part::Interpolation(inner, at) => {
                    let value = scope.expression(origin, inner);
                    self.value(scope, &value, *at);
                }
                Part::Directive(directive, at) => {
                    self.directive(scope, origin, style, directive, *at);
                }
            }
        }
    }

    fn literal(&mut self, literal: &Excerpt) {
        self.length += literal.text.len();
        self.text.push_str(&literal.text);
        self.written.append(literal);
    }

    /// Appends a value that stands at a place.
    fn value(&mut self, scope: Scope, value: &Evaluated, at: Span) {
        extend(&mut self.via, &value.via);
        let text = match function::text(value) {
            Ok(text) => text,
            Err(_) => function::as_text(&scope.fail(at)),
        };
        self.length += length(&text);
        self.written.push(&as_script(&text), at.range());
        self.text.append(text);
    }

    fn directive(
        &mut self,
        scope: Scope,
        origin: Origin,
        style: &Style,
        directive: &Directive,
        at: Span,
    ) {
        let file = &scope.evaluator.sources().get(origin.source).text;
        let read = |builder: &mut Builder, scope: Scope, template: &Template| {
            let parts = style.parts(origin, file, template);
            builder.parts(scope, origin, style, &parts);
        };
        match directive {
            Directive::If(branch) => {
                let condition = scope.expression(origin, &branch.if_expr.cond_expr);
                let decided = match function::boolean(&condition) {
                    Ok(decided) => decided,
                    Err(stop) => return self.hole(scope, at, stop),
                };
                extend(&mut self.via, &condition.via);
                match &branch.else_expr {
                    _ if decided => read(self, scope, &branch.if_expr.template),
                    Some(other) => read(self, scope, &other.template),
                    None => {}
                }
            }
            Directive::For(each) => {
                let each = &each.for_expr;
                let collection = scope.expression(origin, &each.collection_expr);
                let entries = scope.entries(&collection).filter(|_| !collection.is_unordered());
                let Some((entries, false)) = entries else {
                    let is_list = matches!(collection.datum, Datum::List(..) | Datum::Map(..));
                    let fails = collection.is_known() && !is_list;
                    let stop = if fails { Stop::Fails } else { Stop::Unknown };
                    return self.hole(scope, at, stop);
                };
                extend(&mut self.via, &collection.via);
                for (round, (key, item)) in entries.iter().enumerate() {
                    if self.length > LONGEST || !scope.evaluator.spend(1) {
                        return self.hole(scope, at, Stop::TooLarge);
                    }
                    let value_name = each.value_var.as_str();
                    scope.with(value_name, item, round, |scope| match &each.key_var {
                        Some(name) => scope.with(name.as_str(), key, round, |scope| {
                            read(self, scope, &each.template);
                        }),
                        None => read(self, scope, &each.template),
                    });
                }
            }
        }
    }

    fn hole(&mut self, scope: Scope, at: Span, stop: Stop) {
        if stop == Stop::Fails {
            scope.fail(at);
        }
        self.text.push(Piece::Hole(scope.hole(at)));
        self.written.push(scope.evaluator.sources().text(at), at.range());
    }
}

/// A value as a script has it: what is not known stands as an expression with its name.
fn as_script(text: &Text) -> String {
    let written = |piece: &Piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Hole(name) => format!("${{{{ {} }}}}", name.replace("}}", "} }")),
    };
    text.pieces().iter().map(written).collect()
}

/// How many bytes of a string are known.
pub(super) fn length(text: &Text) -> usize {
    text.pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.len(),
            Piece::Hole(_) => 1,
        })
        .sum()
}
