//! What git knows of a project: which files have changed since a revision, and what they were.

use crate::nearest::nearest;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

/// The files that are not as they were in the last commit that the work shares with a revision.
/// Paths are those from the root of the project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// The text before of each file that has changed, by the path that it has now; nothing for
    /// a file that is new, or was no text. The path of a folder stands for all that is in it.
    pub before: BTreeMap<String, Option<String>>,
    /// The paths that are not there any more.
    pub removed: Vec<String>,
}

/// Compares the files of a folder with a revision: what was committed since, what is staged,
/// what is neither, and files that git does not know but would take. Of those that `is_read`,
/// their texts are fetched.
///
/// # Errors
/// If git is not there, the folder is in no repository, or the revision is not known or shares
/// no commit with the work.
pub fn base(root: &Path, revision: &str, is_read: impl Fn(&str) -> bool) -> io::Result<Base> {
    let git = Git { root };
    git.ask(&["rev-parse", "--show-toplevel"])?.map_err(|why| {
        io::Error::other(format!("nothing can be compared with `{revision}`: {why}"))
    })?;
    let commit = git.commit(revision)?;
    let shared = git.shared(&commit, revision)?;
    // `--raw` is made for programs: no setting of a user changes it.
    let raw = ["diff", "--raw", "-z", "--no-abbrev", "-M", "--relative", "--no-ext-diff"];
    let raw = git.must(&[&raw[..], &[&shared, "--"]].concat())?;
    let mut base = Base::default();
    let mut blobs: Vec<(String, String)> = Vec::new();
    let mut fields = raw.split('\0').filter(|field| !field.is_empty());
    while let Some(head) = fields.next() {
        let Some(change) = Change::of(head, &mut fields) else { continue };
        base.removed.extend(change.removed);
        if let Some(path) = change.path {
            if let Some(blob) = change.blob.filter(|_| is_read(&path)) {
                blobs.push((blob, path.clone()));
            }
            base.before.insert(path, None);
        }
    }
    for path in git.must(&["ls-files", "--others", "--exclude-standard", "-z"])?.split('\0') {
        // Of a repository inside of this one only the folder is listed.
        let path = path.trim_end_matches('/');
        if !path.is_empty() {
            base.before.insert(path.to_owned(), None);
        }
    }
    for (path, text) in git.texts(blobs)? {
        base.before.insert(path, Some(text));
    }
    Ok(base)
}

impl Base {
    /// Whether a file, or a folder above it, is not as it was; if so, its text before.
    pub fn change(&self, path: &str) -> Option<Option<&str>> {
        if let Some(before) = self.before.get(path) {
            return Some(before.as_deref());
        }
        let ends = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        ends.into_iter().any(|folder| self.before.contains_key(folder)).then_some(None)
    }
}

/// A record of `git diff --raw -z`.
struct Change {
    /// The path that is not there any more.
    removed: Option<String>,
    /// The path that is there.
    path: Option<String>,
    /// The name of the text before.
    blob: Option<String>,
}

impl Change {
    /// `:100644 100644 <blob before> <blob after> R086`, and one or two paths.
    fn of<'a>(head: &str, paths: &mut impl Iterator<Item = &'a str>) -> Option<Change> {
        let mut fields = head.strip_prefix(':')?.split(' ');
        let (mode, blob) = (fields.next()?, fields.nth(1)?.to_owned());
        let kind = fields.nth(1)?.chars().next()?;
        let path = paths.next()?.to_owned();
        let blob = Some(blob).filter(|_| mode.starts_with("100"));
        Some(match kind {
            'D' => Change { removed: Some(path), path: None, blob: None },
            'R' => Change { removed: Some(path), path: Some(paths.next()?.to_owned()), blob },
            'C' => Change { removed: None, path: Some(paths.next()?.to_owned()), blob },
            'M' => Change { removed: None, path: Some(path), blob },
            _ => Change { removed: None, path: Some(path), blob: None },
        })
    }
}

/// git, asked in a folder.
struct Git<'a> {
    root: &'a Path,
}

