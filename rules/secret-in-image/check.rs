use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;
use crate::value::Value;

pub static RULE: Rule = Rule {
    id: "secret-in-image",
    summary: "An `ARG` or `ENV` by its name holds a secret, which then can be read from the image.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &["SecretsUsedInArgOrEnv", "DL3064", "DF014", "DS031"],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for setting in stages.flat_map(|stage| &stage.written.settings) {
        let (key, instruction) = (&setting.key, setting.instruction);
        if instruction == "LABEL" || !names_secret(key) {
            continue;
        }
        let severity = match &setting.value {
            Value::Known(value) => match value.value.literal() {
                Some("") if instruction == "ENV" => Severity::Note,
                Some(text) if is_harmless(text) => continue,
                _ => Severity::Warning,
            },
            Value::Unset => Severity::Warning,
            Value::Unknown(_) => continue,
        };
        let message = format!("`{instruction} {key}` leaves a secret in the image");
        findings.push(
            RULE.finding_at(message, setting.at, "can be read from the image")
                .severity(severity)
                .help("hand it to the command that needs it: `RUN --mount=type=secret`"),
        );
    }
}

/// The words that BuildKit looks for (`frontend/dockerfile/dockerfile2llb/validations.go`, 0.26).
const SECRET: &[&str] = &[
    "apikey",
    "auth",
    "credential",
    "credentials",
    "key",
    "password",
    "pword",
    "passwd",
    "secret",
    "token",
];

/// Words beside them that tell of something else. BuildKit knows the first three.
const OTHER: &[&str] = &[
    "public",
    "file",
    "version",
    "gpg",
    "name",
    "path",
    "dir",
    "sock",
    "type",
    "url",
    "host",
    "port",
    "enabled",
    "disabled",
    "disable",
    "mode",
    "method",
    "server",
    "provider",
    "size",
    "length",
    "algorithm",
    "ttl",
    "timeout",
    "domain",
    "keyring",
    "fingerprint",
    "dummy",
    "cache",
];

/// What tools of the web put into the code that they send to everybody.
const CLIENT: &[&str] = &["vite_", "react_app_", "vue_app_", "gatsby_", "next_public_"];

fn names_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let has = |list: &[&str]| key.split('_').any(|word| list.contains(&word));
    let is_client = CLIENT.iter().any(|prefix| key.starts_with(prefix));
    // `Filters__0__Key` is an item of a configuration.
    let is_item = key.ends_with("__key");
    has(SECRET) && !has(OTHER) && !is_client && !is_item
}

/// Whether a value is no secret.
fn is_harmless(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_word =
        matches!(&*lower, "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "0" | "1");
    let stands_for = ["dummy", "placeholder", "fake", "example"].iter().any(|w| lower.contains(w));
    is_word || stands_for || lower.starts_with('/')
}
