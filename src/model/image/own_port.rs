//! What an image says of its own port, beside the process that listens there.

use super::Stage;
use super::listener::Listener;
use super::process::{StageCommand, basename};
use crate::model::request::closed_port::{ClosedPort, NamedBy};
use crate::syntax::shell::Command;
use crate::value::{Piece, Sourced, Value};

/// The programs that send requests for a `HEALTHCHECK`.
const CLIENTS: &[&str] =
    &["curl", "wget", "node", "bun", "deno", "python", "python3", "ruby", "php", "http"];

/// The hosts by which a container calls itself.
const OWN_HOSTS: &[&str] = &["localhost:", "127.0.0.1:", "0.0.0.0:", "[::1]:"];

impl Stage {
    /// The ports of its `EXPOSE` and `HEALTHCHECK` on which its process does not listen.
    pub(in crate::model) fn closed_ports(&self) -> impl Iterator<Item = ClosedPort<'_>> {
        self.closed_exposed_port().into_iter().chain(self.closed_asked_port())
    }

    /// The first port of `EXPOSE`, if its process listens on none of them.
    fn closed_exposed_port(&self) -> Option<ClosedPort<'_>> {
        let listener = self.listener.as_ref()?;
        let open = listener.port.known()?;
        let exposed: Option<Vec<_>> = self.exposes.iter().map(|port| port.known()).collect();
        let exposed = exposed.filter(|all| all.iter().all(|port| port.value != open.value))?;
        let named = *exposed.first()?;
        let digits = Some(named.at);
        Some(ClosedPort { digits, ..closed_port(named, NamedBy::Expose, listener, open) })
    }

    /// The port that `HEALTHCHECK` asks, if its process does not listen there.
    fn closed_asked_port(&self) -> Option<ClosedPort<'_>> {
        let named = self.health.known()?;
        let listener = self.listener.as_ref()?;
        let open = listener.port.known().filter(|port| port.value != named.value)?;
        // What the environment decides may be the same when the image runs.
        if listener.reads_port || listener.variable.is_some() {
            return None;
        }
        // Something else may listen there: then the image opens both, starts something before,
        // or has the port in a variable.
        let exposes = |wanted: u16| {
            let mut ports = self.exposes.iter();
            ports.any(|port| port.known().is_none_or(|port| port.value == wanted))
        };
        let written = named.value.to_string();
        let mut env = self.env.iter().filter(|(name, _)| *name != "PATH");
        let is_set =
            env.any(|(_, value)| value.literal_text().is_none_or(|text| text.contains(&written)));
        let several = self
            .commands
            .iter()
            .any(|command| command.instruction != "HEALTHCHECK" && command.commands.len() != 1);
        let is_other = exposes(open.value) && exposes(named.value) || is_set || several;
        (!is_other).then(|| closed_port(named, NamedBy::HealthCheck, listener, open))
    }
}

/// A port that a Dockerfile names of its own process.
fn closed_port<'a>(
    named: &Sourced<u16>,
    named_by: NamedBy<'a>,
    listener: &Listener,
    open: &Sourced<u16>,
) -> ClosedPort<'a> {
    ClosedPort {
        named: named.clone(),
        named_by,
        open: open.clone(),
        server: listener.server,
        image: None,
        because: Vec::new(),
        digits: None,
    }
}

/// The port of its own container that a `HEALTHCHECK` asks. Unset if it asks none, or several.
pub(in crate::model) fn asked_port(command: &StageCommand) -> Value<u16> {
    let is_client = |command: &&Command| {
        let program = command.words.first().and_then(basename);
        program.is_some_and(|program| CLIENTS.contains(&program))
    };
    let words = command.commands.iter().filter(is_client).flat_map(|command| command.words.iter());
    let mut found: Option<Sourced<u16>> = None;
    for word in words {
        let text = word.text();
        for piece in text.pieces() {
            let Piece::Literal(piece) = piece else { continue };
            for value in own_ports(piece, text.literal().is_some()) {
                match &found {
                    Some(known) if known.value != value => return Value::Unset,
                    _ => found = Some(Sourced { value, at: word.at, via: Vec::new() }),
                }
            }
        }
    }
    found.map_or(Value::Unset, Value::Known)
}

/// The ports behind the names of the own host in a text.
fn own_ports(text: &str, is_whole: bool) -> impl Iterator<Item = u16> {
    let hosts = OWN_HOSTS.iter().flat_map(|host| text.match_indices(host));
    hosts.filter_map(move |(i, host)| {
        // `mylocalhost:80` is another.
        if text[..i].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_')) {
            return None;
        }
        let rest = &text[i + host.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let end = end.or(is_whole.then_some(rest.len()))?;
        rest[..end].parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_ports_stand_behind_own_hosts() {
        for (text, expected) in [
            ("http://localhost:8080/health", vec![8080]),
            ("http://localhost:8080", vec![8080]),
            ("fetch('http://127.0.0.1:3000').then(f)", vec![3000]),
            ("http://mylocalhost:80/", vec![]),
            ("http://db:5432/", vec![]),
            ("localhost:x", vec![]),
        ] {
            assert_eq!(own_ports(text, true).collect::<Vec<_>>(), expected, "{text}");
        }
        // A variable may follow.
        assert_eq!(own_ports("localhost:80", false).count(), 0);
    }
}
