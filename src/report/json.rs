//! seamlint's own JSON, version 1. `docs/json.md` describes it and says what may change.

use super::position::Positions;
use super::{AT_ONCE, Summary, confidence, evidence, fingerprints, safety};
use crate::finding::{Edit, Finding, Fix, Label};
use crate::lint;
use crate::source::{Sources, Span};
use crate::value::Step;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

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
        pairs.map(move |(finding, fingerprint)| Described::of(&positions, finding, fingerprint))
    });
    let summary = Summary::of(findings);
    let counts = Counts {
        findings: summary.findings(),
        errors: summary.errors,
        warnings: summary.warnings,
        notes: summary.notes,
        safe_fixes: summary.safe_fixes,
        unsafe_fixes: summary.unsafe_fixes,
    };
    let document = Document { version: 1, findings: listed.collect(), summary: counts, timings };
    // Nothing in it can fail: all keys are texts.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Described<'a>>,
    summary: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<Value>,
}

#[derive(Serialize)]
struct Counts {
    findings: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    safe_fixes: usize,
    unsafe_fixes: usize,
}

/// A finding.
#[derive(Serialize)]
struct Described<'a> {
    rule: &'static str,
    also: &'static [&'static str],
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    help: &'a str,
    at: Labelled<'a>,
    against: Vec<Labelled<'a>>,
    because: Vec<Reason<'a>>,
    fixes: Vec<Correction<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct Reason<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
    evidence: &'static str,
}

#[derive(Serialize)]
struct Correction<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start: u32,
    end: u32,
}

impl<'a> Described<'a> {
    fn of(positions: &Positions<'a>, finding: &'a Finding, fingerprint: &'a str) -> Described<'a> {
        let place = |span| Place::of(positions, span);
        let label = |label: &'a Label| Labelled { place: place(label.span), label: &label.text };
        let reason = |step: &'a Step| Reason {
            place: place(step.at),
            text: &step.text,
            evidence: evidence(step.evidence),
        };
        let edit = |edit: &'a Edit| Replacement { place: place(edit.span), text: &edit.text };
        let correction = |fix: &'a Fix| Correction {
            title: &fix.title,
            safety: safety(fix.safety),
            edits: fix.edits.iter().map(edit).collect(),
        };
        Described {
            rule: finding.rule,
            also: lint::names(finding),
            severity: finding.severity.name(),
            confidence: confidence(finding.confidence),
            message: &finding.message,
            help: &finding.help,
            at: label(&finding.at),
            against: finding.against.iter().map(label).collect(),
            because: finding.because.iter().map(reason).collect(),
            fixes: finding.fixes.iter().map(correction).collect(),
            fingerprint,
        }
    }
}

impl<'a> Place<'a> {
    fn of(positions: &Positions<'a>, span: Span) -> Place<'a> {
        let (from, to) = (positions.start(span), positions.end(span));
        Place {
            path: &positions.sources.get(span.source).path,
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
            start: span.start,
            end: span.end,
        }
    }
}
