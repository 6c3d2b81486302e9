//! Substitutions of Cloud Build, as its validator finds them.
//!
//! The scan is textual: `$NAME` and `${NAME}` of capitals, digits and `_`, after `$$` has been
//! taken for a `$`. Source: GoogleCloudPlatform/cloud-build-local, subst/subst.go, read 2022-08.

use crate::source::{Excerpt, Span};
use crate::syntax::cloudbuild::UNKNOWN;
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
        self.walk(&text.text, &mut |part| match part {
            Part::Literal(range) => value.push_str(&text.text[range]),
            Part::Dollar(_) => value.push_str("$"),
            Part::Name(name, _) => self.append(name, 0, &mut value, &mut via, &mut taken),
        });
        Sourced { value, at: text.at, via }
    }

    /// The names that Cloud Build finds in a text.
    pub fn names(text: &Excerpt) -> Vec<(&str, Span)> {
        let mut names = Vec::new();
        Substitutions::default().walk(&text.text, &mut |part| match part {
            Part::Name(name, range) if !name.starts_with(UNKNOWN) => {
                names.push((name, text.span(range)));
            }
            _ => {}
        });
        names
    }

    /// The names in a text of which something is made, as in `${NAME:-default}`: Cloud Build leaves
    /// these as they are, but for the values of substitutions. Source: the error that
    /// datacommonsorg/website, pull request 6392, 2026-06, quotes.
    pub fn operations(text: &Excerpt) -> Vec<(&str, Span)> {
        let whole = &*text.text;
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(dollar) = whole[at..].find('$').map(|i| at + i) {
            let rest = &whole[dollar + 1..];
            at = dollar + 1 + usize::from(rest.starts_with('$'));
            let Some(inner) = rest.strip_prefix('{') else { continue };
            let name = name_at(inner);
            let operator = &inner[name.len()..];
            let cuts = operator.strip_prefix(':').and_then(|rest| rest.chars().next());
            let operates = match operator.chars().next() {
                Some(':') => cuts.is_some_and(|c| "-=+?".contains(c) || c.is_ascii_digit()),
                Some(c) => "-=+?/^,#%".contains(c),
                None => false,
            };
            let end = closing(inner).filter(|_| operates && !name.is_empty());
            if let Some(end) = end {
                found.push((name, text.span(dollar..dollar + 3 + end)));
            }
        }
        found
    }

    /// The script that Cloud Build makes of a text: `$$` is `$`, known substitutions are
    /// written out, and others stay as they are, to be read as variables.
    pub fn expand_script(&self, text: &Excerpt) -> Excerpt {
        let mut script = Excerpt::empty(text.at);
        let mut taken = 0;
        self.walk(&text.text, &mut |part| match part {
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
        self.walk(default, &mut |part| match part {
            Part::Literal(range) => value.push_str(&default[range]),
            Part::Dollar(_) => value.push_str("$"),
            Part::Name(name, _) => self.append(name, depth + 1, value, via, taken),
        });
    }

    fn walk<'t>(&self, text: &'t str, take: &mut dyn FnMut(Part<'t>)) {
        let bytes = text.as_bytes();
        let (mut at, mut start) = (0, 0);
        while let Some(dollar) = text[at..].find('$').map(|i| at + i) {
            let braced = bytes.get(dollar + 1) == Some(&b'{');
            let from = dollar + 1 + usize::from(braced);
            let name = name_at(&text[from.min(text.len())..]);
            let end = from + name.len() + usize::from(braced);
            let part = if bytes.get(dollar + 1) == Some(&b'$') {
                at = dollar + 2;
                Part::Dollar(dollar..at)
            } else if name.is_empty() || (braced && bytes.get(end - 1) != Some(&b'}')) {
                at = dollar + 1;
                continue;
            } else {
                at = end;
                Part::Name(name, dollar..end)
            };
            if start < dollar {
                take(Part::Literal(start..dollar));
            }
            take(part);
            start = at;
        }
        if start < text.len() {
            take(Part::Literal(start..text.len()));
        }
    }
}

enum Part<'a> {
    Literal(Range<usize>),
    Dollar(Range<usize>),
    Name(&'a str, Range<usize>),
}

/// The longest `[A-Z_][A-Z0-9_]*` at the start.
fn name_at(text: &str) -> &str {
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return "";
    }
    &text[..text.find(|c| !is_name(c)).unwrap_or(text.len())]
}

/// Where the `}` stands that closes what a text begins in.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(i),
            '}' => depth -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
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

    #[test]
    fn operations_are_told_from_substitutions() {
        for (text, expected) in [
            ("a:${_X:-d} ${_Y}", vec![("_X", 2..10)]),
            ("$${_X:-d} ${X[@]} ${lower:-d} $(date)", vec![]),
            ("${A//x/y}${B:0:7}${C^^}", vec![("A", 0..9), ("B", 9..17), ("C", 17..23)]),
            ("${A:-${B:-c}}", vec![("A", 0..13), ("B", 5..12)]),
            ("${A:-", vec![]),
        ] {
            let text = excerpt(text);
            let found: Vec<_> = Substitutions::operations(&text)
                .into_iter()
                .map(|(name, at)| (name, at.range()))
                .collect();
            assert_eq!(found, expected);
        }
    }
}
