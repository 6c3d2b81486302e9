//! What a project knows already is not reported, and what is gone is said.
#![allow(clippy::unwrap_used)]

mod command;

use command::{err, headings, out, project, seamlint, status};
use std::fs;

const ROOT: &str = "FROM python:3.13-slim\nCMD [\"uvicorn\", \"app:app\", \"--port\", \"$PORT\"]\n\
                    USER nobody\n";
const CONCISE: &[&str] = &["--format", "concise", "--baseline", "known.json"];

/// A project with two findings, in a file each, which its baseline knows.
fn known() -> tempfile::TempDir {
    let root = project(&[("a/Dockerfile", ROOT), ("b/Dockerfile", ROOT)]);
    let output = seamlint(root.path(), &["--write-baseline", "known.json"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()), "{}", err(&output));
    assert_eq!(err(&output), "wrote 2 findings to known.json\n");
    root
}

#[test]
fn what_is_known_is_not_reported() {
    let root = known();
    assert_eq!(status(&seamlint(root.path(), &[])), 1);
    let output = seamlint(root.path(), CONCISE);
    assert_eq!((status(&output), out(&output)), (0, String::new()));
    assert!(err(&output).contains("\n2 findings left out: known.json knows them\n"));

    // Lines that come and go do not make it another finding, a second one is new.
    fs::write(root.path().join("a/Dockerfile"), format!("# new\n\n{ROOT}")).unwrap();
    assert_eq!(status(&seamlint(root.path(), CONCISE)), 0);
    let twice = ROOT.replace("USER", "FROM scratch\nCMD [\"uvicorn\", \"$PORT\"]\nUSER");
    fs::write(root.path().join("b/Dockerfile"), ROOT.to_owned() + &twice).unwrap();
    let output = seamlint(root.path(), CONCISE);
    assert_eq!(status(&output), 1);
    assert!(headings(&output).iter().all(|line| line.starts_with("b/Dockerfile:")));
}

#[test]
fn what_is_gone_is_said_and_fails_nothing() {
    let root = known();
    fs::write(root.path().join("a/Dockerfile"), ROOT.replace("$PORT", "80")).unwrap();
    let output = seamlint(root.path(), CONCISE);
    assert_eq!((status(&output), out(&output)), (0, String::new()));
    let said = err(&output);
    assert!(said.contains("1 finding left out: known.json knows it\n"), "{said}");
    assert!(said.contains("\ngone: a/Dockerfile: `$PORT` is passed to `uvicorn` "), "{said}");
    let end = "1 finding of known.json gone: `--write-baseline known.json` forgets what is gone\n";
    assert!(said.ends_with(end), "{said}");
    // It comes back as a new one only if it was forgotten.
    assert_eq!(status(&seamlint(root.path(), &["--write-baseline", "known.json"])), 0);
    fs::write(root.path().join("a/Dockerfile"), ROOT).unwrap();
    assert_eq!(status(&seamlint(root.path(), CONCISE)), 1);
}

#[test]
fn renamed_files_keep_what_is_known() {
    let root = known();
    fs::rename(root.path().join("a"), root.path().join("c")).unwrap();
    let output = seamlint(root.path(), CONCISE);
    assert_eq!(status(&output), 0, "{}", out(&output));
    assert!(!err(&output).contains("gone"), "{}", err(&output));
}

#[test]
fn given_files_show_what_is_gone_from_them() {
    let root = known();
    fs::create_dir(root.path().join(".git")).unwrap();
    fs::write(root.path().join("a/Dockerfile"), "FROM scratch\n").unwrap();
    let said = |file| err(&seamlint(root.path(), &[CONCISE, &[file]].concat()));
    assert!(said("a/Dockerfile").contains("gone: a/Dockerfile"));
    let said = said("b/Dockerfile");
    assert!(!said.contains("gone") && said.contains("1 finding left out"), "{said}");
}

#[test]
fn a_configuration_names_the_baseline() {
    let root = project(&[("a/Dockerfile", ROOT), ("seamlint.toml", "baseline = \"known.json\"\n")]);
    fs::create_dir(root.path().join(".git")).unwrap();
    let output = seamlint(root.path(), &[]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("known.json: there is no such baseline; `--write-baseline "));
    assert_eq!(status(&seamlint(root.path(), &["--write-baseline", "known.json"])), 0);
    assert_eq!(status(&seamlint(root.path(), &[])), 0);
    assert_eq!(status(&seamlint(root.path(), &["--no-baseline"])), 1);
    // From above and from a folder below, its paths are those of its own folder.
    assert_eq!(
        status(&seamlint(root.path().parent().unwrap(), &[root.path().to_str().unwrap()])),
        0
    );
    assert_eq!(status(&seamlint(&root.path().join("a"), &[])), 0);
    assert_eq!(status(&seamlint(&root.path().join("a"), &["Dockerfile"])), 0);
    let output = seamlint(&root.path().join("a"), &["--write-baseline", "../known.json"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("write it from there"), "{}", err(&output));
}

#[test]
fn fixes_leave_alone_what_is_known() {
    let root = known();
    let output = seamlint(root.path(), &[CONCISE, &["--unsafe-fixes"]].concat());
    assert_eq!(status(&output), 0);
    assert_eq!(fs::read_to_string(root.path().join("a/Dockerfile")).unwrap(), ROOT);
}

#[test]
fn a_baseline_that_cannot_be_read_is_an_error() {
    let root = known();
    for (text, said) in [
        (&b""[..], "known.json: is no baseline: EOF while parsing"),
        (b"[]", "known.json: is no baseline: it has no `version`"),
        (b"{\"version\": 99}", "known.json: is a baseline of version 99, and this seamlint reads"),
        (b"{\n<<<<<<< ours\n", "a merge of it is not finished"),
        (b"\xff", "known.json: is not UTF-8"),
    ] {
        fs::write(root.path().join("known.json"), text).unwrap();
        let output = seamlint(root.path(), CONCISE);
        assert_eq!((status(&output), out(&output)), (2, String::new()));
        assert!(err(&output).contains(said), "{}", err(&output));
    }
    let output = seamlint(root.path(), &["--write-baseline", "known.json", "a/Dockerfile"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("a baseline is of a whole project"), "{}", err(&output));
    let output = seamlint(root.path(), &["--write-baseline", "nowhere/known.json"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("nowhere/known.json: "), "{}", err(&output));
}

#[test]
fn an_empty_project_has_an_empty_baseline() {
    let root = project(&[]);
    let output = seamlint(root.path(), &["--write-baseline", "known.json"]);
    assert_eq!(err(&output), "wrote 0 findings to known.json\n");
    assert_eq!(status(&seamlint(root.path(), CONCISE)), 0);
}
