//! Templates of Go, as the charts of Helm are written in.
//!
//! Source: pkg.go.dev/text/template and helm.sh/docs/chart_template_guide, read 2026-11. What
//! cannot be read is an action of which nothing is known.

mod token;

use std::ops::Range;
use token::{Token, tokens};

/// Blocks and parentheses are nested this deep. What is deeper is not read.
const DEEPEST: usize = 48;

/// A part of a template.
#[derive(Debug, Clone)]
pub enum Part {
    /// Text that stands for itself, as a range of bytes.
    Text(Range<usize>),
    /// What an expression amounts to.
    Put(Action),
    /// `if`, and `with`, which makes the value the context of its body.
    If {
        /// The conditions with what follows them.
        arms: Vec<(Action, Vec<Part>)>,
        /// What follows `else`.
        otherwise: Vec<Part>,
        /// Whether it is `with`.
        with: bool,
    },
    /// `range`
    Range {
        /// What is gone over.
        over: Action,
        /// The variables for the key and the item, or for the item alone.
        variables: Vec<String>,
        /// What is repeated.
        body: Vec<Part>,
        /// What stands there if there is nothing.
        otherwise: Vec<Part>,
    },
    /// `define`
    Define {
        /// The name.
        name: String,
        /// What is defined.
        body: Vec<Part>,
    },
    /// `$name := value`
    Set {
        /// The name.
        name: String,
        /// The value.
        value: Action,
    },
}

/// An expression between braces.
#[derive(Debug, Clone)]
pub struct Action {
    /// All of the tag, as a range of bytes.
    pub at: Range<usize>,
    /// What it says.
    pub expression: Expression,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// `true`, `false`
    Bool(bool),
    /// `nil`
    Nil,
    /// `.`
    Dot,
    /// `$`
    Root,
    /// `$name`
    Variable(String),
    /// A field of a value.
    Field(Box<Expression>, String),
    /// A function with its arguments, what is piped into it as the last.
    Call(String, Vec<Expression>),
    /// Something that is not read.
    Unread,
}

/// A template.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// Its parts.
    pub parts: Vec<Part>,
}

/// Reads a template. None if its blocks do not agree.
pub fn parse(text: &str) -> Option<Template> {
    let mut reader = Reader { pieces: pieces(text)?.into_iter() };
    let (parts, end) = reader.parts(0)?;
    matches!(end, Stop::Text).then_some(Template { parts })
}

/// Text, or what stands between braces.
enum Piece {
    Text(Range<usize>),
    Tag(Range<usize>, Vec<Token>),
}

/// Takes a text apart. None if a tag does not end.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let (mut rest, mut trims) = (0, false);
    while let Some(start) = text[rest..].find("{{").map(|i| rest + i) {
        let comment = ["{{/*", "{{- /*"].iter().any(|open| text[start..].starts_with(open));
        let end = match comment {
            true => {
                start + text[start..].find("*/")? + 2 + {
                    let after = start + text[start..].find("*/")? + 2;
                    text[after..].find("}}")? + 2
                }
            }
            false => tag_end(text, start + 2)?,
        };
        let inside = &text[start + 2..end - 2];
        let trims_before =
            inside.starts_with('-') && inside[1..].starts_with([' ', '\n', '\t', '\r']);
        let mut before = rest..start;
        if trims {
            before.start += text[before.clone()].len() - text[before.clone()].trim_start().len();
        }
        if trims_before {
            before.end = before.start + text[before.clone()].trim_end().len();
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        trims =
            inside.ends_with('-') && inside[..inside.len() - 1].ends_with([' ', '\n', '\t', '\r']);
        if !comment {
            let inner = inside.strip_prefix('-').filter(|_| trims_before).unwrap_or(inside);
            let inner = inner.strip_suffix('-').filter(|_| trims).unwrap_or(inner);
            pieces.push(Piece::Tag(start..end, tokens(inner)));
        }
        rest = end;
    }
    let mut last = rest..text.len();
    if trims {
        last.start += text[last.clone()].len() - text[last.clone()].trim_start().len();
    }
    pieces.push(Piece::Text(last));
    Some(pieces)
}

