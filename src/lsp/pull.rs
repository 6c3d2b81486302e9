//! Diagnostics for an editor that asks for them.

use super::folder::Documents;
use super::shown::{Said, Shown};
use lsp_types::{DocumentDiagnosticParams, WorkspaceDiagnosticParams};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is said of one file.
pub fn of_document(shown: &Shown, params: &DocumentDiagnosticParams) -> Value {
    let said = shown.get(&params.text_document.uri);
    report(said, params.previous_result_id.as_deref())
}

/// What is said of all files; nothing if the editor knows all of it.
pub fn of_workspace(
    shown: &Shown,
    documents: &Documents,
    params: &WorkspaceDiagnosticParams,
) -> Option<Value> {
    let known = params.previous_result_ids.iter().map(|id| (&id.uri, id.value.as_str()));
    let known: BTreeMap<_, _> = known.collect();
    let news = shown.iter().filter(|(uri, said)| {
        let has = known.get(uri).copied();
        has != Some(&said.id()) && (has.is_some() || !said.diagnostics.is_empty())
    });
    let item = |(uri, said): (&lsp_types::Uri, &Said)| {
        let mut item = report(Some(said), known.get(uri).copied());
        item["uri"] = json!(uri);
        item["version"] = json!(documents.get(uri.as_str()).map(|document| document.version));
        item
    };
    let items: Vec<Value> = news.map(item).collect();
    (!items.is_empty()).then(|| json!({ "items": items }))
}

fn report(said: Option<&Said>, known: Option<&str>) -> Value {
    match said {
        Some(said) if known == Some(&said.id()) => {
            json!({ "kind": "unchanged", "resultId": said.id() })
        }
        Some(said) => {
            json!({ "kind": "full", "resultId": said.id(), "items": said.diagnostics })
        }
        None => json!({ "kind": "full", "items": [] }),
    }
}
