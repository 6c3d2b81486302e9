//! GitLab's Code Quality report, which merge requests show.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>, and the schema
//! `app/validators/json_schemas/codeclimate.json` of GitLab, read on 2026-11-21. GitLab tells
//! findings apart by their fingerprints alone and compares those of two branches.

use super::position::Positions;
use super::{confidence, fingerprints};
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use crate::value::Confidence;
use serde_json::{Value, json};
use std::fmt::Write;

/// A list with an object per finding. GitLab shows the description in one line, so that steps
/// and help are left to other formats.
pub fn findings(sources: &Sources, findings: &[Finding]) -> String {
    let positions = Positions::in_repository(sources);
    let listed: Vec<Value> = findings
        .iter()
        .zip(fingerprints(sources, findings))
        .map(|(finding, fingerprint)| {
            let at = finding.at.span;
            json!({
                "description": description(&positions, finding),
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": severity(finding.severity),
                "location": {
                    "path": positions.path(at.source),
                    "lines": {
                        "begin": positions.start(at).line,
                        "end": positions.end(at).line,
                    },
                },
            })
        })
        .collect();
    format!("{:#}\n", Value::from(listed))
}

fn description(positions: &Positions, finding: &Finding) -> String {
    let mut description = finding.message.clone();
    // Writing to a `String` cannot fail.
    if finding.confidence < Confidence::Certain {
        let _ = write!(description, " ({})", confidence(finding.confidence));
    }
    for label in &finding.against {
        let _ = write!(description, "; {}: {}", positions.display(label.span), label.text);
    }
    description
}

/// GitLab's name of a severity; it knows `blocker` and `major` as well.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
