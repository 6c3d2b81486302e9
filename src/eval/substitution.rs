//! Substitutions of Cloud Build: what they are known to be, and what it makes of texts with them.

use crate::source::{Excerpt, Span};
use crate::syntax::cloudbuild::UNKNOWN;
use crate::syntax::cloudbuild::template::{DollarKind, dollars};
use crate::value::{Piece, Sourced, Step, Text};
use std::collections::BTreeMap;
use std::ops::Range;

/// A text takes in no more substitutions than this, those within others included.
const MOST: usize = 1_000;

/// What the substitutions of one build are known to be.
#[derive(Debug, Clone, Default)]
pub struct Substitutions(BTreeMap<String, Option<(String, Span)>>);

impl Substitutions {
    /// The defaults that a build file gives. A default may refer to other substitutions. An
    /// empty one says that whoever starts the build is to give a value.
    pub fn of_defaults<'a>(defaults: impl Iterator<Item = (&'a Excerpt, &'a Excerpt)>) -> Self {
        let entry = |(name, value): (&Excerpt, &Excerpt)| {
            let is_given = !value.text.is_empty();
            (name.text.clone(), is_given.then(|| (value.text.clone(), value.at)))
        };
        Substitutions(defaults.map(entry).collect())
    }

    /// Forgets what a name stands for, since a trigger gives it another value.
    pub fn override_unknown(&mut self, name: &str) {
        self.0.insert(name.to_owned(), None);
    }

    /// The string that Cloud Build makes of a text. What only a running build knows is a hole
    /// with the substitution's name.
    pub fn expand(&self, text: &Excerpt) -> Sourced<Text> {
        let mut value = Text::default();
        let mut via = Vec::new();
        let mut taken = 0;
        walk(&text.text, &mut |part| match part {
            Part::Literal(range) => value.push_str(&text.text[range]),
            Part::Dollar(_) => value.push_str("$"),
            Part::Name(name, _) => self.append(name, 0, &mut value, &mut via, &mut taken),
        });
        Sourced { value, at: text.at, via }
    }

    /// The names that Cloud Build finds in a text.
    pub fn names(text: &Excerpt) -> impl Iterator<Item = (&str, Span)> {
        dollars(&text.text).filter_map(|dollar| match dollar.kind {
            DollarKind::Name(name) if !name.starts_with(UNKNOWN) => {
                Some((name, text.span(dollar.range)))
            }
            _ => None,
        })
    }

    /// The names in a text of which something is made, as in `${NAME:-default}`: Cloud Build leaves
    /// these as they are, but for the values of substitutions.
    pub fn operations(text: &Excerpt) -> impl Iterator<Item = (&str, Span)> {
        dollars(&text.text).filter_map(|dollar| match dollar.kind {
            DollarKind::Operation(name) => Some((name, text.span(dollar.range))),
            _ => None,
        })
    }

    /// The script that Cloud Build makes of a text: `$$` is `$`, known substitutions are
    /// written out, and others stay as they are, to be read as variables.
    pub fn expand_script(&self, text: &Excerpt) -> Excerpt {
        let mut script = Excerpt::empty(text.at);
        let mut taken = 0;
        walk(&text.text, &mut |part| match part {
            Part::Literal(range) => script.append(&text.slice(range)),
            Part::Dollar(range) => script.push("$", text.span(range).range()),
            Part::Name(name, range) => {
                let mut value = Text::default();
                self.append(name, 0, &mut value, &mut Vec::new(), &mut taken);
                let written = match value.literal() {
                    Some(known) => known.to_owned(),
                    None => format!("${{{name}}}"),
                };
                script.push(&written, text.span(range).range());
            }
        });
        script
    }

    /// Appends what a name stands for. `taken` counts the substitutions of the whole text.
    fn append(
        &self,
        name: &str,
        depth: usize,
        value: &mut Text,
        via: &mut Vec<Step>,
        taken: &mut usize,
    ) {
        *taken += 1;
        let may_go_on = depth < 8 && *taken <= MOST;
        let Some(Some((default, at))) = self.0.get(name).filter(|_| may_go_on) else {
            value.push(Piece::Hole(name.to_owned()));
            return;
        };
        let step = format!("the default of `{name}`, unless the build is started with another");
        let step = Step::default(*at, step);
        if !via.contains(&step) {
            via.push(step);
        }
        walk(default, &mut |part| match part {
            Part::Literal(range) => value.push_str(&default[range]),
            Part::Dollar(_) => value.push_str("$"),
            Part::Name(name, _) => self.append(name, depth + 1, value, via, taken),
        });
    }
}

