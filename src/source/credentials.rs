//! Files that hold secrets: keys, tokens, states. They are only asked whether they do, and their
//! texts are not kept.

use super::name;

/// Parts of paths that tell of what is no secret: tests, samples, machines of developers.
const HARMLESS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "spec",
    "fixture",
    "fixtures",
    "testdata",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "dummy",
    "mock",
    "mocks",
    "snakeoil",
    "localhost",
    "selfsigned",
    "dev",
    "local",
    "template",
    "dist",
    "public",
    "pub",
    "ca",
    "cacert",
    "cert",
    "certs",
    "docs",
];

/// What a file is by its name that may hold secrets.
pub fn credentials(path: &str) -> Option<&'static str> {
    let lower = path.to_ascii_lowercase();
    let name = name(&lower);
    let in_harmless = lower.split(['/', '.', '-', '_']).any(|part| HARMLESS.contains(&part));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_account = || {
        const NAMES: &[&str] = &[
            "service-account",
            "service_account",
            "serviceaccount",
            "credential",
            "adminsdk",
            "keyfile",
            "-key",
        ];
        extension == "json" && NAMES.iter().any(|part| name.contains(part))
    };
    match name {
        _ if in_harmless => None,
        "id_rsa" | "id_dsa" | "id_ecdsa" | "id_ed25519" => Some("a private key"),
        ".npmrc" => Some("a token of npm"),
        ".netrc" | ".git-credentials" => Some("a password"),
        "credentials" if lower.ends_with(".aws/credentials") => Some("a key of AWS"),
        _ if is_state(name) => Some("a state of Terraform"),
        ".env" => Some("values of secrets"),
        name if name.starts_with(".env.") => Some("values of secrets"),
        _ if matches!(extension, "pem" | "key") => Some("a private key"),
        _ if is_account() => Some("a key of a service account"),
        _ => None,
    }
}

/// Whether a name is that of a state, or of one that was kept: `prod.tfstate.backup`.
fn is_state(name: &str) -> bool {
    name.ends_with(".tfstate") || name.ends_with(".tfstate.backup")
}

/// Whether the text of such a file holds what its name tells.
pub fn holds_secret(path: &str, text: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    match name(&lower) {
        ".npmrc" => text.lines().any(|line| {
            let (key, value) = line.split_once('=').unwrap_or_default();
            let secret = key.ends_with("_authToken") || key.ends_with("_password");
            secret && looks_secret(value.trim())
        }),
        ".netrc" => text.split_whitespace().any(|word| word == "password"),
        ".git-credentials" => text.contains("://"),
        "credentials" => text.contains("aws_secret_access_key"),
        name if is_state(name) => text.contains("\"instances\"") || text.contains("\"primary\""),
        name if name == ".env" || name.starts_with(".env.") => text.lines().any(is_secret_setting),
        name if name.ends_with(".json") => {
            text.contains("\"private_key\"") && text.contains("PRIVATE KEY-----")
        }
        _ => text.contains("PRIVATE KEY-----"),
    }
}

/// Whether a line gives a variable whose name tells of a secret a value that looks like one.
fn is_secret_setting(line: &str) -> bool {
    const WORDS: &[&str] =
        &["SECRET", "TOKEN", "PASSWORD", "PASSWD", "APIKEY", "KEY", "CREDENTIALS"];
    let line = line.trim_start();
    let (key, value) =
        line.strip_prefix("export ").unwrap_or(line).split_once('=').unwrap_or_default();
    let key = key.trim().to_ascii_uppercase();
    let is_public = ["PUBLIC", "PUBLISHABLE", "ANON"].iter().any(|part| key.contains(part));
    !key.starts_with('#')
        && !is_public
        && key.split('_').any(|word| WORDS.contains(&word))
        && looks_secret(
            value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']),
        )
}

/// Whether a value is made by a machine, rather than a word that somebody is to replace.
fn looks_secret(value: &str) -> bool {
    const PLACES: &[&str] = &[
        "$",
        "<",
        "{",
        "example",
        "your",
        "change",
        "dummy",
        "test",
        "local",
        "xxx",
        "replace",
        "secret",
        "password",
        "insert",
        "placeholder",
        "todo",
        "path",
        "/",
        " ",
        "123456",
        "...",
    ];
    let lower = value.to_ascii_lowercase();
    value.len() >= 16
        && value.chars().any(|c| c.is_ascii_digit())
        && value.chars().any(|c| c.is_ascii_alphabetic())
        && value.chars().filter(|c| c.is_ascii_digit()).count() >= 3
        && PLACES.iter().all(|place| !lower.contains(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_samples() {
        let key = "-----BEGIN PRIVATE KEY-----\n";
        for (path, text, expected) in [
            ("deploy/server.pem", key, true),
            ("deploy/server.pem", "-----BEGIN CERTIFICATE-----\n", false),
            ("tests/server.pem", key, false),
            ("certs/ca.key", key, false),
            ("id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\n", true),
            (".env", "DEBUG=1\nAPI_TOKEN=a81f2c90d3b75e64\n", true),
            (".env", "API_TOKEN=your-token-here-0001\nNEXT_PUBLIC_KEY=a81f2c90d3b75e64\n", false),
            (".env", "DB_PASSWORD=postgres\n# API_TOKEN=a81f2c90d3b75e64\n", false),
            (".env.example", "API_TOKEN=a81f2c90d3b75e64\n", false),
            (".env.production", "export SECRET_KEY='a81f2c90d3b75e64'\n", true),
            (".npmrc", "//registry.npmjs.org/:_authToken=npm_a81f2c90d3b75e64\n", true),
            (".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", false),
            ("gcp-credentials.json", "{\"private_key\": \"-----BEGIN PRIVATE KEY-----\"}", true),
            ("package.json", "{\"private_key\": \"-----BEGIN PRIVATE KEY-----\"}", false),
            ("infra/terraform.tfstate", "{\"resources\": [{\"instances\": []}]}", true),
            ("infra/prod.tfstate.backup", "{\"resources\": [{\"instances\": []}]}", true),
            ("infra/empty.tfstate", "{\"resources\": []}", false),
        ] {
            let said = credentials(path).is_some() && holds_secret(path, text);
            assert_eq!(said, expected, "{path}: {text}");
        }
    }
}
