//! Files, places in them, and text that was assembled from them.

mod buffer;
mod credentials;
mod discover;
mod ignored;
mod index;
mod kept;
mod kind;
mod named;
mod path;
mod size;

pub use buffer::Buffers;
pub use credentials::{credentials, holds_secret};
pub use discover::{Note, nearest, read_text, repository};
pub use kind::Kind;
pub use named::INSTRUCTIONS;
pub use path::{clean, folder, is_below, is_clean, is_remote, join, name, relative, resolve};
pub use size::Size;

use ignored::Ignored;
use kept::{Kept, look_at};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::{Bound, Range};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

/// One file of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(crate) u32);

/// A half-open range of bytes in one file. Lines and columns are for display only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span of a range of bytes. Files are at most 4 MiB, so offsets fit.
    pub fn new(source: SourceId, range: Range<usize>) -> Span {
        Span { source, start: range.start as u32, end: range.end as u32 }
    }

    /// The range of bytes, to index the file's text with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both, which must be of one file.
    pub fn to(self, other: Span) -> Span {
        Span { end: self.end.max(other.end), start: self.start.min(other.start), ..self }
    }

    /// Whether a byte offset lies inside, both ends included.
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path from the root of the project, with `/` between its parts.
    pub path: Arc<str>,
    /// The text as it is on the disk.
    pub text: Arc<str>,
    /// What the file's name and content say it is.
    pub kind: Kind,
    kept: Arc<Kept>,
}

/// The files of a project: the texts that were read, and the names of all others.
///
/// It is the only owner of text, and the only reader of the disk.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    read: Vec<Source>,
    listing: Arc<Listing>,
    /// The folder of the disk, if they were found there.
    root: Option<Arc<Path>>,
    /// Whether these are the files of a folder of a larger repository, of which more is there
    /// than is known here.
    pub is_part: bool,
    /// The path from the root of that repository to this folder, with `/` at its end.
    pub above: String,
    /// Whether they are read once, so that nothing of what is lowered is kept for another time.
    pub is_read_once: bool,
    /// What was left out, and why.
    pub notes: Vec<Note>,
    /// The files and folders that something makes before others look for them.
    expected: Arc<BTreeSet<String>>,
}

/// What is known of the names of files, which stays while texts change.
#[derive(Debug, Clone, Default)]
struct Listing {
    /// Tells these names from all others that were ever listed.
    number: u64,
    /// Every file that git would list or could list, read or not.
    paths: BTreeSet<Arc<str>>,
    ignored: Ignored,
    /// The paths that git has although it is told to ignore them; none if that is not known.
    forced: Option<BTreeSet<Arc<str>>>,
    /// Folders that are other repositories.
    submodules: Vec<String>,
    /// Links, and folders of the disk of which no file is listed: those of a submodule that is
    /// not there, or with nothing in them but what git ignores.
    opaque: BTreeSet<Arc<str>>,
    /// Every file and folder by the last part of its path in lower case, made on first use.
    names: OnceLock<HashMap<String, Vec<Box<str>>>>,
    /// The sizes that were asked for.
    sizes: Arc<Mutex<HashMap<String, Option<Size>>>>,
}

/// A line and a column, both counted from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Source {
    /// A file of this path and text.
    fn new(path: Arc<str>, text: Arc<str>, kind: Kind) -> Source {
        Source { path, text, kind, kept: Arc::default() }
    }

    /// The same file with another text.
    pub fn with_text(&self, text: Arc<str>) -> Source {
        Source::new(self.path.clone(), text, self.kind)
    }
}

