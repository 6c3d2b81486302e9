//! What runs images on AWS: Lambda functions, tasks of ECS, jobs of Batch,
//! services of App Runner.
//!
//! Source: the documentation of hashicorp/aws 6, and docs.aws.amazon.com, read 2026-11.

mod secret;

pub use secret::{created_by_commands, created_by_module};

use super::super::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, Replaced, default_port,
};
use super::super::platform::Architecture;
use super::super::secret::{Origin, Secret};
use super::{Lowered, ecs, lambda};
use crate::eval::terraform::{Block, Datum, Module, Resource};
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value, Why};

/// What a resource deploys, if it is one of these.
pub fn lower(module: &Module, resource: &Resource, lowered: &mut Lowered) {
    let body = &resource.body;
    let before = lowered.references.len();
    lowered.secrets.extend(secret::created(resource, Origin::Terraform));
    let (platform, name, architecture, containers) = match resource.kind.as_str() {
        "aws_lambda_function" => {
            // Without an image it runs an archive.
            if body.get("image_uri").is_none() {
                return;
            }
            let container = container(lambda::image(body), Value::Unset);
            let name = body.text("function_name");
            (Platform::Lambda, name, of_lambda(body, resource.at), vec![container])
        }
        "aws_apprunner_service" => {
            let Some(container) = of_app_runner(body, resource.at) else { return };
            let architecture = Value::literal(Architecture::Amd64, resource.at);
            (Platform::AppRunner, body.text("service_name"), architecture, vec![container])
        }
        "aws_ecs_task_definition" => {
            let (containers, sources) = ecs::containers(body);
            lowered.references.extend(sources.into_iter().filter_map(secret::reference));
            let architecture = ecs::architecture(body, resource.at);
            (Platform::Ecs, body.text("family"), architecture, containers)
        }
        "aws_batch_job_definition" => {
            let Some((architecture, container)) = ecs::batch_job(body, resource.at) else { return };
            (Platform::Batch, body.text("name"), architecture, vec![container])
        }
        _ => return,
    };
    lowered.deploy(
        before,
        Deployment {
            architecture,
            name: if name.is_unset() { Value::unknown(resource.at, Why::Unread) } else { name },
            balancers: ecs::balancers(module, resource),
            containers,
            ..Deployment::new(resource.at, platform, Manager::Terraform)
        },
    );
}

/// The secret that a data source looks up, if it is one.
pub fn looked_up(data: &Resource) -> Option<Secret> {
    secret::created(data, Origin::Elsewhere)
}

pub(super) fn container(image: Value<Text>, port: Value<u16>) -> Container {
    Container { image, port, env: Vec::new(), ..Container::default() }
}

pub(super) fn of_lambda(body: &Block, at: Span) -> Value<Architecture> {
    match body.get("architectures").map(|list| (list.at, &list.datum)) {
        None | Some((_, Datum::Null)) => {
            let told = "Lambda runs x86_64 where no architecture is named";
            default_architecture(Step::reference(at, told))
        }
        Some((_, Datum::List(items, false))) if items.len() == 1 => named(items[0].text()),
        Some((at, _)) => Value::unknown(at, Why::Unread),
    }
}

pub(super) fn default_architecture(told: Step) -> Value<Architecture> {
    Value::Known(Sourced { value: Architecture::Amd64, at: told.at, via: vec![told] })
}

pub(super) fn named(written: Value<Text>) -> Value<Architecture> {
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
    // It is documented as the command of the container, which need not start the entrypoint.
    let starts = settings.is_some_and(|settings| settings.get("start_command").is_some());
    container.replaced = Replaced { entrypoint: starts, arguments: starts };
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
