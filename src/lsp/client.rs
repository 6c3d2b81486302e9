//! What the editor can do, and what its user wants.

use super::lines::Encoding;
use serde_json::Value;

/// What an editor said of itself when it began. What it does not say, it cannot do.
#[derive(Debug)]
pub struct Client {
    /// How positions are counted.
    pub encoding: Encoding,
    /// Whether it asks for diagnostics, for other files than those that are open as well, and can
    /// be told to ask again. Then none are pushed: it would show them twice.
    pub pulls: bool,
    /// Whether diagnostics may name other places.
    pub related: bool,
    /// Whether diagnostics may link to a page.
    pub links: bool,
    /// Whether diagnostics may say that something is of no use.
    pub tags: bool,
    /// Whether edits may name the versions of the documents that they change.
    pub versions: bool,
    /// Whether edits may be snippets, which lead to the place where something is to be written.
    pub snippets: bool,
    /// Whether it watches the files that it is told to.
    pub watches: bool,
    /// Whether it shows Markdown.
    pub markdown: bool,
    /// Whether links may say where they lead.
    pub tooltips: bool,
}

/// What the user of an editor wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether all findings of a project are shown, or those that touch an open file.
    pub whole_project: bool,
    /// Whether the other ends of a finding are marked where they lie in another file.
    pub marks_other_ends: bool,
}

impl Client {
    /// Reads the capabilities of an `initialize`.
    pub fn of(capabilities: &Value) -> Client {
        let can = |path: &str| capabilities.pointer(path) == Some(&Value::Bool(true));
        let lists = |path: &str, item: &str| {
            let list = capabilities.pointer(path).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|it| it == item))
        };
        let counts = |encoding: Encoding| lists("/general/positionEncodings", encoding.name());
        let diagnostics = "/textDocument/publishDiagnostics";
        Client {
            encoding: match counts(Encoding::Utf8) {
                true => Encoding::Utf8,
                false => Encoding::Utf16,
            },
            pulls: can("/textDocument/diagnostic/relatedDocumentSupport")
                && can("/workspace/diagnostics/refreshSupport"),
            related: can(&format!("{diagnostics}/relatedInformation"))
                || can("/textDocument/diagnostic/relatedInformation"),
            links: can(&format!("{diagnostics}/codeDescriptionSupport"))
                || can("/textDocument/diagnostic/codeDescriptionSupport"),
            tags: capabilities.pointer(&format!("{diagnostics}/tagSupport")).is_some()
                || capabilities.pointer("/textDocument/diagnostic/tagSupport").is_some(),
            versions: can("/workspace/workspaceEdit/documentChanges"),
            snippets: can("/workspace/workspaceEdit/documentChanges")
                && can("/workspace/workspaceEdit/snippetEditSupport"),
            watches: can("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            tooltips: can("/textDocument/documentLink/tooltipSupport"),
            markdown: lists("/textDocument/hover/contentFormat", "markdown"),
        }
    }
}

impl Settings {
    /// Reads settings, which may stand under `seamlint`. What is not said is left as it is by
    /// default.
    pub fn of(settings: &Value) -> Settings {
        let settings = settings.get("seamlint").unwrap_or(settings);
        Settings {
            whole_project: settings.get("scope").is_some_and(|scope| scope == "project"),
            marks_other_ends: settings.get("otherEnds") != Some(&Value::Bool(false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_client_that_says_nothing_can_do_little() {
        for said in [Value::Null, json!({}), json!({ "general": 3, "workspace": [] })] {
            let client = Client::of(&said);
            assert_eq!(client.encoding, Encoding::Utf16);
            assert!(!client.pulls && !client.versions && !client.related);
        }
    }

    #[test]
    fn utf_8_is_taken_where_it_is_offered() {
        let said = json!({ "general": { "positionEncodings": ["utf-16", "utf-8"] } });
        assert_eq!(Client::of(&said).encoding, Encoding::Utf8);
    }

    #[test]
    fn settings_may_stand_under_a_name() {
        for settings in
            [json!({ "scope": "project" }), json!({ "seamlint": { "scope": "project" } })]
        {
            let settings = Settings::of(&settings);
            assert!(settings.whole_project && settings.marks_other_ends);
        }
        assert!(!Settings::of(&Value::Null).whole_project);
    }
}
