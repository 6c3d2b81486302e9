//! `.gcloudignore` files, which are nearly what `.gitignore` files are.
//!
//! A pattern means a file or folder wherever it lies, unless it starts with a slash: `docs/out`
//! is also `api/docs/out`, which git would not say. What lies below a folder that is left out
//! never comes back. Source of the facts: gcloud 528, `command_lib/util/gcloudignore.py` and
//! `glob.py`, read 2026-11.

use crate::source::{SourceId, Span};

/// The lines of an ignore file, in their order.
#[derive(Debug, Clone, Default)]
pub struct Gcloudignore {
    /// The patterns and directives; comments say nothing.
    pub lines: Vec<Line>,
}

/// A line that says something.
#[derive(Debug, Clone)]
pub enum Line {
    /// A pattern.
    Pattern(Pattern),
    /// `#!include:NAME`, which stands for the lines of a file beside it.
    Include(String),
}

/// A pattern of files and folders.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The line without blanks around it.
    pub at: Span,
    /// Whether it brings back (`!`).
    pub includes: bool,
    only_folders: bool,
    /// Its parts between slashes; the first is empty if it starts with one.
    parts: Vec<String>,
}

/// Reads an ignore file. Lines that are no pattern are skipped, as gcloud does.
pub fn parse(source: SourceId, text: &str) -> Gcloudignore {
    let mut lines = Vec::new();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let at = Span::new(source, start..start + line.trim_end().len());
        start += whole.len();
        match line.strip_prefix('#') {
            Some(comment) => {
                let included = comment.trim_start().strip_prefix("!include:");
                lines.extend(included.map(|name| Line::Include(name.to_owned())));
            }
            None => lines.extend(pattern(line, at).map(Line::Pattern)),
        }
    }
    Gcloudignore { lines }
}

fn pattern(line: &str, at: Span) -> Option<Pattern> {
    let (includes, line) = match line.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (only_folders, line) = match line.strip_suffix('/') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let text = unescape(without_blanks(line))?;
    if text.is_empty() {
        return None;
    }
    let parts = text.split('/').map(str::to_owned).collect();
    Some(Pattern { at, includes, only_folders, parts })
}

/// The line without the blanks at its end that no backslash protects.
fn without_blanks(line: &str) -> &str {
    let mut rest = line;
    while let Some(shorter) = rest.strip_suffix(' ') {
        let slashes = shorter.len() - shorter.trim_end_matches('\\').len();
        if slashes % 2 == 1 {
            break;
        }
        rest = shorter;
    }
    rest
}

/// The line with what stands behind its backslashes; nothing if the last one stands alone.
fn unescape(line: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next()? } else { c });
    }
    Some(text)
}

impl Pattern {
    /// Whether it matches a path itself, from the folder of the upload.
    pub fn matches(&self, path: &str, is_folder: bool) -> bool {
        if self.only_folders && !is_folder {
            return false;
        }
        let pattern: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        let path: Vec<&str> = path.split('/').collect();
        fits(&pattern, Some(&path))
    }
}

/// Whether the parts of a pattern fit the last parts of a path. A path of no parts is the folder
/// of the upload, which an empty part fits; nothing lies above it.
fn fits(pattern: &[&str], path: Option<&[&str]>) -> bool {
    let Some((last, before)) = pattern.split_last() else { return true };
    let Some(path) = path else { return false };
    let (name, above) = match path.split_last() {
        Some((name, above)) => (*name, Some(above)),
        None => ("", None),
    };
    match *last {
        // What stands before `**` starts at the top.
        "**" => {
            let top: Vec<&str> = match before.first() {
                Some(&"") => before.to_vec(),
                _ => std::iter::once("").chain(before.iter().copied()).collect(),
            };
            (0..=path.len()).any(|length| fits(&top, path.get(..length)))
        }
        // A name of one letter above passes for none.
        "*" if before.is_empty() && above.is_some_and(|above| above.join("/").len() > 1) => false,
        part => name_fits(part, name) && fits(before, above),
    }
}

/// Whether a name fits a pattern of Python's `fnmatch`: `*`, `?`, `[a-z]`, `[!a-z]`.
fn name_fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut i) = (0, 0);
    // Where the last star is, and up to where it reaches.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p, i));
                p += 1;
                continue;
            }
            None if i == name.len() => return true,
            None => None,
            Some(c) => name.get(i).and_then(|wanted| match c {
                '?' => Some(1),
                '[' => class(&pattern[p..], *wanted),
                c => (c == wanted).then_some(1),
            }),
        };
        match (step, star) {
            (Some(length), _) => {
                p += length;
                i += 1;
            }
            (None, Some((at, reach))) if reach < name.len() => {
                star = Some((at, reach + 1));
                (p, i) = (at + 1, reach + 1);
            }
            (None, _) => return false,
        }
    }
}

/// The length of the class at the start of a pattern if a letter is in it. Without an end it is
/// no class but a `[`.
fn class(pattern: &[char], wanted: char) -> Option<usize> {
    let is_not = pattern.get(1) == Some(&'!');
    let start = if is_not { 2 } else { 1 };
    // A `]` that comes first is one of the letters.
    let end = (start + 1..pattern.len()).find(|i| pattern[*i] == ']');
    let Some(end) = end else { return (wanted == '[').then_some(1) };
    let mut letters = &pattern[start..end];
    let mut is_in = false;
    while let Some(first) = letters.first() {
        match letters {
            [from, '-', to, rest @ ..] => {
                is_in |= (*from..=*to).contains(&wanted);
                letters = rest;
            }
            _ => {
                is_in |= *first == wanted;
                letters = &letters[1..];
            }
        }
    }
    (is_in != is_not).then_some(end + 1)
}
