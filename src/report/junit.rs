//! JUnit's XML, which every CI server shows: a suite per file and a test per finding.
//!
//! Nobody owns the format. This follows the schema of Jenkins
//! (`junit-10.xsd` of its xunit-plugin, read on 2026-11-21) but for `file` and `line` of a test,
//! by which GitLab, CircleCI and annotations find the place.

use super::position::Positions;
use super::{concise, xml::escape};
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use std::collections::HashMap;
use std::fmt::Write;

/// Errors and warnings are tests that fail; notes are tests that pass, with the note as their
/// output. Servers take a report without a test for a broken one, so that no findings are one
/// test that passes.
pub fn findings(sources: &Sources, findings: &[Finding]) -> String {
    let positions = Positions::in_repository(sources);
    let mut suites = String::new();
    let of_one_file = |a: &Finding, b: &Finding| a.at.span.source == b.at.span.source;
    for group in findings.chunk_by(of_one_file) {
        // Writing to a `String` cannot fail.
        let _ = suite(&mut suites, &positions, group);
    }
    if findings.is_empty() {
        suites.push_str(
            "  <testsuite name=\"seamlint\" tests=\"1\" failures=\"0\" errors=\"0\">\n    \
             <testcase name=\"no findings\" classname=\"seamlint\"/>\n  </testsuite>\n",
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"seamlint\" tests=\"{}\" \
         failures=\"{}\" errors=\"0\">\n{suites}</testsuites>\n",
        findings.len().max(1),
        failures(findings)
    )
}

/// A suite with the findings of one file.
fn suite(out: &mut String, positions: &Positions, group: &[Finding]) -> std::fmt::Result {
    let Some(first) = group.first() else { return Ok(()) };
    let path = positions.path(first.at.span.source);
    let path = escape(&path);
    let (tests, failures) = (group.len(), failures(group));
    writeln!(
        out,
        "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    // Servers compare the tests of two runs by their names, and take two of one name for one. A
    // line would give a finding another name whenever it moves.
    let mut named: HashMap<String, usize> = HashMap::new();
    for finding in group {
        let mut name = format!("{}: {}", finding.rule, finding.message);
        let count = named.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            write!(name, " ({count})")?;
        }
        let line = positions.start(finding.at.span).line;
        let (name, message) = (escape(&name), escape(&finding.message));
        let mut block = String::new();
        concise::write(&mut block, positions, finding)?;
        // Line breaks between elements and in text need no reference.
        let block = escape(&block).replace("&#10;", "\n");
        writeln!(
            out,
            "    <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\" line=\"{line}\">"
        )?;
        match finding.severity {
            Severity::Error | Severity::Warning => {
                let severity = finding.severity.name();
                write!(out, "      <failure type=\"{severity}\" message=\"{message}\">")?;
                writeln!(out, "{block}</failure>")?;
            }
            Severity::Note => writeln!(out, "      <system-out>{block}</system-out>")?,
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
    Ok(())
}

fn failures(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.severity > Severity::Note).count()
}
