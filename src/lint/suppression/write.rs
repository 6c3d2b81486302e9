//! Writing a comment that hides a finding.

use super::Reader;
use super::mark::NAME;
use crate::finding::Edit;
use crate::lint::comment::{Line, lines};
use crate::source::{Kind, Source, SourceId, Span};
use crate::syntax::yaml::{self, Node, Style, Yaml};

/// What a comment is to speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The next line, with those that belong to it.
    Line,
    /// The whole file.
    File,
}

/// The edit that hides a rule at a byte of a file, with the reason for it. Nothing if the format
/// has no comments, or if one would be read as something else there.
pub fn suppress(
    id: SourceId,
    source: &Source,
    at: u32,
    rule: &str,
    reach: Reach,
    reason: &str,
) -> Option<Edit> {
    let text = &source.text;
    let place = match reach {
        Reach::Line => statement(lines(source)?, at as usize),
        Reach::File => top(source, lines(source)?),
    };
    let rest = text.get(place..)?;
    let indentation = match reach {
        Reach::Line => &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()],
        Reach::File => "",
    };
    let marker = if source.kind == Kind::JavaScriptModule { "//" } else { "#" };
    let word = match reach {
        Reach::Line => "ignore",
        Reach::File => "ignore-file",
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let comment = format!("{indentation}{marker} {NAME} {word}[{rule}] {reason}{end}");
    let span = Span::new(id, place..place);
    holds(id, source, place, at, &comment).then(|| Edit::replace(span, comment))
}

/// Where the line starts that holds a byte, or the first of those that belong together with it.
fn statement(lines: impl Iterator<Item = Line>, at: usize) -> usize {
    let mut start = None;
    for line in lines {
        let first = *start.get_or_insert(line.range.start);
        if at < line.next {
            return first;
        }
        if !line.continues {
            start = None;
        }
    }
    start.unwrap_or_default()
}

/// Where the first line starts that is none of those which must come first.
fn top(source: &Source, lines: impl Iterator<Item = Line>) -> usize {
    let mut place = 0;
    for line in lines {
        let body = line.comments.first().map(|comment| comment.body.clone());
        let says = body.and_then(|body| source.text.get(body)).unwrap_or_default();
        let is_first = match source.kind {
            Kind::Dockerfile => super::foreign::is_directive(says),
            _ => place == 0 && says.starts_with('!'),
        };
        if line.has_code || !is_first {
            break;
        }
        place = line.next;
    }
    place
}

/// Whether a comment that is put in at a place is one, and speaks of a byte behind it.
fn holds(id: SourceId, source: &Source, place: usize, at: u32, comment: &str) -> bool {
    let (Some(before), Some(after)) = (source.text.get(..place), source.text.get(place..)) else {
        return false;
    };
    let changed = source.with_text([before, comment, after].concat().into());
    let coded =
        |source: &Source| lines(source).into_iter().flatten().filter(|l| l.has_code).count();
    let mut all = Vec::new();
    let Some(read) = lines(&changed) else { return false };
    Reader { source: id, text: &changed.text, foreign: false, at_the_top: true, all: &mut all }
        .read(read);
    let at = at + comment.len() as u32;
    let here = Span::new(id, place..place + comment.len());
    coded(source) == coded(&changed)
        && all.iter().any(|it| it.mark.is_there(place) && it.range.contains(&at))
        && (!is_yaml(source.kind) || is_comment(&yaml::parse(id, &changed.text).tree, here))
}

/// Whether YAML holds a comment there, or a block of lines, which is taken for a script.
fn is_comment(tree: &Yaml, here: Span) -> bool {
    let within = |outer: Span, inner: Span| outer.start <= inner.start && inner.end <= outer.end;
    let mut open: Vec<&Node> = tree.documents.iter().collect();
    tree.comments.iter().any(|comment| within(here, *comment))
        || std::iter::from_fn(|| {
            let node = open.pop()?;
            match &node.kind {
                yaml::Kind::Sequence(items) => open.extend(items.iter()),
                yaml::Kind::Mapping(entries) => open.extend(entries.iter().map(|e| &e.value)),
                yaml::Kind::Scalar(_) | yaml::Kind::Empty => {}
            }
            Some(node)
        })
        .any(|node| match &node.kind {
            yaml::Kind::Scalar(scalar) => scalar.style == Style::Literal && within(node.at, here),
            _ => false,
        })
}

fn is_yaml(kind: Kind) -> bool {
    use Kind::{CircleCi, CloudBuild, Compose, GitLab, Kustomization, Skaffold, Workflow, Yaml};
    matches!(
        kind,
        CircleCi | CloudBuild | Compose | GitLab | Kustomization | Skaffold | Workflow | Yaml
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn after(path: &str, text: &str, word: &str, reach: Reach) -> Option<String> {
        let sources = Sources::of(&[(path, text)]);
        let (id, source) = sources.iter().next().unwrap();
        let at = text.find(word).unwrap() as u32;
        let edit = suppress(id, source, at, "port-drift", reach, "why")?;
        let at = edit.span.start as usize;
        Some([&text[..at], &edit.text, &text[at..]].concat())
    }

    #[test]
    fn a_comment_stands_above_what_belongs_together() {
        for (path, text, word, expected) in [
            (
                "Dockerfile",
                "FROM a\nRUN x && \\\n  y\n",
                "y",
                "FROM a\n# seamlint: ignore[port-drift] why\nRUN x && \\\n  y\n",
            ),
            (
                "a.tf",
                "a {\n  b = 1\n}\n",
                "1",
                "a {\n  # seamlint: ignore[port-drift] why\n  b = 1\n}\n",
            ),
            ("a.sh", "a \\\r\n b\r\n", "b", "# seamlint: ignore[port-drift] why\r\na \\\r\n b\r\n"),
            (
                "k.yaml",
                "a: |\n  b\n  c\nd: 1\n",
                "c",
                "a: |\n  b\n  # seamlint: ignore[port-drift] why\n  c\nd: 1\n",
            ),
            ("k.yaml", "a:\n- b: 1", "1", "a:\n# seamlint: ignore[port-drift] why\n- b: 1"),
        ] {
            assert_eq!(after(path, text, word, Reach::Line).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn a_comment_for_a_file_stands_behind_what_must_come_first() {
        let dockerfile = "# syntax=docker/dockerfile:1\nFROM a\n";
        let expected =
            "# syntax=docker/dockerfile:1\n# seamlint: ignore-file[port-drift] why\nFROM a\n";
        assert_eq!(after("Dockerfile", dockerfile, "a\n", Reach::File).as_deref(), Some(expected));
        let script = "#!/bin/sh\n# x\na\n";
        let expected = "#!/bin/sh\n# seamlint: ignore-file[port-drift] why\n# x\na\n";
        assert_eq!(after("a.sh", script, "a\n", Reach::File).as_deref(), Some(expected));
    }

    #[test]
    fn where_a_comment_is_none_nothing_is_offered() {
        assert_eq!(
            after("cloudbuild.json", "{\"steps\": [{\"name\": 1}]}", "1", Reach::Line),
            None
        );
        assert_eq!(after("k.yaml", "a: \"b\n  c\"\n", "c", Reach::Line), None);
        let open = "a = 1 /*\n x */\nb = 2\n";
        assert_eq!(after("a.tf", open, "x", Reach::Line), None);
    }
}
