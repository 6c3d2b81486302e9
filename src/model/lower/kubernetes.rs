//! What objects of Kubernetes mean, be they written as manifests or in Terraform.
//!
//! Source: kubernetes.io/docs/reference/generated/kubernetes-api/v1.31, read 2026-11.

mod knative;
mod secret;

pub use secret::created_by_commands;

use super::super::deployment::{
    Container, ContainerPort, Deployment, EnvVariable, Label, Manager, Platform, PortName, Probe,
    Replaced,
};
use super::super::platform::Architecture;
use super::super::secret::Origin;
use super::Lowered;
use super::terraform::may_change;
use crate::eval::terraform::{Datum, Evaluated};
use crate::model::request::service::{Backend, Service, ServicePort};
use crate::source::Span;
use crate::syntax::yaml::Node;
use crate::value::{Piece, Sourced, Text, Value, Why};

/// The labels of nodes that say which architecture they have.
const ARCHITECTURE: &[&str] = &["kubernetes.io/arch", "beta.kubernetes.io/arch"];

/// Lists hold lists this deep.
const DEEPEST: usize = 4;

/// The API groups and kinds of what is read beside pods and secrets.
const OTHERS: &[(&str, &str)] = &[
    ("", "List"),
    ("", "Service"),
    ("serving.knative.dev", "Service"),
    ("networking.k8s.io", "Ingress"),
    ("extensions", "Ingress"),
];

/// The API groups and kinds of what runs pods, and where these are described.
const WORKLOADS: &[(&str, &str, &[&str])] = &[
    ("", "Pod", &[]),
    ("apps", "Deployment", TEMPLATE),
    ("apps", "StatefulSet", TEMPLATE),
    ("apps", "DaemonSet", TEMPLATE),
    ("apps", "ReplicaSet", TEMPLATE),
    ("extensions", "Deployment", TEMPLATE),
    ("extensions", "DaemonSet", TEMPLATE),
    ("extensions", "ReplicaSet", TEMPLATE),
    ("", "ReplicationController", TEMPLATE),
    ("batch", "Job", TEMPLATE),
    ("batch", "CronJob", &["spec", "jobTemplate", "spec", "template"]),
    ("argoproj.io", "Rollout", TEMPLATE),
];

const TEMPLATE: &[&str] = &["spec", "template"];

/// Whether objects of a kind may say something that is read here.
pub fn is_read_kind(kind: &str) -> bool {
    OTHERS.iter().any(|(_, other)| *other == kind)
        || WORKLOADS.iter().any(|(_, other, _)| *other == kind)
        || secret::is_creator(kind)
}

/// Whether a document may say something that is read here.
pub fn is_read(document: &Node) -> bool {
    let text = |key| document.get(key).and_then(Node::text);
    text("apiVersion").is_some() && text("kind").is_some_and(is_read_kind)
}

/// Adds what an object means.
pub fn lower(object: &Evaluated, manager: Manager, lowered: &mut Lowered) {
    lower_within(object, manager, DEEPEST, lowered);
}

fn lower_within(object: &Evaluated, manager: Manager, depth: usize, lowered: &mut Lowered) {
    let (api, kind) = (object.field_text("apiVersion"), object.field_text("kind"));
    let (Some(api), Some(kind)) = (api.literal_text(), kind.known()) else { return };
    let Some(name) = kind.value.literal() else { return };
    if name == "List" {
        let items = object.field("items").map(Evaluated::items).unwrap_or_default();
        for item in items.iter().filter(|_| depth > 0) {
            lower_within(item, manager, depth - 1, lowered);
        }
        return;
    }
    let group = api.rsplit_once('/').map_or("", |(group, _)| group);
    of_kind(group, name, object, kind.at, manager, lowered);
}

