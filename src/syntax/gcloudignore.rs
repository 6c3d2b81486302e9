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
        (is_folder || !self.only_folders) && fits(&self.parts, false, Some(path))
    }
}

/// Whether the parts of a pattern fit the last parts of a path; of one that `is_whole` they fit all
/// of it. The empty path is the folder of the upload, which an empty part fits; nothing lies above
/// it.
fn fits(pattern: &[String], is_whole: bool, path: Option<&str>) -> bool {
    let Some((last, before)) = pattern.split_last() else {
        return !is_whole || path == Some("");
    };
    let Some(path) = path else { return false };
    let (name, above) = match path.rsplit_once('/') {
        Some((above, name)) => (name, Some(above)),
        None if path.is_empty() => ("", None),
        None => (path, Some("")),
    };
    match last.as_str() {
        // What stands before `**` starts at the top.
        "**" => {
            let is_whole = is_whole || before.first().is_none_or(|first| !first.is_empty());
            let folders = path.match_indices('/').map(|(i, _)| &path[..i]);
            let mut tops = std::iter::once("").chain(folders).chain([path]);
            tops.any(|top| fits(before, is_whole, Some(top)))
        }
        // A name of one letter above passes for none.
        "*" if before.is_empty() && !is_whole && above.is_some_and(|above| above.len() > 1) => {
            false
        }
        part => name_fits(part, name) && fits(before, is_whole, above),
    }
}

/// Whether a name fits a pattern of Python's `fnmatch`: `*`, `?`, `[a-z]`, `[!a-z]`.
fn name_fits(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern, name);
    // What stands behind the last star, and the name from where that was tried.
    let mut star: Option<(&str, &str)> = None;
    loop {
        let mut behind = pattern.chars();
        let rest = match behind.next() {
            Some('*') => {
                pattern = behind.as_str();
                star = Some((pattern, name));
                continue;
            }
            None if name.is_empty() => return true,
            None => None,
            Some(letter) => name.chars().next().and_then(|wanted| match letter {
                '?' => Some(behind.as_str()),
                '[' => class(behind.as_str(), wanted),
                letter => (letter == wanted).then_some(behind.as_str()),
            }),
        };
        (pattern, name) = match (rest, star) {
            (Some(rest), _) => (rest, without_first(name)),
            (None, Some((behind, tried))) if !tried.is_empty() => {
                let next = without_first(tried);
                star = Some((behind, next));
                (behind, next)
            }
            (None, _) => return false,
        };
    }
}

fn without_first(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next();
    letters.as_str()
}

/// What stands behind a class if a letter is in it, of a pattern behind its `[`. Without an end it
/// is no class but a `[`.
fn class(pattern: &str, wanted: char) -> Option<&str> {
    let (is_not, letters) = match pattern.strip_prefix('!') {
        Some(letters) => (true, letters),
        None => (false, pattern),
    };
    // A `]` that comes first is one of the letters.
    let Some((end, _)) = letters.char_indices().skip(1).find(|(_, c)| *c == ']') else {
        return (wanted == '[').then_some(pattern);
    };
    let mut rest = letters[..end].chars();
    let mut is_in = false;
    while let Some(first) = rest.next() {
        let mut ahead = rest.clone();
        if let (Some('-'), Some(last)) = (ahead.next(), ahead.next()) {
            is_in |= (first..=last).contains(&wanted);
            rest = ahead;
        } else {
            is_in |= first == wanted;
        }
    }
    (is_in != is_not).then_some(&letters[end + 1..])
}
