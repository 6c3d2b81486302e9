//! Tasks of ECS: their containers, and the load balancers that send to them; jobs of Batch, which
//! are written alike.
//!
//! Source: docs.aws.amazon.com/AmazonECS, task definition parameters, docs.aws.amazon.com/batch,
//! RuntimePlatform, and the documentation of hashicorp/aws 6, read 2026-11.

use super::super::deployment::{Balancer, Container, ContainerPort, EnvVariable, Replaced};
use super::super::platform::Architecture;
use super::aws::{container, default_architecture, named};
use crate::eval::terraform::{Block, Datum, Evaluated, Key, Module, Reference, Resource};
use crate::source::Span;
use crate::value::{Piece, Sourced, Step, Text, Value, Why};
use serde_json::Value as Json;

/// The architecture that a task asks for.
pub fn architecture(body: &Block, at: Span) -> Value<Architecture> {
    let platform = body.blocks("runtime_platform").next();
    if let Some(architecture) = platform.and_then(|block| block.get("cpu_architecture")) {
        return named(architecture.text());
    }
    let is_open = body.open.iter().any(|kind| kind == "runtime_platform");
    unnamed_architecture(body.get("requires_compatibilities").filter(|_| !is_open), at)
}

/// The architecture where none is named, by the list of what a task or job runs on.
fn unnamed_architecture(runs_on: Option<&Evaluated>, at: Span) -> Value<Architecture> {
    let fargate = match runs_on.map(|list| &list.datum) {
        Some(Datum::List(items, false)) => {
            items.iter().any(|item| item.text().literal_text() == Some("FARGATE"))
        }
        _ => false,
    };
    match fargate {
        true => default_architecture(Step::reference(
            at,
            "Fargate runs x86_64 where no architecture is named",
        )),
        // The instances decide.
        false => Value::unknown(at, Why::Environment),
    }
}

/// The container of a job of Batch, and the architecture that it asks for.
pub fn batch_job(body: &Block, at: Span) -> Option<(Value<Architecture>, Container)> {
    let Value::Known(text) = body.get("container_properties")?.text() else { return None };
    let (json, holes) = with_marks(&text.value);
    let properties: Json = serde_json::from_str(&json).ok()?;
    let reading = Reading { at: text.at, via: &text.via, holes: &holes };
    let architecture = match properties.get("runtimePlatform") {
        None | Some(Json::Null) => unnamed_architecture(body.get("platform_capabilities"), at),
        Some(Json::Object(platform)) => match platform.get("cpuArchitecture") {
            None => unnamed_architecture(body.get("platform_capabilities"), at),
            asked => named(reading.text(asked)),
        },
        Some(_) => Value::unknown(text.at, Why::Unread),
    };
    Some((architecture, reading.container(&properties)))
}

/// The load balancers that services of a task send requests by.
pub fn balancers(module: &Module, task: &Resource) -> Vec<Balancer> {
    let services = module.resources.iter().filter(|resource| {
        resource.kind == "aws_ecs_service"
            && resource.body.get("task_definition").is_some_and(|value| runs(value, task))
    });
    let blocks = services.flat_map(|service| service.body.blocks("load_balancer"));
    let balancer = |block: &Block| Balancer {
        container: block.text("container_name"),
        port: block.text("container_port").and_then(|port| port.literal()?.parse().ok()),
    };
    blocks.map(balancer).collect()
}

/// Whether a value names a task: a reference to it, or a text with one in it.
fn runs(value: &Evaluated, task: &Resource) -> bool {
    if task.kind != "aws_ecs_task_definition" {
        return false;
    }
    match &value.datum {
        Datum::Reference(Reference { kind, name, key, .. }) => {
            let same_key = match (key, &task.key) {
                (None, Key::Single) => true,
                (Some(key), Key::Each(own)) => key == own,
                _ => false,
            };
            *kind == task.kind && *name == task.name && same_key
        }
        Datum::Text(text) => {
            let prefix = format!("{}.{}.", task.kind, task.name);
            text.pieces()
                .iter()
                .any(|piece| matches!(piece, Piece::Hole(name) if name.starts_with(&prefix)))
        }
        _ => false,
    }
}

/// The containers of a task, and where they take secrets from; none if they cannot be read.
pub fn containers(body: &Block) -> (Vec<Container>, Vec<Value<Text>>) {
    body.get("container_definitions").map(of_definitions).unwrap_or_default()
}

