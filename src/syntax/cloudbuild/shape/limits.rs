//! The limits of a build, and what excludes each other in it.
//!
//! Source: cloud.google.com/build/docs/build-config-file-schema and /quotas, read 2026-04;
//! GoogleCloudPlatform/cloud-build-local, validate/validate.go, read 2022-08.

use super::super::super::yaml::{Node, PlainKind};
use super::super::field;
use super::{Checker, Refuser};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Steps of a build.
const STEPS: usize = 300;
/// Arguments of a step.
const ARGUMENTS: usize = 100;
/// Characters of an argument.
const ARGUMENT: usize = 10_000;
/// Images of a build.
const IMAGES: usize = 100;
/// Tags of a build.
const TAGS: usize = 64;
/// Substitutions of a build.
const SUBSTITUTIONS: usize = 200;
/// Bytes of a substitution's name.
const NAME: usize = 100;
/// Bytes of a substitution's value.
const VALUE: usize = 4_000;
/// Values of secrets of a build.
const SECRETS: usize = 100;
/// Characters of the name, the folder and the image of a step.
const LONG: usize = 1_000;
/// The machine of a build that names none. gcloud 528.0.0 has it not among its choices.
const DEFAULT_MACHINE: &str = "E2_STANDARD_2";
/// Seconds of a build, at most and where it says nothing.
const LONGEST: f64 = 86_400.0;
const DEFAULT: f64 = 3_600.0;
/// Gigabytes of a disk.
const DISK: i64 = 4_000;

/// Adds what is refused.
pub fn check(root: &Node, checker: &mut Checker) {
    let Some(steps) = root.get("steps") else { return };
    let written = steps.items();
    if written.is_empty() && steps.entries().is_empty() {
        checker.refuse(steps.at, "a build needs a step".to_owned(), "has none", "write a step");
    }
    too_many(checker, written, STEPS, "steps");
    for (name, most) in [("images", IMAGES), ("tags", TAGS)] {
        let items = root.get(name).map(Node::items).unwrap_or_default();
        too_many(checker, items, most, name);
    }
    substitutions(root, checker);
    let options = root.get("options");
    let build = root.get("timeout").and_then(seconds);
    if let (Some(node), Some(true)) = (root.get("timeout"), build.map(|all| all > LONGEST)) {
        let message = "a build may take at most a day, `86400s`".to_owned();
        checker.refuse(node.at, message, "is longer than a day", "write less");
    }
    for step in written {
        self::step(step, checker);
        let own = step.get("timeout").and_then(|node| Some((node, seconds(node)?)));
        if let (Some((node, own)), Some(all)) = (own, build)
            && own > all
        {
            let message = format!("the step may take {own}s, but the build only {all}s");
            let help = "let the build take as long as its steps";
            checker.refuse(node.at, message, "is longer than `timeout` of the build", help);
        }
    }
    if root.get("timeout").is_none() {
        written.iter().for_each(|step| default_timeout(step, checker));
    }
    let whole = root.get("timeout").into_iter().chain(field(root, "queueTtl", "queue_ttl"));
    for node in whole.chain(written.iter().filter_map(|s| s.get("timeout"))) {
        duration(node, checker);
    }
    for entry in options.into_iter().flat_map(environment) {
        setting(entry, checker);
    }
    secrets(root, options, written, checker);
    if let Some(disk) = options.and_then(|node| field(node, "diskSizeGb", "disk_size_gb")) {
        let size = disk.text().and_then(|text| text.parse::<i64>().ok());
        if let Some(size) = size.filter(|size| *size > DISK || *size < 0) {
            let message = format!("the disk has {size} GB, but may have at most {DISK}");
            checker.refuse(disk.at, message, "is too large", "ask for a smaller disk");
        }
    }
    if let Some(machine) = options.and_then(|node| field(node, "machineType", "machine_type"))
        && machine.text() == Some(DEFAULT_MACHINE)
    {
        checker.refused.push(super::Refused {
            at: machine.at,
            message: format!("gcloud 528 and older take no machine type `{DEFAULT_MACHINE}`"),
            label: "is what a build gets in any case",
            help: "leave `machineType` out, or see that gcloud is newer".to_owned(),
            by: Refuser::OlderGcloud,
        });
    }
    volumes(options, written, checker);
    logging(root, checker);
}

