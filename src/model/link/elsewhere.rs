//! What files say about deployments that others declare.

use crate::model::deployment::machine::NodePool;
use crate::model::deployment::{Deployment, Manager, Platform};
use crate::source::{Sources, Span};
use crate::value::{Sourced, Step, Text, Value, Why};

/// A deploy command that names no port keeps that which Terraform, or another command, gives
/// to the service.
pub(super) fn forget_ports_of_others(deployments: &mut [Deployment]) {
    let names_a_port = |d: &Deployment| {
        let explicit = |port: &Value<u16>| port.at().is_some_and(|at| at != d.at);
        d.manager == Manager::Terraform || d.containers.iter().any(|c| explicit(&c.port))
    };
    let services = deployments.iter().filter(|d| d.platform == Platform::CloudRunService);
    let declared: Vec<(Span, Value<Text>)> =
        services.filter(|d| names_a_port(d)).map(|d| (d.at, d.name.clone())).collect();
    for deployment in deployments.iter_mut().filter(|d| d.manager.is_pipeline()) {
        let may_be_declared =
            declared.iter().any(|(at, name)| *at != deployment.at && name.may_be(&deployment.name));
        for container in deployment.containers.iter_mut().filter(|_| may_be_declared) {
            if container.port.known().is_some_and(|port| port.at == deployment.at) {
                container.port = Value::unknown(deployment.at, Why::Computed);
            }
        }
    }
}

/// Where something says that pods are to be restarted, be it in a text for people, a change of
/// their image is not left to Terraform.
pub(super) fn roll_out_by_hand(deployments: &mut [Deployment], sources: &Sources) {
    let mut on_kubernetes =
        deployments.iter_mut().filter(|d| d.platform == Platform::Kubernetes).peekable();
    let tells = |text: &str| text.contains("rollout restart");
    if on_kubernetes.peek().is_some() && sources.iter().any(|(_, source)| tells(&source.text)) {
        on_kubernetes.for_each(|deployment| deployment.changes_otherwise = true);
    }
}

/// Pods that ask for no architecture run on whatever nodes there are: if all are alike, on these.
pub(super) fn run_on_nodes(deployments: &mut [Deployment], pools: &[NodePool]) {
    let known: Option<Vec<_>> = pools.iter().map(|pool| pool.architecture.known()).collect();
    let Some(known) = known else { return };
    let Some(first) = known.first().filter(|first| known.iter().all(|k| k.value == first.value))
    else {
        return;
    };
    let on_kubernetes = deployments.iter_mut().filter(|d| d.platform == Platform::Kubernetes);
    for deployment in on_kubernetes.filter(|d| d.architecture.is_unset()) {
        let told = format!("every node of a cluster that the project creates is {}", first.value);
        let mut via = vec![Step::default(first.at, told)];
        via.extend(first.via.iter().cloned());
        let at = deployment.at;
        deployment.architecture = Value::Known(Sourced { value: first.value, at, via });
    }
}