/// Adds what an object of a kind of an API group means.
pub fn of_kind(
    group: &str,
    kind: &str,
    object: &Evaluated,
    at: Span,
    manager: Manager,
    lowered: &mut Lowered,
) {
    match (group, kind) {
        ("", "Service") => lowered.services.push(service(object, at)),
        ("serving.knative.dev", "Service") => knative::lower(object, at, manager, lowered),
        ("networking.k8s.io" | "extensions", "Ingress") => {
            lowered.backends.extend(backends(object));
        }
        _ => {
            let origin = match manager {
                Manager::Terraform => Origin::Terraform,
                _ => Origin::Elsewhere,
            };
            lowered.secrets.extend(secret::created(group, kind, object, at, origin));
            let Some(path) = path_of_pods(group, kind) else { return };
            let pods = path.iter().try_fold(object, |value, name| value.field(name));
            let before = lowered.references.len();
            if let Some(spec) = pods.and_then(|pods| pods.field("spec")) {
                secret::references(spec, lowered);
            }
            if is_hook(object) {
                return;
            }
            let mut deployment = deployment(object, pods, at, manager);
            // Each run pulls the image that the tag means then.
            deployment.changes_otherwise |= matches!(kind, "Job" | "CronJob" | "Pod");
            lowered.deploy(before, deployment);
        }
    }
}

/// Whether an object is run once when a chart is installed or tested, and is no part of what
/// stays. Source: helm.sh/docs/topics/charts_hooks, read 2026-11.
fn is_hook(object: &Evaluated) -> bool {
    let annotations = object.field("metadata").and_then(|m| m.field("annotations"));
    annotations.is_some_and(|annotations| annotations.field("helm.sh/hook").is_some())
}

/// Where an object describes its pods.
fn path_of_pods(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    let of_kind = WORKLOADS.iter().find(|(g, k, _)| *g == group && *k == kind);
    of_kind.map(|(_, _, path)| *path)
}

fn deployment(
    object: &Evaluated,
    pods: Option<&Evaluated>,
    at: Span,
    manager: Manager,
) -> Deployment {
    let metadata = |name| object.field("metadata").map_or(Value::Unset, |m| m.field_text(name));
    let spec = pods.and_then(|pods| pods.field("spec"));
    let labels = pods.and_then(|pods| pods.field("metadata")).and_then(|m| m.field("labels"));
    let may_have_more = pods.is_none() || labels.is_some_and(Evaluated::is_open);
    let mut labels = labels.map(self::labels).unwrap_or_default();
    if may_have_more {
        // Any Service may select what is not described.
        let (key, value) = (Text::hole("labels"), Value::unknown(at, Why::Unread));
        labels.push(Label { key, value });
    }
    Deployment {
        architecture: spec.map_or(Value::Unset, architecture),
        name: metadata("name").or(Value::unknown(at, Why::Unread)),
        namespace: metadata("namespace"),
        labels,
        containers: spec.map(containers).unwrap_or_default(),
        changes_otherwise: pods.is_none_or(changes_otherwise),
        ..Deployment::new(at, Platform::Kubernetes, manager)
    }
}

/// Whether pods have a label, an annotation or a variable that is not known, and may change
/// whenever they are applied.
fn changes_otherwise(pods: &Evaluated) -> bool {
    let containers = pods.field("spec").and_then(|spec| spec.field("containers"));
    let mut env = containers
        .map(Evaluated::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|container| container.field("env"))
        .flat_map(Evaluated::items);
    pods.is_open()
        || containers.is_none_or(Evaluated::is_open)
        || pods.field("metadata").is_some_and(may_change)
        || env.any(|variable| variable.field("value").is_some_and(may_change))
}

/// The labels of a map that are known.
fn labels(map: &Evaluated) -> Vec<Label> {
    let labels = map.entries().iter();
    // What a chart puts in stands for one value wherever it puts it in, known or not.
    let is_tag = |piece: &Piece| matches!(piece, Piece::Hole(name) if name.starts_with("{{"));
    labels
        .map(|(key, value)| {
            let value = match &value.datum {
                Datum::Text(text) if text.is_unknown() && text.pieces().iter().all(is_tag) => {
                    let (at, via) = (value.at, value.via.clone());
                    Value::Known(Sourced { value: text.clone(), at, via })
                }
                _ => value.text(),
            };
            Label { key: key.clone(), value }
        })
        .collect()
}