/// A step that may take longer than a build that says nothing.
fn default_timeout(step: &Node, checker: &mut Checker) {
    let own = step.get("timeout").and_then(|node| Some((node, seconds(node)?)));
    if let Some((node, own)) = own.filter(|(_, own)| *own > DEFAULT) {
        checker.refused.push(super::Refused {
            at: node.at,
            message: format!(
                "the step may take {own}s, but the build sets no `timeout` and takes at most {DEFAULT}s"
            ),
            label: "is longer than the build",
            help: "let the build take as long as its steps".to_owned(),
            by: Refuser::Perhaps,
        });
    }
}

fn step(step: &Node, checker: &mut Checker) {
    let is_empty = |node: &Node| node.text().is_none_or(str::is_empty);
    if step.entries().is_empty() || step.get("name").is_none_or(is_empty) {
        if step.scalar().is_none() {
            let message = "a step needs a `name`: the image that runs it".to_owned();
            checker.refuse(step.at, message, "has no image", "add `name`");
        }
        return;
    }
    for key in ["name", "dir", "id"] {
        let node = step.get(key).filter(|node| node.text().is_some_and(|t| t.len() > LONG));
        if let Some(node) = node {
            let message = format!("`{key}` has more than {LONG} characters");
            checker.refuse(node.at, message, "is too long", "write a shorter one");
        }
    }
    let items = |key| step.get(key).map(Node::items).unwrap_or_default();
    too_many(checker, items("args"), ARGUMENTS, "args");
    for argument in items("args") {
        let length = argument.text().map_or(0, |text| text.chars().count());
        if length > ARGUMENT {
            let message = format!("the argument has {length} characters, but may have {ARGUMENT}");
            checker.refuse(argument.at, message, "is too long", "write it into a file");
        }
    }
    if step.get("script").is_some_and(|script| script.text().is_some_and(|text| !text.is_empty())) {
        for other in ["args", "entrypoint"] {
            let node = step
                .entry(other)
                .filter(|entry| !entry.value.items().is_empty() || !is_empty(&entry.value));
            if let Some(entry) = node {
                let message = format!("a step has either `script` or `{other}`, and this has both");
                let help = format!("leave out `{other}`");
                checker.refuse(entry.key.at, message, "stands beside `script`", help);
            }
        }
    }
    for entry in environment(step) {
        setting(entry, checker);
    }
    let codes = field(step, "allowExitCodes", "allow_exit_codes");
    for code in codes.map(Node::items).unwrap_or_default() {
        let number = code.text().and_then(|text| text.parse::<i64>().ok());
        if number.is_some_and(|number| !(0..=255).contains(&number)) {
            let message = format!("exit code {} is not from 0 to 255", number.unwrap_or(0));
            checker.refuse(code.at, message, "is no exit code", "name a code from 0 to 255");
        }
    }
    if let Some(id) = step.get("id").filter(|id| id.text() == Some("-")) {
        let message = "`-` is no id: `waitFor: ['-']` means to wait for nothing".to_owned();
        checker.refuse(id.at, message, "is reserved", "choose another id");
    }
    let secrets = field(step, "secretEnv", "secret_env").map(Node::strings).unwrap_or_default();
    for (i, secret) in secrets.iter().enumerate() {
        if secrets.iter().take(i).any(|other| other.text == secret.text) {
            let message = format!("`{}` is in `secretEnv` twice", secret.text);
            checker.refuse(secret.at, message, "stands before, too", "leave it out here");
        }
    }
    for entry in environment(step) {
        let name = entry.text().and_then(|text| text.split_once('=')).map(|(name, _)| name);
        if let Some(secret) = secrets.iter().find(|secret| Some(&*secret.text) == name) {
            let message = format!("`{}` is both in `env` and in `secretEnv`", secret.text);
            checker.refuse(secret.at, message, "is set by `env` too", "leave out one of them");
        }
    }
}

