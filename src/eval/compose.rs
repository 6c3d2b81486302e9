//! `${NAME}` in compose files.
//!
//! Source: compose-spec/compose-spec, `12-interpolation.md`, read 2026-08.

use crate::source::{Excerpt, SourceId, Span};
use crate::value::{Piece, Sourced, Step, Text};
use std::collections::BTreeMap;

/// Defaults within defaults are read this deep.
const DEEPEST: usize = 8;

/// What the variables of a compose file are known to be.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    known: BTreeMap<String, Sourced<Text>>,
    /// Whether a file that is not read may set any of them.
    pub open: bool,
}

impl Variables {
    /// Takes over what `.env` sets. The environment counts more.
    pub fn read_env_file(&mut self, source: SourceId, text: &str) {
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let setting = line.trim().trim_start_matches("export ");
            let Some((name, value)) = setting.split_once('=') else { continue };
            if setting.starts_with('#') {
                continue;
            }
            let at = Span::new(source, start..start + line.trim_end().len());
            let name = name.trim();
            // What is computed there is not followed.
            let value = match value.contains('$') {
                true => Text::hole(name),
                false => Text::from(
                    value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']),
                ),
            };
            let told = format!("`.env` sets `{name}`, unless the environment does");
            let via = vec![Step::default(at, told)];
            self.known.insert(name.to_owned(), Sourced { value, at, via });
        }
    }

    /// Takes over what the environment of a command sets.
    pub fn set(&mut self, name: &str, value: Sourced<Text>) {
        self.known.insert(name.to_owned(), value);
    }

    /// The string that a text becomes.
    pub fn expand(&self, text: &Excerpt) -> Sourced<Text> {
        let mut made = Sourced { value: Text::default(), at: text.at, via: Vec::new() };
        if self.append(&text.text, 0, &mut made).is_none() {
            made.value = Text::hole(&text.text);
        }
        made
    }

    /// Nothing if compose refuses the text, or if it is not read.
    fn append(&self, text: &str, depth: usize, made: &mut Sourced<Text>) -> Option<()> {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            made.value.push_str(before);
            let length = |text: &str| {
                text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
            };
            if let Some(after) = after.strip_prefix('$') {
                made.value.push_str("$");
                rest = after;
            } else if let Some(inner) = after.strip_prefix('{') {
                let end = closing(inner)?;
                let (name, operation) = inner[..end].split_at(length(&inner[..end]));
                self.variable(name, operation, depth, made)?;
                rest = &inner[end + 1..];
            } else {
                let (name, after) = after.split_at(length(after));
                self.variable(name, "", depth, made)?;
                rest = after;
            }
        }
        made.value.push_str(rest);
        Some(())
    }

    fn variable(
        &self,
        name: &str,
        operation: &str,
        depth: usize,
        made: &mut Sourced<Text>,
    ) -> Option<()> {
        if name.is_empty() || depth >= DEEPEST {
            return None;
        }
        if let Some(known) = self.known.get(name).filter(|k| k.value.is_empty() == Some(false)) {
            if operation.starts_with([':', '-', '?']) && !operation.starts_with(":+")
                || operation.is_empty()
            {
                made.value.append(known.value.clone());
                made.via.extend(known.via.iter().cloned());
                return Some(());
            }
            return None;
        }
        let default = operation.strip_prefix(":-").or_else(|| operation.strip_prefix('-'));
        match default.filter(|_| !self.open && !self.known.contains_key(name)) {
            Some(default) => {
                let told = format!("the default, unless the environment sets `{name}`");
                made.via.push(Step::default(made.at, told));
                self.append(default, depth + 1, made)
            }
            None => {
                made.value.push(Piece::Hole(name.to_owned()));
                Some(())
            }
        }
    }
}

/// Where the brace that was opened before a text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0;
    for (i, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => return Some(i),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn variables_have_defaults_and_a_file() {
        let sources = Sources::of(&[("Dockerfile", "FROM a")]);
        let id = sources.iter().next().map(|(id, _)| id).unwrap();
        let mut variables = Variables::default();
        variables.read_env_file(id, "# a\nA=one\nB=\"two\" \nC=$A\nE=\n");
        for (text, expected) in [
            ("x", "x"),
            ("$A/${B}", "one/two"),
            ("${A:-d}${A-d}${A:?no}", "oneoneone"),
            ("${X:-d}", "d"),
            ("${X:-${Y:-e}}", "e"),
            ("${X}", "*"),
            ("$C", "*"),
            ("$$A", "$A"),
            ("${A:+x}", "*"),
            ("${", "*"),
            ("${E:-d}", "*"),
            ("$", "*"),
        ] {
            let excerpt = Excerpt::verbatim(text, Span::new(id, 0..0));
            assert_eq!(variables.expand(&excerpt).value.to_string(), expected, "{text}");
        }
    }
}
