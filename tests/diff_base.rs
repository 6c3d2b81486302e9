//! Findings that have to do with what has changed since a revision of git.
#![allow(clippy::unwrap_used)]

mod command;

use command::{commit, err, git, headings, out, project, seamlint, status};
use std::fs;
use std::path::Path;

const PORT: &str = "CMD [\"uvicorn\", \"app:app\", \"--port\", \"$PORT\"]\n";

fn dockerfile() -> String {
    format!("FROM python:3.13-slim\nUSER nobody\nWORKDIR /app\n{PORT}")
}

/// The places of what is reported beside a revision.
fn places(folder: &Path, revision: &str) -> Vec<String> {
    let output = seamlint(folder, &["--format", "concise", "--diff-base", revision]);
    assert!(status(&output) < 2, "{}", err(&output));
    let place = |line: &String| line.split(": ").next().unwrap().to_owned();
    headings(&output).iter().map(place).collect()
}

fn write(folder: &Path, path: &str, text: &str) {
    fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
    fs::write(folder.join(path), text).unwrap();
}

/// A repository with a finding in its first commit.
fn repository() -> tempfile::TempDir {
    let root = project(&[("a/Dockerfile", &dockerfile()), ("a/app.py", "")]);
    commit(root.path());
    root
}

#[test]
fn only_changed_lines_count() {
    let root = repository();
    let folder = root.path();
    assert_eq!(places(folder, "HEAD"), [""; 0]);
    // In the work, not even staged.
    write(folder, "a/Dockerfile", &dockerfile().replace("/app", "app"));
    assert_eq!(places(folder, "HEAD"), ["a/Dockerfile:3:9"]);
    git(folder, &["add", "-A"]);
    assert_eq!(places(folder, "HEAD"), ["a/Dockerfile:3:9"]);
    // Committed on a branch, while the other goes on.
    git(folder, &["checkout", "-q", "-b", "work"]);
    commit(folder);
    assert_eq!(places(folder, "HEAD"), [""; 0]);
    git(folder, &["checkout", "-q", "main"]);
    write(folder, "b/Dockerfile", &dockerfile());
    commit(folder);
    git(folder, &["checkout", "-q", "work"]);
    assert_eq!(places(folder, "main"), ["a/Dockerfile:3:9"]);
    // The other ends of lines are no change.
    git(folder, &["checkout", "-q", "main"]);
    write(folder, "b/Dockerfile", &dockerfile().replace('\n', "\r\n"));
    assert_eq!(places(folder, "main"), [""; 0]);
}

#[test]
fn new_files_count_as_changed_unless_git_ignores_them() {
    let root = repository();
    write(root.path(), "b c/Dockerfile", &dockerfile());
    write(root.path(), "d/Dockerfile", &dockerfile());
    write(root.path(), ".gitignore", "d/\n");
    assert_eq!(places(root.path(), "HEAD"), ["b c/Dockerfile:4:39"]);
    git(root.path(), &["add", "-A"]);
    assert_eq!(places(root.path(), "HEAD"), ["b c/Dockerfile:4:39"]);
}

#[test]
fn a_renamed_file_has_only_changed_where_it_differs() {
    let root = repository();
    git(root.path(), &["mv", "a", "b"]);
    assert_eq!(places(root.path(), "HEAD"), [""; 0]);
    write(root.path(), "b/Dockerfile", &dockerfile().replace("/app", "app"));
    assert_eq!(places(root.path(), "HEAD"), ["b/Dockerfile:3:9"]);
}

#[test]
fn any_place_of_a_finding_counts() {
    let run = "resource \"google_cloud_run_v2_service\" \"api\" {\n  name     = \"api\"\n  \
               location = \"europe-west1\"\n  template {\n    containers {\n      \
               image = \"gcr.io/shop/api\"\n      ports {\n        container_port = 8080\n      \
               }\n    }\n  }\n}\n";
    let build = "steps:\n  - name: gcr.io/cloud-builders/docker\n    \
                 args: [build, -t, gcr.io/shop/api, -f, Dockerfile, .]\nimages: [gcr.io/shop/api]\n";
    let dockerfile = "FROM python:3.13-slim\nUSER nobody\nCMD [\"uvicorn\", \"app:app\", \"--host\", \
                      \"0.0.0.0\", \"--port\", \"8080\"]\n";
    let root = project(&[("run.tf", run), ("cloudbuild.yaml", build), ("Dockerfile", dockerfile)]);
    commit(root.path());
    write(root.path(), "Dockerfile", &dockerfile.replace("8080", "3000"));
    assert_eq!(places(root.path(), "HEAD"), ["run.tf:8:26"]);
}

