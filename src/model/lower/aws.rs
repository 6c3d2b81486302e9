//! What runs images on AWS: Lambda functions, tasks of ECS, services of App Runner.
//!
//! Source: the documentation of hashicorp/aws 6, and docs.aws.amazon.com, read 2026-11.

use super::super::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, default_port,
};
use super::super::platform::Architecture;
use super::Lowered;
use crate::eval::terraform::{Block, Datum, Evaluated, Resource};
use crate::source::Span;
use crate::value::{Piece, Sourced, Step, Text, Value, Why};
use serde_json::Value as Json;

/// What a resource deploys, if it is one of these.
pub fn lower(resource: &Resource, lowered: &mut Lowered) {
    let body = &resource.body;
    let (platform, name, architecture, containers) = match resource.kind.as_str() {
        "aws_lambda_function" => {
            // Without an image it runs an archive.
            if body.get("image_uri").is_none() {
                return;
            }
            let container = container(body.text("image_uri"), Value::Unset);
            let name = body.text("function_name");
            (Platform::Lambda, name, of_lambda(body, resource.at), vec![container])
        }
        "aws_apprunner_service" => {
            let Some(container) = of_app_runner(body, resource.at) else { return };
            let architecture = Value::literal(Architecture::Amd64, resource.at);
            (Platform::AppRunner, body.text("service_name"), architecture, vec![container])
        }
        "aws_ecs_task_definition" => {
            let containers = body.get("container_definitions").map(of_definitions);
            let architecture = of_task(body, resource.at);
            (Platform::Ecs, body.text("family"), architecture, containers.unwrap_or_default())
        }
        _ => return,
    };
    lowered.deployments.push(Deployment {
        at: resource.at,
        platform,
        manager: Manager::Terraform,
        architecture,
        name: if name.is_unset() { Value::unknown(resource.at, Why::Unread) } else { name },
        region: Value::Unset,
        project: Value::Unset,
        namespace: Value::Unset,
        labels: Vec::new(),
        containers,
        ignores_image: false,
        changes_otherwise: true,
    });
}

fn container(image: Value<Text>, port: Value<u16>) -> Container {
    Container {
        image,
        port,
        env: Vec::new(),
        // Who calls it decides the command as well.
        overrides_command: false,
        ..Container::default()
    }
}

fn of_lambda(body: &Block, at: Span) -> Value<Architecture> {
    match body.get("architectures").map(|list| (list.at, &list.datum)) {
        None | Some((_, Datum::Null)) => {
            let told = "Lambda runs x86_64 where no architecture is named";
            default_architecture(Step::reference(at, told))
        }
        Some((_, Datum::List(items, false))) if items.len() == 1 => named(items[0].text()),
        Some((at, _)) => Value::unknown(at, Why::Unread),
    }
}

fn of_task(body: &Block, at: Span) -> Value<Architecture> {
    let platform = body.blocks("runtime_platform").next();
    if let Some(architecture) = platform.and_then(|block| block.get("cpu_architecture")) {
        return named(architecture.text());
    }
    let fargate = match body.get("requires_compatibilities").map(|list| &list.datum) {
        Some(Datum::List(items, false)) => {
            items.iter().any(|item| item.text().literal_text() == Some("FARGATE"))
        }
        _ => false,
    };
    let is_open = body.open.iter().any(|kind| kind == "runtime_platform");
    match fargate && !is_open {
        true => default_architecture(Step::reference(
            at,
            "Fargate runs x86_64 where no architecture is named",
        )),
        // The instances decide.
        false => Value::unknown(at, Why::Environment),
    }
}

fn default_architecture(told: Step) -> Value<Architecture> {
    Value::Known(Sourced { value: Architecture::Amd64, at: told.at, via: vec![told] })
}

fn named(written: Value<Text>) -> Value<Architecture> {
    written.and_then(|text| Architecture::of_platform(text.literal()?))
}

fn of_app_runner(body: &Block, at: Span) -> Option<Container> {
    let source = body.blocks("source_configuration").next()?;
    let image = source.blocks("image_repository").next()?;
    let settings = image.blocks("image_configuration").next();
    let port = match settings.and_then(|settings| settings.get("port")) {
        Some(port) => port.text().and_then(|text| text.literal()?.parse().ok()),
        None => {
            default_port(Step::reference(at, "App Runner sends to 8080 where no port is named"))
        }
    };
    let mut container = container(image.text("image_identifier"), port);
    container.overrides_command = settings.is_some_and(|s| s.get("start_command").is_some());
    let variables = settings.and_then(|s| s.get("runtime_environment_variables"));
    if let Some(Datum::Map(entries, _)) = variables.map(|variables| &variables.datum) {
        container.env = entries
            .iter()
            .map(|(name, value)| EnvVariable {
                name: Value::Known(Sourced { value: name.clone(), at: value.at, via: Vec::new() }),
                setting: value.at,
                value: value.text(),
            })
            .collect();
    }
    Some(container)
}

/// The containers of JSON, in which values may be missing.
fn of_definitions(definitions: &Evaluated) -> Vec<Container> {
    let Value::Known(text) = definitions.text() else { return Vec::new() };
    let mut holes = Vec::new();
    let mut json = String::new();
    for piece in text.value.pieces() {
        match piece {
            Piece::Literal(literal) => json.push_str(literal),
            Piece::Hole(name) => {
                json.push_str(&format!("\u{e000}{}\u{e001}", holes.len()));
                holes.push(name.as_str());
            }
        }
    }
    let Ok(Json::Array(items)) = serde_json::from_str(&json) else { return Vec::new() };
    items
        .iter()
        .map(|item| {
            let image = match item.get("image").and_then(Json::as_str) {
                Some(image) => Value::Known(Sourced {
                    value: with_holes(image, &holes),
                    at: text.at,
                    via: text.via.clone(),
                }),
                None => Value::unknown(text.at, Why::Unread),
            };
            let mut container = container(image, Value::Unset);
            let given = |name: &str| item.get(name).is_some_and(|value| !value.is_null());
            container.overrides_command = given("command") || given("entryPoint");
            container
        })
        .collect()
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
