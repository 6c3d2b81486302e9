//! The loop: take messages, check, answer.

use super::address;
use super::answer::{OF_PLACES, Refusal, answer};
use super::client::{Client, Settings};
use super::folder::Folder;
use super::shown::Shown;
use super::talk::{self, Talk};
use super::wire::BROKEN;
use super::workspace::Workspace;
use super::{capability, pull};
use crate::shellcheck::Answers;
use crossbeam_channel::{Receiver, Sender, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId};
use lsp_types::notification::{
    Cancel, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Exit, Initialized, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    DocumentDiagnosticRequest, Initialize, RegisterCapability, Request as _, Shutdown,
    WorkspaceDiagnosticRefresh, WorkspaceDiagnosticRequest,
};
use lsp_types::{
    DidSaveTextDocumentParams, MessageType, PublishDiagnosticsParams, Uri,
    WorkspaceDiagnosticParams,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A check is not dropped for newer texts if the last one ended longer ago than this: whoever
/// types without a pause is told something, too.
const PATIENCE: Duration = Duration::from_secs(2);

/// A server for one editor.
pub struct Server<'c> {
    talk: Talk<'c>,
    phase: Phase,
    workspace: Workspace,
    shown: Shown,
    /// Requests that are answered when the project has been checked.
    waiting: Vec<Request>,
    /// A request for what is said of all files, which is answered once that changes.
    held: Option<(RequestId, WorkspaceDiagnosticParams)>,
    last_check: Instant,
    was_shut_down: bool,
    /// What threads hear that ask ShellCheck about the texts of a folder, and how many these are.
    heard: (Sender<Heard>, Receiver<Heard>),
    asking: usize,
}

/// The root of a folder, and what ShellCheck answered about its texts.
type Heard = (PathBuf, Answers);

/// How far the talk has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Before,
    Open,
    ShutDown,
}

