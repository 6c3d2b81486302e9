//! The language server: what editors are told while people type.
//!
//! One thread takes messages, lays the editor's buffers over the files of the disk, checks the
//! project again once no message waits, and then answers what was asked. `server` does that,
//! by way of `talk`; `workspace` holds the projects, each a `folder`, and the buffers, each a
//! `document`; `client` is what the editor can do. Each thing that an editor asks for has a file
//! of its own, and `answer` knows which.

mod action;
mod address;
mod answer;
mod capability;
mod client;
mod completion;
mod diagnostic;
mod document;
mod folder;
mod hover;
mod lines;
mod places;
mod pull;
mod server;
mod shown;
mod survey;
mod talk;
mod wire;
mod workspace;

pub use wire::{read, write};

use lsp_server::Connection;
use server::Server;
use std::io;

/// Serves an editor over standard input and output until it says `exit` or goes away. The answer
/// is whether it said `shutdown` before.
///
/// # Errors
/// If standard output is gone.
pub fn serve_stdio() -> io::Result<bool> {
    let (connection, threads) = wire::stdio();
    let was_shut_down = serve(&connection);
    drop(connection);
    threads.join()?;
    Ok(was_shut_down)
}

/// Serves an editor over a connection until it says `exit` or goes away. The answer is whether
/// it said `shutdown` before.
pub fn serve(connection: &Connection) -> bool {
    Server::new(connection).run()
}
