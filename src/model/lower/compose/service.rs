//! What a service of a compose file runs.

use crate::eval::compose::Variables;
use crate::model::deployment::{Container, Deployment, EnvVariable, Manager, Platform, Replaced};
use crate::model::image::client::client;
use crate::model::image::process::exec;
use crate::source::Excerpt;
use crate::syntax::compose::Service;
use crate::syntax::shell;
use crate::value::{Sourced, Text, Value, Why};

/// The service as it runs. Only a single mapped port is surely the one of its server.
pub fn deployment(service: &Service, variables: &Variables) -> Option<Deployment> {
    let at = service.name.at;
    let named = Sourced { value: Text::from(&*service.name.text), at, via: Vec::new() };
    let port = match &service.ports[..] {
        [port] => port_inside(port, variables),
        _ => Value::Unset,
    };
    let mut env: Vec<EnvVariable> = Vec::new();
    for (name, value) in &service.environment {
        env.push(EnvVariable {
            name: Value::Known(variables.expand(name)),
            setting: name.at,
            value: match value {
                Some(value) => Value::Known(variables.expand(value)),
                None => Value::unknown(name.at, Why::Environment),
            },
        });
    }
    env.extend(service.env_file.map(|at| EnvVariable {
        name: Value::unknown(at, Why::Unread),
        setting: at,
        value: Value::unknown(at, Why::Sensitive),
    }));
    Some(Deployment {
        name: Value::Known(named.clone()),
        containers: vec![Container {
            image: Value::Known(named),
            port,
            env,
            health_client: health_client(service),
            replaced: Replaced {
                entrypoint: service.has_entrypoint,
                arguments: service.has_command,
            },
            ..Container::default()
        }],
        ignores_image: true,
        ..Deployment::new(at, Platform::Compose, Manager::Compose)
    })
}

/// The program that asks the service whether it is well.
fn health_client(service: &Service) -> Value<String> {
    let commands = match &service.health_test[..] {
        [] => return Value::Unset,
        [text] => shell::commands(text),
        [kind, text] if kind.text == "CMD-SHELL" => shell::commands(text),
        [kind, words @ ..] if kind.text == "CMD" => exec(words).into_iter().collect(),
        [first, ..] => return Value::unknown(first.at, Why::Unread),
    };
    client(&commands)
}

/// The port of the container in `8080:80`, `127.0.0.1:8080:80/tcp` or `80`.
fn port_inside(written: &Excerpt, variables: &Variables) -> Value<u16> {
    // What a fix edits is the number alone, where it is written out.
    let text = &written.text;
    let start = text.rfind(':').filter(|_| !text.contains('$')).map_or(0, |colon| colon + 1);
    let end = text[start..].find('/').map_or(text.len(), |slash| start + slash);
    let protocol = text.get(end + 1..).unwrap_or("tcp");
    let port = variables.expand(&written.slice(start..end));
    let value = port.value.literal().and_then(|text| text.rsplit(':').next()?.parse().ok());
    match value.filter(|_| protocol == "tcp") {
        Some(value) => Value::Known(Sourced { value, at: port.at, via: port.via }),
        None => Value::unknown(written.at, Why::Unread),
    }
}
