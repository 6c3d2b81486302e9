//! Findings as diagnostics.

use super::client::Settings;
use super::folder::{Folder, Problems};
use super::lines::Lines;
use super::places::View;
use super::{address, client::Client};
use crate::config;
use crate::finding::{Finding, Label, Severity};
use crate::lint;
use crate::report::{Role, places};
use crate::source::SourceId;
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, Uri,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Who says it.
const SOURCE: &str = "seamlint";

/// The diagnostics of each file that has any.
pub type ByFile = BTreeMap<Uri, Vec<Diagnostic>>;

/// What is said of a project: all of it, or what touches a file that is open.
pub fn all(view: &View, settings: Settings) -> ByFile {
    let mut all = ByFile::new();
    let mut add = |source: SourceId, diagnostic: Diagnostic| {
        if let Some(uri) = view.uri(source) {
            all.entry(uri).or_default().push(diagnostic);
        }
    };
    for finding in &view.checked.outcome.findings {
        let is_open = |source: SourceId| view.document(source).is_some();
        if !settings.whole_project && !places(finding).any(|place| is_open(place.span.source)) {
            continue;
        }
        add(finding.at.span.source, of_finding(view, finding));
        if settings.marks_other_ends {
            for label in other_ends(finding).filter(|label| is_open(label.span.source)) {
                add(label.span.source, of_other_end(view, finding, label));
            }
        }
    }
    for diagnostics in all.values_mut() {
        diagnostics.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.severity));
    }
    all
}

/// The places in other files that contradict the first place of a finding.
pub fn other_ends(finding: &Finding) -> impl Iterator<Item = &Label> {
    let own = finding.at.span.source;
    let mut told = BTreeSet::new();
    let mut others = finding.against.iter().filter(move |label| label.span.source != own);
    std::iter::from_fn(move || others.find(|label| told.insert(label.span)))
}

/// A finding at its first place.
pub fn of_finding(view: &View, finding: &Finding) -> Diagnostic {
    let mut message = finding.message.clone();
    let mut related = Vec::new();
    for place in places(finding).skip(1) {
        let because = if matches!(place.role, Role::Because(_)) { "because " } else { "" };
        if !view.client.related {
            let at = view.sources().display(place.span);
            message.push_str(&format!("\n{because}{at}: {}", place.text));
        } else if let Some(location) = view.location(place.span) {
            let message = format!("{because}{}", place.text);
            related.push(DiagnosticRelatedInformation { location, message });
        }
    }
    Diagnostic {
        severity: Some(severity(finding.severity)),
        related_information: (!related.is_empty()).then_some(related),
        tags: tags(view.client, finding.rule),
        ..said(view, finding, &finding.at, message)
    }
}

/// A finding at its other end, as a hint that leads to the first place.
fn of_other_end(view: &View, finding: &Finding, label: &Label) -> Diagnostic {
    let at = view.sources().display(finding.at.span);
    let message = format!("{}: {} ({at})", label.text, finding.message);
    let related = view.location(finding.at.span).filter(|_| view.client.related);
    let related = related.map(|location| DiagnosticRelatedInformation {
        location,
        message: finding.at.text.clone(),
    });
    Diagnostic {
        severity: Some(DiagnosticSeverity::HINT),
        related_information: related.map(|related| vec![related]),
        ..said(view, finding, label, message)
    }
}

fn said(view: &View, finding: &Finding, label: &Label, message: String) -> Diagnostic {
    let page = lint::called(finding.rule).next().filter(|_| view.client.links);
    let href = page.and_then(|rule| lint::address(rule).parse().ok());
    Diagnostic {
        range: view.range(label.span),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message,
        data: Some(json!({ "rule": finding.rule })),
        ..Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    }
}

/// Rules about what could be taken away without loss, or is kept for old times' sake only.
fn tags(client: &Client, rule: &str) -> Option<Vec<DiagnosticTag>> {
    let is_of_no_use = rule.starts_with("unused-")
        || rule.starts_with("redundant-")
        || rule.ends_with("-unused")
        || matches!(rule, "idle-ignore-pattern" | "unreachable-stage" | "useless-command");
    let is_old = rule.ends_with("-deprecated") || rule.starts_with("legacy-");
    let tag = match (is_of_no_use, is_old) {
        (true, _) => DiagnosticTag::UNNECESSARY,
        (_, true) => DiagnosticTag::DEPRECATED,
        _ => return None,
    };
    client.tags.then(|| vec![tag])
}

/// What is wrong with the configuration of a folder.
pub fn of_configuration(folder: &Folder, client: &Client) -> Option<(Uri, Vec<Diagnostic>)> {
    let Problems { path, text, all } = folder.problems.as_ref()?;
    let lines = Lines::of(text);
    let diagnostic = |problem: &config::Problem| Diagnostic {
        range: lines.range(text, problem.range.clone(), client.encoding),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("configuration".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: problem.message.clone(),
        ..Diagnostic::default()
    };
    Some((address::uri(path)?, all.iter().map(diagnostic).collect()))
}
