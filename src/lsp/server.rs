//! The loop: take messages, check, answer.

use super::address;
use super::client::{Client, Settings};
use super::diagnostic::{self, ByFile};
use super::document::{Change, Document};
use super::folder::{Documents, Folder, Reads};
use super::places::View;
use super::shown::Shown;
use super::wire::BROKEN;
use super::{action, capability, completion, hover, pull, survey};
use crate::source::{self, SourceId};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Exit, Initialized, LogMessage, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentDiagnosticRequest, DocumentLinkRequest, GotoDefinition,
    HoverRequest, Initialize, References, RegisterCapability, Request as _, Shutdown,
    WorkspaceDiagnosticRefresh, WorkspaceDiagnosticRequest,
};
use lsp_types::{
    CodeActionParams, CompletionParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DocumentDiagnosticParams, DocumentLinkParams, FileChangeType, GotoDefinitionParams,
    HoverParams, LogMessageParams, MessageType, Position, PublishDiagnosticsParams,
    ReferenceParams, TextDocumentPositionParams, Uri, VersionedTextDocumentIdentifier,
    WorkspaceDiagnosticParams, WorkspaceFolder,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A check is not dropped for newer texts if the last one ended longer ago than this: whoever
/// types without a pause is told something, too.
const PATIENCE: Duration = Duration::from_secs(2);

/// A server for one editor.
pub struct Server<'c> {
    connection: &'c Connection,
    /// Messages that were taken from the connection and not looked at yet.
    queue: Mutex<VecDeque<Message>>,
    phase: Phase,
    client: Client,
    settings: Settings,
    folders: Vec<Folder>,
    documents: Documents,
    shown: Shown,
    /// Requests that are answered when the project has been checked.
    waiting: Vec<Request>,
    /// A request for what is said of all files, which is answered once that changes.
    held: Option<(RequestId, WorkspaceDiagnosticParams)>,
    /// How many requests were sent.
    sent: i32,
    last_check: Instant,
    was_shut_down: bool,
}

/// How far the talk has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Before,
    Open,
    ShutDown,
}

/// `textDocument/didChange`, more lenient than the types of the protocol.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidChange {
    text_document: VersionedTextDocumentIdentifier,
    content_changes: Vec<Change>,
}

/// Why a request has no result.
struct Refusal(ErrorCode, String);

impl<'c> Server<'c> {
    /// A server to which nobody has spoken yet.
    pub fn new(connection: &'c Connection) -> Server<'c> {
        Server {
            connection,
            queue: Mutex::default(),
            phase: Phase::Before,
            client: Client::of(&Value::Null),
            settings: Settings::of(&Value::Null),
            folders: Vec::new(),
            documents: Documents::new(),
            shown: Shown::default(),
            waiting: Vec::new(),
            held: None,
            sent: 0,
            last_check: Instant::now(),
            was_shut_down: false,
        }
    }

    /// Serves until the editor says `exit` or goes away. The answer is whether it said
    /// `shutdown` before.
    pub fn run(mut self) -> bool {
        loop {
            let message = match self.next_waiting() {
                Some(message) => message,
                // Nothing more has come, so what is known now is worth a check.
                None => {
                    self.settle();
                    // While it was checked, others may have been taken from the connection.
                    let next = self.next_waiting();
                    match next.map_or_else(|| self.connection.receiver.recv(), Ok) {
                        Ok(message) => message,
                        Err(_) => return self.was_shut_down,
                    }
                }
            };
            match message {
                Message::Notification(told) if told.method == Exit::METHOD => {
                    return self.was_shut_down;
                }
                Message::Notification(told) => self.take(told),
                Message::Request(request) => self.hear(request),
                // Nothing is asked whose answer matters.
                Message::Response(_) => {}
            }
        }
    }

    fn next_waiting(&self) -> Option<Message> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front().or_else(|| self.connection.receiver.try_recv().ok())
    }

