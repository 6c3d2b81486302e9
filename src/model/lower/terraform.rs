//! What Terraform's resources mean: deployments, secrets and builds.

use super::super::build::{Build, BuildKind, Builder, Prepared, Rebuild, Runner};
use super::super::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, Replaced, amd64, default_port,
};
use super::super::repository::{Registry, Repository};
use super::super::secret::{Origin, Secret, SecretPath, SecretReference, Store};
use super::docker::places;
use super::script::{Start, invocations};
use super::{Lowered, WorkingFolder, aws, functions, kubernetes, modules, nodes};
use crate::eval::manifest::of_block;
use crate::eval::terraform::{Block, Datum, Evaluated, Key, Module, Resource, Terraform};
use crate::source::{Sources, Span, resolve};
use crate::value::{Sourced, Step, Text, Value, Why};

/// What all Terraform of a project means.
pub fn lower(sources: &Sources, terraform: &Terraform) -> Lowered {
    let mut lowered = Lowered::default();
    for module in &terraform.modules {
        for resource in &module.resources {
            lower_resource(sources, module, resource, &mut lowered);
        }
        for data in &module.data {
            if is_secret(&data.kind) {
                lowered.secrets.push(secret(data, Origin::Elsewhere));
            }
            lowered.secrets.extend(aws::looked_up(data));
            lowered.repositories.extend(repository(data, Origin::Elsewhere));
        }
        for call in &module.calls {
            modules::lower(&working_folders(module), call, &mut lowered);
            lowered.node_pools.extend(nodes::of_module(call));
        }
    }
    lowered
}

fn lower_resource(sources: &Sources, module: &Module, resource: &Resource, lowered: &mut Lowered) {
    let builds = lowered.builds.len();
    lowered.node_pools.extend(nodes::of_resource(resource));
    match resource.kind.as_str() {
        "google_cloud_run_v2_service" => {
            service(resource, Platform::CloudRunService, &["template"], lowered);
        }
        "google_cloud_run_v2_job" => {
            service(resource, Platform::CloudRunJob, &["template", "template"], lowered);
        }
        "google_cloud_run_service" => {
            service(resource, Platform::CloudRunService, &["template", "spec"], lowered);
        }
        "google_cloudfunctions2_function" | "google_cloudfunctions_function" => {
            functions::lower(resource, lowered);
        }
        kind if kind.starts_with("aws_") && registry(kind).is_none() => {
            aws::lower(module, resource, lowered)
        }
        kind if is_secret(kind) => lowered.secrets.push(secret(resource, Origin::Terraform)),
        kind if registry(kind).is_some() => {
            lowered.repositories.extend(repository(resource, Origin::Terraform));
        }
        "docker_registry_image" => {
            lowered.pushed.extend(resource.body.text("name").known().cloned());
        }
        "docker_image" => {
            lowered.builds.extend(
                resource.body.blocks("build").map(|block| docker_image(module, resource, block)),
            );
        }
        kind if kubernetes::kind_of_resource(kind).is_some() => {
            if let Some((group, kind)) = kubernetes::kind_of_resource(kind) {
                let (object, manager) = (of_block(&resource.body), Manager::Terraform);
                let deployed = lowered.deployments.len();
                kubernetes::of_kind(group, kind, &object, resource.at, manager, lowered);
                for deployment in lowered.deployments.iter_mut().skip(deployed) {
                    deployment.ignores_image =
                        ignores(&resource.body, |path| path == "all" || path.starts_with("spec"));
                }
            }
        }
        // What a chart creates is not read.
        "helm_release" | "kubectl_manifest" | "kubernetes_secret_v1_data" => {
            let (at, origin) = (resource.at, Origin::Elsewhere);
            let name = Value::unknown(at, Why::Unread);
            lowered.secrets.push(Secret::new(at, name, origin, Store::Kubernetes));
        }
        "kubernetes_manifest" => {
            if let Some(object) = resource.body.get("manifest") {
                kubernetes::lower(object, Manager::Terraform, lowered);
            }
        }
        _ => {}
    }
    for provisioner in resource.body.blocks("provisioner") {
        if provisioner.labels.first().is_some_and(|label| label == "local-exec") {
            local_exec(sources, module, provisioner, lowered);
        }
    }
    for build in lowered.builds.iter_mut().skip(builds) {
        build.rebuild = rebuild(resource);
    }
}

