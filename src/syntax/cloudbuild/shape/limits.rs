//! The limits of a build, and what excludes each other in it.
//!
//! Source: cloud.google.com/build/docs/build-config-file-schema and /quotas, read 2026-04;
//! GoogleCloudPlatform/cloud-build-local, validate/validate.go, read 2022-08.

use super::super::super::yaml::{Node, PlainKind};
use super::super::{field, listed};
use super::value::is_null;
use super::{Checker, Choice, Refuser};

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
/// Characters of the folder and the id of a step.
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
    let Some(steps) = root.get("steps") else {
        let first = root.entries().first().map_or(root.at, |entry| entry.key.at);
        let message = "a build needs `steps`, and this has none".to_owned();
        return checker.refuse(first, message, "is a build without steps", "write a step");
    };
    let written = listed(Some(steps));
    if written.is_empty() {
        checker.refuse(steps.at, "a build needs a step".to_owned(), "has none", "write a step");
    }
    too_many(checker, written, STEPS, "steps", "do more in a step, or start another build");
    for (name, most) in [("images", IMAGES), ("tags", TAGS)] {
        let items = listed(root.get(name));
        too_many(checker, items, most, name, "leave some out");
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
        if let Some((node, own)) = own.filter(|(_, own)| *own > LONGEST) {
            let message = format!("the step may take {own}s, but at most a day, `86400s`");
            checker.refuse(node.at, message, "is longer than a day", "write less, or do it in two");
        } else if let (Some((node, own)), Some(all)) = (own, build)
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
}

/// A step that may take longer than a build that says nothing.
fn default_timeout(step: &Node, checker: &mut Checker) {
    let own = step.get("timeout").and_then(|node| Some((node, seconds(node)?)));
    if let Some((node, own)) = own.filter(|(_, own)| *own > DEFAULT && *own <= LONGEST) {
        checker.refused.push(super::Refused {
            at: node.at,
            message: format!(
                "the step may take {own}s, but the build sets no `timeout` and takes at most {DEFAULT}s"
            ),
            label: "is longer than the build",
            help: "let the build take as long as its steps".to_owned(),
            by: Refuser::Start(Choice::Timeout),
        });
    }
}

fn step(step: &Node, checker: &mut Checker) {
    if is_null(step) {
        return;
    }
    let is_empty = |node: &Node| node.text().is_none_or(str::is_empty);
    if step.get("name").is_none_or(is_empty) {
        if step.scalar().is_none() {
            let message = "a step needs a `name`: the image that runs it".to_owned();
            checker.refuse(step.at, message, "has no image", "add `name`");
        }
        return;
    }
    for key in ["dir", "id"] {
        let node = step.get(key).and_then(|node| Some((node, node.text()?.chars().count())));
        if let Some((node, length)) = node.filter(|(_, length)| *length > LONG) {
            let message = format!("`{key}` has {length} characters, but may have {LONG}");
            checker.refuse(node.at, message, "is too long", "write a shorter one");
        }
    }
    let items = |key| listed(step.get(key));
    too_many(checker, items("args"), ARGUMENTS, "args", "write the command into `script`");
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
    for code in listed(codes) {
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
}

pub(super) fn environment(node: &Node) -> impl Iterator<Item = &Node> {
    listed(node.get("env")).iter().filter(|entry| !is_null(entry))
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

pub(super) fn too_many(checker: &mut Checker, items: &[Node], most: usize, name: &str, help: &str) {
    if let Some(item) = items.get(most) {
        let message = format!("`{name}` has {} items, but may have at most {most}", items.len());
        checker.refuse(item.at, message, "is one too many", help);
    }
}

fn substitutions(root: &Node, checker: &mut Checker) {
    let entries = root.get("substitutions").map(Node::entries).unwrap_or_default();
    if let Some(entry) = entries.get(SUBSTITUTIONS) {
        let message = format!(
            "a build has at most {SUBSTITUTIONS} substitutions, and this {}",
            entries.len()
        );
        let help = "leave some out, or write them into a file that a step reads";
        checker.refuse(entry.key.at, message, "is one too many", help);
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
                let help = match what {
                    "name" => "write a shorter one",
                    _ => "write a shorter one, or write it into a file that a step reads",
                };
                checker.refuse(at, message, "is too long", help);
            }
        }
    }
}

/// A number of seconds as Cloud Build writes it: `600s`.
fn seconds(node: &Node) -> Option<f64> {
    node.text()?.strip_suffix('s')?.parse::<f64>().ok().filter(|number| *number >= 0.0)
}

/// Seconds, with a fraction of up to nine digits. Units other than these pass where a trigger
/// reads the file, and not where gcloud sends it; a number without one never does. Source:
/// google/protobuf/duration.proto, read 2026-08; cloud-build-local, pull request 106, 2019-09.
fn duration(node: &Node, checker: &mut Checker) {
    let Some(text) = node.text().filter(|text| !text.contains('$')) else { return };
    if node.plain_kind() != Some(PlainKind::Str) {
        return;
    }
    let is_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let is_seconds = text.strip_suffix('s').is_some_and(|number| match number.split_once('.') {
        Some((whole, part)) => is_digits(whole) && is_digits(part) && part.len() <= 9,
        None => is_digits(number),
    });
    if is_seconds {
        return;
    }
    match in_seconds(text) {
        Some(seconds) => {
            let message = format!("`{text}` is no number of seconds");
            let help = format!("write `{seconds}s`: other units pass in builds of triggers only");
            checker.hint(node.at, message, "has another unit", &help, Refuser::Submission);
        }
        None => {
            let message = format!("`{text}` is no duration");
            let help = match is_digits(text) {
                true => format!("write the unit: `{text}s`"),
                false => "write seconds: `600s`".to_owned(),
            };
            checker.refuse(node.at, message, "is refused", help);
        }
    }
}

/// The seconds of `1h30m`.
fn in_seconds(text: &str) -> Option<f64> {
    let mut rest = Some(text).filter(|text| text.contains(['m', 'h']))?;
    let mut all = 0.0;
    while let Some(end) = rest.find(['s', 'm', 'h']) {
        let (number, unit) = (rest.get(..end)?, rest.get(end..=end)?);
        let each = match unit {
            "h" => 3_600.0,
            "m" => 60.0,
            _ => 1.0,
        };
        let is_number = number.chars().all(|c| c.is_ascii_digit() || c == '.');
        all += number.parse::<f64>().ok().filter(|_| is_number)? * each;
        rest = rest.get(end + 1..)?;
    }
    rest.is_empty().then_some(all)
}