    /// Whether a message waits after which a check of now would be worth nothing.
    fn is_overtaken(&self) -> bool {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.extend(self.connection.receiver.try_iter());
        queue.iter().any(|message| match message {
            Message::Notification(told) => {
                told.method == DidChangeTextDocument::METHOD || told.method == Exit::METHOD
            }
            Message::Request(request) => request.method == Shutdown::METHOD,
            Message::Response(_) => false,
        })
    }

    /// Checks what has changed, tells what is said of it now, and answers what was asked; unless
    /// newer texts have come in between, which are taken in first.
    fn settle(&mut self) {
        if self.phase == Phase::Open && self.folders.iter().any(Folder::is_stale) {
            let mut folders = std::mem::take(&mut self.folders);
            let is_patient = self.last_check.elapsed() < PATIENCE;
            let stop = || is_patient && self.is_overtaken();
            let stale = folders.iter_mut().filter(|folder| folder.is_stale());
            let done = stale.into_iter().all(|folder| folder.check(&self.documents, &stop));
            self.folders = folders;
            if !done {
                return;
            }
            self.last_check = Instant::now();
            let complaints: Vec<String> =
                self.folders.iter_mut().flat_map(|it| it.complaints.drain(..)).collect();
            complaints.iter().for_each(|complaint| self.log(MessageType::ERROR, complaint));
            self.show();
        }
        let waiting = std::mem::take(&mut self.waiting);
        let asks = |method: &str| waiting.iter().any(|request| request.method == method);
        let of_places = [
            HoverRequest::METHOD,
            GotoDefinition::METHOD,
            References::METHOD,
            DocumentLinkRequest::METHOD,
        ];
        if of_places.into_iter().any(asks) {
            self.folders.iter_mut().for_each(Folder::survey);
        }
        for request in waiting {
            self.answer(request);
        }
    }

    /// Tells what is said of the files now, as far as it is new.
    fn show(&mut self) {
        let mut now = ByFile::new();
        for folder in &self.folders {
            if let Some(view) = View::of(&self.client, folder, &self.documents) {
                for (uri, diagnostics) in diagnostic::all(&view, self.settings) {
                    now.entry(uri).or_default().extend(diagnostics);
                }
            }
            if let Some((uri, diagnostics)) = diagnostic::of_configuration(folder, &self.client) {
                let document = self.documents.values().find(|it| it.path == address::path(&uri));
                let uri = document.map_or(uri, |document| document.uri.clone());
                now.entry(uri).or_default().extend(diagnostics);
            }
        }
        let changed = self.shown.update(now);
        if !self.client.pulls {
            for uri in changed {
                let version = self.documents.get(uri.as_str()).map(|document| document.version);
                let said = self.shown.get(&uri).map(|said| said.diagnostics.clone());
                let diagnostics = said.unwrap_or_default();
                let params = PublishDiagnosticsParams { uri, diagnostics, version };
                self.tell(PublishDiagnostics::METHOD, params);
            }
            return;
        }
        // Of the file in which somebody types the editor asks anyway.
        let asks = |uri: &Uri| {
            self.waiting.iter().any(|request| {
                request.method == DocumentDiagnosticRequest::METHOD
                    && request.params.pointer("/textDocument/uri") == Some(&json!(uri))
            })
        };
        let is_open = |uri: &Uri| self.documents.contains_key(uri.as_str());
        if changed.iter().any(|uri| is_open(uri) && !asks(uri)) {
            self.ask(WorkspaceDiagnosticRefresh::METHOD, Value::Null);
        }
        if let Some((id, params)) = self.held.take() {
            self.answer_all(id, params);
        }
    }

    /// Answers what is said of all files, or waits until something new is.
    fn answer_all(&mut self, id: RequestId, params: WorkspaceDiagnosticParams) {
        match pull::of_workspace(&self.shown, &self.documents, &params) {
            Some(report) => self.send(Message::Response(Response::new_ok(id, report))),
            None => {
                if let Some((id, _)) = self.held.replace((id, params)) {
                    self.refuse(id, ErrorCode::ServerCancelled, "another request has come");
                }
            }
        }
    }

