//! Making the changes that findings offer: first in memory, then on the disk.

mod write;

pub use write::{Change, write};

use crate::finding::{Edit, Finding, Fix, Safety};
use crate::source::{SourceId, Sources, Span};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files that the fixes of some findings change, with their new texts.
///
/// Of each finding the first fix is made that is as safe as `safety` or safer. A fix is made
/// whole or not at all: one that overlaps an earlier one is left for the next round, when the
/// files have been read again. Two fixes may share an edit, which is then made once. Line breaks
/// become those of the file.
pub fn apply(
    sources: &Sources,
    findings: &[Finding],
    safety: Safety,
) -> BTreeMap<Arc<str>, String> {
    let accepted = Accepted::of(sources, findings, safety, |_| true);
    accepted.files.into_iter().map(|(id, edits)| changed(sources, id, &edits)).collect()
}

/// The edits of the fixes that [`apply`] would make if there were only those for which `chosen`
/// is true.
pub fn edits(
    sources: &Sources,
    findings: &[Finding],
    safety: Safety,
    chosen: impl Fn(&Fix) -> bool,
) -> Vec<Edit> {
    let accepted = Accepted::of(sources, findings, safety, chosen);
    let of_file = |(source, edits): (SourceId, Edits)| {
        let edit = |((start, end), text): ((u32, u32), &str)| {
            Edit::replace(Span { source, start, end }, text)
        };
        edits.into_iter().map(edit).collect::<Vec<_>>()
    };
    accepted.files.into_iter().flat_map(of_file).collect()
}

/// A new text with the line breaks of the file that it is put into.
pub fn broken_as<'a>(file: &str, new: &'a str) -> Cow<'a, str> {
    let by_two = file.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
    match by_two && new.contains('\n') {
        true => new.replace("\r\n", "\n").replace('\n', "\r\n").into(),
        false => new.into(),
    }
}

/// What changes between two texts of a file, as `git apply` and `patch -p1` read it. Empty if
/// they are equal.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let (old, new) = (named(&format!("a/{path}")), named(&format!("b/{path}")));
    similar::TextDiff::from_lines(before, after).unified_diff().header(&old, &new).to_string()
}

/// A path as git writes it above a difference.
fn named(path: &str) -> String {
    if path.contains(|c: char| c.is_ascii_control()) {
        let escape = |c: char| match c {
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '\r' => "\\r".to_owned(),
            '"' | '\\' => format!("\\{c}"),
            c if c.is_ascii_control() => format!("\\{:03o}", u32::from(c)),
            c => c.to_string(),
        };
        return format!("\"{}\"", path.chars().map(escape).collect::<String>());
    }
    // Without a tab at its end, `patch` takes a path for as long as its first word.
    if path.contains(' ') { format!("{path}\t") } else { path.to_owned() }
}

/// The edits that are made, by file, start and end. None overlaps another.
#[derive(Default)]
struct Accepted<'a> {
    files: BTreeMap<SourceId, Edits<'a>>,
}

type Edits<'a> = BTreeMap<(u32, u32), &'a str>;

impl<'a> Accepted<'a> {
    /// The first fix of each finding that is safe enough, as far as they fit together.
    fn of(
        sources: &Sources,
        findings: &'a [Finding],
        safety: Safety,
        chosen: impl Fn(&Fix) -> bool,
    ) -> Accepted<'a> {
        let mut accepted = Accepted::default();
        for finding in findings {
            let fix = finding.fixes.iter().find(|fix| fix.safety <= safety);
            if let Some(fix) = fix.filter(|fix| chosen(fix)) {
                accepted.offer(sources, fix);
            }
        }
        accepted
    }

    /// Takes a fix if all of its edits fit.
    fn offer(&mut self, sources: &Sources, fix: &'a Fix) {
        let mut added: Vec<&Edit> = Vec::new();
        for edit in &fix.edits {
            match self.fits(sources, edit) {
                Fits::Already => {}
                Fits::Yes => {
                    let edits = self.files.entry(edit.span.source).or_default();
                    edits.insert((edit.span.start, edit.span.end), &edit.text);
                    added.push(edit);
                }
                Fits::No => {
                    for edit in added {
                        self.take_back(edit);
                    }
                    return;
                }
            }
        }
    }

    fn take_back(&mut self, edit: &Edit) {
        if let Some(edits) = self.files.get_mut(&edit.span.source) {
            edits.remove(&(edit.span.start, edit.span.end));
            if edits.is_empty() {
                self.files.remove(&edit.span.source);
            }
        }
    }

    fn fits(&self, sources: &Sources, edit: &Edit) -> Fits {
        let (start, end) = (edit.span.start, edit.span.end);
        if sources.get(edit.span.source).text.get(edit.span.range()).is_none() {
            return Fits::No;
        }
        let Some(edits) = self.files.get(&edit.span.source) else { return Fits::Yes };
        if let Some(text) = edits.get(&(start, end)) {
            return if *text == edit.text { Fits::Already } else { Fits::No };
        }
        // As none of them overlap, only the last that starts before can reach into this one.
        let before = edits.range(..(start, 0)).next_back();
        let inside = edits.range((start, 0)..(end, 0));
        let overlaps = |((from, to), _): (&(u32, u32), _)| *from < end && start < *to;
        if before.into_iter().chain(inside).any(overlaps) { Fits::No } else { Fits::Yes }
    }
}

/// Whether an edit can be made beside those that were accepted.
enum Fits {
    Yes,
    No,
    /// The same edit is made already.
    Already,
}