fn rebuild(resource: &Resource) -> Option<Rebuild> {
    let watch = resource.watch.as_ref().filter(|watch| !watch.otherwise)?;
    // The provider of `docker_image` may see by itself that the context changes.
    if watch.at.is_none() && resource.kind == "docker_image" {
        return None;
    }
    Some(Rebuild {
        at: resource.at,
        resource: format!("{}.{}", resource.kind, resource.name),
        argument: watch.argument,
        watched: watch.at.map(|at| (at, watch.files.clone())),
    })
}

fn registry(kind: &str) -> Option<Registry> {
    match kind {
        "google_artifact_registry_repository" => Some(Registry::ArtifactRegistry),
        "aws_ecr_repository" => Some(Registry::Ecr),
        _ => None,
    }
}

fn repository(resource: &Resource, origin: Origin) -> Option<Repository> {
    let registry = registry(&resource.kind)?;
    let name = match registry {
        Registry::ArtifactRegistry => resource.body.text("repository_id"),
        Registry::Ecr => resource.body.text("name"),
    };
    let name = if name.is_unset() { Value::unknown(resource.at, Why::Unread) } else { name };
    let immutable = immutable(&resource.body);
    Some(Repository { at: resource.at, registry, name, origin, immutable })
}

/// Where a repository says that it takes each tag once.
fn immutable(body: &Block) -> Option<Sourced<()>> {
    let by_word = body
        .get("image_tag_mutability")
        .filter(|value| value.text().literal_text() == Some("IMMUTABLE"));
    let by_truth = body.blocks("docker_config").find_map(|config| {
        config.get("immutable_tags").filter(|value| matches!(value.datum, Datum::Bool(true)))
    });
    let written = by_word.or(by_truth);
    written.map(|value| Sourced { value: (), at: value.at, via: value.via.clone() })
}

fn is_secret(kind: &str) -> bool {
    matches!(kind, "google_secret_manager_secret" | "google_secret_manager_regional_secret")
}

fn secret(resource: &Resource, origin: Origin) -> Secret {
    let name = match resource.body.text("secret_id") {
        Value::Unset => Value::unknown(resource.at, Why::Unread),
        name => name,
    };
    let (project, store) = (resource.body.text("project"), Store::SecretManager);
    let location = match resource.kind.as_str() {
        "google_secret_manager_secret" => Value::literal(Text::from("global"), resource.at),
        _ => resource.body.text("location"),
    };
    Secret { at: resource.at, name, project, location, origin, store }
}

fn service(resource: &Resource, platform: Platform, path: &[&str], lowered: &mut Lowered) {
    let mut block = Some(&resource.body);
    for part in path {
        block = block.and_then(|block| block.blocks(part).next());
    }
    let Some(template) = block else { return };
    // Containers of a `dynamic` block that is not read may change which one gets requests.
    if template.open.iter().any(|kind| kind == "containers") {
        return;
    }
    let before = lowered.references.len();
    let several = template.blocks("containers").count() > 1;
    let containers = template
        .blocks("containers")
        .map(|block| {
            secret_references(block, lowered);
            container(block, platform, several, resource.at)
        })
        .collect();
    for volume in template.blocks("volumes") {
        for secret in volume.blocks("secret") {
            let name = secret.text("secret").or(secret.text("secret_name"));
            lowered.references.push(reference(name));
        }
    }
    lowered.deploy(
        before,
        Deployment {
            architecture: amd64(resource.at),
            name: named(&resource.body, resource),
            region: resource.body.text("location"),
            project: resource.body.text("project"),
            containers,
            ignores_image: ignores_image(&resource.body),
            changes_otherwise: changes_otherwise(&resource.body),
            ..Deployment::new(resource.at, platform, Manager::Terraform)
        },
    );
}