    /// Takes in a request. Most are answered when the project has been checked.
    fn hear(&mut self, request: Request) {
        match (self.phase, &*request.method) {
            (Phase::Before, Initialize::METHOD) => {
                let result = self.begin(&request.params);
                self.send(Message::Response(Response::new_ok(request.id, result)));
            }
            (Phase::Before, _) => {
                let message = "`initialize` must come first";
                self.refuse(request.id, ErrorCode::ServerNotInitialized, message);
            }
            (Phase::ShutDown, _) => {
                let message = "nothing is answered after `shutdown`";
                self.refuse(request.id, ErrorCode::InvalidRequest, message);
            }
            (Phase::Open, Shutdown::METHOD) => {
                for waiting in std::mem::take(&mut self.waiting) {
                    self.refuse(waiting.id, ErrorCode::RequestCanceled, "the server shuts down");
                }
                if let Some((id, _)) = self.held.take() {
                    self.refuse(id, ErrorCode::RequestCanceled, "the server shuts down");
                }
                self.phase = Phase::ShutDown;
                self.was_shut_down = true;
                self.send(Message::Response(Response::new_ok(request.id, Value::Null)));
            }
            (Phase::Open, _) => self.waiting.push(request),
        }
    }

    /// Learns what the editor can do, and says what this server can.
    fn begin(&mut self, params: &Value) -> Value {
        self.client = Client::of(params.get("capabilities").unwrap_or(&Value::Null));
        if let Some(settings) = params.get("initializationOptions") {
            self.settings = Settings::of(settings);
        }
        let listed = params.get("workspaceFolders").and_then(Value::as_array);
        let listed = listed.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let mut uris: Vec<&Value> = listed.collect();
        if uris.is_empty() {
            uris.extend(params.get("rootUri"));
        }
        for uri in uris {
            if let Some(root) = Uri::deserialize(uri).ok().as_ref().and_then(address::path) {
                self.add_folder(Folder::new(root, Reads::Disk));
            }
        }
        self.phase = Phase::Open;
        capability::of_server(&self.client)
    }

    fn add_folder(&mut self, folder: Folder) {
        if self.folders.iter().all(|other| other.root != folder.root) {
            self.folders.push(folder);
        }
    }

    /// Takes in what the editor tells.
    fn take(&mut self, told: Notification) {
        let Notification { method, params } = told;
        if self.phase != Phase::Open {
            return;
        }
        let taken = match &*method {
            Initialized::METHOD => {
                self.watch();
                Ok(())
            }
            DidOpenTextDocument::METHOD => self.with(params, Server::open),
            DidChangeTextDocument::METHOD => self.with(params, Server::change),
            DidCloseTextDocument::METHOD => self.with(params, Server::close),
            DidChangeWatchedFiles::METHOD => self.with(params, Server::touch),
            DidChangeWorkspaceFolders::METHOD => self.with(params, Server::change_folders),
            DidChangeConfiguration::METHOD => {
                self.settings = Settings::of(params.get("settings").unwrap_or(&Value::Null));
                self.show();
                Ok(())
            }
            Cancel::METHOD => {
                self.cancel(params.get("id").unwrap_or(&Value::Null));
                Ok(())
            }
            DidSaveTextDocument::METHOD => Ok(()),
            BROKEN => Err(params.as_str().unwrap_or_default().to_owned()),
            // What begins so may be left alone by any server.
            other if other.starts_with("$/") => Ok(()),
            other => Err(format!("`{other}` is not known")),
        };
        if let Err(why) = taken {
            self.log(MessageType::WARNING, &why);
        }
    }

    fn with<P: DeserializeOwned>(
        &mut self,
        params: Value,
        take: fn(&mut Self, P),
    ) -> Result<(), String> {
        let params = P::deserialize(params).map_err(|error| error.to_string())?;
        take(self, params);
        Ok(())
    }