impl<'c> Server<'c> {
    /// A server to which nobody has spoken yet.
    pub fn new(connection: &'c Connection) -> Server<'c> {
        Server {
            talk: Talk::over(connection),
            phase: Phase::Before,
            workspace: Workspace::new(Client::of(&Value::Null), Settings::of(&Value::Null)),
            shown: Shown::default(),
            waiting: Vec::new(),
            held: None,
            last_check: Instant::now(),
            was_shut_down: false,
            heard: crossbeam_channel::unbounded(),
            asking: 0,
        }
    }

    /// Serves until the editor says `exit` or goes away. The answer is whether it said
    /// `shutdown` before.
    pub fn run(mut self) -> bool {
        let was_shut_down = self.serve();
        // A thread that has a program run tidies up behind it.
        for _ in 0..self.asking {
            if self.heard.1.recv_timeout(PATIENCE).is_err() {
                break;
            }
        }
        was_shut_down
    }

    fn serve(&mut self) -> bool {
        loop {
            let message = self.talk.next_waiting().or_else(|| {
                // Nothing more has come, so what is known now is worth a check. While it was
                // checked, others may have been taken from the connection.
                self.settle();
                self.next()
            });
            match message {
                None => return self.was_shut_down,
                Some(Message::Notification(told)) if told.method == Exit::METHOD => {
                    return self.was_shut_down;
                }
                Some(Message::Notification(told)) => self.take(told),
                Some(Message::Request(request)) => self.hear(request),
                // Nothing is asked whose answer matters.
                Some(Message::Response(_)) => {}
            }
        }
    }

    /// Waits for the next message, and takes in what ShellCheck answers meanwhile; none comes once
    /// the editor is gone.
    fn next(&mut self) -> Option<Message> {
        let (messages, heard) = (self.talk.messages().clone(), self.heard.1.clone());
        loop {
            if let Some(message) = self.talk.next_waiting() {
                return Some(message);
            }
            select! {
                recv(messages) -> message => return message.ok(),
                recv(heard) -> heard => self.learn(heard.ok()?),
            }
        }
    }

    /// Takes in what ShellCheck has answered about a folder, if that is still there.
    fn learn(&mut self, (root, answers): Heard) {
        self.asking -= 1;
        let folder = self.workspace.folders.iter_mut().find(|folder| folder.root == root);
        if let Some(complaint) = folder.and_then(|folder| folder.hear(answers)) {
            self.talk.log(MessageType::INFO, &complaint);
        }
        self.settle();
    }

    /// Has ShellCheck asked, in the background and by one call at a time: who types comes first.
    fn ask_shellcheck(&mut self) {
        let Workspace { folders, documents, settings, .. } = &mut self.workspace;
        for folder in folders {
            if let Some(questions) = folder.questions(documents, settings.whole_project) {
                let (sender, root) = (self.heard.0.clone(), folder.root.clone());
                std::thread::spawn(move || sender.send((root, questions.ask(1))));
                self.asking += 1;
            }
        }
    }

    /// Checks what has changed, tells what is said of it now, and answers what was asked; unless
    /// newer texts have come in between, which are taken in first.
    fn settle(&mut self) {
        if self.phase == Phase::Open && self.workspace.folders.iter().any(Folder::is_stale) {
            let is_patient = self.last_check.elapsed() < PATIENCE;
            let talk = &self.talk;
            if !self.workspace.check(&|| is_patient && talk.is_overtaken()) {
                return;
            }
            self.last_check = Instant::now();
            for complaint in
                self.workspace.folders.iter_mut().flat_map(|it| it.complaints.drain(..))
            {
                talk.log(MessageType::ERROR, &complaint);
            }
            self.show();
        }
        let waiting = std::mem::take(&mut self.waiting);
        for request in waiting {
            if OF_PLACES.contains(&&*request.method) {
                self.workspace.survey(&request.params);
            }
            self.answer(request);
        }
        self.ask_shellcheck();
    }

    /// Tells what is said of the files now, as far as it is new.
    fn show(&mut self) {
        let changed = self.shown.update(self.workspace.diagnostics());
        let documents = &self.workspace.documents;
        if !self.workspace.client.pulls {
            for uri in changed {
                let version = documents.get(uri.as_str()).map(|document| document.version);
                let said = self.shown.get(&uri).map(|said| said.diagnostics.clone());
                let diagnostics = said.unwrap_or_default();
                let params = PublishDiagnosticsParams { uri, diagnostics, version };
                self.talk.tell(PublishDiagnostics::METHOD, params);
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
        let is_open = |uri: &Uri| documents.contains_key(uri.as_str());
        if changed.iter().any(|uri| is_open(uri) && !asks(uri)) {
            self.talk.ask(WorkspaceDiagnosticRefresh::METHOD, Value::Null);
        }
        if let Some((id, params)) = self.held.take() {
            self.answer_all(id, params);
        }
    }

    /// Answers what is said of all files, or waits until something new is.
    fn answer_all(&mut self, id: RequestId, params: WorkspaceDiagnosticParams) {
        match pull::of_workspace(&self.shown, &self.workspace.documents, &params) {
            Some(report) => self.talk.answer(id, report),
            None => {
                if let Some((id, _)) = self.held.replace((id, params)) {
                    let why = "another request has come";
                    self.talk.refuse(id, ErrorCode::ServerCancelled, why);
                }
            }
        }
    }

    /// Takes in a request. Most are answered when the project has been checked.
    fn hear(&mut self, request: Request) {
        match (self.phase, &*request.method) {
            (Phase::Before, Initialize::METHOD) => {
                let result = self.begin(&request.params);
                self.talk.answer(request.id, result);
            }
            (Phase::Before, _) => {
                let message = "`initialize` must come first";
                self.talk.refuse(request.id, ErrorCode::ServerNotInitialized, message);
            }
            (Phase::ShutDown, _) => {
                let message = "nothing is answered after `shutdown`";
                self.talk.refuse(request.id, ErrorCode::InvalidRequest, message);
            }
            (Phase::Open, Shutdown::METHOD) => {
                let waiting = std::mem::take(&mut self.waiting).into_iter().map(|it| it.id);
                for id in waiting.chain(self.held.take().map(|(id, _)| id)) {
                    self.talk.refuse(id, ErrorCode::RequestCanceled, "the server shuts down");
                }
                self.phase = Phase::ShutDown;
                self.was_shut_down = true;
                self.talk.answer(request.id, Value::Null);
            }
            (Phase::Open, _) => self.waiting.push(request),
        }
    }

    /// Learns what the editor can do, and says what this server can.
    fn begin(&mut self, params: &Value) -> Value {
        let client = Client::of(params.get("capabilities").unwrap_or(&Value::Null));
        let settings = params.get("initializationOptions").unwrap_or(&Value::Null);
        self.workspace = Workspace::new(client, Settings::of(settings));
        let listed = params.get("workspaceFolders").and_then(Value::as_array);
        let listed = listed.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let mut uris: Vec<&Value> = listed.collect();
        if uris.is_empty() {
            uris.extend(params.get("rootUri"));
        }
        for uri in uris {
            if let Some(root) = Uri::deserialize(uri).ok().as_ref().and_then(address::path) {
                self.workspace.add(root);
            }
        }
        self.phase = Phase::Open;
        capability::of_server(&self.workspace.client)
    }

    /// Takes in what the editor tells.
    fn take(&mut self, told: Notification) {
        let Notification { method, params } = told;
        if self.phase != Phase::Open {
            return;
        }
        let workspace = &mut self.workspace;
        let mut shows = false;
        let taken = match &*method {
            // Lets the editor tell which files of the disk change.
            Initialized::METHOD => {
                if workspace.client.watches {
                    self.talk.ask(RegisterCapability::METHOD, capability::of_watched_files());
                }
                Ok(())
            }
            DidOpenTextDocument::METHOD => read(params).map(|it| workspace.open(it)),
            DidChangeTextDocument::METHOD => read(params).and_then(|it| workspace.change(it)),
            DidCloseTextDocument::METHOD => read(params).map(|it| shows = workspace.close(it)),
            DidChangeWatchedFiles::METHOD => read(params).map(|it| workspace.touch(it)),
            DidChangeWorkspaceFolders::METHOD => read(params).map(|it| {
                workspace.change_folders(it);
                shows = true;
            }),
            DidChangeConfiguration::METHOD => {
                workspace.settings = Settings::of(params.get("settings").unwrap_or(&Value::Null));
                shows = true;
                Ok(())
            }
            Cancel::METHOD => {
                self.cancel(&params);
                Ok(())
            }
            DidSaveTextDocument::METHOD => read(params).map(|it: DidSaveTextDocumentParams| {
                workspace.ask_again(it.text_document.uri.as_str())
            }),
            BROKEN => Err(params.as_str().unwrap_or_default().to_owned()),
            // What begins so may be left alone by any server.
            other if other.starts_with("$/") => Ok(()),
            other => Err(format!("`{other}` is not known")),
        };
        if shows {
            self.show();
        }
        if let Err(why) = taken {
            self.talk.log(MessageType::WARNING, &why);
        }
    }

    fn cancel(&mut self, params: &Value) {
        let held = self.held.take_if(|(id, _)| talk::names(params, id)).map(|(id, _)| id);
        let i = self.waiting.iter().position(|request| talk::names(params, &request.id));
        let waiting = i.map(|i| self.waiting.remove(i).id);
        for id in held.into_iter().chain(waiting) {
            self.talk.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    /// Answers a request, unless it was taken back while the project was checked. One that
    /// breaks down breaks nothing else.
    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if self.talk.is_cancelled(&id) {
            return self.talk.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
        if method == WorkspaceDiagnosticRequest::METHOD {
            return match WorkspaceDiagnosticParams::deserialize(params) {
                Ok(params) => self.answer_all(id, params),
                Err(why) => self.talk.refuse(id, ErrorCode::InvalidParams, &why.to_string()),
            };
        }
        let (workspace, shown) = (&self.workspace, &self.shown);
        match catch_unwind(AssertUnwindSafe(|| answer(workspace, shown, &method, params))) {
            Ok(Ok(result)) => self.talk.answer(id, result),
            Ok(Err(Refusal(code, why))) => self.talk.refuse(id, code, &why),
            Err(_) => self.talk.refuse(id, ErrorCode::InternalError, "the answer broke down"),
        }
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    P::deserialize(params).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(id: i32, method: &str) -> Request {
        Request { id: id.into(), method: method.to_owned(), params: json!({}) }
    }

    fn cancel(id: i32) -> Notification {
        Notification { method: Cancel::METHOD.to_owned(), params: json!({ "id": id }) }
    }

    #[test]
    fn a_request_that_is_taken_back_is_not_answered() {
        let (own, editor) = Connection::memory();
        let mut server = Server::new(&own);
        server.hear(request(1, Initialize::METHOD));
        server.hear(request(2, "textDocument/hover"));
        server.take(cancel(2));
        // What comes while the project is checked, nobody has looked at when it is done.
        for id in 3..6 {
            server.hear(request(id, "textDocument/hover"));
        }
        for message in [cancel(77), cancel(4)] {
            editor.sender.send(Message::Notification(message)).unwrap();
        }
        server.settle();
        // Behind an answer it changes nothing.
        let exit = Notification { method: Exit::METHOD.to_owned(), params: Value::Null };
        for message in [cancel(3), exit] {
            editor.sender.send(Message::Notification(message)).unwrap();
        }
        assert!(!server.run());
        let refused = |message: Message| match message {
            Message::Response(response) => {
                let error = response.response_result.err()?;
                Some((response.id.to_string(), error.code))
            }
            _ => None,
        };
        let refused: Vec<(String, i32)> = editor.receiver.try_iter().filter_map(refused).collect();
        let cancelled = ErrorCode::RequestCanceled as i32;
        let invalid = ErrorCode::InvalidParams as i32;
        let expected = [("2", cancelled), ("3", invalid), ("4", cancelled), ("5", invalid)];
        assert_eq!(refused, expected.map(|(id, code)| (id.to_owned(), code)));
    }
}
