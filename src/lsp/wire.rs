//! Messages on standard input and output.
//!
//! `lsp_server` ends at the first message that is broken. Here such a message is skipped and told
//! to the server, and the next one counts again.

use lsp_server::{Connection, Message, Notification};
use serde_json::json;
use std::io::{self, BufRead, Read, Write};
use std::thread::JoinHandle;

/// The name under which the server is told of a message that could not be read.
pub const BROKEN: &str = "$/broken";

/// Larger messages are not read: no buffer of an editor that counts makes one.
const LARGEST: usize = 256 << 20;

/// The thread that writes. The one that reads ends with the process, as nothing wakes it.
pub struct Threads {
    writer: JoinHandle<io::Result<()>>,
}

impl Threads {
    /// Waits until everything is written.
    pub fn join(self) -> io::Result<()> {
        self.writer.join().unwrap_or_else(|_| Err(io::Error::other("the writer broke down")))
    }
}

/// A connection over standard input and output.
pub fn stdio() -> (Connection, Threads) {
    let (to_server, receiver) = crossbeam_channel::unbounded();
    let (sender, from_server) = crossbeam_channel::unbounded::<Message>();
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(message)) = read(&mut input) {
            if to_server.send(message).is_err() {
                break;
            }
        }
    });
    let writer = std::thread::spawn(move || {
        let mut output = io::stdout().lock();
        from_server.into_iter().try_for_each(|message| write(&mut output, &message))
    });
    (Connection { sender, receiver }, Threads { writer })
}

/// The next message; nothing at the end. One that is broken is a notification that says so.
///
/// # Errors
/// If the input cannot be read any more.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let Some(length) = header(input)? else { return Ok(None) };
    let mut body = Vec::new();
    if length > LARGEST {
        io::copy(&mut input.take(length as u64), &mut io::sink())?;
        return Ok(Some(broken("a message is too large")));
    }
    input.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Ok(None);
    }
    let message = serde_json::from_slice::<Message>(&body);
    Ok(Some(message.unwrap_or_else(|error| broken(&format!("a message is broken: {error}")))))
}

/// Writes a message.
///
/// # Errors
/// If the output is gone.
pub fn write(output: &mut impl Write, message: &Message) -> io::Result<()> {
    message.write(output)
}

/// Reads lines up to an empty one and gives the length that they name. What is no header is
/// skipped, as the rest of a broken message may be.
fn header(input: &mut impl BufRead) -> io::Result<Option<usize>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.take(LARGEST as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            match length {
                Some(length) => return Ok(Some(length)),
                None => continue,
            }
        }
        // Behind the rest of a broken message the header may start within a line.
        let lower = text.to_ascii_lowercase();
        if let Some(at) = lower.rfind("content-length:") {
            let number = lower.get(at + "content-length:".len()..).unwrap_or_default().trim();
            length = number.parse().ok().or(length);
        }
    }
}

fn broken(why: &str) -> Message {
    Message::Notification(Notification { method: BROKEN.to_owned(), params: json!(why) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn methods(mut bytes: &[u8]) -> Vec<String> {
        let mut methods = Vec::new();
        while let Some(message) = read(&mut bytes).unwrap() {
            methods.push(match message {
                Message::Request(request) => request.method,
                Message::Notification(notification) => notification.method,
                Message::Response(_) => "response".into(),
            });
        }
        methods
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_broken_message_does_not_break_the_next() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"a"}"#);
        for broken in [framed("{"), framed("[]"), framed("null"), framed("\u{feff}")] {
            assert_eq!(methods(format!("{broken}{good}").as_bytes()), [BROKEN, "a"], "{broken}");
        }
        for noise in ["\r\n", "x\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Type: a\r\n"] {
            assert_eq!(methods(format!("{noise}{good}").as_bytes()), ["a"], "{noise}");
        }
        assert_eq!(methods(b"Content-Length: 2\r\n\r\n\xff\xff"), [BROKEN]);
        assert_eq!(methods(b"Content-Length: 99\r\n\r\n{}"), [""; 0]);
        assert_eq!(
            methods(format!("Content-Length: 1\r\n\r\n{{}}{good}").as_bytes()),
            [BROKEN, "a"]
        );
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, &broken("é")).unwrap();
        assert_eq!(methods(&bytes), [BROKEN]);
    }
}