    /// Lets the editor tell which files of the disk change.
    fn watch(&mut self) {
        if self.client.watches {
            self.ask(RegisterCapability::METHOD, capability::of_watched_files());
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let key = item.uri.as_str().to_owned();
        let document = Document::new(item.uri, item.version, item.text);
        let path = document.path.clone();
        self.documents.insert(key.clone(), document);
        if let Some(path) = path
            && self.folder_of(&path).is_none()
            && let Some(folder) = path.parent()
        {
            self.add_folder(match source::repository(&path) {
                Some(root) => Folder::new(root, Reads::Disk),
                None => Folder::new(folder.to_owned(), Reads::Buffers),
            });
        }
        self.lay(&key);
    }

    fn change(&mut self, params: DidChange) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let Some(document) = self.documents.get_mut(uri.as_str()) else {
            let message = format!("{} is changed, but not open", uri.as_str());
            return self.log(MessageType::WARNING, &message);
        };
        document.change(version, params.content_changes, self.client.encoding);
        let key = uri.as_str().to_owned();
        self.lay(&key);
    }

    fn close(&mut self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        let Some(document) = self.documents.remove(uri.as_str()) else { return };
        let Some(file) = document.path else { return };
        let Some((i, path)) = self.folder_of(&file) else { return };
        let Some(folder) = self.folders.get_mut(i) else { return };
        folder.close(&path);
        // A folder that was only there for its buffers goes with the last of them.
        let holds = |folder: &Folder| {
            let mut files = self.documents.values().filter_map(|document| document.path.as_ref());
            files.any(|file| folder.path_of(file).is_some())
        };
        if folder.is_of_buffers() && self.folders.get(i).is_some_and(|folder| !holds(folder)) {
            self.folders.remove(i);
            self.show();
        }
    }

    fn touch(&mut self, params: DidChangeWatchedFilesParams) {
        for change in params.changes {
            let Some(file) = address::path(&change.uri) else { continue };
            let is_open = self.documents.values().any(|it| it.path.as_ref() == Some(&file));
            let Some((i, path)) = self.folder_of(&file) else { continue };
            let Some(folder) = self.folders.get_mut(i) else { continue };
            match change.typ {
                // What is open counts as the editor has it.
                FileChangeType::CHANGED if is_open => {}
                FileChangeType::CHANGED => folder.read_again(&path),
                _ => folder.list_again(&path),
            }
        }
    }

