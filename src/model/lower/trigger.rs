//! Triggers that Terraform declares, and what starts them.

use crate::eval::terraform::{Block, Datum, Evaluated, Resource, Terraform};
use crate::model::build::trigger::{Event, Trigger};
use crate::model::gcloud;
use crate::source::{Span, resolve};
use crate::value::{Sourced, Text, Value, Why};

/// Triggers of Cloud Build.
pub const TRIGGER: &str = "google_cloudbuild_trigger";

/// The triggers that start builds of files.
pub fn triggers(terraform: &Terraform) -> Vec<Trigger> {
    let active = terraform.resources(TRIGGER).map(|(_, resource)| (resource, [].as_slice()));
    let triggers = active.chain(terraform.dormant(TRIGGER)).filter_map(|(resource, off)| {
        let source = resource.body.blocks("git_file_source").next();
        let filename = resource
            .body
            .text("filename")
            .or(source.map_or(Value::Unset, |block| block.text("path")));
        let named = filename.at();
        let filename = resolve("", filename.literal_text()?)?;
        Some(Trigger { off: off.to_vec(), named, ..trigger(resource, filename) })
    });
    triggers.collect()
}

/// A trigger that starts a build.
pub fn trigger(resource: &Resource, build: String) -> Trigger {
    let substitutions = match resource.body.get("substitutions").map(|v| (v.at, &v.datum)) {
        Some((at, Datum::Map(entries, is_open))) => {
            let names = entries.iter().map(|(name, value)| match name.literal() {
                Some(_) => Value::literal(name.clone(), value.at),
                None => Value::unknown(at, Why::Unread),
            });
            let rest = is_open.then(|| Value::unknown(at, Why::Unread));
            names.chain(rest).collect()
        }
        None | Some((_, Datum::Null)) => Vec::new(),
        Some((at, _)) => vec![Value::unknown(at, Why::Unread)],
    };
    Trigger {
        at: resource.at,
        off: Vec::new(),
        build,
        is_inline: false,
        argument: "included_files",
        named: None,
        repository: repository(&resource.body),
        event: event(&resource.body),
        region: resource.body.text("location"),
        account: account(resource.body.get("service_account")),
        address: resource.body.get("service_account").map_or(Value::Unset, address),
        substitutions,
        values: values(resource.body.get("substitutions")),
        included: patterns(resource.body.get("included_files")),
        ignored: patterns(resource.body.get("ignored_files")),
    }
}

/// Blocks that say with which repository a trigger has to do, and whose own blocks say what starts
/// it there. Source: registry.terraform.io, google 6, google_cloudbuild_trigger, read 2026-11.
const REPOSITORIES: &[&str] = &[
    "github",
    "repository_event_config",
    "developer_connect_event_config",
    "bitbucket_server_trigger_config",
];

/// The name of the repository with which a trigger has to do, if it is written as such.
fn repository(body: &Block) -> Value<Text> {
    const NAMES: &[(&str, &str)] = &[
        ("github", "name"),
        ("trigger_template", "repo_name"),
        ("bitbucket_server_trigger_config", "repo_slug"),
    ];
    let blocks = |(kind, name): &(&'static str, &'static str)| {
        let name = *name;
        body.blocks(kind).map(move |block| block.text(name))
    };
    NAMES.iter().flat_map(blocks).next().unwrap_or_default()
}

/// What starts a trigger, if that is one kind of event.
fn event(body: &Block) -> Value<Event> {
    let is_open = |block: &Block| !block.open.is_empty();
    let mut events: Vec<(Event, Span)> = Vec::new();
    let mut sources = 0;
    for repository in REPOSITORIES.iter().flat_map(|kind| body.blocks(kind)) {
        sources += 1;
        let pushes = repository.blocks("push").flat_map(|push| pushed(push, "branch", "tag"));
        let pulls = repository.blocks("pull_request").map(|pull| (Event::PullRequest, pull.at));
        events.extend(pushes.chain(pulls));
        if is_open(repository) {
            return Value::unknown(repository.at, Why::Unread);
        }
    }
    for template in body.blocks("trigger_template") {
        sources += 1;
        events.extend(pushed(template, "branch_name", "tag_name"));
    }
    match &events[..] {
        [(event, at)] if sources == 1 && !is_open(body) => Value::literal(*event, *at),
        _ => Value::unknown(body.at, Why::Unread),
    }
}

/// A push to a branch, or of a tag: which of the two patterns is surely given, and alone.
fn pushed(block: &Block, branch: &str, tag: &str) -> Option<(Event, Span)> {
    let given = |pattern: &Value<Text>| {
        pattern.known().is_some_and(|pattern| pattern.value.is_empty() == Some(false))
    };
    match (block.text(branch), block.text(tag)) {
        (pattern, Value::Unset) if given(&pattern) => Some((Event::Branch, block.at)),
        (Value::Unset, pattern) if given(&pattern) => Some((Event::Tag, block.at)),
        _ => None,
    }
}

/// The substitutions whose values are known.
fn values(written: Option<&Evaluated>) -> Vec<(String, Sourced<Text>)> {
    let Some(Datum::Map(entries, _)) = written.map(|written| &written.datum) else {
        return Vec::new();
    };
    let value = |(name, value): &(Text, Evaluated)| match &value.datum {
        Datum::Text(text) => {
            let value = Sourced { value: text.clone(), at: value.at, via: value.via.clone() };
            Some((name.literal()?.to_owned(), value))
        }
        _ => None,
    };
    entries.iter().filter_map(value).collect()
}

/// Whether a service account is given: by its name, or as what declares or looks up one. A module
/// may give none.
fn account(written: Option<&Evaluated>) -> Value<()> {
    let Some(written) = written else { return Value::Unset };
    let is_given = match &written.datum {
        Datum::Null => return Value::Unset,
        Datum::Text(name) => name.is_empty() == Some(false),
        Datum::Reference(reference) => {
            reference.kind.ends_with("_service_account")
                && matches!(reference.attribute.as_str(), "id" | "name" | "email" | "unique_id")
        }
        _ => false,
    };
    match is_given {
        true => Value::Known(Sourced { value: (), at: written.at, via: written.via.clone() }),
        false => Value::unknown(written.at, Why::Unread),
    }
}

/// An account of which only the address is given, by itself or as `email` of what declares it.
fn address(written: &Evaluated) -> Value<Text> {
    let text = match &written.datum {
        Datum::Text(text) => gcloud::address(text).map(|_| text.clone()),
        Datum::Reference(reference) => {
            let is_address =
                reference.kind.ends_with("_service_account") && reference.attribute == "email";
            is_address.then(|| Text::from("email"))
        }
        _ => None,
    };
    match text {
        Some(value) => Value::Known(Sourced { value, at: written.at, via: written.via.clone() }),
        None => Value::Unset,
    }
}

/// A list of patterns. One that is not known to be whole has an item that is not known.
fn patterns(list: Option<&Evaluated>) -> Vec<Value<Text>> {
    match list.map(|list| (list.at, &list.datum)) {
        None | Some((_, Datum::Null)) => Vec::new(),
        Some((_, Datum::List(items, false))) => items.iter().map(Evaluated::text).collect(),
        Some((at, _)) => vec![Value::unknown(at, Why::Unread)],
    }
}
