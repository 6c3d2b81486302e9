//! `.dockerignore` files, which follow Moby's patternmatcher and not git.
//!
//! `foo` means the `foo` at the top and what is below it, never `a/foo`; a later `!` brings
//! back what an earlier line took away, also below a folder that is left out. Source of the
//! facts: moby/patternmatcher, read 2026-03.

use super::{Parsed, SyntaxError};
use crate::source::clean;
use crate::source::{SourceId, Span};
use regex::Regex;
use std::iter::Peekable;
use std::str::Chars;

/// The patterns of an ignore file, in their order.
#[derive(Debug, Clone, Default)]
pub struct Dockerignore {
    /// One for each line that is no comment and not blank.
    pub patterns: Vec<Pattern>,
}

/// One line of an ignore file.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The line without blanks around it.
    pub at: Span,
    /// Whether it brings back (`!`).
    pub includes: bool,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    Exact(String),
    Prefix(String),
    Suffix(String),
    Regex(Regex),
}

/// Reads an ignore file.
pub fn parse(source: SourceId, text: &str) -> Parsed<Dockerignore> {
    let mut parsed = Parsed { tree: Dockerignore::default(), errors: Vec::new() };
    let mut offset = text.len() - text.trim_start_matches('\u{feff}').len();
    for line in text[offset..].split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if line.starts_with('#') || trimmed.is_empty() {
            continue;
        }
        let start = start + (line.len() - line.trim_start().len());
        let at = Span::new(source, start..start + trimmed.len());
        let (includes, pattern) = match trimmed.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, trimmed),
        };
        let error = |message: &str| SyntaxError { at, message: message.to_owned() };
        if pattern.is_empty() {
            parsed.errors.push(error("`!` needs a pattern after it"));
            continue;
        }
        let cleaned = clean(pattern);
        let cleaned = match cleaned.strip_prefix('/') {
            Some(rest) if !rest.is_empty() => rest.to_owned(),
            _ => cleaned,
        };
        match compile(&cleaned).filter(|_| is_valid(&cleaned)) {
            Some(matcher) => parsed.tree.patterns.push(Pattern { at, includes, matcher }),
            None => parsed.errors.push(error("the pattern has a `[` or a `\\` that ends nothing")),
        }
    }
    parsed
}

impl Dockerignore {
    /// The pattern that leaves out a path of the context, if one does. The last pattern that
    /// changes the verdict decides, on the path itself or on a folder above it.
    pub fn leaves_out(&self, path: &str) -> Option<&Pattern> {
        let mut decided: Option<&Pattern> = None;
        for pattern in &self.patterns {
            if pattern.includes == decided.is_some() && pattern.matches_or_parent(path) {
                decided = (!pattern.includes).then_some(pattern);
            }
        }
        decided
    }
}

impl Pattern {
    /// Whether it matches a path of the context, or a folder above it.
    pub fn matches_or_parent(&self, path: &str) -> bool {
        self.matches(path) || path.match_indices('/').any(|(i, _)| self.matches(&path[..i]))
    }

    fn matches(&self, path: &str) -> bool {
        match &self.matcher {
            Matcher::Exact(pattern) => path == pattern,
            Matcher::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Matcher::Suffix(suffix) => {
                path.ends_with(suffix.as_str()) || suffix.strip_prefix('/') == Some(path)
            }
            Matcher::Regex(regex) => regex.is_match(path),
        }
    }
}

/// The simplest matcher of a pattern, as the original chooses it: which one it is shows in
/// corner cases such as `**foo`.
fn compile(pattern: &str) -> Option<Matcher> {
    #[derive(PartialEq)]
    enum Shape {
        Exact,
        Prefix,
        Suffix,
        Regex,
    }
    let mut regex = String::from("^");
    let mut shape = Shape::Exact;
    let mut chars = pattern.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.next_if_eq(&'*').is_some() => {
                chars.next_if_eq(&'/');
                if chars.peek().is_some() {
                    regex.push_str("(.*/)?");
                    shape = Shape::Regex;
                } else if shape == Shape::Exact {
                    shape = Shape::Prefix;
                } else {
                    regex.push_str(".*");
                    shape = Shape::Regex;
                }
                if first {
                    shape = Shape::Suffix;
                }
            }
            '*' => {
                regex.push_str("[^/]*");
                shape = Shape::Regex;
            }
            '?' => {
                regex.push_str("[^/]");
                shape = Shape::Regex;
            }
            '\\' => match chars.next() {
                Some(escaped) => {
                    regex.push_str(&escape(escaped)?);
                    shape = Shape::Regex;
                }
                None => regex.push_str("\\\\"),
            },
            '[' | ']' => {
                regex.push(c);
                shape = Shape::Regex;
            }
            c if "^-".contains(c) => regex.push(c),
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
        first = false;
    }
    Some(match shape {
        Shape::Exact => Matcher::Exact(pattern.to_owned()),
        Shape::Prefix => Matcher::Prefix(pattern.strip_suffix("**")?.to_owned()),
        Shape::Suffix => Matcher::Suffix(pattern.strip_prefix("**")?.to_owned()),
        Shape::Regex => {
            regex.push('$');
            Matcher::Regex(Regex::new(&translated(&regex)).ok()?)
        }
    })
}