    fn change_folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let root = |folder: &WorkspaceFolder| address::path(&folder.uri);
        let removed: Vec<_> = params.event.removed.iter().filter_map(root).collect();
        self.folders.retain(|folder| !removed.contains(&folder.root));
        for root in params.event.added.iter().filter_map(root) {
            self.add_folder(Folder::new(root, Reads::Disk));
        }
        self.show();
    }

    fn cancel(&mut self, id: &Value) {
        let is_meant = |other: &RequestId| serde_json::to_value(other).is_ok_and(|it| it == *id);
        let held = self.held.take_if(|(other, _)| is_meant(other)).map(|(id, _)| id);
        let i = self.waiting.iter().position(|request| is_meant(&request.id));
        let waiting = i.map(|i| self.waiting.remove(i).id);
        for id in held.into_iter().chain(waiting) {
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    /// The folder that a file belongs to, the innermost if there are several, and its path there.
    fn folder_of(&self, file: &std::path::Path) -> Option<(usize, String)> {
        let folders = self.folders.iter().enumerate();
        let found = folders.filter_map(|(i, folder)| Some((i, folder.path_of(file)?)));
        found.min_by_key(|(_, path)| path.len())
    }

    /// Lays the text of a document over that of the disk.
    fn lay(&mut self, key: &str) {
        let Some(document) = self.documents.get(key) else { return };
        let Some(file) = &document.path else { return };
        let text = document.text.clone();
        let Some((i, path)) = self.folder_of(file) else { return };
        if let Some(folder) = self.folders.get_mut(i) {
            folder.lay(&path, &text);
        }
    }

    /// Answers a request. One that breaks down breaks nothing else.
    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if method == WorkspaceDiagnosticRequest::METHOD {
            return match WorkspaceDiagnosticParams::deserialize(params) {
                Ok(params) => self.answer_all(id, params),
                Err(why) => self.refuse(id, ErrorCode::InvalidParams, &why.to_string()),
            };
        }
        let result = catch_unwind(AssertUnwindSafe(|| self.result(&method, params)));
        match result {
            Ok(Ok(result)) => self.send(Message::Response(Response::new_ok(id, result))),
            Ok(Err(Refusal(code, why))) => self.refuse(id, code, &why),
            Err(_) => self.refuse(id, ErrorCode::InternalError, "the answer broke down"),
        }
    }

    fn result(&self, method: &str, params: Value) -> Result<Value, Refusal> {
        match method {
            CodeActionRequest::METHOD => read(params, |params: CodeActionParams| {
                let (view, id) = self.view(&params.text_document.uri)?;
                let range = view.span(id, params.range);
                Some(action::actions(&view, range, params.context.only.as_deref()))
            }),
            HoverRequest::METHOD => read(params, |params: HoverParams| {
                let (view, id, at) = self.place(&params.text_document_position_params)?;
                hover::hover(&view, id, at)
            }),
            GotoDefinition::METHOD => read(params, |params: GotoDefinitionParams| {
                let (view, id, at) = self.place(&params.text_document_position_params)?;
                Some(survey::definitions(&view, id, at))
            }),
            References::METHOD => read(params, |params: ReferenceParams| {
                let (view, id, at) = self.place(&params.text_document_position)?;
                let with_own = params.context.include_declaration;
                Some(survey::references(&view, id, at, with_own))
            }),
            DocumentLinkRequest::METHOD => read(params, |params: DocumentLinkParams| {
                let (view, id) = self.view(&params.text_document.uri)?;
                Some(survey::links(&view, id))
            }),
            Completion::METHOD => read(params, |params: CompletionParams| {
                let (view, id, at) = self.place(&params.text_document_position)?;
                Some(completion::completions(&view, id, at))
            }),
            DocumentDiagnosticRequest::METHOD => {
                read(params, |params: DocumentDiagnosticParams| {
                    Some(pull::of_document(&self.shown, &params))
                })
            }
            Initialize::METHOD => {
                let message = "`initialize` must come once".to_owned();
                Err(Refusal(ErrorCode::InvalidRequest, message))
            }
            other => Err(Refusal(ErrorCode::MethodNotFound, format!("`{other}` is not known"))),
        }
    }

    /// The view of the project that a file belongs to.
    fn view(&self, uri: &Uri) -> Option<(View<'_>, SourceId)> {
        let (i, path) = self.folder_of(&address::path(uri)?)?;
        let view = View::of(&self.client, self.folders.get(i)?, &self.documents)?;
        let (id, _) = view.sources().find(&path)?;
        Some((view, id))
    }

    fn place(&self, params: &TextDocumentPositionParams) -> Option<(View<'_>, SourceId, u32)> {
        let (view, id) = self.view(&params.text_document.uri)?;
        let Position { line, character } = params.position;
        let at = view.byte(id, Position { line, character });
        Some((view, id, at))
    }

    /// Sends a message. If the editor is gone, nobody can be told.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }

    fn tell(&self, method: &str, params: impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Message::Notification(Notification { method: method.to_owned(), params }));
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.sent += 1;
        let id = RequestId::from(format!("seamlint {}", self.sent));
        self.send(Message::Request(Request { id, method: method.to_owned(), params }));
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) {
        self.send(Message::Response(error(id, code, why)));
    }

    fn log(&self, typ: MessageType, message: &str) {
        self.tell(LogMessage::METHOD, LogMessageParams { typ, message: message.to_owned() });
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

fn error(id: RequestId, code: ErrorCode, why: &str) -> Response {
    Response::new_err(id, code as i32, why.to_owned())
}
