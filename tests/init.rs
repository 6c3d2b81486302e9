//! The `seamlint.toml` to begin with.
#![allow(clippy::unwrap_used)]

mod command;

use command::{err, out, project, seamlint, status};
use seamlint::config::{Config, KEYS};
use seamlint::lint;
use std::fs;
use std::path::Path;

const DOCKERFILE: &str =
    "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nUSER nobody\n";
const RUN: &str =
    "variable \"size\" {\n  type = number\n}\noutput \"size\" {\n  value = var.size\n}\n";

fn written(folder: &Path) -> String {
    fs::read_to_string(folder.join("seamlint.toml")).unwrap()
}

/// What a text sets if the `#` is taken away from every setting in it.
fn with_all_set(text: &str) -> String {
    let line = |line: &str| {
        let setting = line.strip_prefix("# ").filter(|line| {
            let (key, _) = line.split_once(" = ").unwrap_or_default();
            !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        });
        setting.unwrap_or(line).to_owned() + "\n"
    };
    text.lines().map(line).collect()
}

#[test]
fn the_file_fits_the_project() {
    let root = project(&[
        ("Dockerfile", DOCKERFILE),
        ("examples/Dockerfile", "FROM ghcr.io/shop/base:1\nUSER nobody\n"),
        ("infra/main.tf", RUN),
        ("infra/envs/prod.tfvars", "size = 2\n"),
        ("infra/envs/d \"ev.tfvars", "size = 1\n"),
    ]);
    let before = out(&seamlint(root.path(), &["--format", "concise"]));
    let output = seamlint(root.path(), &["init"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()), "{}", err(&output));
    assert_eq!(err(&output), "wrote ./seamlint.toml\n");
    let text = written(root.path());
    for line in [
        "# seamlint reads 2 Dockerfiles and 3 files of Terraform here.",
        "# exclude = [\"examples/\"]",
        "# trusted-registries = [\"docker.io\", \"ghcr.io\"]",
        "# package-lists-kept = \"note\" # The lists of `apt-get update` stay in the image: 1 time today.",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    assert!(
        text.contains("# environments = ['infra/envs/d \"ev.tfvars', \"infra/envs/prod.tfvars\"]")
    );
    assert!(!text.contains("wget-progress"), "it has nothing to say");

    // It loads, and changes nothing.
    let after = seamlint(root.path(), &["--format", "concise"]);
    assert_eq!(out(&after), before);
    assert!(!err(&after).contains("seamlint.toml"), "{}", err(&after));
    // So it does with every setting in force.
    let set = with_all_set(&text);
    let config = Config::parse("seamlint.toml", &set, &lint::vocabulary()).unwrap();
    assert_eq!(config.exclude, ["examples/"]);
    assert!(config.baseline.is_some() && config.policy.trusted_registries.is_some());
}

#[test]
fn what_is_there_is_not_written_over() {
    let root = project(&[("Dockerfile", DOCKERFILE), ("seamlint.toml", "# mine\n")]);
    let output = seamlint(root.path(), &["init"]);
    assert_eq!((status(&output), out(&output)), (2, String::new()));
    assert!(err(&output).contains("seamlint.toml is there already: `--force` writes over it"));
    assert_eq!(written(root.path()), "# mine\n");
    assert_eq!(status(&seamlint(root.path(), &["init", "--force"])), 0);
    assert!(written(root.path()).starts_with("# seamlint reads 1 Dockerfile here.\n"));
}

#[test]
fn an_empty_folder_and_broken_files_have_a_file_too() {
    let root = project(&[]);
    assert_eq!(status(&seamlint(root.path(), &["init"])), 0);
    assert!(
        written(root.path()).starts_with("# seamlint reads nothing here that builds or deploys.\n")
    );
    assert_eq!(status(&seamlint(root.path(), &[])), 0);

    let root =
        project(&[("Dockerfile", "FROM\nRUN <<EOF"), ("main.tf", "x = \"${"), ("a.sh", "if")]);
    fs::write(root.path().join("compose.yaml"), [0, 159, 146, 150]).unwrap();
    assert_eq!(status(&seamlint(root.path(), &["init", "."])), 0);
    let set = with_all_set(&written(root.path()));
    Config::parse("seamlint.toml", &set, &lint::vocabulary()).unwrap();

    let output = seamlint(root.path(), &["init", "nowhere"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("nowhere: "), "{}", err(&output));
}

/// Whoever adds a key says here why a project would set it, or not.
#[test]
fn every_key_is_in_the_file_or_left_out_on_purpose() {
    let root = project(&[("Dockerfile", DOCKERFILE), ("a.tf", RUN), ("a.tfvars", "size = 1\n")]);
    assert_eq!(status(&seamlint(root.path(), &["init"])), 0);
    let text = written(root.path());
    // These have no default that could be shown.
    let left_out = ["extra-flags", "label-schema", "strict-labels"];
    for key in KEYS {
        let is_there =
            text.contains(&format!("# {key} = ")) || text.contains(&format!("\n[{key}]\n"));
        assert_eq!(is_there, !left_out.contains(key), "{key}\n{text}");
    }
}
