//! One line per place. The pages of the rules show reports in this form, so it never changes.

use super::position::Positions;
use super::{Role, confidence, places, printable, safety};
use crate::finding::Finding;
use crate::source::Sources;
use std::fmt::Write;

/// A heading line with the first place, then a line per place, step, help and fix.
pub fn finding(sources: &Sources, finding: &Finding) -> String {
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = write(&mut out, &Positions::new(sources), finding);
    out
}

/// All findings, one block after the other.
pub fn findings(sources: &Sources, findings: &[Finding]) -> String {
    let positions = Positions::new(sources);
    let mut out = String::new();
    for finding in findings {
        let _ = write(&mut out, &positions, finding);
    }
    out
}

/// One finding, by positions that are counted already.
pub(super) fn write(
    out: &mut String,
    positions: &Positions,
    finding: &Finding,
) -> std::fmt::Result {
    let rule = finding.rule;
    let message = printable(&finding.message);
    let at = positions.display(finding.at.span);
    let severity = finding.severity.name();
    let confidence = confidence(finding.confidence);
    writeln!(out, "{at}: {severity}[{rule}]: {message} ({confidence})")?;
    for place in places(finding) {
        let because = if matches!(place.role, Role::Because(_)) { "because " } else { "" };
        let text = printable(place.text);
        writeln!(out, "  {because}{}: {text}", positions.display(place.span))?;
    }
    if !finding.help.is_empty() {
        writeln!(out, "  help: {}", printable(&finding.help))?;
    }
    for fix in &finding.fixes {
        writeln!(out, "  fix ({}): {}", safety(fix.safety), printable(&fix.title))?;
    }
    Ok(())
}
