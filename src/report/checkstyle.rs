//! The XML of Checkstyle, which Jenkins, reviewdog and many editors read.

use super::position::Positions;
use super::told;
use super::xml::escape;
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use std::fmt::Write;

/// An element per file, with one per finding in it. The other places of a finding are in its
/// message, as an error has one place.
pub fn findings(sources: &Sources, findings: &[Finding]) -> String {
    let positions = Positions::in_repository(sources);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<checkstyle version=\"4.3\">\n");
    let of_one_file = |a: &Finding, b: &Finding| a.at.span.source == b.at.span.source;
    for group in findings.chunk_by(of_one_file) {
        let Some(first) = group.first() else { continue };
        let path = positions.path(first.at.span.source);
        let path = escape(&path);
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "  <file name=\"{path}\">");
        for finding in group {
            let from = positions.start(finding.at.span);
            let _ = writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" \
                 source=\"seamlint.{}\"/>",
                from.line,
                from.column,
                severity(finding.severity),
                escape(&told(&positions, finding)),
                escape(finding.rule)
            );
        }
        out.push_str("  </file>\n");
    }
    out.push_str("</checkstyle>\n");
    out
}

/// Checkstyle's own name of a severity.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    }
}