/// The architecture that pods ask for. Unset if any node will do.
fn architecture(spec: &Evaluated) -> Value<Architecture> {
    let read = |value: &Evaluated| {
        value.text().and_then(|text| Architecture::of_platform(text.literal()?))
    };
    let elsewhere = |at| Value::unknown(at, Why::Environment);
    let selector = spec.field("nodeSelector");
    let chosen = selector.map(Evaluated::entries).unwrap_or_default();
    let is_architecture = |key: &Text| key.literal().is_some_and(|key| ARCHITECTURE.contains(&key));
    if let Some((_, value)) = chosen.iter().find(|(key, _)| is_architecture(key)) {
        return read(value);
    }
    if let Some(selector) = selector.filter(|map| map.is_open() || !map.entries().is_empty()) {
        // What is asked for otherwise only some nodes have.
        return elsewhere(selector.at);
    }
    let affinity = spec.field("affinity").and_then(|affinity| affinity.field("nodeAffinity"));
    let Some(affinity) = affinity else {
        return match spec.field("affinity").is_some_and(|a| a.is_open() && a.entries().is_empty())
            || spec.field("nodeName").is_some()
            || spec.is_open()
        {
            true => elsewhere(spec.at),
            false => Value::Unset,
        };
    };
    let Some(required) = affinity.field("requiredDuringSchedulingIgnoredDuringExecution") else {
        return match affinity.is_open() {
            true => elsewhere(affinity.at),
            false => Value::Unset,
        };
    };
    let terms = required.field("nodeSelectorTerms").map(Evaluated::items).unwrap_or_default();
    let [term] = terms else { return elsewhere(required.at) };
    let expressions = term.field("matchExpressions").map(Evaluated::items).unwrap_or_default();
    let asks = |expression: &&Evaluated| {
        let key = expression.field_text("key");
        key.literal_text().is_some_and(|key| ARCHITECTURE.contains(&key))
            && expression.field_text("operator").literal_text() == Some("In")
    };
    let values = expressions.iter().find(asks).and_then(|asks| asks.field("values"));
    match values.map(Evaluated::items) {
        Some([value]) => read(value),
        _ => elsewhere(required.at),
    }
}

/// The containers of pods. If there may be more, the last is one of which nothing is known.
fn containers(spec: &Evaluated) -> Vec<Container> {
    let unknown = |at| Container {
        image: Value::unknown(at, Why::Unread),
        ports: vec![unknown_port(at)],
        ..Container::default()
    };
    let Some(list) = spec.field("containers") else {
        return if spec.is_open() { vec![unknown(spec.at)] } else { Vec::new() };
    };
    let mut containers: Vec<Container> = list.items().iter().map(container).collect();
    let init = spec.field("initContainers");
    // One that is restarted always runs beside the others.
    let stays = |init: &Evaluated| {
        init.is_open() || init.items().iter().any(|init| init.field("restartPolicy").is_some())
    };
    if list.is_open() || init.is_some_and(stays) {
        containers.push(unknown(list.at));
    }
    containers
}

fn container(container: &Evaluated) -> Container {
    let list = |name| container.field(name).map(Evaluated::items).unwrap_or_default();
    let may_have_more = |name| match container.field(name) {
        Some(list) => list.is_open(),
        None => container.is_open(),
    };
    let mut ports: Vec<ContainerPort> = list("ports").iter().map(container_port).collect();
    if may_have_more("ports") {
        ports.push(unknown_port(container.at));
    }
    let mut env: Vec<EnvVariable> = list("env").iter().map(variable).collect();
    if may_have_more("env") || container.field("envFrom").is_some() {
        env.push(EnvVariable {
            name: Value::unknown(container.at, Why::Environment),
            setting: container.at,
            value: Value::unknown(container.at, Why::Environment),
        });
    }
    let probes = ["startupProbe", "livenessProbe", "readinessProbe"];
    // An empty list is none, and a missing one may be a part of a template that is not read.
    let given = |name| match container.field(name) {
        Some(list) => list.is_open() || !list.items().is_empty(),
        None => container.is_open(),
    };
    Container {
        name: container.field_text("name"),
        image: container.field_text("image").and_then(image),
        pull_policy: container.field_text("imagePullPolicy"),
        ports,
        probes: probes.into_iter().filter_map(|kind| probe(kind, container.field(kind)?)).collect(),
        env,
        replaced: Replaced { entrypoint: given("command"), arguments: given("args") },
        ..Container::default()
    }
}