impl Sources {
    /// Every file that was read, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        let numbered = self.read.iter().enumerate();
        numbered.map(|(i, source)| (SourceId(i as u32), source)).inspect(|(id, _)| look_at(*id))
    }

    /// The file that holds a span.
    pub fn get(&self, id: SourceId) -> &Source {
        look_at(id);
        &self.read[id.0 as usize]
    }

    /// The file of a path, if it was read.
    pub fn find(&self, path: &str) -> Option<(SourceId, &Source)> {
        let i = self.read.binary_search_by(|source| (*source.path).cmp(path)).ok()?;
        let id = SourceId(i as u32);
        Some((id, self.get(id)))
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or_default()
    }

    /// Whether a script goes on if the command fails in which a place stands: `... || true`.
    pub fn may_fail(&self, span: Span) -> bool {
        let rest = self.get(span.source).text.get(span.range().end..).unwrap_or_default();
        rest.lines().next().is_some_and(|line| line.contains("||"))
    }

    /// The whole lines of a span, the last line break included.
    pub fn line_span(&self, span: Span) -> Span {
        let text = &self.get(span.source).text;
        let range = span.range();
        let start = text.get(..range.start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        let rest = text.get(range.end..).and_then(|text| text.find('\n'));
        let end = rest.map_or(text.len(), |i| range.end + i + 1);
        Span::new(span.source, start..end)
    }

    /// Where a span starts.
    pub fn position(&self, span: Span) -> Position {
        position(&self.get(span.source).text, span.start as usize)
    }

    /// Where a span ends.
    pub fn end_position(&self, span: Span) -> Position {
        position(&self.get(span.source).text, span.end as usize)
    }

    /// `path:line:column` of a span's start.
    pub fn display(&self, span: Span) -> String {
        let Position { line, column } = self.position(span);
        format!("{}:{line}:{column}", self.get(span.source).path)
    }

    /// Whether the tree holds a file of this path.
    pub fn has_file(&self, path: &str) -> bool {
        self.listing.paths.contains(path)
    }

    /// Whether the tree holds a folder of this path; the root is the empty path.
    pub fn has_folder(&self, path: &str) -> bool {
        path.is_empty() || self.under(path).next().is_some()
    }

    /// Every file below a folder, with its path from the root.
    pub fn under<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        // With a slash at its end, unless it is the root.
        self.starting_with(join(folder, ""))
    }

    /// The names of the files and folders of a folder.
    pub fn entries(&self, folder: &str) -> BTreeSet<&str> {
        let within = join(folder, "");
        let (start, slashes) = (within.len(), within.matches('/').count());
        self.starting_within(within, slashes).map(|path| &path[start..]).collect()
    }

    /// The paths of the files that begin with some characters, in their order.
    pub fn starting_with<'a>(&'a self, prefix: String) -> impl Iterator<Item = &'a str> + use<'a> {
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let following = self.listing.paths.range::<str, _>(from).map(|path| &**path);
        following.take_while(move |path| path.starts_with(&*prefix))
    }

    /// The paths that begin with some characters, in their order: of files that have no more
    /// slashes than a number, and of folders that have as many.
    pub fn starting_within<'a>(
        &'a self,
        prefix: String,
        slashes: usize,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let paths = &self.listing.paths;
        let mut next = Bound::Included(prefix.clone());
        std::iter::from_fn(move || {
            let from = (next.as_ref().map(String::as_str), Bound::Unbounded);
            let path: &'a str = paths.range::<str, _>(from).next()?;
            if !path.starts_with(&*prefix) {
                return None;
            }
            let end = path.match_indices('/').nth(slashes).map_or(path.len(), |(i, _)| i);
            // What lies in a folder is passed over: `0` follows the slash.
            let over = if end < path.len() { "0" } else { "\0" };
            next = Bound::Included([&path[..end], over].concat());
            Some(&path[..end])
        })
    }

    /// Every file and folder whose path ends in a name, in whatever case of letters.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &str> {
        self.called_below(name, "")
    }

    /// Those of them that lie below a folder, in the order of their paths.
    pub fn called_below(&self, name: &str, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = join(folder, "");
        let names = self.listing.names.get_or_init(|| {
            let mut names: HashMap<String, Vec<Box<str>>> = HashMap::new();
            for path in &self.listing.paths {
                let mut start = 0;
                for end in path.match_indices('/').map(|(i, _)| i).chain([path.len()]) {
                    let same = names.entry(path[start..end].to_ascii_lowercase()).or_default();
                    // The files of a folder are neighbours, so it is the last that was added.
                    if same.last().is_none_or(|last| **last != path[..end]) {
                        same.push(path[..end].into());
                    }
                    start = end + 1;
                }
            }
            // A folder in one of its own name came in between.
            names.values_mut().for_each(|same| {
                same.sort_unstable();
                same.dedup();
            });
            names
        });
        let same = names.get(&name.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        let start = same.partition_point(|path| **path < *prefix);
        let below = same.get(start..).unwrap_or_default().iter().map(|path| &**path);
        below.take_while(move |path| path.starts_with(&prefix))
    }

    /// Says which files and folders something makes before others look for them.
    pub fn expect(&mut self, paths: BTreeSet<String>) {
        self.expected = Arc::new(paths);
    }

    /// Whether a path, something in it or a folder that it is in is made before others look for
    /// it.
    fn is_expected(&self, path: &str) -> bool {
        let mut folders = path.match_indices('/').map(|(i, _)| &path[..i]).chain([path]);
        let inside = || self.expected.range(format!("{path}/")..).next();
        !self.expected.is_empty()
            && (folders.any(|folder| self.expected.contains(folder))
                || inside().is_some_and(|other| is_below(other, path)))
    }

    /// Whether a path that is not there may be there yet when something is built: git ignores
    /// it, or something inside of it, a submodule brings it, a link leads to it, or a command makes
    /// it. So is what git itself keeps.
    pub fn may_appear(&self, path: &str) -> bool {
        path == ".git"
            || self.is_expected(path)
            || path.starts_with(".git/")
            || self.listing.ignored.matches(path)
            || self.listing.ignored.names_inside(path)
            || self.listing.submodules.iter().any(|folder| path == folder || is_below(path, folder))
            || self.is_opaque(path)
    }

    /// The line by which git ignores a path of which it has nothing, if that is known: a
    /// checkout lacks it.
    pub fn untracked(&self, path: &str) -> Option<Span> {
        let listing = &self.listing;
        let forced = listing.forced.as_ref().filter(|_| !self.is_part)?;
        let (folder, pattern) = listing.ignored.matching(path)?;
        let is_there = |other: &Arc<str>| **other == *path || is_below(other, path);
        let is_brought = listing.submodules.iter().any(|s| path == s || is_below(path, s));
        if is_brought || self.is_opaque(path) || forced.iter().any(is_there) {
            return None;
        }
        let (id, file) = self.find(&join(folder, ".gitignore"))?;
        let start = line_of(&file.text, pattern)?;
        Some(Span::new(id, start..start + pattern.len()))
    }

    fn is_opaque(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(i, _)| i).chain([path.len()]);
        ends.into_iter().any(|end| self.listing.opaque.contains(&path[..end]))
    }
}

