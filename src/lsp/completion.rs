//! The names of rules, where a comment is to hide one.

use super::places::View;
use crate::finding::Severity;
use crate::lint::{self, NAME};
use crate::source::{Kind, SourceId, Span};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent,
    MarkupKind, TextEdit,
};
use std::collections::BTreeSet;

/// The characters behind which a name may follow.
pub const TRIGGERS: [&str; 3] = ["[", ",", ":"];

/// What may be written at a byte of a file.
pub fn completions(view: &View, id: SourceId, at: u32) -> Vec<CompletionItem> {
    let line = view.sources().line_span(Span { source: id, start: at, end: at });
    let says = view.sources().text(line);
    let before = at.checked_sub(line.start).and_then(|length| says.get(..length as usize));
    let Some(before) = before else { return Vec::new() };
    let word = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(0, |i| i + 1);
    let here = Span { source: id, start: line.start + word as u32, end: at };
    let Some(says) = before.split_once(NAME).map(|(_, says)| says) else {
        return match is_rule_key(view, id, before, line.start) {
            true => rules(view, here),
            false => Vec::new(),
        };
    };
    match says.rsplit_once(['[', ']']) {
        None => words(view, here),
        Some((_, list)) if says[..says.len() - list.len()].ends_with('[') => rules(view, here),
        Some(_) => Vec::new(),
    }
}

/// Whether the key of a rule may stand there: at the start of a line below `[rules]`.
fn is_rule_key(view: &View, id: SourceId, before: &str, line: u32) -> bool {
    let source = view.sources().get(id);
    let above = source.text.get(..line as usize).unwrap_or_default();
    let table = above.lines().rev().find(|line| line.starts_with('['));
    source.kind == Kind::Settings
        && source.path.ends_with(".toml")
        && table.is_some_and(|table| table.trim() == "[rules]")
        && before.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// `ignore` and `ignore-file`
fn words(view: &View, at: Span) -> Vec<CompletionItem> {
    let words = [
        ("ignore", "hides findings on the next line, or on this one"),
        ("ignore-file", "hides findings in this file"),
    ];
    let item = |(word, detail): (&str, &str)| CompletionItem {
        kind: Some(CompletionItemKind::KEYWORD),
        detail: Some(detail.to_owned()),
        ..replacing(view, at, word, &format!("{word}["))
    };
    words.into_iter().map(item).collect()
}

/// The rules, those that report something in this file first.
fn rules(view: &View, at: Span) -> Vec<CompletionItem> {
    let findings = view.checked.outcome.findings.iter();
    let here = findings.filter(|finding| finding.at.span.source == at.source);
    let reported: BTreeSet<&str> = here.map(|finding| finding.rule).collect();
    let kind = if view.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let item = |rule: &'static crate::rule::Rule| {
        let rank = match (reported.contains(rule.id), rule.severity) {
            (true, _) => 0,
            (_, Severity::Error) => 1,
            (_, Severity::Warning) => 2,
            (_, Severity::Note) => 3,
        };
        CompletionItem {
            kind: Some(CompletionItemKind::ENUM_MEMBER),
            detail: Some(rule.summary.to_owned()),
            documentation: Some(Documentation::MarkupContent(MarkupContent {
                kind: kind.clone(),
                value: rule.why().to_owned(),
            })),
            sort_text: Some(format!("{rank}{}", rule.id)),
            ..replacing(view, at, rule.id, rule.id)
        }
    };
    lint::all().map(item).collect()
}

fn replacing(view: &View, at: Span, label: &str, text: &str) -> CompletionItem {
    let edit = TextEdit::new(view.range(at), text.to_owned());
    CompletionItem {
        label: label.to_owned(),
        filter_text: Some(label.to_owned()),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}
