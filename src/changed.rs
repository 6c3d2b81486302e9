//! Which findings have to do with a change.

use crate::finding::Finding;
use crate::git::Base;
use crate::report::places;
use crate::source::{SourceId, Sources, Span};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;
use std::iter::once;
use std::ops::Range;

/// Comparing takes as long as the product of both sides at worst. What is larger counts as
/// changed from its first changed line to its last.
const LARGEST_PRODUCT: usize = 25_000_000;

/// The parts of files that are not as they were.
#[derive(Debug, Default)]
pub struct Changed<'a> {
    /// Ranges of bytes in the order of the file. One that is empty is a place at which lines were
    /// removed.
    parts: HashMap<SourceId, Vec<Range<usize>>>,
    base: Option<&'a Base>,
}

impl<'a> Changed<'a> {
    /// Compares the texts with those before, line by line. A line break of two characters counts
    /// as one of one, as git may have changed it.
    pub fn of(sources: &Sources, base: &'a Base) -> Changed<'a> {
        let parts = sources.iter().filter_map(|(id, source)| {
            let parts = match base.change(&source.path)? {
                Some(before) => changed_parts(before, &source.text),
                None => once(0..source.text.len()).collect(),
            };
            Some((id, parts))
        });
        Changed { parts: parts.collect(), base: Some(base) }
    }

    /// Whether a finding has a place, whichever of its places it is, in what has changed, or
    /// speaks of a file that was removed.
    pub fn touches(&self, sources: &Sources, finding: &Finding) -> bool {
        places(finding).any(|place| self.holds(sources, place.span))
            || self.base.is_some_and(|base| speaks_of_removed(sources, base, finding))
    }

    fn holds(&self, sources: &Sources, span: Span) -> bool {
        let Some(parts) = self.parts.get(&span.source) else { return false };
        let lines = sources.line_span(span).range();
        parts.iter().any(|part| match part.is_empty() {
            // The lines on both sides of what was removed.
            true => lines.start <= part.start && part.start <= lines.end,
            // What is said at the end of a file has no line.
            false if lines.is_empty() => part.start <= lines.start && lines.end <= part.end,
            false => lines.start < part.end && part.start < lines.end,
        })
    }
}

/// Whether a quoted word of the message is a path that is gone, or ends one: a path may be
/// written from another folder.
fn speaks_of_removed(sources: &Sources, base: &Base, finding: &Finding) -> bool {
    let words = finding.message.split('`').skip(1).step_by(2);
    words.map(|word| word.trim_start_matches("./").trim_end_matches('/')).any(|word| {
        !word.is_empty()
            && base.removed.iter().any(|removed| {
                let mut ends =
                    removed.match_indices('/').map(|(end, _)| end).chain([removed.len()]);
                ends.any(|end| {
                    let path = removed.get(..end).unwrap_or_default();
                    let named = path.strip_suffix(word);
                    named.is_some_and(|before| before.is_empty() || before.ends_with('/'))
                        && !sources.has_file(path)
                        && !sources.has_folder(path)
                })
            })
    })
}

/// The ranges of bytes of a text that were not in the text before.
fn changed_parts(before: &str, after: &str) -> Vec<Range<usize>> {
    let plain = |text| str::lines(text).collect::<Vec<&str>>();
    let (before, lines) = (plain(before), plain(after));
    let mut starts: Vec<usize> = vec![0];
    starts.extend(after.match_indices('\n').map(|(at, _)| at + 1));
    let byte = |line: usize| starts.get(line).copied().unwrap_or(after.len());
    let same = before.iter().zip(&lines).take_while(|(a, b)| a == b).count();
    let (old, new) =
        (before.get(same..).unwrap_or_default(), lines.get(same..).unwrap_or_default());
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let old = old.get(..old.len() - end).unwrap_or_default();
    let new = new.get(..new.len() - end).unwrap_or_default();
    if old.len().saturating_mul(new.len()) > LARGEST_PRODUCT {
        return once(byte(same)..byte(same + new.len())).collect();
    }
    capture_diff_slices(Algorithm::Myers, old, new)
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| byte(same + op.new_range().start)..byte(same + op.new_range().end))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Label;
    use crate::report::tests::note;

    fn changed<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
        changed_parts(before, after).into_iter().map(|part| &after[part]).collect()
    }

    #[test]
    fn lines_are_compared() {
        assert_eq!(changed("a\nb\nc\n", "a\nB\nc\n"), ["B\n"]);
        assert_eq!(changed("a\nb\n", "a\nx\nb\ny\n"), ["x\n", "y\n"]);
        assert_eq!(changed("a\nb\nc\n", "a\nc\n"), [""]);
        assert_eq!(changed("a\r\nb\r\n", "a\nc"), ["c"]);
        assert_eq!(changed("", "a\n"), ["a\n"]);
        assert_eq!(changed("a\n", ""), [""]);
        assert_eq!(changed("é\n", "é\n"), [""; 0]);
    }

    #[test]
    fn much_that_has_changed_has_changed_as_a_whole() {
        let lines = |name: &str| (0..6000).map(|i| format!("{name}{i}\n")).collect::<String>();
        let after = format!("first\n{}last\n", lines("b"));
        let parts = changed_parts(&format!("first\n{}last\n", lines("a")), &after);
        assert_eq!((parts.len(), &parts[0]), (1, &(6..after.len() - 5)));
    }

    #[test]
    fn a_finding_touches_what_its_places_touch() {
        let sources = Sources::of(&[("Dockerfile", "FROM a\nRUN b\nRUN c\nRUN d\n")]);
        let base = |before: &str| Base {
            before: [("Dockerfile".to_owned(), Some(before.to_owned()))].into(),
            removed: Vec::new(),
        };
        let touches = |before: &str, needle: &str| {
            Changed::of(&sources, &base(before)).touches(&sources, &note(&sources, needle))
        };
        let one_more = "FROM a\nRUN b\nRUN c\n";
        assert!(touches(one_more, "d") && !touches(one_more, "c"));
        let one_less = "FROM a\nRUN b\nRUN x\nRUN c\nRUN d\n";
        assert!(touches(one_less, "b") && touches(one_less, "c"));
        assert!(!touches(one_less, "a") && !touches(one_less, "d"));
        let mut finding = note(&sources, "b");
        finding.against.push(Label::new(note(&sources, "d").at.span, "there"));
        assert!(Changed::of(&sources, &base(one_more)).touches(&sources, &finding));
        assert!(!Changed::of(&sources, &Base::default()).touches(&sources, &finding));
    }

    #[test]
    fn a_finding_may_speak_of_what_was_removed() {
        let sources = Sources::of(&[("Dockerfile", "FROM a\n"), ("api/app.py", "")]);
        let base = Base {
            before: [].into(),
            removed: vec!["api/run.sh".into(), "web/src/a.js".into(), "api/x/y".into()],
        };
        let speaks = |message: &str| {
            let finding = Finding { message: message.into(), ..note(&sources, "a") };
            Changed::of(&sources, &base).touches(&sources, &finding)
        };
        for message in ["`api/run.sh`", "no `./run.sh` here", "`web`", "`src/`", "`x` is not there"]
        {
            assert!(speaks(message), "{message}");
        }
        for message in ["run.sh", "`sh`", "image `api`", "`api/app.py`", "``", "`js`"] {
            assert!(!speaks(message), "{message}");
        }
    }
}
