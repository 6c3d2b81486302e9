//! Which request is answered with what.

use super::shown::Shown;
use super::workspace::Workspace;
use super::{action, completion, hover, pull, survey};
use lsp_server::ErrorCode;
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentDiagnosticRequest, DocumentLinkRequest, GotoDefinition,
    HoverRequest, Initialize, References, Request,
};
use lsp_types::{
    CodeActionParams, CompletionParams, DocumentDiagnosticParams, DocumentLinkParams,
    GotoDefinitionParams, HoverParams, ReferenceParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The requests that are answered by what is known of places.
pub const OF_PLACES: [&str; 4] =
    [HoverRequest::METHOD, GotoDefinition::METHOD, References::METHOD, DocumentLinkRequest::METHOD];

/// Why a request has no result.
pub struct Refusal(pub ErrorCode, pub String);

/// The result of a request.
///
/// # Errors
/// If it is not known, or its parameters are wrong.
pub fn answer(
    workspace: &Workspace,
    shown: &Shown,
    method: &str,
    params: Value,
) -> Result<Value, Refusal> {
    match method {
        CodeActionRequest::METHOD => read(params, |params: CodeActionParams| {
            let (view, id) = workspace.view(&params.text_document.uri)?;
            let range = view.span(id, params.range);
            Some(action::actions(&view, range, params.context.only.as_deref()))
        }),
        HoverRequest::METHOD => read(params, |params: HoverParams| {
            let (view, id, at) = workspace.place(&params.text_document_position_params)?;
            hover::hover(&view, id, at)
        }),
        GotoDefinition::METHOD => read(params, |params: GotoDefinitionParams| {
            let (view, id, at) = workspace.place(&params.text_document_position_params)?;
            Some(survey::definitions(&view, id, at))
        }),
        References::METHOD => read(params, |params: ReferenceParams| {
            let (view, id, at) = workspace.place(&params.text_document_position)?;
            let with_own = params.context.include_declaration;
            Some(survey::references(&view, id, at, with_own))
        }),
        DocumentLinkRequest::METHOD => read(params, |params: DocumentLinkParams| {
            let (view, id) = workspace.view(&params.text_document.uri)?;
            Some(survey::links(&view, id))
        }),
        Completion::METHOD => read(params, |params: CompletionParams| {
            let (view, id, at) = workspace.place(&params.text_document_position)?;
            Some(completion::completions(&view, id, at))
        }),
        DocumentDiagnosticRequest::METHOD => {
            read(params, |params: DocumentDiagnosticParams| Some(pull::of_document(shown, &params)))
        }
        Initialize::METHOD => {
            let message = "`initialize` must come once".to_owned();
            Err(Refusal(ErrorCode::InvalidRequest, message))
        }
        other => Err(Refusal(ErrorCode::MethodNotFound, format!("`{other}` is not known"))),
    }
}

fn read<P: DeserializeOwned, R: Serialize>(
    params: Value,
    answer: impl FnOnce(P) -> Option<R>,
) -> Result<Value, Refusal> {
    let invalid = |why: serde_json::Error| Refusal(ErrorCode::InvalidParams, why.to_string());
    let params = P::deserialize(params).map_err(invalid)?;
    serde_json::to_value(answer(params)).map_err(invalid)
}
