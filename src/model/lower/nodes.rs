//! The nodes of clusters, as Terraform declares them.
//!
//! Source: the documentation of hashicorp/aws 6 and hashicorp/google 7, of the modules
//! terraform-aws-modules/eks 21 and terraform-google-modules/kubernetes-engine 41, and of
//! GKE and EKS, read 2026-11.

use super::super::platform::Architecture;
use crate::eval::terraform::{Block, Call, Datum, Evaluated, Resource};
use crate::model::deployment::machine::{NodePool, Provider};
use crate::source::Span;
use crate::value::{Sourced, Step, Text, Value, Why};

/// Resources of which the nodes are not read.
const UNREAD: &[&str] = &[
    "azurerm_kubernetes_cluster",
    "azurerm_kubernetes_cluster_node_pool",
    "digitalocean_kubernetes_cluster",
    "digitalocean_kubernetes_node_pool",
    "scaleway_k8s_pool",
    "linode_lke_cluster",
    "oci_containerengine_node_pool",
];

/// The nodes that a resource creates.
pub fn of_resource(resource: &Resource) -> Vec<NodePool> {
    let (body, at) = (&resource.body, resource.at);
    let architecture = match resource.kind.as_str() {
        "aws_eks_node_group" => of_group(body.get("ami_type"), body.get("instance_types"), at).or(
            match body.blocks("launch_template").next() {
                Some(template) => Value::unknown(template.at, Why::Unread),
                None => told(Step::default(at, "EKS takes t3.medium where no type is named")),
            },
        ),
        "aws_eks_fargate_profile" => told(Step::reference(at, "Fargate runs pods on amd64 only")),
        "aws_eks_cluster" if body.blocks("compute_config").next().is_some() => {
            Value::unknown(at, Why::Environment)
        }
        "google_container_node_pool" => of_node_config(body, at),
        "google_container_cluster" => return of_gke(body, at),
        "helm_release" if body.text("chart").literal_text().is_some_and(adds_nodes) => {
            Value::unknown(at, Why::Environment)
        }
        kind if UNREAD.contains(&kind) => Value::unknown(at, Why::Unread),
        _ => return Vec::new(),
    };
    vec![NodePool { at, architecture }]
}

/// The nodes that a module of the registry creates.
pub fn of_module(call: &Call) -> Vec<NodePool> {
    let source = call.body.text("source");
    let Some(source) = source.literal_text() else { return Vec::new() };
    let (module, inner) = source.split_once("//").unwrap_or((source, ""));
    let pool = |at, architecture| NodePool { at, architecture };
    if module.ends_with("kubernetes-engine/google") {
        if inner.contains("autopilot") {
            return vec![pool(call.at, told(autopilot(call.at)))];
        }
        let pools = call.body.get("node_pools");
        return match pools.filter(|pools| !pools.is_open()).map(Evaluated::items) {
            Some(pools) => pools
                .iter()
                .map(|written| {
                    let machine = written.field_text("machine_type");
                    let machine = machine.or(Value::unknown(written.at, Why::Unread));
                    pool(written.at, of_machine(machine, Provider::ComputeEngine))
                })
                .collect(),
            None => vec![pool(call.at, Value::unknown(call.at, Why::Unread))],
        };
    }
    if module.ends_with("terraform-aws-modules/eks/aws") && inner.is_empty() {
        return of_eks_module(call);
    }
    let is_cluster = ["eks", "gke", "aks", "karpenter", "kubernetes"];
    let words = || source.split(['/', '-', '_', '.', '?']);
    match words().any(|word| is_cluster.contains(&word)) && !source.starts_with('.') {
        true => vec![pool(call.at, Value::unknown(call.at, Why::Unread))],
        false => Vec::new(),
    }
}

fn of_eks_module(call: &Call) -> Vec<NodePool> {
    let given = |name: &str| {
        call.body.get(name).filter(|value| {
            let says = value.is_open() || !value.entries().is_empty();
            says && !matches!(&value.datum, Datum::Null)
        })
    };
    let mut pools = Vec::new();
    for name in ["self_managed_node_groups", "cluster_compute_config", "compute_config"] {
        let unread = given(name).map(|value| value.at);
        pools.extend(
            unread.map(|at| NodePool { at, architecture: Value::unknown(at, Why::Unread) }),
        );
    }
    if let Some(profiles) = given("fargate_profiles") {
        let architecture = told(Step::reference(profiles.at, "Fargate runs pods on amd64 only"));
        pools.push(NodePool { at: profiles.at, architecture });
    }
    let Some(groups) = given("eks_managed_node_groups") else { return pools };
    if groups.is_open() {
        pools
            .push(NodePool { at: groups.at, architecture: Value::unknown(groups.at, Why::Unread) });
    }
    let defaults = call.body.get("eks_managed_node_group_defaults");
    for (_, group) in groups.entries() {
        let input = |name| {
            let own = group.field(name);
            own.or_else(|| defaults.and_then(|defaults| defaults.field(name)))
        };
        let architecture = of_group(input("ami_type"), input("instance_types"), group.at)
            .or(Value::unknown(group.at, Why::Unread));
        pools.push(NodePool { at: group.at, architecture });
    }
    pools
}