/// Where the last line starts that is nothing but some text.
fn line_of(text: &str, wanted: &str) -> Option<usize> {
    let mut start = text.len();
    for line in text.split_inclusive('\n').rev() {
        start -= line.len();
        if line.trim_end() == wanted {
            return Some(start);
        }
    }
    None
}

fn position(text: &str, offset: usize) -> Position {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        line: before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1,
        column: before[start..].chars().count() as u32 + 1,
    }
}

/// Text that was assembled from one file, and the way back into it.
///
/// A word with a line continuation inside, a quoted string with escapes or an indented
/// block of YAML is not one piece of its file. This is its text without all that, and
/// [`Excerpt::span`] says where any part of it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text as it is meant.
    pub text: String,
    /// Where all of it is written, quotes included.
    pub at: Span,
    /// Runs of the text with the place of each, in order. A run of unequal lengths is an
    /// escape that stands for other text. None where the text stands in the file just so, which
    /// most do.
    runs: Vec<(Range<u32>, Range<u32>)>,
}

impl Excerpt {
    /// Nothing yet, written at `at`.
    pub fn empty(at: Span) -> Excerpt {
        Excerpt { text: String::new(), at, runs: Vec::new() }
    }

    /// Text that stands in the file just so.
    pub fn verbatim(text: &str, at: Span) -> Excerpt {
        let runs = match text.len() == at.range().len() {
            true => Vec::new(),
            false => vec![(0..text.len() as u32, at.start..at.end)],
        };
        Excerpt { text: text.to_owned(), at, runs }
    }