/// Whether Go's `filepath.Match` takes a pattern, which is asked before it is compiled.
fn is_valid(pattern: &str) -> bool {
    fn member(chars: &mut Peekable<Chars<'_>>) -> bool {
        match chars.next() {
            None | Some('-' | ']') => false,
            Some('\\') => chars.next().is_some() && chars.peek().is_some(),
            Some(_) => chars.peek().is_some(),
        }
    }
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => return false,
            '[' => {
                chars.next_if_eq(&'^');
                let mut members = 0;
                while members == 0 || chars.next_if_eq(&']').is_none() {
                    let is_range = |chars: &mut Peekable<_>| chars.next_if_eq(&'-').is_some();
                    if !member(&mut chars) || (is_range(&mut chars) && !member(&mut chars)) {
                        return false;
                    }
                    members += 1;
                }
            }
            _ => {}
        }
    }
    true
}

/// What a character behind `\` is to Go's regular expressions; nothing if they refuse it.
fn escape(escaped: char) -> Option<String> {
    Some(match escaped {
        'd' => "[0-9]".to_owned(),
        'D' => "[^0-9]".to_owned(),
        'w' => "[0-9A-Za-z_]".to_owned(),
        'W' => "[^0-9A-Za-z_]".to_owned(),
        's' => r"[\t\n\f\r ]".to_owned(),
        'S' => r"[^\t\n\f\r ]".to_owned(),
        'a' | 'f' | 't' | 'n' | 'r' | 'v' | 'b' | 'B' | 'A' | 'z' => format!("\\{escaped}"),
        c if c.is_ascii_alphanumeric() || !c.is_ascii() => return None,
        c => format!("\\{c}"),
    })
}

/// A regular expression of Go's as one of ours, which gives a meaning to more characters in
/// brackets.
fn translated(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut chars = regex.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '[' if !inside => {
                inside = true;
                out.push(c);
                out.extend(chars.next_if_eq(&'^'));
                if chars.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
            }
            '[' | '&' | '~' if inside => {
                out.push('\\');
                out.push(c);
            }
            ']' if !inside => out.push_str("\\]"),
            ']' => {
                inside = false;
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(patterns: &str, path: &str) -> bool {
        parse(SourceId(0), patterns).tree.leaves_out(path).is_some()
    }

    #[test]
    fn patterns_follow_patternmatcher_and_not_git() {
        for (patterns, path, expected) in [
            ("foo", "foo", true),
            ("foo", "foo/bar", true),
            ("foo", "a/foo", false),
            ("/foo", "foo", true),
            ("foo/", "foo/bar", true),
            ("./foo", "foo", true),
            ("*.md", "README.md", true),
            ("*.md", "docs/README.md", false),
            ("**/*.md", "docs/README.md", true),
            ("**/*.md", "README.md", true),
            ("**/foo", "foo", true),
            ("**/.foo", "bar.foo", false),
            ("**foo", "a/barfoo", true),
            ("dir/**", "dir/a", true),
            ("dir/**", "dir", false),
            ("**", "anything/at/all", true),
            ("*", "a", true),
            ("*", "a/b", true),
            ("*\n!src", "src/a.rs", false),
            ("*\n!src", "src", false),
            ("*\n!src/**", "src/a.rs", false),
            ("foo\n!foo/keep", "foo/keep", false),
            ("foo\n!foo/keep\nfoo/keep/x", "foo/keep/x", true),
            ("# comment\n  spaced  ", "spaced", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("a[b-d]e", "ace", true),
            ("a[!b]c", "abc", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
        ] {
            assert_eq!(left_out(patterns, path), expected, "{patterns:?} on {path:?}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_compiled_is_an_error_with_a_place() {
        let parsed = parse(SourceId(0), "ok\n  [\n!\n");
        let spans: Vec<_> = parsed.errors.iter().map(|error| error.at.range()).collect();
        assert_eq!(spans, [5..6, 7..8]);
    }
}
