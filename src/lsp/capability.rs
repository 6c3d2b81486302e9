//! What this server can do, as it tells an editor.

use super::action::FIX_ALL;
use super::client::Client;
use super::completion::TRIGGERS;
use lsp_types::CodeActionKind;
use serde_json::{Value, json};

/// The answer to `initialize`.
pub fn of_server(client: &Client) -> Value {
    let mut capabilities = json!({
        "positionEncoding": client.encoding.name(),
        "textDocumentSync": { "openClose": true, "change": 2, "save": true },
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentLinkProvider": { "resolveProvider": false },
        "completionProvider": { "triggerCharacters": TRIGGERS },
        "codeActionProvider": { "codeActionKinds": [CodeActionKind::QUICKFIX, FIX_ALL] },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
        },
    });
    if client.pulls {
        capabilities["diagnosticProvider"] =
            json!({ "interFileDependencies": true, "workspaceDiagnostics": true });
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": { "name": "seamlint", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// Asks to be told of all files that come, change or go: which of them count, changes with what
/// others name.
pub fn of_watched_files() -> Value {
    json!({
        "registrations": [{
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": [{ "globPattern": "**/*" }] },
        }],
    })
}
