//! What can be done about findings: fixes, and comments that hide them.

use super::diagnostic::{of_finding, other_ends};
use super::places::{View, meet};
use crate::finding::{Edit, Finding, Fix, Safety};
use crate::fix;
use crate::lint::{PLACEHOLDER, Reach, suppress};
use crate::source::{SourceId, Span};
use lsp_types::{
    CodeAction, CodeActionKind, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What mends all that can be mended safely in one file.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.seamlint");

/// What can be done about the findings that touch a range. `only` are the kinds that are asked
/// for; none asks for all.
pub fn actions(view: &View, range: Span, only: Option<&[CodeActionKind]>) -> Vec<Value> {
    let wants = |kind: &CodeActionKind| {
        let within = |asked: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(asked.as_str());
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty()
            })
        };
        only.is_none_or(|only| only.iter().any(within))
    };
    let mut actions = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        let findings = &view.checked.outcome.findings;
        let here: Vec<&Finding> = findings.iter().filter(|it| touches(it, range)).collect();
        let fixes = here.iter().flat_map(|finding| fixes(view, finding));
        actions.extend(fixes.map(|action| json!(action)));
        actions.extend(here.iter().flat_map(|finding| suppressions(view, finding)));
    }
    // As a menu would show it at every place, it must be asked for.
    if only.is_some() && wants(&FIX_ALL) {
        actions.extend(fix_all(view, range.source).map(|action| json!(action)));
    }
    actions
}

/// Whether one of the ends of a finding touches a range.
pub fn touches(finding: &Finding, range: Span) -> bool {
    meet(finding.at.span, range) || other_ends(finding).any(|label| meet(label.span, range))
}

/// The fixes of a finding. The first that is safe is the one to prefer.
fn fixes<'a>(view: &'a View, finding: &'a Finding) -> impl Iterator<Item = CodeAction> + 'a {
    let preferred = finding.fixes.iter().position(|fix| fix.safety == Safety::Safe);
    finding.fixes.iter().enumerate().filter_map(move |(i, fix)| {
        let unsure = if fix.safety == Safety::Unsafe { " (unsafe)" } else { "" };
        Some(CodeAction {
            title: format!("{}{unsure}", fix.title),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![of_finding(view, finding)]),
            edit: Some(workspace_edit(view, &fix.edits)?),
            is_preferred: Some(preferred == Some(i)),
            ..CodeAction::default()
        })
    })
}

/// The comments that would hide a finding, at its first place.
fn suppressions<'a>(view: &'a View, finding: &'a Finding) -> impl Iterator<Item = Value> + 'a {
    let Span { source: id, start, .. } = finding.at.span;
    let source = view.sources().get(id);
    let forms = [(Reach::Line, "here"), (Reach::File, "in this file")];
    forms.into_iter().filter_map(move |(reach, place)| {
        let edit = suppress(id, source, start, finding.rule, reach, PLACEHOLDER)?;
        let mut action = json!(CodeAction {
            title: format!("Ignore {} {place}, with a reason", finding.rule),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![of_finding(view, finding)]),
            edit: Some(workspace_edit(view, &[edit])?),
            is_preferred: Some(false),
            ..CodeAction::default()
        });
        if view.client.snippets {
            ask_for_reason(&mut action);
        }
        Some(action)
    })
}

/// Lets the editor select the place of the reason. Snippets came with version 3.18 of the
/// protocol: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#snippetTextEdit
fn ask_for_reason(action: &mut Value) {
    let changes = action.pointer_mut("/edit/documentChanges").and_then(Value::as_array_mut);
    let edits = changes.into_iter().flatten().filter_map(|it| it["edits"].as_array_mut());
    for edit in edits.flatten() {
        let text = edit["newText"].as_str().unwrap_or_default();
        let escaped = text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
        let value = escaped.replacen(PLACEHOLDER, &format!("${{1:{PLACEHOLDER}}}"), 1);
        *edit = json!({
            "range": edit["range"],
            "snippet": { "kind": "snippet", "value": value },
        });
    }
}

/// All safe fixes that change nothing but one file.
fn fix_all(view: &View, id: SourceId) -> Option<CodeAction> {
    let stays = |fix: &Fix| fix.edits.iter().all(|edit| edit.span.source == id);
    let edits = fix::edits(view.sources(), &view.checked.outcome.findings, Safety::Safe, stays);
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "Make all safe fixes of seamlint in this file".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(workspace_edit(view, &edits)?),
        ..CodeAction::default()
    })
}

/// Edits of any files as one that is made whole or not at all; none if a place has no address.
fn workspace_edit(view: &View, edits: &[Edit]) -> Option<WorkspaceEdit> {
    let mut files: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        files.entry(edit.span.source).or_default().push(edit);
    }
    let text_edit = |edit: &&Edit| {
        let before = &view.sources().get(edit.span.source).text;
        TextEdit::new(view.range(edit.span), fix::broken_as(before, &edit.text).into_owned())
    };
    let mut changes = Vec::new();
    for (id, mut edits) in files {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        changes.push((id, view.uri(id)?, edits.iter().map(text_edit).collect::<Vec<_>>()));
    }
    if !view.client.versions {
        let changes = changes.into_iter().map(|(_, uri, edits)| (uri, edits)).collect();
        return Some(WorkspaceEdit::new(changes));
    }
    let of_document = |(id, uri, edits): (SourceId, _, Vec<TextEdit>)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            uri,
            version: view.document(id).map(|document| document.version),
        },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    };
    let changes = DocumentChanges::Edits(changes.into_iter().map(of_document).collect());
    Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
}