    /// Appends text that is written at a range of bytes of the same file.
    pub fn push(&mut self, text: &str, at: Range<usize>) {
        let start = self.text.len() as u32;
        let here = start..start + text.len() as u32;
        let there = at.start as u32..at.end as u32;
        let is_all = there == (self.at.start..self.at.end) && here.len() == there.len();
        if self.text.is_empty() && self.runs.is_empty() && is_all {
            text.clone_into(&mut self.text);
            return;
        }
        if let Cow::Owned(all) = self.runs() {
            self.runs = all;
        }
        self.text.push_str(text);
        if let Some((text, file)) = self.runs.last_mut()
            && file.end == there.start
            && text.len() == file.len()
            && here.len() == there.len()
        {
            (text.end, file.end) = (here.end, there.end);
        } else {
            self.runs.push((here, there));
        }
    }

    /// Appends text that was assembled from the same file.
    pub fn append(&mut self, other: &Excerpt) {
        for (text, file) in &*other.runs() {
            let text = &other.text[text.start as usize..text.end as usize];
            self.push(text, file.start as usize..file.end as usize);
        }
    }

    /// Where a range of the text is written.
    pub fn span(&self, range: Range<usize>) -> Span {
        if range == (0..self.text.len()) && range.is_empty() {
            return self.at;
        }
        let start = self.offset(range.start as u32, false);
        let end = if range.is_empty() { start } else { self.offset(range.end as u32, true) };
        Span { source: self.at.source, start, end: end.max(start) }
    }

    /// The part of the text in a range, as an excerpt of its own.
    pub fn slice(&self, range: Range<usize>) -> Excerpt {
        let mut part = Excerpt::empty(self.span(range.clone()));
        part.text = self.text[range.clone()].to_owned();
        let (from, to) = (range.start as u32, range.end as u32);
        for (text, file) in &*self.runs() {
            let (start, end) = (text.start.max(from), text.end.min(to));
            if start >= end {
                continue;
            }
            let file = if text.len() == file.len() {
                file.start + (start - text.start)..file.start + (end - text.start)
            } else {
                file.clone()
            };
            part.runs.push((start - from..end - from, file));
        }
        part
    }

    /// Its runs, that of a text which stands in the file just so included.
    fn runs(&self) -> Cow<'_, [(Range<u32>, Range<u32>)]> {
        match self.runs.is_empty() && !self.text.is_empty() {
            true => vec![(0..self.text.len() as u32, self.at.start..self.at.end)].into(),
            false => (&self.runs[..]).into(),
        }
    }

    /// The byte of the file where a byte of the text is written. At the border of two runs
    /// an end belongs to the first of them, a start to the second.
    fn offset(&self, at: u32, end: bool) -> u32 {
        let i = self.runs.partition_point(
            |(text, _)| {
                if end { text.start < at } else { text.start <= at }
            },
        );
        let Some((text, file)) = i.checked_sub(1).map(|i| &self.runs[i]) else {
            let verbatim = (self.at.start + at).min(self.at.end);
            return self.runs.first().map_or(verbatim, |(_, file)| file.start);
        };
        if text.len() == file.len() {
            (file.start + (at - text.start)).min(file.end)
        } else if at > text.start || end {
            file.end
        } else {
            file.start
        }
    }
}
