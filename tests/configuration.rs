//! Holds the configuration, its errors and its schema together.
//!
//! `UPDATE_SCHEMA=1` rewrites `seamlint.schema.json`.

#![allow(clippy::expect_used, clippy::panic)]

use seamlint::config::{CONFIDENCES, Config, FAIL_ON, KEYS, LEVELS, PROFILES, RULE_KEYS};
use seamlint::finding::Severity;
use seamlint::lint;
use seamlint::model::policy::LabelKind;
use seamlint::rules;
use seamlint::value::Confidence;
use serde_json::{Map, Value, json};
use std::path::Path;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse("seamlint.toml", text, &lint::vocabulary()).map_err(|error| error.to_string())
}

fn right(text: &str) -> Config {
    parse(text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// Asserts what is said of a file, without the path.
fn wrong(text: &str, expected: &[&str]) {
    let error = parse(text).map(|_| ()).expect_err(text);
    let lines: Vec<&str> = error
        .lines()
        .map(|line| line.strip_prefix("seamlint.toml:").expect("every line names the file"))
        .collect();
    assert_eq!(lines, expected, "{text}");
}

#[test]
fn a_file_says_what_it_wants() {
    let config = right(
        "#:schema ./seamlint.schema.json\n\
         minimum-confidence = \"certain\"\n\
         exclude = [\"vendor/\", \"*.example.Dockerfile\"]\n\
         [rules]\n\
         port-drift = \"off\"\n\
         bind-localhost = \"note\"\n\
         [rules.platform-mismatch]\n\
         level = \"error\"\n\
         exclude = [\"legacy/\", '\\!odd']\n\
         [rules.syntax-error]\n\
         exclude = [\"/templates/**/*.tf\"]\n",
    );
    assert_eq!(config.minimum_confidence, Confidence::Certain);
    assert_eq!(config.exclude, ["vendor/", "*.example.Dockerfile"]);
    assert!(config.is_off("port-drift"));
    assert!(!config.is_off("bind-localhost") && !config.is_off("reserved-env"));
    assert_eq!(config.severity("bind-localhost", None), Some(Severity::Note));
    assert_eq!(config.severity("platform-mismatch", None), Some(Severity::Error));
    assert_eq!(config.severity("syntax-error", None), None);
    for (rule, path, excluded) in [
        ("platform-mismatch", "legacy/Dockerfile", true),
        ("platform-mismatch", "a/legacy/b/Dockerfile", true),
        ("platform-mismatch", "!odd", true),
        ("platform-mismatch", "legacy", false),
        ("platform-mismatch", "Dockerfile", false),
        ("bind-localhost", "legacy/Dockerfile", false),
        ("syntax-error", "templates/a/b.tf", true),
        ("syntax-error", "a/templates/b.tf", false),
        ("syntax-error", "/templates/b.tf", false),
    ] {
        assert_eq!(config.excludes(rule, None, path), excluded, "{rule} {path}");
    }
}

#[test]
fn rules_answer_to_their_names_in_other_tools() {
    let config = right("[rules]\nDL3000 = \"off\"\nUndefinedVar = { level = \"note\" }\n");
    assert!(config.is_off("relative-workdir"));
    assert_eq!(config.severity("undefined-variable", None), Some(Severity::Note));
    for (name, rule) in [
        ("add_instead_of_copy", "add-instead-of-copy"),
        ("latest_tag", "floating-base-image"),
        ("tally/no-unreachable-stages", "unreachable-stage"),
        ("no-unreachable-stages", "unreachable-stage"),
        ("buildkit/UndefinedVar", "undefined-variable"),
        ("AVD-DS-0005", "add-instead-of-copy"),
    ] {
        assert!(right(&format!("[rules]\n\"{name}\" = \"off\"\n")).is_off(rule), "{name}");
    }
    // Its own name says more than one that it shares.
    let config = right("[rules]\nrelative-workdir = \"error\"\ndl3000 = \"off\"\n");
    assert_eq!(config.severity("relative-workdir", None), Some(Severity::Error));
    // A name that means a part of a rule says more of that part.
    let config = right("[rules]\nfloating-base-image = \"error\"\ndl3006 = \"off\"\n");
    assert!(!config.is_off("floating-base-image"));
    assert!(config.is_part_off("floating-base-image", Some("untagged"), false));
    assert_eq!(config.severity("floating-base-image", Some("latest")), Some(Severity::Error));
    wrong(
        "[rules]\nDL1001 = \"off\"\nDL9999 = \"off\"",
        &[
            "2:1: there is no rule `DL1001`: hadolint reports the use of comments that ignore rules by it, and seamlint \
             never does: `unused-suppression` reports those that hide nothing",
            "3:1: unknown rule `DL9999`: `seamlint rules` lists them",
        ],
    );
}

#[test]
fn a_policy_names_registries_and_labels() {
    let config = right(
        "fail-on = \"error\"\ntrusted-registries = [\"docker.io\", \"*.gcr.io\"]\n\
         strict-labels = true\n[label-schema]\nmaintainer = \"email\"\n\"org.x.y\" = \"text\"\n",
    );
    assert_eq!(config.fail_on, Some(Some(Severity::Error)));
    let trusted = config.policy.trusted_registries.expect("a list");
    assert_eq!(trusted.iter().map(|t| &*t.pattern).collect::<Vec<_>>(), ["docker.io", "*.gcr.io"]);
    let labels: Vec<_> = config.policy.labels.iter().map(|(l, kind)| (&**l, *kind)).collect();
    assert_eq!(labels, [("maintainer", LabelKind::Email), ("org.x.y", LabelKind::Text)]);
    assert!(config.policy.strict_labels);
    assert_eq!(right("baseline = \"ci/known.json\"").baseline.as_deref(), Some("ci/known.json"));
    wrong(
        "baseline = \"\"\nbaseline = true",
        &["1:12: expected the path of a file, not an empty string", "2:1: duplicate key"],
    );
    wrong("baseline = true", &["1:12: expected the path of a file, not a boolean"]);
    let reproducible = right("profile = \"reproducible\"");
    assert!(reproducible.wants("unpinned-system-package") && !reproducible.wants("wget-progress"));
    wrong(
        "fail-on = \"warn\"\ntrusted-registries = [\"https://x\", 1]\nstrict-labels = \"yes\"\n\
         label-schema = { a = \"uri\" }",
        &[
            "1:11: unknown severity `warn`: expected `never`, `note`, `warning` or `error`",
            "2:23: `https://x` is no registry: `docker.io` and `*.gcr.io` are",
            "2:36: expected a registry, not a number",
            "3:17: expected `true` or `false`, not a string",
            "4:22: unknown kind of label `uri`: expected `text`, `url`, `rfc3339`, `semver`, `hash`, \
             `spdx` or `email`; did you mean `url`?",
        ],
    );
}

#[test]
fn an_empty_file_is_the_default() {
    for config in [right(""), right("# nothing\n"), right("[rules]\n"), Config::default()] {
        assert_eq!(config.minimum_confidence, Confidence::Likely);
        assert!(config.exclude.is_empty());
        assert!(lint::ids().all(|id| !config.is_off(id) && config.severity(id, None).is_none()));
    }
}

#[test]
fn a_name_that_is_not_known_is_an_error() {
    wrong(
        "\n\nminimum-confidense = \"likely\"",
        &["3:1: unknown key `minimum-confidense`: did you mean `minimum-confidence`?"],
    );
    wrong(
        "colour = true",
        &[
            "1:1: unknown key `colour`: expected `minimum-confidence`, `fail-on`, `baseline`, `exclude`, \
             `environments`, `extra-flags`, `trusted-registries`, `label-schema`, `strict-labels`, \
             `shellcheck`, `profile` or `rules`",
        ],
    );
    wrong(
        "[rules]\nport-drfit = \"off\"\nplatform_mismatch = \"off\"\nx = \"off\"",
        &[
            "2:1: unknown rule `port-drfit`: did you mean `port-drift`?",
            "3:1: unknown rule `platform_mismatch`: did you mean `platform-mismatch`?",
            "4:1: unknown rule `x`: `seamlint rules` lists them",
        ],
    );
    wrong(
        "[rules.port-drift]\nlevle = \"off\"\nseverity = 1",
        &[
            "2:1: unknown key `levle`: did you mean `level`?",
            "3:1: unknown key `severity`: expected `level` or `exclude`",
        ],
    );
    wrong("[rule.port-drift]", &["1:2: unknown key `rule`: did you mean `rules`?"]);
}

#[test]
fn a_value_that_is_not_accepted_is_an_error() {
    wrong(
        "minimum-confidence = \"likly\"",
        &["1:22: unknown confidence `likly`: expected `possible`, `likely` or `certain`; \
           did you mean `likely`?"],
    );
    wrong(
        "extra-flags = [\"--scaling\", 1, \"scaling\"]",
        &[
            "1:29: expected a flag, not a number",
            "1:32: `scaling` is no flag: those begin with `-`",
        ],
    );
    wrong("extra-flags = \"--a\"", &["1:15: expected a list of flags, not a string"]);
    wrong(
        "minimum-confidence = 1",
        &["1:22: expected `possible`, `likely` or `certain`, not a number"],
    );
    wrong(
        "exclude = [\"a\", 1, \"\", \"!b\", \"#c\", \"{\"]",
        &[
            "1:17: expected a pattern, not a number",
            "1:20: expected a pattern, not an empty string",
            "1:24: `!b` would take files in: `exclude` only leaves out, and a name that begins \
             with `!` is written `\\!`",
            "1:30: `#c` is a comment: a name that begins with `#` is written `\\#`",
            "1:36: `{` is no pattern: error parsing glob '{': unclosed alternate group; missing \
             '}' (maybe escape '{' with '[{]'?)",
        ],
    );
    wrong("exclude = \"a\"", &["1:11: expected a list of patterns, not a string"]);
    wrong("rules = []", &["1:9: expected a table of rules, not a list"]);
    wrong(
        "[rules]\nport-drift = false\nbind-localhost = \"warn\"\nreserved-env = { level = \"of\" }",
        &[
            "2:14: expected a level or a table of `level` and `exclude`, not a boolean",
            "3:18: unknown level `warn`: expected `off`, `note`, `warning` or `error`",
            "4:26: unknown level `of`: expected `off`, `note`, `warning` or `error`; \
             did you mean `off`?",
        ],
    );
    wrong(
        "[rules.port-drift]\nlevel = 1979-05-27",
        &["2:9: expected `off`, `note`, `warning` or `error`, not a date"],
    );
}

#[test]
fn all_errors_are_said_at_once() {
    wrong(
        "é = \"é\" \nexclude = [1]\n\n[rules]\nport-drift = \"odd\"\n\"ä\" = 1\nx = ?\n",
        &[
            "1:1: invalid unquoted key, expected letters, numbers, `-`, `_`",
            "2:12: expected a pattern, not a number",
            "5:14: unknown level `odd`: expected `off`, `note`, `warning` or `error`",
            "6:1: unknown rule `ä`: `seamlint rules` lists them",
            "7:5: string values must be quoted, expected literal string",
        ],
    );
    wrong("[rules]\nport-drift = \"off\"\nport-drift = \"off\"\n", &["3:1: duplicate key"]);
    wrong(
        "rules = { \"é\" = \"off\", \"x\" = \"off\" }",
        &[
            "1:11: unknown rule `é`: `seamlint rules` lists them",
            "1:24: unknown rule `x`: `seamlint rules` lists them",
        ],
    );
}

#[test]
fn odd_texts_are_errors_and_no_more() {
    for text in ["=", "[", "\"", "[[rules]]", "\u{0}", "rules = 1\nrules = 2", "a.b.c = 1", "é"] {
        assert!(parse(text).is_err(), "{text:?}");
    }
    let deep = format!("exclude = {}", "[".repeat(10_000));
    assert!(parse(&deep).is_err());
    let many =
        "[rules]\n".to_owned() + &(0..20_000).map(|i| format!("x{i} = 1\n")).collect::<String>();
    assert_eq!(parse(&many).expect_err("no such rules").lines().count(), 20_000);
}

#[test]
fn the_schema_says_what_the_code_accepts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seamlint.schema.json");
    let expected = serde_json::to_string_pretty(&schema()).expect("a schema") + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &expected).expect("a schema that can be written");
    }
    let real = std::fs::read_to_string(&path).expect("a schema");
    assert!(real == expected, "run with UPDATE_SCHEMA=1 and read what changes in {path:?}");
}