/// Where a tag ends, behind its braces; those in strings are none.
fn tag_end(text: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    let mut bytes = text.as_bytes().get(from..)?.iter().enumerate();
    while let Some((i, byte)) = bytes.next() {
        match (quote, byte) {
            (None, b'"' | b'`') => quote = Some(*byte),
            (Some(b'"'), b'\\') => drop(bytes.next()),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'}') if text.as_bytes().get(from + i + 1) == Some(&b'}') => {
                return Some(from + i + 2);
            }
            _ => {}
        }
    }
    None
}

struct Reader {
    pieces: std::vec::IntoIter<Piece>,
}

/// What ended a list of parts.
enum Stop {
    Text,
    End,
    Else(Range<usize>, Vec<Token>),
}

impl Reader {
    fn parts(&mut self, depth: usize) -> Option<(Vec<Part>, Stop)> {
        if depth > DEEPEST {
            return None;
        }
        let mut parts = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (at, tokens) = match piece {
                Piece::Text(range) => {
                    parts.push(Part::Text(range));
                    continue;
                }
                Piece::Tag(at, tokens) => (at, tokens),
            };
            let rest = tokens.get(1..).unwrap_or_default();
            match tokens.first() {
                Some(Token::Word(word)) => match word.as_str() {
                    "end" => return Some((parts, Stop::End)),
                    "else" => return Some((parts, Stop::Else(at, rest.to_vec()))),
                    "if" | "with" => parts.push(self.branches(at, rest, word == "with", depth)?),
                    "range" => parts.push(self.range(at, rest, depth)?),
                    "define" => {
                        let name = match rest {
                            [Token::Text(name)] => name.clone(),
                            _ => return None,
                        };
                        let (body, _) = self.parts(depth + 1)?;
                        parts.push(Part::Define { name, body });
                    }
                    "block" => {
                        self.parts(depth + 1)?;
                        parts.push(Part::Put(Action { at, expression: Expression::Unread }));
                    }
                    "break" | "continue" => return None,
                    _ => parts.push(Part::Put(action(at, &tokens))),
                },
                Some(Token::Variable(name)) => match rest {
                    [Token::Sign(":=" | "="), value @ ..] => {
                        parts.push(Part::Set { name: name.clone(), value: action(at, value) });
                    }
                    _ => parts.push(Part::Put(action(at, &tokens))),
                },
                _ => parts.push(Part::Put(action(at, &tokens))),
            }
        }
        Some((parts, Stop::Text))
    }

    fn branches(
        &mut self,
        at: Range<usize>,
        condition: &[Token],
        with: bool,
        depth: usize,
    ) -> Option<Part> {
        let mut arms = Vec::new();
        let (mut at, mut condition) = (at, condition.to_vec());
        loop {
            let (body, end) = self.parts(depth + 1)?;
            // `if $x := ...` sets a variable, which is not followed.
            arms.push((action(at.clone(), &condition), body));
            match end {
                Stop::End => return Some(Part::If { arms, otherwise: Vec::new(), with }),
                Stop::Else(place, rest) => match rest.split_first() {
                    None => {
                        let (otherwise, end) = self.parts(depth + 1)?;
                        let whole = matches!(end, Stop::End);
                        return whole.then_some(Part::If { arms, otherwise, with });
                    }
                    Some((Token::Word(word), rest)) if word == "if" || word == "with" => {
                        (at, condition) = (place, rest.to_vec());
                    }
                    Some(_) => return None,
                },
                Stop::Text => return None,
            }
        }
    }

    fn range(&mut self, at: Range<usize>, head: &[Token], depth: usize) -> Option<Part> {
        let (variables, over) = match head {
            [
                Token::Variable(key),
                Token::Sign(","),
                Token::Variable(item),
                Token::Sign(":="),
                rest @ ..,
            ] => (vec![key.clone(), item.clone()], rest),
            [Token::Variable(item), Token::Sign(":="), rest @ ..] => (vec![item.clone()], rest),
            rest => (Vec::new(), rest),
        };
        let over = action(at, over);
        let (body, end) = self.parts(depth + 1)?;
        let otherwise = match end {
            Stop::End => Vec::new(),
            Stop::Else(_, rest) if rest.is_empty() => self.parts(depth + 1)?.0,
            _ => return None,
        };
        Some(Part::Range { over, variables, body, otherwise })
    }
}

fn action(at: Range<usize>, tokens: &[Token]) -> Action {
    let mut rest = tokens;
    let expression = pipeline(&mut rest, 0).filter(|_| rest.is_empty());
    Action { at, expression: expression.unwrap_or(Expression::Unread) }
}