fn changed(sources: &Sources, id: SourceId, edits: &Edits) -> (Arc<str>, String) {
    let source = sources.get(id);
    let mut text = String::with_capacity(source.text.len());
    let mut done = 0;
    for ((start, end), new) in edits {
        let (start, end) = (*start as usize, *end as usize);
        text.push_str(source.text.get(done..start).unwrap_or_default());
        text.push_str(&broken_as(&source.text, new));
        done = end;
    }
    text.push_str(source.text.get(done..).unwrap_or_default());
    (source.path.clone(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Label, Severity};
    use crate::value::Confidence;
    use std::ops::Range;

    const ALPHABET: &str = "FROM abcdefghijklmnopqrstuvwxyz\n";

    type Change<'a> = (Range<usize>, &'a str);

    fn finding(sources: &Sources, fixes: &[(Safety, &[Change])]) -> Finding {
        let (id, _) = sources.iter().next().unwrap();
        let edit = |(range, text): &Change| Edit::replace(Span::new(id, range.clone()), *text);
        let fix = |(safety, edits): &(Safety, &[Change])| Fix {
            title: "Change it".into(),
            safety: *safety,
            edits: edits.iter().map(edit).collect(),
        };
        Finding {
            rule: "example",
            code: None,
            part: None,
            severity: Severity::Note,
            message: "a message".into(),
            at: Label::new(Span::new(id, 0..0), "here"),
            against: Vec::new(),
            because: Vec::new(),
            help: String::new(),
            fixes: fixes.iter().map(fix).collect(),
            confidence: Confidence::Certain,
        }
    }

    fn after(text: &str, fixes: &[&[Change]]) -> String {
        let sources = Sources::of(&[("Dockerfile", text)]);
        let findings: Vec<_> =
            fixes.iter().map(|edits| finding(&sources, &[(Safety::Safe, edits)])).collect();
        let changes = apply(&sources, &findings, Safety::Safe);
        changes.into_values().next().unwrap_or_default()
    }

    #[test]
    fn edits_are_made_whatever_their_order() {
        let text = after(ALPHABET, &[&[(7..8, "C"), (5..6, "A")], &[(6..7, "B"), (6..6, "-")]]);
        assert_eq!(text, "FROM A-BCdefghijklmnopqrstuvwxyz\n");
    }

    #[test]
    fn a_fix_that_overlaps_an_earlier_one_is_left_out_whole() {
        let later: &[Change] = &[(20..21, "X"), (7..9, "overlaps")];
        for earlier in [8..9, 6..8, 7..9, 5..12, 8..8] {
            let alone = after(ALPHABET, &[&[(earlier.clone(), "_")]]);
            assert_eq!(after(ALPHABET, &[&[(earlier, "_")], later]), alone);
        }
        for beside in [5..7, 9..10, 7..7, 9..9] {
            assert!(after(ALPHABET, &[&[(beside, "_")], later]).contains("overlaps"));
        }
    }

    #[test]
    fn an_insertion_within_a_replacement_overlaps_it() {
        let text = after(ALPHABET, &[&[(5..9, "")], &[(7..7, "x")], &[(9..9, "y")]]);
        assert_eq!(text, "FROM yefghijklmnopqrstuvwxyz\n");
    }

    #[test]
    fn an_edit_that_two_fixes_share_is_made_once() {
        let text = after(ALPHABET, &[&[(5..5, "x")], &[(5..5, "x"), (6..7, "B")]]);
        assert_eq!(text, "FROM xaBcdefghijklmnopqrstuvwxyz\n");
        let text = after(ALPHABET, &[&[(5..5, "x")], &[(5..5, "y"), (6..7, "B")]]);
        assert_eq!(text, "FROM xabcdefghijklmnopqrstuvwxyz\n");
    }

    #[test]
    fn an_edit_outside_of_the_text_or_within_a_character_is_left_out() {
        assert_eq!(after("FROM é\n", &[&[(0..4, "from"), (6..7, "e")]]), "");
        assert_eq!(after("FROM é\n", &[&[(0..4, "from"), (7..90, "e")]]), "");
    }

    #[test]
    fn the_first_fix_that_is_safe_enough_is_made() {
        let sources = Sources::of(&[("Dockerfile", ALPHABET)]);
        let both = finding(
            &sources,
            &[(Safety::Unsafe, &[(0..4, "unsafe")]), (Safety::Safe, &[(0..4, "safe")])],
        );
        let made =
            |safety| apply(&sources, std::slice::from_ref(&both), safety)["Dockerfile"].clone();
        assert!(made(Safety::Safe).starts_with("safe "));
        assert!(made(Safety::Unsafe).starts_with("unsafe "));
        let only = finding(&sources, &[(Safety::Unsafe, &[(0..4, "unsafe")])]);
        assert!(apply(&sources, &[only], Safety::Safe).is_empty());
    }

    #[test]
    fn line_breaks_are_those_of_the_file() {
        assert_eq!(after("FROM a\r\n", &[&[(8..8, "x\ny\r\n")]]), "FROM a\r\nx\r\ny\r\n");
        assert_eq!(after("FROM a\n", &[&[(7..7, "x\ny\n")]]), "FROM a\nx\ny\n");
    }

    #[test]
    fn a_diff_is_one_that_git_applies() {
        assert_eq!(
            diff("a/Dockerfile", "FROM a\nUSER b\n", "FROM c\nUSER b"),
            "--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -1,2 +1,2 @@\n-FROM a\n-USER b\n+FROM c\n\
             +USER b\n\\ No newline at end of file\n"
        );
        assert_eq!(diff("Dockerfile", "FROM a\n", "FROM a\n"), "");
    }
}
