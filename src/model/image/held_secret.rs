//! Settings of a Dockerfile that hold secrets, as their names tell.

use super::Image;
use super::instruction::Setting;
use crate::source::Span;
use crate::value::Value;

/// How a setting holds a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldSecret {
    /// Its value stands there, or a build gives it.
    Written,
    /// `ENV` leaves it empty, to be set when the container starts.
    Empty,
}

impl Setting {
    /// How it holds a secret, if its name says that it does and its value does not deny it.
    pub fn held_secret(&self) -> Option<HeldSecret> {
        if self.instruction == "LABEL" || !names_secret(&self.key) {
            return None;
        }
        match &self.value {
            Value::Known(value) => match value.value.literal() {
                Some("") if self.instruction == "ENV" => Some(HeldSecret::Empty),
                Some("") => Some(HeldSecret::Written),
                Some(text) if is_harmless(text) => None,
                _ => Some(HeldSecret::Written),
            },
            Value::Unset => Some(HeldSecret::Written),
            Value::Unknown(_) => None,
        }
    }
}

impl Image {
    /// The arguments before the first stage that hold a secret, as their names tell, and that no
    /// stage takes over: they are in no image, but the builder takes them down.
    pub fn held_before_stages(&self) -> impl Iterator<Item = (&str, Span)> {
        let settings = || self.stages.iter().flat_map(|stage| &stage.written.settings);
        self.arguments.iter().filter_map(move |(name, value)| {
            let is_harmless = value.literal_text().is_some_and(is_harmless);
            let taken = settings().any(|s| s.key == *name && s.instruction == "ARG");
            let is_held = names_secret(name) && !is_harmless && !taken;
            Some((name.as_str(), value.at().filter(|_| is_held)?))
        })
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
    // What tells whether a download is whole.
    "checksum",
    "digest",
    "md5",
    "sha256",
    "sha512",
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
    // An identifier is what a key, or who has it, is called by. That of an access key comes with
    // the key.
    let is_identifier = ["key_id", "_user", "_username"].iter().any(|end| key.ends_with(end))
        && !key.ends_with("access_key_id");
    has(SECRET) && !has(OTHER) && !is_client && !is_item && !is_identifier
}

/// Whether a value is no secret.
pub(super) fn is_harmless(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    // `**None**` is how some images mark what is to be given.
    let is_word = matches!(
        lower.trim_matches('*'),
        "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null" | "0" | "1"
    );
    let stands_for = ["dummy", "placeholder", "fake", "example"].iter().any(|w| lower.contains(w));
    is_word || stands_for || is_path(value) || is_sample(&lower) || is_fingerprint(value)
}

/// Whether a value says where something lies: `/run/token`, `tls/server.key`. What is encoded
/// with slashes has no dots.
fn is_path(value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let is_name = |name: &str| {
        name.rsplit_once('.')
            .is_some_and(|(stem, extension)| !stem.is_empty() && (1..=5).contains(&extension.len()))
    };
    value.starts_with('/')
        || value.rsplit_once('/').is_some_and(|(_, name)| is_name(name))
            && value.chars().all(is_part)
}

/// Whether a value is the fingerprint of a public key, as OpenPGP writes it: 40 hexadecimal
/// digits in capitals. Digests and tokens are written in small letters.
fn is_fingerprint(value: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
    value.len() == 40 && value.chars().all(is_digit) && value.contains(|c: char| c.is_alphabetic())
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
