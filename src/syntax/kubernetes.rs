//! Manifests of Kubernetes: documents with `apiVersion` and `kind`, templates included.
//!
//! A template is read by masking: what stands between `{{` and `}}` becomes as many other
//! characters, so that all places stay, and each such value has a hole.

use super::yaml::{self, Node};
use crate::source::SourceId;
use std::borrow::Cow;

/// What stands where a template puts something in: the first of the characters of a mask.
pub const HOLE: char = '\u{e000}';

/// The other characters of a mask.
const FILLER: u8 = b'x';

/// The pairs of characters between which a template engine is spoken to.
const TAGS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}")];

/// Words that begin a part of a template which may be left out or repeated.
const CONTROL: &[&str] =
    &["if", "else", "elif", "end", "endif", "endfor", "for", "range", "with", "block", "define"];

/// The documents of a file.
#[derive(Debug, Clone)]
pub struct Manifests {
    /// Those that say something.
    pub documents: Vec<Node>,
    /// Whether a template adds lines, or leaves some out, so that every list may hold other
    /// items than those that are read.
    pub is_open: bool,
}

/// The kinds of objects that a text seems to hold, found line by line without parsing it: those
/// at the margin of YAML, or anywhere in JSON. None if no object says of which version it is.
pub fn kinds(text: &str) -> impl Iterator<Item = &str> {
    let is_json = text.trim_start().starts_with('{') && !text.trim_start().starts_with("{{");
    let values = move |key: &'static str| {
        text.match_indices(key).filter_map(move |(i, _)| {
            let (before, value) = (text[..i].trim_end_matches('"'), &text[i + key.len()..]);
            let is_key = match is_json {
                true => before.len() < i,
                false => before.is_empty() || before.ends_with('\n'),
            };
            let value = value.trim_start_matches('"').trim_start_matches(' ').strip_prefix(':')?;
            is_key.then_some(value.trim_start_matches([' ', '\t']))
        })
    };
    let mut versions = values("apiVersion");
    let kinds = versions.next().map(|_| values("kind"));
    kinds.into_iter().flatten().map(|value| {
        let value = value.trim_start_matches(['"', '\'']);
        value.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
    })
}

/// Reads a file. None if it cannot be read as a whole: then nothing can be said of what is
/// not there.
pub fn parse(source: SourceId, text: &str) -> Option<Manifests> {
    let (masked, is_open) = mask(text);
    let parsed = yaml::parse(source, &masked);
    let documents = parsed.tree.documents;
    parsed.errors.is_empty().then_some(Manifests { documents, is_open })
}

/// The text with its tags masked, of the same length, and whether lines may come or go.
fn mask(text: &str) -> (Cow<'_, str>, bool) {
    if TAGS.iter().all(|(open, _)| !text.contains(open)) {
        return (Cow::Borrowed(text), false);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut is_open = false;
    let mut rest = 0;
    while let Some((start, end)) = tag(text, rest) {
        let mut last = end;
        let mut control = is_control(&text[start..end]);
        // Several tags of a line of which one decides about the others are one hole.
        while let Some((next, end)) = tag(text, last)
            && !text[last..next].contains('\n')
            && (control || is_control(&text[next..end]))
        {
            control = true;
            last = end;
        }
        let before = text[..start].trim_end_matches([' ', '\t']);
        let after = text[last..].trim_start_matches([' ', '\t', '\r']);
        let alone = (before.is_empty() || before.ends_with('\n'))
            && (after.is_empty() || after.starts_with('\n'));
        let is_comment = text[start..last].trim_start_matches(['{', '-', ' ']).starts_with("/*");
        let masked = bytes.get_mut(start..last).unwrap_or_default();
        let breaks = masked.contains(&b'\n');
        if alone || breaks {
            masked.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            is_open |= !is_comment;
        } else {
            masked.fill(FILLER);
            let mut hole = [0; 4];
            let hole = HOLE.encode_utf8(&mut hole).as_bytes();
            masked.iter_mut().zip(hole).for_each(|(byte, part)| *byte = *part);
        }
        rest = last;
    }
    match String::from_utf8(bytes) {
        Ok(masked) => (Cow::Owned(masked), is_open),
        Err(_) => (Cow::Borrowed(text), true),
    }
}

/// The next tag from a place on, as a range of bytes.
fn tag(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    // Each place is looked at once, so that no number of tags makes this slow.
    let (start, close) = rest.match_indices('{').find_map(|(start, _)| {
        let (_, close) = TAGS.iter().find(|(open, _)| rest[start..].starts_with(open))?;
        Some((start, close))
    })?;
    let inside = start + 2;
    let end = rest.get(inside..)?.find(close).map_or(rest.len(), |i| inside + i + 2);
    Some((from + start, from + end))
}

fn is_control(tag: &str) -> bool {
    let inside = tag.trim_start_matches(['{', '%', '-', '+', ' ']);
    let word = inside.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    CONTROL.contains(&word)
}

/// Where the masks of a text are, as ranges of bytes.
pub fn holes(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    text.match_indices(HOLE).map(|(start, hole)| {
        let rest = &text[start + hole.len()..];
        let filler = rest.bytes().take_while(|byte| *byte == FILLER).count();
        start..start + hole.len() + filler
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_places() {
        for (text, expected, open) in [
            ("a: {{ x }}\n", "a: Hxxxx\n", false),
            ("a: \"{{ x }}:{{ y }}\"\n", "a: \"Hxxxx:Hxxxx\"\n", false),
            ("{{- if x }}\na: 1\n{{- end }}\n", "           \na: 1\n         \n", true),
            ("{{/* x\ny */}}\na: 1\n", "      \n      \na: 1\n", false),
            ("a: {{ if x }}b{{ else }}c{{ end }}\n", "a: Hxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", false),
            ("a: {{ x\n", "a:      \n", true),
        ] {
            let (masked, is_open) = mask(text);
            assert_eq!(masked.len(), text.len());
            assert_eq!(is_open, open, "{text}");
            let shown = masked.replace(HOLE, "H");
            assert_eq!(shown.trim_end(), expected.trim_end(), "{text}");
        }
    }

    #[test]
    fn kinds_are_told_without_parsing() {
        let all = |text| kinds(text).collect::<Vec<_>>();
        assert_eq!(
            all("apiVersion: v1\nkind: Pod\n---\n\"kind\": 'Service'\n"),
            ["Pod", "Service"]
        );
        assert_eq!(all("{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}"), ["Pod"]);
        assert_eq!(all("{\n  \"kind\" : \"Pod\", \"apiVersion\": \"v1\"}"), ["Pod"]);
        assert_eq!(all("{{ if x }}\napiVersion: v1\nkind: Pod # a\n{{ end }}"), ["Pod"]);
        assert_eq!(all("apiVersion: v1\nkind: Role\nx:\n  kind: Pod\nkindness: 1\n"), ["Role"]);
        assert!(all("# the apiVersion\nkind: Pod\n").is_empty());
        assert!(all("apiVersion: {{ x }}\nkind: {{ y }}\n") == [""]);
        assert!(all("steps: []\n").is_empty());
    }
}