/// `a b | c d`
fn pipeline(rest: &mut &[Token], depth: usize) -> Option<Expression> {
    let mut value = command(rest, depth)?;
    while let [Token::Sign("|"), more @ ..] = *rest {
        *rest = more;
        value = match command(rest, depth)? {
            Expression::Call(name, mut arguments) => {
                arguments.push(value);
                Expression::Call(name, arguments)
            }
            _ => return None,
        };
    }
    Some(value)
}

/// A function with its arguments, or a value.
fn command(rest: &mut &[Token], depth: usize) -> Option<Expression> {
    if let [Token::Word(name), more @ ..] = *rest
        && !matches!(name.as_str(), "true" | "false" | "nil")
    {
        *rest = more;
        let mut arguments = Vec::new();
        while !matches!(rest.first(), None | Some(Token::Sign("|" | ")"))) {
            arguments.push(operand(rest, depth)?);
        }
        return Some(Expression::Call(name.clone(), arguments));
    }
    operand(rest, depth)
}

fn operand(rest: &mut &[Token], depth: usize) -> Option<Expression> {
    if depth > DEEPEST {
        return None;
    }
    let (first, more) = rest.split_first()?;
    *rest = more;
    let mut value = match first {
        Token::Text(text) => Expression::Text(text.clone()),
        Token::Number(number) => Expression::Number(*number),
        Token::Word(word) => match word.as_str() {
            "true" => Expression::Bool(true),
            "false" => Expression::Bool(false),
            "nil" => Expression::Nil,
            name => Expression::Call(name.to_owned(), Vec::new()),
        },
        Token::Variable(name) if name.is_empty() => Expression::Root,
        Token::Variable(name) => Expression::Variable(name.clone()),
        Token::Dot => Expression::Dot,
        Token::Field(name) => Expression::Field(Box::new(Expression::Dot), name.clone()),
        Token::Sign("(") => {
            let inner = pipeline(rest, depth + 1)?;
            let [Token::Sign(")"), more @ ..] = *rest else { return None };
            *rest = more;
            inner
        }
        _ => return None,
    };
    // `.Values.image`, `$.Values`, `(include "x" .).y`
    let mut fields = 0;
    while let [Token::Joined(name), more @ ..] = *rest {
        *rest = more;
        fields += 1;
        if fields > DEEPEST {
            return None;
        }
        value = Expression::Field(Box::new(value), name.clone());
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Expression {
        match parse(&format!("{{{{ {text} }}}}")).map(|t| t.parts) {
            Some(parts) => match parts.first() {
                Some(Part::Put(action)) => action.expression.clone(),
                other => panic!("{other:?}"),
            },
            None => panic!("{text}"),
        }
    }

    #[test]
    fn pipes_give_the_last_argument() {
        let field = |names: &[&str]| {
            names.iter().fold(Expression::Dot, |value, name| {
                Expression::Field(Box::new(value), (*name).to_owned())
            })
        };
        assert_eq!(
            expression(".Values.tag | default .Chart.AppVersion"),
            Expression::Call(
                "default".into(),
                vec![field(&["Chart", "AppVersion"]), field(&["Values", "tag"])]
            )
        );
        assert_eq!(
            expression("printf \"%s-}}\" (.a | quote)"),
            Expression::Call(
                "printf".into(),
                vec![
                    Expression::Text("%s-}}".into()),
                    Expression::Call("quote".into(), vec![field(&["a"])])
                ]
            )
        );
        assert_eq!(expression("a ) b"), Expression::Unread);
    }

    #[test]
    fn blocks_must_agree() {
        for (text, reads) in [
            ("{{ if a }}b{{ else if c }}d{{ else }}e{{ end }}", true),
            ("{{ range $k, $v := .a }}b{{ else }}c{{ end }}", true),
            ("{{/* {{ if }} */}}{{- define \"x\" -}} a {{- end }}", true),
            ("{{ if a }}", false),
            ("{{ end }}", false),
            ("{{ a", false),
            ("{{", false),
        ] {
            assert_eq!(parse(text).is_some(), reads, "{text}");
        }
        assert!(parse(&"{{ if a }}".repeat(10_000)).is_none());
        assert!(parse(&format!("{{{{ {} }}}}", "(".repeat(10_000))).is_some());
    }
}