/// Whether the template has a name, a label, an annotation or a variable that is not known,
/// and may change with every apply. Secrets are named, and do not.
fn changes_otherwise(body: &Block) -> bool {
    body.blocks("template").any(|template| {
        let metadata = template.blocks("metadata").chain([template]);
        let written = metadata.flat_map(|block| {
            ["revision", "labels", "annotations"].into_iter().filter_map(|name| block.get(name))
        });
        let inner = template.blocks("spec").chain([template]);
        let mut env = inner.flat_map(|b| b.blocks("containers")).flat_map(|b| b.blocks("env"));
        let is_open = |block: &Block| block.open.iter().any(|kind| kind == "env");
        written.into_iter().any(may_change)
            || env.any(|env| env.get("value").is_some_and(may_change))
            || template.blocks("containers").any(is_open)
    })
}

/// Whether a value, or a part of it, is not known.
pub(super) fn may_change(value: &Evaluated) -> bool {
    match &value.datum {
        Datum::Text(text) => text.literal().is_none(),
        Datum::List(items, open) => *open || items.iter().any(may_change),
        Datum::Map(entries, open) => *open || entries.iter().any(|(_, value)| may_change(value)),
        Datum::Reference(_) | Datum::Unknown(_) => true,
        Datum::Null | Datum::Bool(_) | Datum::Number(_) => false,
    }
}

fn named(body: &Block, resource: &Resource) -> Value<Text> {
    match (body.text("name"), &resource.key) {
        (Value::Known(name), Key::Unknown) if name.value.literal().is_some() => {
            Value::unknown(name.at, Why::Unread)
        }
        (name, _) => name,
    }
}

fn container(block: &Block, platform: Platform, several: bool, at: Span) -> Container {
    let ports = block.blocks("ports").next();
    let port = match ports.map(|ports| (ports, ports.get("container_port"))) {
        _ if platform == Platform::CloudRunJob => Value::Unset,
        Some((_, Some(port))) => port.text().and_then(|text| text.literal()?.parse().ok()),
        Some((ports, None)) => unnamed_port(ports.at),
        None if block.open.iter().any(|kind| kind == "ports") => {
            Value::unknown(block.at, Why::Unread)
        }
        // Of several containers the one with a port gets the requests.
        None if several => Value::Unset,
        None => unnamed_port(at),
    };
    let given = |name| block.get(name).is_some();
    Container {
        image: block.text("image"),
        port,
        env: block.blocks("env").map(env).collect(),
        replaced: Replaced { entrypoint: given("command"), arguments: given("args") },
        ..Container::default()
    }
}

fn unnamed_port(at: Span) -> Value<u16> {
    default_port(Step::reference(at, "Cloud Run sends to 8080 where no port is named"))
}

fn env(block: &Block) -> EnvVariable {
    let from_secret =
        ["value_source", "value_from"].iter().any(|kind| block.blocks(kind).next().is_some());
    let value = match from_secret {
        true => Value::unknown(block.at, Why::Sensitive),
        false => block.text("value"),
    };
    EnvVariable { name: block.text("name"), setting: block.whole, value }
}

fn secret_references(container: &Block, lowered: &mut Lowered) {
    for env in container.blocks("env") {
        for source in env.blocks("value_source").chain(env.blocks("value_from")) {
            for key in source.blocks("secret_key_ref") {
                lowered.references.push(reference(key.text("secret").or(key.text("name"))));
            }
        }
    }
}

/// A secret that a service reads, called by its name or by its path.
pub(super) fn reference(written: Value<Text>) -> SecretReference {
    let (name, project) = match written.known().and_then(|known| SecretPath::read(&known.value)) {
        Some(SecretPath { project, name, .. }) => {
            let project = project.map_or(Value::Unset, |project| written.clone().map(|_| project));
            (written.map(|_| name), project)
        }
        // What has a slash and is no path is not read.
        None => {
            (written.and_then(|text| (text.split('/').len() == 1).then_some(text)), Value::Unset)
        }
    };
    let store = Store::SecretManager;
    SecretReference {
        name,
        project,
        location: Value::Unset,
        use_: "the service reads this secret",
        store,
        user: None,
    }
}