/// Takes the parts of a text in their order.
fn walk<'t>(text: &'t str, take: &mut dyn FnMut(Part<'t>)) {
    let mut start = 0;
    for dollar in dollars(text) {
        let range = dollar.range;
        let (before, end) = (start..range.start, range.end);
        let part = match dollar.kind {
            DollarKind::Twice(_) => Part::Dollar(range),
            DollarKind::Name(name) => Part::Name(name, range),
            DollarKind::Operation(_) | DollarKind::Open(_) | DollarKind::Other => continue,
        };
        if !before.is_empty() {
            take(Part::Literal(before));
        }
        take(part);
        start = end;
    }
    if start < text.len() {
        take(Part::Literal(start..text.len()));
    }
}

/// A part of a text in which names are replaced.
enum Part<'t> {
    Literal(Range<usize>),
    /// `$$`
    Dollar(Range<usize>),
    Name(&'t str, Range<usize>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_of_substitutions_are_bounded() {
        let sources = crate::source::Sources::of(&[("cloudbuild.yaml", "")]);
        let id = sources.iter().next().map(|(id, _)| id).unwrap();
        let excerpt = |text: &str| Excerpt::verbatim(text, Span::new(id, 0..0));
        let entry = |i: usize| {
            let value = format!("${{_A{}}}", i.wrapping_sub(1)).repeat(9);
            (excerpt(&format!("_A{i}")), excerpt(if i == 0 { "x" } else { &value }))
        };
        let entries: Vec<_> = (0..30).map(entry).collect();
        let all = Substitutions::of_defaults(entries.iter().map(|(name, value)| (name, value)));
        assert!(all.expand(&excerpt("$_A29")).value.pieces().len() < 20_000);
        assert_eq!(all.expand(&excerpt("$_A1")).value.literal(), Some("xxxxxxxxx"));
    }
    use crate::source::SourceId;

    fn excerpt(text: &str) -> Excerpt {
        Excerpt::verbatim(text, Span::new(SourceId(0), 0..text.len()))
    }

    #[test]
    fn substitutions_are_found_as_cloud_build_finds_them() {
        let defaults = [("_X", "x"), ("_Y", "$_X-y"), ("_LOOP", "$_LOOP")]
            .map(|(name, value)| (excerpt(name), excerpt(value)));
        let substitutions = Substitutions::of_defaults(defaults.iter().map(|(n, v)| (n, v)));
        for (text, expected, script) in [
            ("a-$_X-${_X}", "a-x-x", "a-x-x"),
            ("$_Y", "x-y", "x-y"),
            (
                "gcr.io/$PROJECT_ID/a:${SHORT_SHA}",
                "gcr.io/*/a:*",
                "gcr.io/${PROJECT_ID}/a:${SHORT_SHA}",
            ),
            ("$$X $$$_X", "$X $x", "$X $x"),
            ("${_X:-d} $(cmd) $1 $lower", "${_X:-d} $(cmd) $1 $lower", "${_X:-d} $(cmd) $1 $lower"),
            ("$", "$", "$"),
            ("${", "${", "${"),
            ("$_LOOP", "*", "${_LOOP}"),
        ] {
            let text = excerpt(text);
            assert_eq!(substitutions.expand(&text).value.to_string(), expected);
            assert_eq!(substitutions.expand_script(&text).text, script);
        }
    }
}