#[test]
fn what_speaks_of_a_removed_file_counts() {
    let root = project(&[
        ("Dockerfile", "FROM python:3.13-slim\nUSER nobody\nCOPY src/app.py src/b.py /app/\n"),
        ("src/app.py", ""),
        ("src/b.py", ""),
    ]);
    commit(root.path());
    fs::remove_file(root.path().join("src/b.py")).unwrap();
    assert_eq!(places(root.path(), "HEAD"), ["Dockerfile:3:17"]);
}

#[test]
fn a_folder_of_a_repository_is_compared_for_itself() {
    let root = repository();
    write(root.path(), "a/Dockerfile", &dockerfile().replace("/app", "app"));
    write(root.path(), "b/Dockerfile", &dockerfile());
    assert_eq!(places(&root.path().join("a"), "HEAD"), ["Dockerfile:3:9"]);
    // As a hook of git is run.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_seamlint"))
        .current_dir(root.path().join("a"))
        .args(["--diff-base", "HEAD", "--fail-on", "note"])
        .envs([("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index")])
        .output()
        .unwrap();
    assert_eq!(status(&output), 1, "{}", err(&output));
}

#[test]
fn fixes_are_made_where_something_has_changed() {
    let root = repository();
    write(root.path(), "b/Dockerfile", &dockerfile());
    let output = seamlint(root.path(), &["--unsafe-fixes", "--diff-base", "HEAD"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()), "{}", err(&output));
    assert_eq!(fs::read_to_string(root.path().join("a/Dockerfile")).unwrap(), dockerfile());
    assert_ne!(fs::read_to_string(root.path().join("b/Dockerfile")).unwrap(), dockerfile());
}

#[test]
fn what_git_cannot_tell_is_an_error() {
    let said = |folder: &Path, revision: &str| {
        let output = seamlint(folder, &[&format!("--diff-base={revision}")]);
        assert_eq!((status(&output), out(&output)), (2, String::new()));
        err(&output)
    };
    let root = repository();
    let unknown = said(root.path(), "mian");
    assert!(unknown.contains("git knows no revision `mian`: did you mean `main`?"), "{unknown}");
    let option = said(root.path(), "--all");
    assert!(option.contains("git knows no revision `--all`: a branch, a tag"), "{option}");
    let none = said(root.path(), "");
    assert!(none.contains("git knows no revision ``"), "{none}");

    let outside = project(&[("Dockerfile", "FROM scratch\n")]);
    let outside = said(outside.path(), "main");
    assert!(outside.contains("nothing can be compared with `main`: not a git repo"), "{outside}");

    let empty = project(&[]);
    git(empty.path(), &["init", "-q"]);
    let empty = said(empty.path(), "main");
    assert!(empty.contains("git knows no revision `main`"), "{empty}");

    // Two branches that share nothing, and one that is cut off in a shallow clone.
    git(root.path(), &["checkout", "-q", "--orphan", "other"]);
    write(root.path(), "new", "");
    commit(root.path());
    let other = said(root.path(), "main");
    assert!(other.ends_with("`main` and HEAD share no commit\n"), "{other}");
    git(root.path(), &["checkout", "-q", "main"]);
    write(root.path(), "newer", "");
    commit(root.path());
    git(root.path(), &["checkout", "-q", "-b", "work", "HEAD~1"]);
    write(root.path(), "newest", "");
    commit(root.path());
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", root.path().display());
    let shallow = ["clone", "-q", "--depth", "1", "--no-single-branch", &from, "shallow"];
    git(clone.path(), &shallow);
    let folder = clone.path().join("shallow");
    let cut = said(&folder, "origin/main");
    assert!(cut.contains("the clone is shallow, and `git fetch --unshallow` brings"), "{cut}");
    let near = said(&folder, "main");
    assert!(near.contains("did you mean `origin/main`?"), "{near}");
    let missing = said(&folder, "v1.0.0-beta.17");
    assert!(missing.contains("`git fetch origin v1.0.0-beta.17` may bring it"), "{missing}");
}
