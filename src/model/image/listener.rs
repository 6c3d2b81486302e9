//! Where the server that an image starts listens.

use super::process::{Process, basename};
use crate::source::Span;
use crate::syntax::shell::{Part, Word};
use crate::value::{Piece, Sourced, Step, Text, Value, Why};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A server, and where it listens.
#[derive(Debug, Clone)]
pub struct Listener {
    /// The program.
    pub server: &'static str,
    /// The program's word.
    pub at: Span,
    /// The port. Unknown if the environment decides it.
    pub port: Value<u16>,
    /// The host or address; unset if it is all of them.
    pub host: Value<Text>,
    /// Whether it listens where the environment variable `PORT` says.
    pub reads_port: bool,
    /// The environment variable that decides the port where a deployment sets it.
    pub variable: Option<String>,
    /// The environment variable in which a deployment may give it any setting.
    pub settings: Option<&'static str>,
    /// The port if the environment variable `PORT` decides and no deployment sets it.
    pub otherwise: Value<u16>,
}

/// A line of `data/servers.toml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Server {
    program: String,
    command: Option<String>,
    #[serde(rename = "source")]
    _source: String,
    address: Option<String>,
    /// The host where the port comes from the environment.
    address_with_port: Option<String>,
    port_variable: Option<String>,
    host_variable: Option<String>,
    #[serde(default)]
    bind: Vec<String>,
    #[serde(default)]
    port: Vec<String>,
    #[serde(default)]
    host: Vec<String>,
    #[serde(default)]
    positional: bool,
    #[serde(default)]
    elsewhere: Vec<String>,
    #[serde(default)]
    settings: Vec<String>,
    settings_variable: Option<String>,
    #[serde(default)]
    settings_files: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    server: Vec<Server>,
}

static SERVERS: LazyLock<Vec<Server>> = LazyLock::new(|| {
    let table: Table =
        toml::from_str(include_str!("../../../data/servers.toml")).unwrap_or_default();
    table.server
});

/// Where a process listens, if it is a server that is known. `has_file` tells whether the
/// project has a file whose path ends so, since servers read settings on their own.
pub fn listener(
    process: &Process,
    env: &BTreeMap<String, Value<Text>>,
    has_file: &dyn Fn(&str) -> bool,
) -> Option<Listener> {
    let (words, server) = find(&process.words)?;
    let program = words.first()?;
    let reading = Reading { server, env, at: program.at };
    let args = &words[1..];
    let mut listener = Listener {
        server: &server.program,
        at: program.at,
        port: Value::Unset,
        host: Value::Unset,
        reads_port: false,
        variable: None,
        settings: server.settings_variable.as_deref(),
        otherwise: Value::Unset,
    };
    let binds = flag_values(args, &server.bind);
    let positional = server.positional.then(|| args.get(1)).flatten();
    if let [bind] = &binds[..] {
        reading.bind(bind, &mut listener);
    } else if !binds.is_empty() || !flag_values(args, &server.elsewhere).is_empty() {
        return None;
    } else if let Some(word) = positional.filter(|word| !is_flag(word)) {
        reading.bind(&Argument::whole(word), &mut listener);
    }
    if let Some(port) = flag_values(args, &server.port).last() {
        reading.port(port, &mut listener);
    }
    if let Some(host) = flag_values(args, &server.host).last() {
        listener.host = Value::Known(host.text());
    }
    let configured = !flag_values(args, &server.settings).is_empty()
        || server.settings_variable.as_ref().is_some_and(|name| env.contains_key(name))
        || server.settings_files.iter().any(|file| has_file(file));
    if configured && (listener.port.is_unset() || listener.host.is_unset()) && !listener.reads_port
    {
        let unread = || Value::unknown(program.at, Why::Unread);
        listener.port = std::mem::replace(&mut listener.port, Value::Unset).or(unread());
        listener.host = std::mem::replace(&mut listener.host, Value::Unset)
            .or(Value::unknown(program.at, Why::Unread));
    }
    reading.defaults(&mut listener);
    Some(listener)
}

/// The words from the server's name on, and what is known of it.
pub(in crate::model) fn server_words(words: &[Word]) -> Option<(&[Word], &'static str)> {
    find(words).map(|(words, server)| (words, server.program.as_str()))
}

