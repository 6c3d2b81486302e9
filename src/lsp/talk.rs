//! The messages that an editor and this server send each other.

use crossbeam_channel::Receiver;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{Cancel, DidChangeTextDocument, Exit, LogMessage, Notification as _};
use lsp_types::request::{Request as _, Shutdown};
use lsp_types::{LogMessageParams, MessageType};
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// A talk with one editor.
pub struct Talk<'c> {
    connection: &'c Connection,
    /// Messages that were taken from the connection and not looked at yet.
    queue: Mutex<VecDeque<Message>>,
    /// How many requests were sent.
    sent: i32,
}

impl<'c> Talk<'c> {
    /// A talk in which nothing was said yet.
    pub fn over(connection: &'c Connection) -> Talk<'c> {
        Talk { connection, queue: Mutex::default(), sent: 0 }
    }

    /// The next message, if one has come.
    pub fn next_waiting(&self) -> Option<Message> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front().or_else(|| self.connection.receiver.try_recv().ok())
    }

    /// Where messages come from that were not taken yet.
    pub fn messages(&self) -> &Receiver<Message> {
        &self.connection.receiver
    }

    /// Whether a message waits after which a check of now would be worth nothing.
    pub fn is_overtaken(&self) -> bool {
        self.waits(|message| match message {
            Message::Notification(told) => {
                told.method == DidChangeTextDocument::METHOD || told.method == Exit::METHOD
            }
            Message::Request(request) => request.method == Shutdown::METHOD,
            Message::Response(_) => false,
        })
    }

    /// Whether a message waits by which a request is taken back.
    pub fn is_cancelled(&self, id: &RequestId) -> bool {
        self.waits(|message| match message {
            Message::Notification(told) => told.method == Cancel::METHOD && names(&told.params, id),
            Message::Request(_) | Message::Response(_) => false,
        })
    }

    fn waits(&self, is_meant: impl Fn(&Message) -> bool) -> bool {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.extend(self.connection.receiver.try_iter());
        queue.iter().any(is_meant)
    }

    /// Answers a request.
    pub fn answer(&self, id: RequestId, result: impl Serialize) {
        self.send(Message::Response(Response::new_ok(id, result)));
    }

    /// Answers that a request has no result.
    pub fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) {
        self.send(Message::Response(Response::new_err(id, code as i32, why.to_owned())));
    }

    /// Tells the editor something.
    pub fn tell(&self, method: &str, params: impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Message::Notification(Notification { method: method.to_owned(), params }));
    }

    /// Asks the editor for something. Nothing is asked whose answer matters.
    pub fn ask(&mut self, method: &str, params: Value) {
        self.sent += 1;
        let id = RequestId::from(format!("seamlint {}", self.sent));
        self.send(Message::Request(Request { id, method: method.to_owned(), params }));
    }

    /// Writes a line into the log of the editor.
    pub fn log(&self, typ: MessageType, message: &str) {
        self.tell(LogMessage::METHOD, LogMessageParams { typ, message: message.to_owned() });
    }

    /// Sends a message. If the editor is gone, nobody can be told.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }
}

/// Whether the parameters of a cancellation name a request.
pub fn names(params: &Value, id: &RequestId) -> bool {
    let id = serde_json::to_value(id).ok();
    id.as_ref() == params.get("id")
}
