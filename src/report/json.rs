//! seamlint's own JSON, version 1. `docs/json.md` describes it and says what may change.

use super::position::Positions;
use super::{AT_ONCE, Summary, confidence, evidence, fingerprints, safety};
use crate::finding::{Edit, Finding, Fix, Label};
use crate::source::{Sources, Span};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

/// A document with all findings and their number, indented by two spaces.
///
/// Lines and columns count from one, columns in Unicode scalar values; `start` and `end` are
/// bytes of the file and count from zero.
///
/// `timings` says how long the parts of the run took, if somebody wants to know.
pub fn findings(sources: &Sources, findings: &[Finding], timings: Option<Value>) -> String {
    let fingerprints = fingerprints(sources, findings);
    let chunks = findings.par_chunks(AT_ONCE).zip(fingerprints.par_chunks(AT_ONCE));
    let listed = chunks.flat_map_iter(|(findings, fingerprints)| {
        let positions = Positions::new(sources);
        let pairs = findings.iter().zip(fingerprints);
        pairs.map(move |(finding, fingerprint)| describe(&positions, finding, fingerprint))
    });
    let listed: Vec<Value> = listed.collect();
    let summary = Summary::of(findings);
    let mut document = json!({
        "version": 1,
        "findings": listed,
        "summary": {
            "findings": summary.findings(),
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.notes,
            "safe_fixes": summary.safe_fixes,
            "unsafe_fixes": summary.unsafe_fixes,
        },
    });
    if let Some(timings) = timings {
        document["timings"] = timings;
    }
    format!("{document:#}\n")
}

fn describe(positions: &Positions, finding: &Finding, fingerprint: &str) -> Value {
    let label = |label: &Label| place(positions, label.span, "label", &label.text);
    let because = finding.because.iter().map(|step| {
        let mut place = place(positions, step.at, "text", &step.text);
        place.insert("evidence".into(), evidence(step.evidence).into());
        place
    });
    json!({
        "rule": finding.rule,
        "severity": finding.severity.name(),
        "confidence": confidence(finding.confidence),
        "message": finding.message,
        "help": finding.help,
        "at": label(&finding.at),
        "against": finding.against.iter().map(label).collect::<Vec<_>>(),
        "because": because.collect::<Vec<_>>(),
        "fixes": finding.fixes.iter().map(|fix| describe_fix(positions, fix)).collect::<Vec<_>>(),
        "fingerprint": fingerprint,
    })
}

fn describe_fix(positions: &Positions, fix: &Fix) -> Value {
    let edit = |edit: &Edit| place(positions, edit.span, "text", &edit.text);
    json!({
        "title": fix.title,
        "safety": safety(fix.safety),
        "edits": fix.edits.iter().map(edit).collect::<Vec<_>>(),
    })
}

fn place(positions: &Positions, span: Span, key: &str, text: &str) -> Map<String, Value> {
    let (from, to) = (positions.start(span), positions.end(span));
    let mut place = Map::new();
    place.insert("path".into(), (*positions.sources.get(span.source).path).into());
    place.insert("line".into(), from.line.into());
    place.insert("column".into(), from.column.into());
    place.insert("end_line".into(), to.line.into());
    place.insert("end_column".into(), to.column.into());
    place.insert("start".into(), span.start.into());
    place.insert("end".into(), span.end.into());
    place.insert(key.into(), text.into());
    place
}