fn find(words: &[Word]) -> Option<(&[Word], &'static Server)> {
    let words = match basename(words.first()?)? {
        python if is_python(python) => {
            let script = words.iter().skip(1).position(|word| !is_flag(word))? + 1;
            &words[script..]
        }
        _ => words,
    };
    let program = basename(words.first()?)?;
    let server = SERVERS.iter().find(|server| {
        server.program == program
            && server.command.as_deref().is_none_or(|command| runs(&words[1..], command))
    })?;
    Some((words, server))
}

/// Whether the first word that is neither a flag nor the value of one is a command.
fn runs(words: &[Word], command: &str) -> bool {
    let mut after_flag = false;
    for word in words {
        if word.as_str() == Some(command) {
            return true;
        }
        if !is_flag(word) && !after_flag {
            return false;
        }
        after_flag = is_flag(word) && !word.as_str().is_some_and(|flag| flag.contains('='));
    }
    false
}

/// Whether a program is Python's interpreter.
pub(in crate::model) fn is_python(program: &str) -> bool {
    program
        .strip_prefix("python")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn is_flag(word: &Word) -> bool {
    matches!(word.parts.first(), Some(Part::Literal(text)) if text.starts_with('-'))
}

/// What follows a flag, in the same word or the next.
#[derive(Debug)]
struct Argument<'a> {
    word: &'a Word,
    /// How many bytes of the word's first literal are the flag.
    skip: usize,
}

/// The values of a flag that has several names.
fn flag_values<'a>(args: &'a [Word], flags: &[String]) -> Vec<Argument<'a>> {
    let mut found = Vec::new();
    for (i, word) in args.iter().enumerate() {
        let Some(Part::Literal(text)) = word.parts.first() else { continue };
        for flag in flags {
            let Some(rest) = text.strip_prefix(flag.as_str()) else { continue };
            if rest.is_empty() && word.parts.len() == 1 {
                found.extend(args.get(i + 1).map(Argument::whole));
            } else if rest.starts_with('=') {
                found.push(Argument { word, skip: flag.len() + 1 });
            } else if !flag.starts_with("--") {
                found.push(Argument { word, skip: flag.len() });
            }
        }
    }
    found
}

impl<'a> Argument<'a> {
    fn whole(word: &'a Word) -> Argument<'a> {
        Argument { word, skip: 0 }
    }

    /// The parts after the flag.
    fn parts(&self) -> Vec<Part> {
        let mut parts = self.word.parts.clone();
        if let Some(Part::Literal(text)) = parts.first_mut() {
            *text = text.get(self.skip..).unwrap_or_default().to_owned();
        }
        parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        parts
    }

    fn text(&self) -> Sourced<Text> {
        let value = Word { at: self.word.at, parts: self.parts(), quoted: true }.text();
        Sourced { value, at: self.word.at, via: Vec::new() }
    }
}

struct Reading<'a> {
    server: &'static Server,
    env: &'a BTreeMap<String, Value<Text>>,
    at: Span,
}