/// Whether a change of the image by somebody else is left alone. A list that is not read may
/// hold anything.
fn ignores_image(body: &Block) -> bool {
    ignores(body, |path| {
        path == "all" || path == "template" || path.ends_with("image") || {
            path.starts_with("template")
                && !path.contains("annotations")
                && !path.contains("labels")
                && !path.contains("scaling")
                && !path.contains("revision")
        }
    })
}

/// Whether a change of one of some paths by somebody else is left alone.
pub(super) fn ignores(body: &Block, is_meant: impl Fn(&str) -> bool) -> bool {
    let lists = body.blocks("lifecycle").filter_map(|block| block.get("ignore_changes"));
    lists.into_iter().any(|list| match &list.datum {
        Datum::List(items, false) => items.iter().any(|item| match item.text() {
            Value::Known(path) => path.value.literal().is_none_or(&is_meant),
            _ => true,
        }),
        _ => true,
    })
}

/// The folders in which `terraform apply` may run for a module.
fn working_folders(module: &Module) -> Vec<WorkingFolder> {
    module.roots.iter().map(|root| WorkingFolder::root(root)).collect()
}

fn docker_image(module: &Module, resource: &Resource, block: &Block) -> Build {
    let context = block.text("context").or(block.text("path"));
    let dockerfile = block.text("dockerfile");
    let folders = working_folders(module);
    let mut all = places(&folders, &context, |_, context| match &dockerfile {
        Value::Unset => resolve(context, "Dockerfile"),
        file => resolve(context, file.literal_text()?),
    });
    if dockerfile.known().is_some() {
        // With a `builder` the provider takes it from where Terraform runs, as `-f` does.
        let by_command =
            places(&folders, &context, |folder, _| folder.resolve(&dockerfile.known()?.value));
        all.extend(by_command);
        all.dedup();
    }
    let mut tags: Vec<Sourced<Text>> =
        resource.body.text("name").known().cloned().into_iter().collect();
    if let Some(Evaluated { datum: Datum::List(items, _), .. }) = block.get("tag") {
        tags.extend(items.iter().filter_map(|item| item.text().known().cloned()));
    }
    let arguments = match block.get("build_args").or(block.get("build_arg")).map(|v| &v.datum) {
        Some(Datum::Map(entries, _)) => entries
            .iter()
            .filter_map(|(name, value)| Some((name.literal()?.to_owned(), value.text())))
            .collect(),
        _ => Vec::new(),
    };
    Build {
        platform: block.text("platform"),
        tags,
        arguments,
        target: block.text("target"),
        dockerfile,
        context,
        places: all,
        ..Build::new(resource.at, Runner::Terraform, BuildKind::Resource)
    }
}

fn local_exec(sources: &Sources, module: &Module, block: &Block, lowered: &mut Lowered) {
    let Some(script) = block.get("command").and_then(|command| command.written.as_ref()) else {
        return;
    };
    let folders = match block.text("working_dir") {
        Value::Unset => working_folders(module),
        dir => match dir.known() {
            Some(dir) => {
                let folders = working_folders(module);
                folders.iter().filter_map(|folder| folder.enter(&dir.value)).collect()
            }
            None => Vec::new(),
        },
    };
    let env = match block.get("environment").map(|value| &value.datum) {
        Some(Datum::Map(entries, _)) => entries
            .iter()
            .filter_map(|(name, value)| {
                let name = name.literal()?;
                let at = value.at;
                let hole = || Sourced { value: Text::hole(name), at, via: Vec::new() };
                Some((name.to_owned(), value.text().known().cloned().unwrap_or_else(hole)))
            })
            .collect(),
        _ => Vec::new(),
    };
    let dir = block.text("working_dir").at();
    let start = Start {
        folders,
        env,
        prepared: Prepared::No,
        dir,
        runner: Runner::Terraform,
        builder: Builder::BuildKit,
        own_builder: None,
    };
    for invocation in invocations(sources, script, &start) {
        lowered.invoke(&invocation, Manager::Terraform);
    }
}
