use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::instruction::Setting;
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
    for (id, image) in project.images_with_ids() {
        let built = project.built_stages(id);
        for (stage, is_built) in image.stages.iter().zip(built) {
            let settings = stage.written.settings.iter();
            findings.extend(settings.filter_map(|setting| leak(setting, is_built)));
        }
    }
}

fn leak(setting: &Setting, is_built: bool) -> Option<Finding> {
    let (key, instruction) = (&setting.key, setting.instruction);
    if instruction == "LABEL" || !names_secret(key) {
        return None;
    }
    let is_empty = match &setting.value {
        Value::Known(value) => match value.value.literal() {
            Some("") => instruction == "ENV",
            Some(text) if is_harmless(text) => return None,
            _ => false,
        },
        Value::Unset => false,
        Value::Unknown(_) => return None,
    };
    let (place, label) = match is_built {
        true => ("image", "can be read from the image"),
        false => ("cache of the builder", "stays in the cache, since this stage is in no image"),
    };
    let message = format!("`{instruction} {key}` leaves a secret in the {place}");
    let severity = if is_built && !is_empty { Severity::Warning } else { Severity::Note };
    let help = "hand it to the command that needs it: `RUN --mount=type=secret`";
    Some(RULE.finding_at(message, setting.at, label).severity(severity).help(help))
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
    "expiry",
    "expires",
    "expiration",
    "lifetime",
    "seconds",
    "minutes",
    "hours",
    "days",
    "min",
    "max",
    "limit",
    // What everybody may know: the key of a site, of a client, of anonymous users.
    "site",
    "sitekey",
    "publishable",
    "anon",
    // The name of a column, not of a lock.
    "primary",
    "partition",
    "sort",
    "foreign",
];

/// What tools of the web put into the code that they send to everybody.
const CLIENT: &[&str] = &["vite_", "react_app_", "vue_app_", "gatsby_", "next_public_"];

fn names_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let has = |list: &[&str]| key.split('_').any(|word| list.contains(&word));
    let is_client = CLIENT.iter().any(|prefix| key.starts_with(prefix));
    // `Filters__0__Key` is an item of a configuration.
    let is_item = key.ends_with("__key");
    // An identifier is what a key is called by.
    let is_identifier = key.ends_with("key_id");
    has(SECRET) && !has(OTHER) && !is_client && !is_item && !is_identifier
}

/// Whether a value is no secret.
fn is_harmless(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_word =
        matches!(&*lower, "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "0" | "1");
    let stands_for = ["dummy", "placeholder", "fake", "example"].iter().any(|w| lower.contains(w));
    is_word || stands_for || lower.starts_with('/') || is_sample(&lower)
}

/// Whether a value tells what to write in its place: `YOUR TOKEN`, `<token>`, `xxx`.
fn is_sample(value: &str) -> bool {
    let is_bracketed = (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('{') && value.ends_with('}'));
    let starts = ["your ", "your_", "your-", "todo"];
    is_bracketed
        || starts.iter().any(|start| value.starts_with(start))
        || (!value.is_empty() && value.chars().all(|c| matches!(c, 'x' | '*' | '.' | '-')))
}