/// What the schema lists must be what the reader takes, one by one.
#[test]
fn the_reader_accepts_what_the_schema_says() {
    let schema = schema();
    let keys = |at: &str| -> Vec<String> {
        schema.pointer(at).and_then(Value::as_object).expect(at).keys().cloned().collect()
    };
    let names = |at: &str| -> Vec<String> {
        let names = schema.pointer(at).and_then(Value::as_array).expect(at);
        names.iter().filter_map(|name| Some(name["const"].as_str()?.to_owned())).collect()
    };
    assert_eq!(keys("/properties"), KEYS);
    assert_eq!(keys("/definitions/rule/anyOf/1/properties"), RULE_KEYS);
    for rule in keys("/properties/rules/properties") {
        for level in names("/definitions/level/oneOf") {
            let config = right(&format!("[rules]\n{rule} = \"{level}\""));
            assert_eq!(config.is_off(&rule), level == "off");
            assert_eq!(config.severity(&rule, None).map_or("off", Severity::name), level);
        }
    }
    for confidence in names("/properties/minimum-confidence/oneOf") {
        right(&format!("minimum-confidence = \"{confidence}\""));
    }
}

fn schema() -> Value {
    let patterns = |description: &str| {
        json!({
            "description": description,
            "type": "array",
            "items": { "type": "string", "minLength": 1, "pattern": "^[^!#]" },
            "default": []
        })
    };
    let confidences: Vec<Value> = CONFIDENCES
        .iter()
        .map(|(name, confidence)| {
            let description = match confidence {
                Confidence::Possible => "Also what rests on a naming convention.",
                Confidence::Likely => "What rests on references and on defaults.",
                Confidence::Certain => "Only what rests on literals and explicit references.",
            };
            json!({ "const": name, "description": description })
        })
        .collect();
    let levels: Vec<Value> = LEVELS
        .iter()
        .map(|(name, level)| {
            let description = match level {
                None => "The rule is not run.",
                Some(Severity::Note) => "Nothing happens now; worth knowing.",
                Some(Severity::Warning) => "Works, but not as its author believes.",
                Some(Severity::Error) => "Fails when it is built, deployed or called.",
            };
            json!({ "const": name, "description": description })
        })
        .collect();
    let rules: Map<String, Value> = rules::ALL
        .iter()
        .chain(lint::OWN)
        .map(|rule| {
            let reference = json!([{ "$ref": "#/definitions/rule" }]);
            let severity = rule.severity.name();
            let value =
                json!({ "description": rule.summary, "allOf": reference, "default": severity });
            (rule.id.to_owned(), value)
        })
        .collect();
    let profiles: Vec<Value> = PROFILES
        .iter()
        .map(|(name, rules)| json!({ "const": name, "description": rules.join(", ") }))
        .collect();
    let kinds: Vec<&str> = LabelKind::ALL.iter().map(|(name, ..)| *name).collect();
    let mut others: Vec<&str> = lint::all().flat_map(|rule| rule.also).copied().collect();
    others.sort_unstable();
    others.dedup();
    let others = format!("^({})$", others.join("|"));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "seamlint.toml",
        "description": "The configuration of seamlint.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "minimum-confidence": {
                "description": "Findings that are less certain are not shown.",
                "oneOf": confidences,
                "default": "likely"
            },
            "fail-on": {
                "description": "The least severity that makes the exit status 1.",
                "enum": FAIL_ON.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
                "default": "warning"
            },
            "baseline": {
                "description": "The file with the findings that are known and not reported, from \
                                the folder of this file; `--write-baseline` writes it.",
                "type": "string",
                "minLength": 1
            },
            "exclude": patterns("Files that are not read, as patterns of .gitignore."),
            "environments": patterns(
                "The files of Terraform variables that stand for an environment each, as \
                 patterns of .gitignore. By default all that are not loaded by themselves."
            ),
            "extra-flags": {
                "description": "Flags of gcloud, docker and other programs that are newer than those that seamlint knows.",
                "type": "array",
                "items": { "type": "string", "pattern": "^-." },
                "default": []
            },
            "trusted-registries": {
                "description": "The registries from which images may come; `*` stands for any part.",
                "type": "array",
                "items": { "type": "string", "minLength": 1 }
            },
            "label-schema": {
                "description": "The labels that images must have, with what each holds.",
                "type": "object",
                "additionalProperties": { "enum": kinds },
                "default": {}
            },
            "strict-labels": {
                "description": "Whether images may have no labels but those of the schema.",
                "type": "boolean",
                "default": false
            },
            "shellcheck": {
                "description": "Whether the program shellcheck, if it is installed, is run on \
                                the texts that shells are given.",
                "type": "boolean",
                "default": false
            },
            "profile": {
                "description": "Turns on the rules of a purpose that are opt-in.",
                "oneOf": profiles
            },
            "rules": {
                "description": "What is wanted of each rule. Names of other tools count, too.",
                "type": "object",
                "additionalProperties": false,
                "patternProperties": { (others): { "$ref": "#/definitions/rule" } },
                "properties": rules
            }
        },
        "definitions": {
            "level": { "description": "How loud the rule is.", "oneOf": levels },
            "rule": {
                "anyOf": [
                    { "$ref": "#/definitions/level" },
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                            "level": { "$ref": "#/definitions/level" },
                            "exclude": patterns(
                                "Files in which the rule reports nothing, as patterns of .gitignore."
                            )
                        }
                    }
                ]
            }
        }
    })
}