/// The architecture of nodes that have an image, and types of machines. Unset if neither is
/// named.
fn of_group(
    image: Option<&Evaluated>,
    machines: Option<&Evaluated>,
    at: Span,
) -> Value<Architecture> {
    let image = image.map_or(Value::Unset, Evaluated::text);
    match image {
        Value::Known(image) if image.value.literal() != Some("CUSTOM") => {
            return Value::Known(image).and_then(|image| of_ami(image.literal()?));
        }
        Value::Unknown(unknown) => return Value::Unknown(unknown),
        _ => {}
    }
    let Some(machines) = machines else { return Value::Unset };
    if machines.is_open() {
        return Value::unknown(machines.at, Why::Unread);
    }
    let mut all = machines.items().iter().map(|item| of_machine(item.text(), Provider::Ec2));
    let Some(first) = all.next() else { return Value::Unset };
    let same = |other: &Value<Architecture>| match (first.known(), other.known()) {
        (Some(first), Some(other)) => first.value == other.value,
        _ => false,
    };
    match all.all(|other| same(&other)) {
        true => first,
        false => Value::unknown(at, Why::Environment),
    }
}

/// `AL2023_ARM_64_STANDARD`, `BOTTLEROCKET_x86_64`
fn of_ami(kind: &str) -> Option<Architecture> {
    if kind.contains("ARM_64") {
        Some(Architecture::Arm64)
    } else {
        kind.contains("x86_64").then_some(Architecture::Amd64)
    }
}

fn of_machine(machine: Value<Text>, provider: Provider) -> Value<Architecture> {
    machine.and_then(|machine| provider.architecture(machine.literal()?))
}

fn of_gke(body: &Block, at: Span) -> Vec<NodePool> {
    let pool = |at, architecture| vec![NodePool { at, architecture }];
    match body.get("enable_autopilot").map(|value| (&value.datum, value.at)) {
        Some((Datum::Bool(true), at)) => return pool(at, told(autopilot(at))),
        None | Some((Datum::Bool(false) | Datum::Null, _)) => {}
        Some((_, at)) => return pool(at, Value::unknown(at, Why::Unread)),
    }
    match body.get("remove_default_node_pool").map(|value| (&value.datum, value.at)) {
        Some((Datum::Bool(true), _)) => return Vec::new(),
        None | Some((Datum::Bool(false) | Datum::Null, _)) => {}
        Some((_, at)) => return pool(at, Value::unknown(at, Why::Unread)),
    }
    if body.open.iter().any(|kind| kind == "node_pool") {
        return pool(at, Value::unknown(at, Why::Unread));
    }
    let mut blocks = body.blocks("node_pool").peekable();
    if blocks.peek().is_none() {
        return pool(at, of_node_config(body, at));
    }
    blocks.flat_map(|block| pool(block.at, of_node_config(block, block.at))).collect()
}

fn of_node_config(body: &Block, at: Span) -> Value<Architecture> {
    if body.open.iter().any(|kind| kind == "node_config") {
        return Value::unknown(at, Why::Unread);
    }
    let config = body.blocks("node_config").next();
    let machine = config.map_or(Value::Unset, |config| config.text("machine_type"));
    of_machine(machine, Provider::ComputeEngine)
        .or(told(Step::default(at, "GKE takes e2-medium where no type is named")))
}

fn autopilot(at: Span) -> Step {
    Step::reference(at, "Autopilot runs pods on amd64 where they do not ask for another")
}

/// Whether a chart adds nodes of any kind to a cluster.
fn adds_nodes(chart: &str) -> bool {
    chart.contains("karpenter")
}

fn told(step: Step) -> Value<Architecture> {
    Value::Known(Sourced { value: Architecture::Amd64, at: step.at, via: vec![step] })
}