impl Git<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root);
        // A repository could name a program here, and asking must change nothing.
        command.args(["--no-optional-locks", "-c", "core.fsmonitor=false"]);
        command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
        // A hook is run with these, and they are right in the folder of the hook only.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command
    }

    /// What git answers, or what it complains of.
    fn ask(&self, arguments: &[&str]) -> io::Result<Result<String, String>> {
        let output = self.command(arguments).output().map_err(|error| missing(&error))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            return Ok(Ok(text(&output.stdout)));
        }
        let complaint = text(&output.stderr);
        let first = complaint.lines().next().unwrap_or_default();
        Ok(Err(first.strip_prefix("fatal: ").unwrap_or(first).to_owned()))
    }

    fn must(&self, arguments: &[&str]) -> io::Result<String> {
        let named = |why| io::Error::other(format!("git {}: {why}", arguments.join(" ")));
        self.ask(arguments)?.map_err(named)
    }

    fn is_shallow(&self) -> io::Result<bool> {
        let said = self.ask(&["rev-parse", "--is-shallow-repository"])?;
        Ok(said.is_ok_and(|said| said.trim() == "true"))
    }

    /// The commit of a revision.
    fn commit(&self, revision: &str) -> io::Result<String> {
        let peeled = format!("{revision}^{{commit}}");
        // What begins with a hyphen would be an option.
        if !revision.starts_with('-')
            && let Ok(commit) = self.ask(&["rev-parse", "--verify", "--quiet", &peeled])?
        {
            return Ok(commit.trim().to_owned());
        }
        let names = self.must(&["for-each-ref", "--format=%(refname:short)"])?;
        let ending = format!("/{revision}");
        let meant = names.lines().find(|name| name.ends_with(&ending));
        let hint = match meant.or_else(|| nearest(revision, names.lines())) {
            Some(name) => format!("did you mean `{name}`?"),
            None if self.is_shallow()? => {
                format!("the clone is shallow, and `git fetch origin {revision}` may bring it")
            }
            None => "a branch, a tag or a commit is expected".to_owned(),
        };
        Err(io::Error::other(format!("git knows no revision `{revision}`: {hint}")))
    }

    /// The last commit that the work shares with another.
    fn shared(&self, commit: &str, revision: &str) -> io::Result<String> {
        if self.ask(&["rev-parse", "--verify", "--quiet", "HEAD"])?.is_err() {
            return Err(io::Error::other("the repository has no commit yet"));
        }
        let shared = self.ask(&["merge-base", commit, "HEAD"])?.unwrap_or_default();
        match shared.lines().next() {
            Some(shared) => Ok(shared.to_owned()),
            None => {
                let why = match self.is_shallow()? {
                    true => ": the clone is shallow, and `git fetch --unshallow` brings the rest",
                    false => "",
                };
                let message = format!("`{revision}` and HEAD share no commit{why}");
                Err(io::Error::other(message))
            }
        }
    }

    /// The texts of blobs, each with the path that is given with it; none for what is no text.
    fn texts(&self, blobs: Vec<(String, String)>) -> io::Result<Vec<(String, String)>> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = self.command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = Killed(command.spawn().map_err(|error| missing(&error))?);
        let (Some(mut input), Some(output)) = (child.0.stdin.take(), child.0.stdout.take()) else {
            return Ok(Vec::new());
        };
        let names: String = blobs.iter().map(|(blob, _)| format!("{blob}\n")).collect();
        // Each side waits until the other has read, so that they need a thread each.
        let asking = thread::spawn(move || input.write_all(names.as_bytes()));
        let mut output = BufReader::new(output);
        let mut texts = Vec::new();
        for (_, path) in blobs {
            // `<blob> blob <size>`, or `<blob> missing`.
            let mut head = String::new();
            output.read_line(&mut head)?;
            let mut fields = head.split_whitespace().skip(1);
            let is_blob = fields.next() == Some("blob");
            let size = fields.next().and_then(|size| size.parse::<u64>().ok());
            let Some(size) = size.filter(|_| is_blob) else { continue };
            let mut bytes = Vec::new();
            // The text, and a line break.
            output.by_ref().take(size + 1).read_to_end(&mut bytes)?;
            bytes.pop();
            texts.extend(String::from_utf8(bytes).ok().map(|text| (path, text)));
        }
        let _ = asking.join();
        Ok(texts)
    }
}

/// A process that does not outlive its use.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn missing(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("git cannot be run: {error}"))
}