/// How many secrets there are, and which a step names that all steps have.
fn secrets(root: &Node, options: Option<&Node>, steps: &[Node], checker: &mut Checker) {
    let available = field(root, "availableSecrets", "available_secrets");
    let manager = available.and_then(|node| field(node, "secretManager", "secret_manager"));
    too_many(checker, manager.map(Node::items).unwrap_or_default(), SECRETS, "secretManager");
    let of = |node: &Node| field(node, "secretEnv", "secret_env").map(Node::strings);
    let shared = options.and_then(of).unwrap_or_default();
    for secret in steps.iter().filter_map(of).flatten() {
        if shared.iter().any(|other| other.text == secret.text) {
            let message = format!("`{}` is a secret of all steps already", secret.text);
            checker.refuse(secret.at, message, "stands in `options` too", "leave it out here");
        }
    }
}

fn environment(node: &Node) -> impl Iterator<Item = &Node> {
    let env = node.get("env");
    env.into_iter().flat_map(|env| match env.scalar() {
        Some(_) => std::slice::from_ref(env),
        None => env.items(),
    })
}

fn setting(entry: &Node, checker: &mut Checker) {
    let Some(text) = entry.text().filter(|text| !text.contains('=')) else { return };
    // A substitution may hold all of it.
    if text.contains('$') {
        return;
    }
    let message = format!("`{text}` in `env` is no `NAME=value`");
    checker.refuse(entry.at, message, "has no `=`", format!("write `{text}=...`"));
}

fn too_many(checker: &mut Checker, items: &[Node], most: usize, name: &str) {
    if let Some(item) = items.get(most) {
        let message = format!("`{name}` has {} items, but may have at most {most}", items.len());
        checker.refuse(item.at, message, "is one too many", "");
    }
}

fn substitutions(root: &Node, checker: &mut Checker) {
    let entries = root.get("substitutions").map(Node::entries).unwrap_or_default();
    if let Some(entry) = entries.get(SUBSTITUTIONS) {
        let message = format!(
            "a build has at most {SUBSTITUTIONS} substitutions, and this {}",
            entries.len()
        );
        checker.refuse(entry.key.at, message, "is one too many", "");
    }
    for entry in entries {
        let name = entry.key.text().map_or(0, str::len);
        let value = entry.value.text().map_or(0, str::len);
        for (length, most, at, what) in
            [(name, NAME, entry.key.at, "name"), (value, VALUE, entry.value.at, "value")]
        {
            if length > most {
                let message =
                    format!("the {what} of a substitution has {length} bytes, but may have {most}");
                checker.refuse(at, message, "is too long", "");
            }
        }
    }
}

/// A number of seconds as Cloud Build writes it: `600s`.
fn seconds(node: &Node) -> Option<f64> {
    node.text()?.strip_suffix('s')?.parse::<f64>().ok().filter(|number| *number >= 0.0)
}

/// Units other than seconds pass where a trigger reads the file; a number without one does not.
fn duration(node: &Node, checker: &mut Checker) {
    let Some(text) = node.text().filter(|text| !text.contains('$')) else { return };
    if node.plain_kind() != Some(PlainKind::Str) {
        return;
    }
    let mut rest = text;
    let mut parts = 0;
    while let Some(end) = rest.find(['s', 'm', 'h']) {
        let (number, unit) = rest.split_at(end);
        if !number.parse::<f64>().is_ok_and(|number| number >= 0.0) {
            break;
        }
        rest = &unit[1..];
        parts += 1;
    }
    if !rest.is_empty() || parts == 0 {
        let message = format!("`{text}` is no duration");
        let help = match text.parse::<f64>() {
            Ok(_) => format!("write the unit: `{text}s`"),
            Err(_) => "write seconds: `600s`".to_owned(),
        };
        checker.refuse(node.at, message, "is refused", help);
    }
}

