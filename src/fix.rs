//! Making the changes that findings offer: first in memory, then on the disk.

use crate::finding::{Edit, Finding, Fix, Safety};
use crate::source::{SourceId, Sources, Span};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
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
    // As git does: without a tab at its end, `patch` takes a path for as long as its first word.
    let end = if path.contains(' ') { "\t" } else { "" };
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{path}{end}"), &format!("b/{path}{end}"))
        .to_string()
}

/// Replaces files below a root, each by a rename, so that nobody sees half of one.
///
/// All new files are written before the first is put in its place. Permissions are kept, and a
/// link stays a link to the file that is changed.
///
/// # Errors
/// If a file cannot be written, is not there or lies outside of the root; the error begins with
/// its path. If that happens before the first rename, nothing has changed.
pub fn write(root: &Path, changes: &BTreeMap<Arc<str>, String>) -> io::Result<()> {
    let named =
        |path: &str, error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    let root = root.canonicalize().map_err(|error| named(&root.to_string_lossy(), error))?;
    let mut staged: Vec<(&str, Staged)> = Vec::new();
    for (path, text) in changes {
        let target = target(&root, path).map_err(|error| named(path, error))?;
        // Two paths may lead to one file by a link; it is changed once.
        if staged.iter().all(|(_, other)| other.old != target) {
            let file = Staged::new(target, text).map_err(|error| named(path, error))?;
            staged.push((path, file));
        }
    }
    for (path, file) in staged {
        file.rename().map_err(|error| named(path, error))?;
    }
    Ok(())
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

/// The file of a path, links followed.
fn target(root: &Path, path: &str) -> io::Result<PathBuf> {
    let target = root.join(path).canonicalize()?;
    if target.starts_with(root) {
        Ok(target)
    } else {
        let message = "lies outside of the project";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
    }
}

/// A file that was written beside the one that it is to replace. Removed if it never does.
struct Staged {
    new: PathBuf,
    old: PathBuf,
}

impl Staged {
    fn new(old: PathBuf, text: &str) -> io::Result<Staged> {
        let permissions = fs::metadata(&old)?.permissions();
        let name = old.file_name().unwrap_or_default().to_string_lossy();
        let new = old.with_file_name(format!(".{name}.{}.seamlint", std::process::id()));
        let mut file = File::create_new(&new)?;
        let staged = Staged { new, old };
        file.write_all(text.as_bytes())?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        Ok(staged)
    }

    fn rename(self) -> io::Result<()> {
        fs::rename(&self.new, &self.old)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After the rename it is not there any more; before, nobody can do better than this.
        let _ = fs::remove_file(&self.new);
    }
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

    /// A folder of its own for a test, removed afterwards.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("seamlint-{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("project/api")).unwrap();
            fs::write(path.join("project/api/run.sh"), "old").unwrap();
            fs::write(path.join("outside"), "old").unwrap();
            Folder(path)
        }

        fn write(&self, changes: &[(&str, &str)]) -> io::Result<()> {
            let changes =
                changes.iter().map(|(path, text)| (Arc::from(*path), (*text).to_owned())).collect();
            write(&self.0.join("project"), &changes)
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.0.join(path)).unwrap()
        }

        fn names(&self, path: &str) -> Vec<String> {
            let entries = fs::read_dir(self.0.join(path)).unwrap();
            let mut names: Vec<_> =
                entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_permissions_and_a_link_stays_one() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new("keeps");
        let file = folder.0.join("project/api/run.sh");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o754)).unwrap();
        let link = folder.0.join("project/link.sh");
        std::os::unix::fs::symlink("api/run.sh", &link).unwrap();
        folder.write(&[("api/run.sh", "new"), ("link.sh", "new")]).unwrap();
        assert_eq!(folder.read("project/api/run.sh"), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o754);
        assert!(link.is_symlink());
        assert_eq!(folder.names("project/api"), ["run.sh"]);
    }

    #[test]
    fn nothing_changes_if_one_file_cannot() {
        let folder = Folder::new("nothing");
        for path in ["missing", "../outside"] {
            let error = folder.write(&[("api/run.sh", "new"), (path, "new")]).unwrap_err();
            assert!(error.to_string().starts_with(path), "{error}");
        }
        assert_eq!(folder.read("project/api/run.sh"), "old");
        assert_eq!(folder.read("outside"), "old");
        assert_eq!(folder.names("project/api"), ["run.sh"]);
    }
}