/// The containers of JSON, in which values may be missing.
fn of_definitions(definitions: &Evaluated) -> (Vec<Container>, Vec<Value<Text>>) {
    let Value::Known(text) = definitions.text() else { return Default::default() };
    let (json, holes) = with_marks(&text.value);
    let Ok(Json::Array(items)) = serde_json::from_str(&json) else { return Default::default() };
    let reading = Reading { at: text.at, via: &text.via, holes: &holes };
    let secrets = items.iter().filter_map(|item| item.get("secrets")?.as_array()).flatten();
    let sources = secrets.map(|secret| reading.text(secret.get("valueFrom"))).collect();
    (items.iter().map(|item| reading.container(item)).collect(), sources)
}

/// The JSON with a mark for each hole, which is a string of its own where it stands outside of
/// one, and the names of the holes.
fn with_marks(text: &Text) -> (String, Vec<&str>) {
    let (mut json, mut holes) = (String::new(), Vec::new());
    let mut inside = false;
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => {
                let mut escaped = false;
                for c in literal.chars() {
                    inside ^= c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                }
                json.push_str(literal);
            }
            Piece::Hole(name) => {
                let quote = if inside { "" } else { "\"" };
                json.push_str(&format!("{quote}\u{e000}{}\u{e001}{quote}", holes.len()));
                holes.push(name.as_str());
            }
        }
    }
    (json, holes)
}

/// What is needed to make values of JSON.
struct Reading<'a> {
    at: Span,
    via: &'a [Step],
    holes: &'a [&'a str],
}

impl Reading<'_> {
    fn container(&self, item: &Json) -> Container {
        let list = |name: &str| match item.get(name) {
            None | Some(Json::Null) => Some([].as_slice()),
            Some(Json::Array(items)) => Some(items.as_slice()),
            Some(_) => None,
        };
        let given = |name: &str| match item.get(name) {
            None | Some(Json::Null) => false,
            Some(Json::Array(items)) => !items.is_empty(),
            Some(_) => true,
        };
        let unknown = |why| Value::unknown(self.at, why);
        let ports = match list("portMappings") {
            Some(ports) => ports
                .iter()
                .map(|port| ContainerPort {
                    name: self.text(port.get("name")),
                    port: self.number(port.get("containerPort")),
                })
                .collect(),
            None => vec![ContainerPort { name: unknown(Why::Unread), port: self.number(None) }],
        };
        let variable = |variable: &Json, value| EnvVariable {
            name: self.text(variable.get("name")),
            setting: self.at,
            value,
        };
        let set = list("environment").unwrap_or_default().iter();
        let set = set.map(|entry| variable(entry, self.text(entry.get("value"))));
        let secret = list("secrets").unwrap_or_default().iter();
        let secret = secret.map(|entry| variable(entry, unknown(Why::Sensitive)));
        let mut env: Vec<EnvVariable> = set.chain(secret).collect();
        let is_open = |name: &str| list(name).is_none();
        if is_open("environment") || is_open("secrets") || given("environmentFiles") {
            let (name, value) = (unknown(Why::Environment), unknown(Why::Environment));
            env.push(EnvVariable { name, setting: self.at, value });
        }
        let image = self.text(item.get("image")).or(unknown(Why::Unread));
        Container {
            name: self.text(item.get("name")),
            ports,
            env,
            replaced: Replaced { entrypoint: given("entryPoint"), arguments: given("command") },
            ..container(image, Value::Unset)
        }
    }

    fn text(&self, written: Option<&Json>) -> Value<Text> {
        let text = match written {
            None | Some(Json::Null) => return Value::Unset,
            Some(Json::String(text)) => with_holes(text, self.holes),
            Some(Json::Number(number)) => Text::from(number.to_string()),
            Some(Json::Bool(truth)) => Text::from(truth.to_string()),
            Some(_) => return Value::unknown(self.at, Why::Unread),
        };
        Value::Known(Sourced { value: text, at: self.at, via: self.via.to_vec() })
    }

    fn number(&self, written: Option<&Json>) -> Value<u16> {
        self.text(written)
            .and_then(|text| text.literal()?.parse().ok())
            .or(Value::unknown(self.at, Why::Unread))
    }
}

fn with_holes(text: &str, holes: &[&str]) -> Text {
    let mut made = Text::default();
    for (i, part) in text.split('\u{e000}').enumerate() {
        let rest = match part.split_once('\u{e001}').filter(|_| i > 0) {
            Some((number, rest)) => {
                let name = number.parse().ok().and_then(|i: usize| holes.get(i));
                made.push(Piece::Hole(name.copied().unwrap_or_default().to_owned()));
                rest
            }
            None => part,
        };
        made.push_str(rest);
    }
    made
}