impl Reading<'_> {
    fn bind(&self, argument: &Argument<'_>, listener: &mut Listener) {
        let parts = argument.parts();
        let text = argument.text();
        if text.value.starts_with("unix:") || text.value.starts_with("fd:") {
            listener.port = Value::unknown(text.at, Why::Unread);
            listener.host = Value::unknown(text.at, Why::Unread);
            return;
        }
        // The port is what follows the last `:`; a bare word is a host, or Django's port.
        let colon =
            parts.iter().rposition(|part| matches!(part, Part::Literal(t) if t.contains(':')));
        let Some(i) = colon else {
            match text.value.literal() {
                Some(port) if port.parse::<u16>().is_ok() => {
                    listener.port = text_port(&text, argument);
                }
                Some(_) => listener.host = Value::Known(text),
                None if self.server.positional => self.port_parts(&parts, argument, listener),
                None => listener.port = Value::unknown(text.at, Why::Environment),
            }
            return;
        };
        let Part::Literal(literal) = &parts[i] else { return };
        let (host, port) = literal.rsplit_once(':').unwrap_or((literal, ""));
        let mut before = parts[..i].to_vec();
        before.push(Part::Literal(host.to_owned()));
        let mut after = vec![Part::Literal(port.to_owned())];
        after.extend(parts[i + 1..].iter().cloned());
        after.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        let host = Word { at: text.at, parts: before, quoted: true }.text();
        if !matches!(host.literal(), Some("" | "*" | "[::]" | "0.0.0.0")) {
            listener.host = Value::Known(Sourced { value: host, at: text.at, via: Vec::new() });
        } else {
            listener.host = Value::literal(Text::from("0.0.0.0"), text.at);
        }
        self.port_parts(&after, argument, listener);
    }

    fn port(&self, argument: &Argument<'_>, listener: &mut Listener) {
        self.port_parts(&argument.parts(), argument, listener);
    }

    fn port_parts(&self, parts: &[Part], argument: &Argument<'_>, listener: &mut Listener) {
        let at = argument.word.at;
        listener.port = match parts {
            [Part::Literal(digits)] => match digits.parse::<u16>() {
                Ok(_) => text_port(
                    &Sourced { value: Text::from(digits.as_str()), at, via: vec![] },
                    argument,
                ),
                Err(_) => Value::unknown(at, Why::Unread),
            },
            [Part::Variable(variable)] if variable.name == "PORT" => {
                listener.reads_port = true;
                listener.variable = Some("PORT".to_owned());
                listener.otherwise = self.variable("PORT", variable.default(), at);
                Value::unknown(at, Why::Environment)
            }
            [Part::Variable(variable)] if variable.is_named() => {
                listener.variable = Some(variable.name.clone());
                self.variable(&variable.name, variable.default(), at)
            }
            _ => Value::unknown(at, Why::Environment),
        };
    }

    /// A port in a variable: what `ENV` sets, or the default beside it.
    fn variable(&self, name: &str, default: Option<&str>, at: Span) -> Value<u16> {
        if let Some(value) = self.env.get(name) {
            let Some(known) = value.known() else { return Value::unknown(at, Why::Environment) };
            let Some(port) = known.value.literal().and_then(|text| text.parse().ok()) else {
                return Value::unknown(at, Why::Unread);
            };
            let step =
                Step::default(known.at, format!("`ENV` sets `{name}`, unless the deployment does"));
            return Value::Known(Sourced { value: port, at, via: vec![step] });
        }
        match default.and_then(|text| text.parse().ok()) {
            Some(port) => {
                let step =
                    Step::default(at, format!("the default, unless the deployment sets `{name}`"));
                Value::Known(Sourced { value: port, at, via: vec![step] })
            }
            None => Value::unknown(at, Why::Environment),
        }
    }

    /// What is not told: environment variables that the server reads, then its own default.
    fn defaults(&self, listener: &mut Listener) {
        let server = self.server;
        if listener.port.is_unset()
            && let Some(name) = &server.port_variable
        {
            if name == "PORT" {
                listener.reads_port = true;
                if self.env.contains_key(name) {
                    listener.otherwise = self.variable(name, None, self.at);
                }
                listener.port = Value::unknown(self.at, Why::Environment);
                if let Some(host) = &server.address_with_port {
                    let host = Value::literal(Text::from(host.as_str()), self.at);
                    listener.host = std::mem::replace(&mut listener.host, Value::Unset).or(host);
                }
            } else if self.env.contains_key(name) {
                listener.port = self.variable(name, None, self.at);
            }
            listener.variable = Some(name.clone());
        }
        if listener.host.is_unset()
            && let Some(Some(host)) = server.host_variable.as_ref().map(|name| self.env.get(name))
        {
            listener.host = host.clone();
        }
        let Some((host, port)) =
            server.address.as_ref().and_then(|address| address.rsplit_once(':'))
        else {
            return;
        };
        let step = || {
            let told = format!(
                "`{}` listens on {host}:{port} unless it is told otherwise",
                server.program
            );
            vec![Step::default(self.at, told)]
        };
        if listener.reads_port
            && listener.otherwise.is_unset()
            && let Ok(port) = port.parse()
        {
            listener.otherwise = Value::Known(Sourced { value: port, at: self.at, via: step() });
        }
        if listener.port.is_unset()
            && let Ok(port) = port.parse()
        {
            listener.port = Value::Known(Sourced { value: port, at: self.at, via: step() });
        }
        if listener.host.is_unset() {
            let value = Text::from(host);
            listener.host = Value::Known(Sourced { value, at: self.at, via: step() });
        }
    }
}