/// Volumes of steps and options: names, paths, and that two steps use each.
fn volumes(options: Option<&Node>, steps: &[Node], checker: &mut Checker) {
    let of = |node: &Node| -> Vec<(String, String, Span)> {
        let volumes = node.get("volumes").map(Node::items).unwrap_or_default();
        let text =
            |node: &Node, key| node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
        volumes.iter().map(|v| (text(v, "name"), text(v, "path"), v.at)).collect()
    };
    let shared = options.map(of).unwrap_or_default();
    let mut uses: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    let everywhere = steps.iter().map(of).chain(std::iter::once(shared.clone()));
    for volumes in everywhere {
        for (name, path, at) in &volumes {
            volume(name, path, *at, checker);
        }
    }
    if let (Some((name, _, at)), true) = (shared.first(), steps.len() == 1) {
        let message = format!("volume `{name}` is one of all steps, and there is only one step");
        checker.refuse(*at, message, "no other step has it", "leave it out");
    }
    for step in steps {
        let own = of(step);
        repeated(&own, checker);
        let mut seen = BTreeSet::new();
        for (name, _, at) in own.into_iter().filter(|(name, ..)| seen.insert(name.clone())) {
            if shared.iter().any(|(other, ..)| *other == name) {
                let message = format!("volume `{name}` is one of all steps already");
                checker.refuse(at, message, "stands in `options` too", "leave it out here");
            }
            uses.entry(name).or_default().push(at);
        }
    }
    for (name, places) in uses {
        if let ([only], false) = (&places[..], name.contains('$') || name.is_empty()) {
            let message = format!("volume `{name}` is used by one step only");
            let help = "use it in another step, or leave it out";
            checker.refuse(*only, message, "no other step has it", help);
        }
    }
}

/// Names and paths that a step mounts twice.
fn repeated(volumes: &[(String, String, Span)], checker: &mut Checker) {
    for (i, (name, path, at)) in volumes.iter().enumerate() {
        let before = volumes.get(..i).unwrap_or_default();
        let message = if before.iter().any(|(other, ..)| other == name) {
            format!("the step has volume `{name}` twice")
        } else if before.iter().any(|(_, other, _)| other == path) {
            format!("the step has two volumes at `{path}`")
        } else {
            continue;
        };
        checker.refuse(*at, message, "stands before, too", "leave it out here");
    }
}

fn volume(name: &str, path: &str, at: Span, checker: &mut Checker) {
    if name.contains('$') || path.contains('$') {
        return;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if name.len() < 2
        || !name.chars().all(fits)
        || !name.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        let message = format!("`{name}` is no name of a volume");
        let help = "use two or more letters, digits, `_`, `.` and `-`";
        checker.refuse(at, message, "is refused", help);
    }
    let path = path.trim_end_matches('/');
    let reserved = ["/workspace", "/builder/home", "/var/run/docker.sock"];
    if !path.starts_with('/') || reserved.contains(&path) || path.starts_with("/cloudbuild/") {
        let message = format!("a volume cannot be mounted at `{path}`");
        let help = "name an absolute path other than `/workspace`, `/builder/home`, \
                    `/var/run/docker.sock` and what is below `/cloudbuild`";
        checker.refuse(at, message, "is refused", help);
    }
}

/// Whether a build says where its logs go, as one with a service account must.
pub fn chooses_logs(root: &Node) -> bool {
    let options = root.get("options");
    let option = |camel, snake| options.and_then(|node| field(node, camel, snake));
    let logging = option("logging", "logging").and_then(Node::text);
    let behavior = option("defaultLogsBucketBehavior", "default_logs_bucket_behavior");
    // A substitution may choose.
    matches!(logging, Some("CLOUD_LOGGING_ONLY" | "NONE"))
        || logging.is_some_and(|logging| logging.contains('$'))
        || field(root, "logsBucket", "logs_bucket").is_some()
        || behavior.is_some_and(|b| b.text() == Some("REGIONAL_USER_OWNED_BUCKET"))
}

/// A service account needs a choice where logs go.
fn logging(root: &Node, checker: &mut Checker) {
    let Some(account) = field(root, "serviceAccount", "service_account") else { return };
    let text = account.text().unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let is_bare = text.contains('@') && !text.contains('/') && !text.contains('$');
    if is_bare {
        let message = format!("`{text}` is no path of a service account");
        let help = format!("write `projects/$PROJECT_ID/serviceAccounts/{text}`");
        checker.refuse(account.at, message, "is refused", help);
    }
    if text.ends_with("@cloudbuild.gserviceaccount.com") {
        let message =
            format!("`{text}` is the account of Cloud Build itself, which no build names");
        let help = "leave `serviceAccount` out, or name an account of your own";
        checker.refuse(account.at, message, "is refused", help);
    } else if !chooses_logs(root) {
        let message = "a build with a service account must say where its logs go".to_owned();
        let help = "set `options.logging: CLOUD_LOGGING_ONLY`, or `logsBucket`";
        checker.refuse(account.at, message, "has no choice of logs", help);
    }
}
