//! Workflow commands, which GitHub Actions turns into annotations beside the lines.

use super::position::Positions;
use super::told;
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use std::borrow::Cow;
use std::fmt::Write;

/// One command per finding. Its other places are in the message, as an annotation has one.
pub fn findings(sources: &Sources, findings: &[Finding]) -> String {
    let positions = Positions::in_repository(sources);
    let mut out = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "::{command} {},title={}::{}",
            region(&positions, finding),
            property(finding.rule),
            data(&told(&positions, finding))
        );
    }
    out
}

/// GitHub drops an annotation that has columns and spans lines.
fn region(positions: &Positions, finding: &Finding) -> String {
    let span = finding.at.span;
    let path = property(&positions.path(span.source)).into_owned();
    let (from, to) = (positions.start(span), positions.end(span));
    let mut region = format!("file={path},line={},endLine={}", from.line, to.line);
    if from.line == to.line {
        let _ = write!(region, ",col={},endColumn={}", from.column, to.column);
    }
    region
}

/// Escapes the text after the second `::`.
fn data(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n'])
}

/// Escapes the value of a property.
fn property(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n', ':', ','])
}

fn escape<'a>(text: &'a str, special: &[char]) -> Cow<'a, str> {
    if !text.contains(special) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if special.contains(&character) {
            let _ = write!(out, "%{:02X}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::note;

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        assert_eq!(data("50%:\r\n::error::x,y"), "50%25:%0D%0A::error::x,y");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn a_path_cannot_add_a_property() {
        let sources = Sources::of(&[("a,line=9::x/Dockerfile", "FROM scratch\n")]);
        assert_eq!(
            findings(&sources, &[note(&sources, "scratch")]),
            "::notice file=a%2Cline=9%3A%3Ax/Dockerfile,line=1,endLine=1,col=6,endColumn=13,\
             title=example::a message\n"
        );
    }
}
