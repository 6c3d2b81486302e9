//! `kubectl` commands that roll something out. Source: kubernetes.io/docs/reference/kubectl,
//! read 2026-11.

use super::super::deployment::{Container, Deployment, Manager, Platform};
use super::Invocation;
use super::docker::after;
use crate::value::{Sourced, Text, Value, Why};

/// Flags that take a value in the next word.
const VALUE_FLAGS: &[&str] =
    &["-n", "--namespace", "--context", "--kubeconfig", "--cluster", "--user", "-l", "--selector"];

/// What `kubectl set image` and `kubectl rollout restart` roll out.
pub fn lower(invocation: &Invocation, manager: Manager) -> Option<Deployment> {
    let (mut words, mut namespace) = (Vec::new(), Value::Unset);
    let mut rest = invocation.words.get(1..)?.iter();
    while let Some(word) = rest.next() {
        if !word.value.starts_with("-") {
            words.push(word);
            continue;
        }
        let flag = word.value.literal().unwrap_or_default();
        let value = VALUE_FLAGS.contains(&flag).then(|| rest.next().cloned()).flatten();
        let joined =
            word.value.starts_with("--namespace=").then(|| after(word, "--namespace=".len()));
        if let Some(value) = joined.or(value.filter(|_| matches!(flag, "-n" | "--namespace"))) {
            namespace = Value::Known(value);
        }
    }
    let literal = |i: usize| words.get(i).and_then(|word| word.value.literal());
    let sets_image = match (literal(0), literal(1)) {
        (Some("set"), Some("image")) => true,
        (Some("rollout"), Some("restart")) => false,
        _ => return None,
    };
    let (name, images) = named(invocation, words.get(2..)?);
    let containers = images.iter().filter(|_| sets_image).map(|word| container(word));
    let manager = match manager {
        // Terraform runs the command, and does not know what it deploys.
        Manager::Terraform => Manager::Script,
        manager => manager,
    };
    Some(Deployment {
        name,
        namespace,
        containers: containers.collect(),
        ..Deployment::new(invocation.at, Platform::Kubernetes, manager)
    })
}

/// What is named, as `deployment/api` or `deployment api`, and the words behind it.
fn named<'a>(
    invocation: &Invocation,
    words: &'a [&'a Sourced<Text>],
) -> (Value<Text>, &'a [&'a Sourced<Text>]) {
    let unknown = || Value::unknown(invocation.at, Why::Unread);
    let Some((first, rest)) = words.split_first() else { return (unknown(), words) };
    let parts = first.value.split('/');
    match (parts.first().and_then(Text::literal), parts.len()) {
        (Some(kind), 2) => (Value::Known(after(first, kind.len() + 1)), rest),
        (Some(_), 1) => match rest.split_first() {
            Some((name, rest)) => (Value::Known((*name).clone()), rest),
            // All of a kind.
            None => (unknown(), rest),
        },
        _ => (unknown(), rest),
    }
}

/// `api=registry/api:tag`
fn container(word: &Sourced<Text>) -> Container {
    let parts = word.value.split('=');
    let name = parts.first().and_then(Text::literal);
    let image = match name.filter(|_| parts.len() > 1) {
        Some(name) => Value::Known(after(word, name.len() + 1)),
        None => Value::unknown(word.at, Why::Unread),
    };
    Container { image, ..Container::default() }
}