/// The name of an image, which has no capitals before its tag: a word of them stands for what
/// is put in later.
fn image(written: Text) -> Option<Text> {
    let Some(text) = written.literal() else { return Some(written) };
    let is_word = |part: &str| {
        part.len() > 2 && part.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '-'))
    };
    let mut made = Text::default();
    for (i, part) in text.split_inclusive(['/', ':', '@']).enumerate() {
        let (word, end) = match part.char_indices().last() {
            Some((end, '/' | ':' | '@')) => part.split_at(end),
            _ => (part, ""),
        };
        let stands = is_word(word) || word.to_ascii_lowercase().contains("placeholder");
        match stands {
            true => made.push(Piece::Hole(format!("{word} {i}"))),
            false => made.push_str(word),
        }
        made.push_str(end);
    }
    (!made.is_unknown()).then_some(made)
}

fn container_port(port: &Evaluated) -> ContainerPort {
    ContainerPort { name: port.field_text("name"), port: number(port.field_text("containerPort")) }
}

fn unknown_port(at: Span) -> ContainerPort {
    let unread = Why::Unread;
    ContainerPort { name: Value::unknown(at, unread), port: Value::unknown(at, unread) }
}

fn variable(variable: &Evaluated) -> EnvVariable {
    let from = variable.field("valueFrom");
    EnvVariable {
        name: variable.field_text("name"),
        setting: variable.at,
        value: match from {
            Some(from) => Value::unknown(from.at, Why::Sensitive),
            None => variable.field_text("value"),
        },
    }
}

fn probe(kind: &'static str, probe: &Evaluated) -> Option<Probe> {
    let ask = probe.field("httpGet").or(probe.field("tcpSocket")).or(probe.field("grpc"))?;
    // One with a host asks something else than the pod.
    let port = ask.field("host").is_none().then(|| port_name(ask.field_text("port")))?;
    Some(Probe { kind, port })
}

fn number(written: Value<Text>) -> Value<u16> {
    written.and_then(|text| text.literal()?.parse().ok())
}

fn port_name(written: Value<Text>) -> Value<PortName> {
    written.and_then(|text| {
        let text = text.literal()?;
        Some(match text.parse() {
            Ok(number) => PortName::Number(number),
            // No name has capitals: this stands for what is put in later.
            Err(_) if text.contains(|c: char| c.is_ascii_uppercase()) => return None,
            Err(_) => PortName::Name(text.to_owned()),
        })
    })
}

fn service(object: &Evaluated, at: Span) -> Service {
    let metadata = |name| object.field("metadata").map_or(Value::Unset, |m| m.field_text(name));
    let spec = object.field("spec");
    let selector = spec.and_then(|spec| spec.field("selector"));
    let mut labels = selector.map(self::labels).unwrap_or_default();
    // What else is asked for may exclude any pod.
    if let Some(open) = selector.filter(|selector| selector.is_open()) {
        let (key, value) = (Text::hole("selector"), Value::unknown(open.at, Why::Unread));
        labels.push(Label { key, value });
    }
    let list = spec.and_then(|spec| spec.field("ports"));
    let mut ports: Vec<ServicePort> = list
        .map(Evaluated::items)
        .unwrap_or_default()
        .iter()
        .map(|port| {
            let number = number(port.field_text("port"));
            let target = port_name(port.field_text("targetPort"));
            let same = match port.is_open() {
                true => Value::unknown(port.at, Why::Unread),
                false => number.clone().map(PortName::Number),
            };
            ServicePort { name: port.field_text("name"), port: number, target: target.or(same) }
        })
        .collect();
    // A name for a host elsewhere passes on any port, whether it lists it or not.
    let kind = spec.map_or(Value::Unset, |spec| spec.field_text("type"));
    let is_alias = !kind.is_unset() && kind.literal_text().is_none_or(|k| k == "ExternalName");
    if is_alias || list.map_or(spec.is_some_and(Evaluated::is_open), Evaluated::is_open) {
        let unread = Why::Unread;
        ports.push(ServicePort {
            name: Value::unknown(at, unread),
            port: Value::unknown(at, unread),
            target: Value::unknown(at, unread),
        });
    }
    Service {
        at,
        name: metadata("name").or(Value::unknown(at, Why::Unread)),
        namespace: metadata("namespace"),
        bundle: None,
        selector: labels,
        ports,
    }
}

