//! Modules of the Terraform registry, by what they are known to create. Their inputs are read
//! from registry.terraform.io (2026-08); their code is not.

use super::super::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, Replaced, amd64, default_port,
};
use super::super::repository::{Registry, Repository};
use super::super::secret::{Origin, Secret, SecretReference, Store};
use super::terraform::reference;
use super::{Lowered, WorkingFolder, aws, lambda};
use crate::eval::terraform::{Call, Datum, Evaluated};
use crate::source::Span;
use crate::value::{Sourced, Step, Value, Why};

/// Adds what a call of a module that is not in the project creates.
pub fn lower(folders: &[WorkingFolder], call: &Call, lowered: &mut Lowered) {
    let source = call.body.text("source");
    let Some(source) = source.literal_text() else { return };
    if source.starts_with("./") || source.starts_with("../") {
        return;
    }
    let (module, inner) = source.split_once("//").unwrap_or((source, ""));
    lowered.secrets.extend(aws::created_by_module(module, call.at));
    if module.contains("secret") {
        secrets(call, lowered);
    } else if module.ends_with("/cloud-run/google") {
        let before = lowered.references.len();
        let service = cloud_run(call, inner.contains("v2"), &mut lowered.references);
        service.into_iter().for_each(|service| lowered.deploy(before, service));
    } else if module.ends_with("terraform-aws-modules/lambda/aws") {
        match inner {
            "modules/docker-build" => lowered.builds.push(lambda::docker_build(folders, call)),
            "" => lowered.deployments.extend(lambda::module(call)),
            _ => {}
        }
    } else if source.contains("lambda") {
        lowered.deployments.extend(lambda::other_module(call));
    } else if module.contains("artifact-registry") {
        repository(call, Registry::ArtifactRegistry, "repository_id", lowered);
    } else if module.contains("ecr") {
        repository(call, Registry::Ecr, "repository_name", lowered);
    }
}

/// The secrets of a list of objects with names; any if they are not known.
fn secrets(call: &Call, lowered: &mut Lowered) {
    let project = || call.body.text("project_id");
    let mut create = |name| {
        let origin = Origin::Terraform;
        let store = Store::SecretManager;
        let secret = Secret::new(call.at, name, origin, store);
        lowered.secrets.push(Secret { project: project(), ..secret });
    };
    match call.body.get("secrets").map(|value| &value.datum) {
        Some(Datum::List(secrets, false)) => {
            for secret in secrets {
                create(secret.field_text("name").or(Value::unknown(secret.at, Why::Unread)));
            }
        }
        _ => create(Value::unknown(call.at, Why::Unread)),
    }
}

fn repository(call: &Call, registry: Registry, input: &str, lowered: &mut Lowered) {
    let name = call.body.text(input).or(Value::unknown(call.at, Why::Unread));
    let origin = Origin::Terraform;
    lowered.repositories.push(Repository { at: call.at, registry, name, origin, immutable: None });
}

/// A service of `GoogleCloudPlatform/cloud-run/google`, or of its part for the second version
/// of the service's API.
fn cloud_run(
    call: &Call,
    second: bool,
    references: &mut Vec<SecretReference>,
) -> Option<Deployment> {
    let containers = match call.body.get("containers").map(|list| &list.datum) {
        _ if !second => vec![first_version(call, references)],
        Some(Datum::List(items, false)) => {
            let several = items.len() > 1;
            items.iter().map(|item| second_version(call, item, several, references)).collect()
        }
        _ => return None,
    };
    Some(Deployment {
        architecture: amd64(call.at),
        name: call.body.text("service_name"),
        region: call.body.text("location"),
        project: call.body.text("project_id"),
        containers,
        // What the module ignores and adds is not read.
        ignores_image: true,
        ..Deployment::new(call.at, Platform::CloudRunService, Manager::Terraform)
    })
}

fn first_version(call: &Call, references: &mut Vec<SecretReference>) -> Container {
    let list = |name| match call.body.get(name).map(|list| &list.datum) {
        Some(Datum::List(items, _)) => items.as_slice(),
        _ => &[],
    };
    for variable in list("env_secret_vars") {
        let Some(Datum::List(sources, _)) = variable.field("value_from").map(|v| &v.datum) else {
            continue;
        };
        let keys = sources.iter().filter_map(|source| source.field("secret_key_ref"));
        references.extend(keys.map(|key| reference(key.field_text("name"))));
    }
    let env = list("env_vars").iter().map(|variable| EnvVariable {
        name: variable.field_text("name"),
        setting: variable.at,
        value: variable.field_text("value"),
    });
    let given = |name| call.body.get(name).is_some();
    Container {
        image: call.body.text("image"),
        port: port(call.body.get("ports"), "port", call.at),
        env: env.collect(),
        replaced: Replaced { entrypoint: given("container_command"), arguments: given("argument") },
        ..Container::default()
    }
}

fn second_version(
    call: &Call,
    container: &Evaluated,
    several: bool,
    references: &mut Vec<SecretReference>,
) -> Container {
    let entries = |name| match container.field(name).map(|map| &map.datum) {
        Some(Datum::Map(entries, _)) => entries.as_slice(),
        _ => &[],
    };
    let secrets = entries("env_secret_vars").iter();
    references.extend(secrets.map(|(_, secret)| reference(secret.field_text("secret"))));
    let env = entries("env_vars").iter().map(|(name, value)| EnvVariable {
        name: Value::Known(Sourced { value: name.clone(), at: value.at, via: Vec::new() }),
        setting: value.at,
        value: value.text(),
    });
    let ports = container.field("ports");
    let given = |name| container.field(name).is_some();
    Container {
        image: container.field_text("container_image"),
        port: match ports {
            None if several => Value::Unset,
            ports => port(ports, "container_port", call.at),
        },
        env: env.collect(),
        replaced: Replaced {
            entrypoint: given("container_command"),
            arguments: given("container_args"),
        },
        ..Container::default()
    }
}

/// The port of an object; 8080 where it names none.
fn port(ports: Option<&Evaluated>, name: &str, at: Span) -> Value<u16> {
    let default =
        || default_port(Step::default(at, "Cloud Run sends to 8080 where no port is named"));
    match ports {
        None => default(),
        Some(Evaluated { datum: Datum::Map(..), .. }) => {
            match ports.and_then(|ports| ports.field(name)) {
                Some(port) => port.text().and_then(|text| text.literal()?.parse().ok()),
                None => default(),
            }
        }
        Some(other) => Value::unknown(other.at, Why::Unread),
    }
}