/// A port that is written out, at its digits where these are the end of the word.
fn text_port(text: &Sourced<Text>, argument: &Argument<'_>) -> Value<u16> {
    let digits: String = match text.value.pieces() {
        [Piece::Literal(digits)] => digits.clone(),
        _ => return Value::unknown(text.at, Why::Unread),
    };
    let word = argument.word;
    let length = word.as_str().map_or(0, str::len) as u32;
    let written = word.at.end - word.at.start;
    // Quotes of one character on each side are the usual case beside none.
    let quote = written.saturating_sub(length) / 2;
    let end = word.at.end.saturating_sub(quote);
    let start = end.saturating_sub(digits.len() as u32).max(word.at.start);
    match digits.parse() {
        Ok(port) => Value::literal(port, Span { start, end, ..word.at }),
        Err(_) => Value::unknown(text.at, Why::Unread),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Excerpt, SourceId};
    use crate::syntax::shell;

    fn listen(command: &str) -> String {
        let at = Span::new(SourceId(0), 0..command.len());
        let commands = shell::commands(&Excerpt::verbatim(command, at));
        let Some(words) = commands.last().map(|command| command.words.clone()) else {
            return String::new();
        };
        let env = BTreeMap::from([("WEB".to_owned(), Value::literal(Text::from("7000"), at))]);
        let Some(found) = listener(
            &Process { at, words: words.to_vec(), installs: false, of_entrypoint: 0 },
            &env,
            &|_| false,
        ) else {
            return "unread".to_owned();
        };
        let host = found.host.known().map_or("?".to_owned(), |host| host.value.to_string());
        let port = match found.port.known() {
            Some(port) => port.value.to_string(),
            None if found.reads_port => "$PORT".to_owned(),
            None => "?".to_owned(),
        };
        format!("{host}:{port}")
    }

    #[test]
    fn the_table_of_servers_can_be_read() {
        assert!(SERVERS.len() > 10);
    }

    #[test]
    fn servers_listen_where_they_are_told() {
        for (command, expected) in [
            ("gunicorn --bind 0.0.0.0:3000 app:app", "0.0.0.0:3000"),
            ("gunicorn -b :3000 app:app", "0.0.0.0:3000"),
            ("gunicorn -b:3000 app:app", "0.0.0.0:3000"),
            ("gunicorn --bind=127.0.0.1:80 app:app", "127.0.0.1:80"),
            ("gunicorn app:app", "0.0.0.0:$PORT"),
            ("gunicorn --bind 0.0.0.0:$PORT app:app", "0.0.0.0:$PORT"),
            ("gunicorn --bind :${PORT:-8080} app:app", "0.0.0.0:$PORT"),
            ("gunicorn -b :$WEB app:app", "0.0.0.0:7000"),
            ("gunicorn -c conf.py app:app", "?:?"),
            ("gunicorn -b unix:/tmp/s app:app", "?:?"),
            ("uvicorn app:app", "127.0.0.1:8000"),
            ("uvicorn app:app --host 0.0.0.0 --port 8001", "0.0.0.0:8001"),
            ("uvicorn app:app --host=0.0.0.0 --port=$PORT", "0.0.0.0:$PORT"),
            ("python -m uvicorn app:app --port ${X:-81}", "127.0.0.1:81"),
            ("uvicorn app:app --uds /tmp/s", "unread"),
            ("python manage.py runserver 0.0.0.0:8000", "0.0.0.0:8000"),
            ("python manage.py runserver", "127.0.0.1:8000"),
            ("fastapi run main.py", "0.0.0.0:$PORT"),
            ("flask run -p 80", "127.0.0.1:80"),
            ("flask --app main run", "127.0.0.1:5000"),
            ("streamlit run app.py --server.port=8080", "0.0.0.0:8080"),
            ("nginx -g daemon", "unread"),
            ("python main.py", "unread"),
        ] {
            assert_eq!(listen(command), expected, "{command}");
        }
    }
}
