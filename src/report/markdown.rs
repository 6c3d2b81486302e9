//! A summary in GitHub's Markdown, for a comment on a pull request or the page of a job.
//!
//! Files with errors come first. Each finding is an item, with its other places below; why they
//! belong together and what to do are folded.

use super::position::Positions;
use super::{Summary, confidence, printable, safety};
use crate::finding::{Finding, Severity};
use crate::source::{Sources, Span};
use crate::value::Confidence;
use std::cmp::Reverse;
use std::fmt::Write;

/// GitHub refuses comments of more than 65,536 characters, GitLab those of more than a million.
const LONGEST: usize = 60_000;

/// A heading with the counts, then the findings by file. What would be too long for a comment is
/// counted, and not shown.
pub fn findings(sources: &Sources, findings: &[Finding]) -> String {
    let positions = Positions::in_repository(sources);
    let mut out = format!("## seamlint: {}\n", Summary::of(findings));
    let of_one_file = |a: &Finding, b: &Finding| a.at.span.source == b.at.span.source;
    let mut files: Vec<&[Finding]> = findings.chunk_by(of_one_file).collect();
    files.sort_by_key(|file| Reverse(file.iter().map(|finding| finding.severity).max()));
    let mut left = 0;
    for file in files {
        let mut path = file.first().map(|first| positions.path(first.at.span.source));
        for finding in file {
            let mut item = String::new();
            // Writing to a `String` cannot fail.
            if let Some(path) = &path {
                let gap = if out.ends_with("\n\n") { "" } else { "\n" };
                let _ = write!(item, "{gap}### {}\n\n", code(path));
            }
            let _ = write(&mut item, &positions, finding);
            if left == 0 && out.len() + item.len() <= LONGEST {
                out.push_str(&item);
                path = None;
            } else {
                left += 1;
            }
        }
    }
    if left > 0 {
        let _ = write!(out, "\n{left} more would make this too long.\n");
    }
    out
}

fn write(out: &mut String, positions: &Positions, finding: &Finding) -> std::fmt::Result {
    let line = positions.start(finding.at.span).line;
    let (mark, severity) = match finding.severity {
        Severity::Error => (":x:", "error"),
        Severity::Warning => (":warning:", "warning"),
        Severity::Note => (":information_source:", "note"),
    };
    let sure = match finding.confidence {
        Confidence::Certain => String::new(),
        other => format!(", {}", confidence(other)),
    };
    let (rule, message) = (code(finding.rule), prose(&finding.message));
    writeln!(out, "- {mark} **{severity}** line {line}: {message} ({rule}{sure})")?;
    let place = |span: Span| {
        let path = positions.path(span.source);
        code(&format!("{path}:{}", positions.start(span).line))
    };
    for label in &finding.against {
        writeln!(out, "  - {}: {}", place(label.span), prose(&label.text))?;
    }
    if finding.because.is_empty() && finding.help.is_empty() && finding.fixes.is_empty() {
        return Ok(());
    }
    out.push_str("\n  <details><summary>why, and what to do</summary>\n\n");
    for step in &finding.because {
        writeln!(out, "  - because {}: {}", place(step.at), prose(&step.text))?;
    }
    if !finding.help.is_empty() {
        writeln!(out, "  - help: {}", prose(&finding.help))?;
    }
    for fix in &finding.fixes {
        writeln!(out, "  - fix ({}): {}", safety(fix.safety), prose(&fix.title))?;
    }
    out.push_str("\n  </details>\n\n");
    Ok(())
}

/// A sentence in which only what stands between backticks is marked up. That, and what is
/// escaped, is all that can stand in it, so that no file can put in links, pictures, HTML or the
/// names of people.
fn prose(text: &str) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = &*text;
    while let Some((before, behind)) = rest.split_once('`') {
        escape(&mut out, before);
        match behind.split_once('`') {
            Some((inside, behind)) if !inside.is_empty() => {
                out.push_str(&code(inside));
                rest = behind;
            }
            _ => {
                out.push_str("\\`");
                rest = behind;
            }
        }
    }
    escape(&mut out, rest);
    out
}

/// Escapes every mark of Markdown. A backslash does not keep GitHub from making links of `@name`,
/// `#1`, `https://` and `www.`: an invisible character does.
fn escape(out: &mut String, text: &str) {
    for (at, character) in text.char_indices() {
        let behind = text.get(at..).unwrap_or_default();
        if "\\*_[]<>|~!$".contains(character) {
            out.push('\\');
        }
        match character {
            '&' => out.push_str("&amp;"),
            _ => out.push(character),
        }
        let links = behind.starts_with("://") || behind.get(..4).is_some_and(is_www);
        if matches!(character, '@' | '#') || links {
            out.push_str("&#8203;");
        }
    }
}

fn is_www(text: &str) -> bool {
    text.eq_ignore_ascii_case("www.")
}

/// A span of code, between more backticks than are in it.
fn code(text: &str) -> String {
    let text = printable(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let ticks = "`".repeat(longest + 1);
    // A reader takes one space from both ends if there is one at both.
    let is_bare = longest == 0 && !text.starts_with(' ') && !text.ends_with(' ');
    let space = if is_bare { "" } else { " " };
    format!("{ticks}{space}{text}{space}{ticks}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::note;

    #[test]
    fn only_spans_of_code_are_marked_up() {
        assert_eq!(prose("the image `a_b` is *new*"), "the image `a_b` is \\*new\\*");
        assert_eq!(prose("` [a](b) <img> &amp;"), "\\` \\[a\\](b) \\<img\\> &amp;amp;");
        assert_eq!(prose("`` [a](b) `"), "\\``  [a](b)  `");
        assert_eq!(prose("@a #1 a://b"), "@&#8203;a #&#8203;1 a:&#8203;//b");
        assert_eq!(prose("see www.a.b\n- c"), "see w&#8203;ww.a.b\u{fffd}- c");
        assert_eq!(prose("`a`](x)`<b>`"), "`a`\\](x)`<b>`");
    }

    #[test]
    fn code_has_more_backticks_around_it_than_in_it() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(" a"), "`  a `");
    }

    #[test]
    fn a_summary_fits_into_a_comment() {
        let sources = Sources::of(&[("Dockerfile", "FROM scratch\n")]);
        let mut finding = note(&sources, "scratch");
        finding.help = "h".repeat(1000);
        let all = findings(&sources, &vec![finding; 100]);
        assert!(all.len() < 65_536 && all.starts_with("## seamlint: 100 notes\n"));
        let shown = all.matches("a message").count();
        assert!(all.ends_with(&format!("\n{} more would make this too long.\n", 100 - shown)));
    }
}