/// What an Ingress sends to, in the present form and in that before 1.19.
fn backends(object: &Evaluated) -> Vec<Backend> {
    let metadata = object.field("metadata");
    let namespace = metadata.map_or(Value::Unset, |metadata| metadata.field_text("namespace"));
    let by_target = !is_exact(object);
    let Some(spec) = object.field("spec") else { return Vec::new() };
    let rules = spec.field("rules").map(Evaluated::items).unwrap_or_default();
    let paths = rules.iter().flat_map(|rule| {
        let paths = rule.field("http").and_then(|http| http.field("paths"));
        paths.map(Evaluated::items).unwrap_or_default()
    });
    let written = paths.filter_map(|path| path.field("backend"));
    let defaults = [spec.field("defaultBackend"), spec.field("backend")];
    let all = written.chain(defaults.into_iter().flatten());
    all.filter_map(|backend| {
        let (name, port) = match backend.field("service") {
            Some(service) => {
                let port = service.field("port")?;
                (service.field_text("name"), port.field_text("number").or(port.field_text("name")))
            }
            None => (backend.field_text("serviceName"), backend.field_text("servicePort")),
        };
        let port = port_name(port);
        let namespace = namespace.clone();
        Some(Backend { namespace, bundle: None, service: name, port, by_target })
    })
    .collect()
}

/// Whether the controller of an Ingress surely takes the ports of Services only. That of nginx, which
/// most clusters have, takes those of pods, too.
///
/// Source: `serviceEndpoints` of kubernetes/ingress-nginx, internal/ingress/controller/controller.go,
/// read 2026-11.
fn is_exact(ingress: &Evaluated) -> bool {
    const EXACT: &[&str] = &["alb", "gce", "gce-internal", "traefik"];
    let annotations = ingress.field("metadata").and_then(|metadata| metadata.field("annotations"));
    let annotation = annotations.map(|all| all.field_text("kubernetes.io/ingress.class"));
    let class = ingress.field("spec").map_or(Value::Unset, |s| s.field_text("ingressClassName"));
    let class = class.or(annotation.unwrap_or(Value::Unset));
    class.literal_text().is_some_and(|class| EXACT.contains(&class))
}

/// The kind that a resource of the provider for Kubernetes creates, with its API group.
pub fn kind_of_resource(resource: &str) -> Option<(&'static str, &'static str)> {
    let name = resource.strip_prefix("kubernetes_")?;
    let name = name.strip_suffix("_v1").or(name.strip_suffix("_v1beta1")).unwrap_or(name);
    Some(match name {
        "deployment" => ("apps", "Deployment"),
        "stateful_set" => ("apps", "StatefulSet"),
        "daemonset" | "daemon_set" => ("apps", "DaemonSet"),
        "replication_controller" => ("", "ReplicationController"),
        "job" => ("batch", "Job"),
        "cron_job" => ("batch", "CronJob"),
        "pod" => ("", "Pod"),
        "service" => ("", "Service"),
        "secret" => ("", "Secret"),
        "ingress" => ("networking.k8s.io", "Ingress"),
        _ => return None,
    })
}
