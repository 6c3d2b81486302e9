//! The program shellcheck, where it is installed. `SHELLCHECK=folder` names the folder of one that
//! is not on the `PATH`; `tests/clients/shellcheck.sh` installs it and runs this.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod command;

use command::{commit, err, headings, out, project, status};
use std::path::Path;
use std::process::{Command, Output};

/// The path on which programs are found, with ShellCheck's folder first.
fn path() -> String {
    let path = std::env::var("PATH").unwrap();
    std::env::var("SHELLCHECK").map_or(path.clone(), |folder| format!("{folder}:{path}"))
}

fn is_installed() -> bool {
    let version = Command::new("shellcheck").arg("--version").env("PATH", path()).output();
    let is_there = version.is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("SKIPPED: shellcheck is not installed");
    }
    is_there
}

fn seamlint(folder: &Path, path: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_seamlint"))
        .current_dir(folder)
        .args(arguments)
        .env("PATH", path)
        .output()
        .unwrap()
}

/// A text in every form in which a shell can be given one.
const FILES: &[(&str, &str)] = &[
    ("seamlint.toml", "shellcheck = true\n[rules]\nno-user = \"off\"\n"),
    (
        "Dockerfile",
        "FROM debian:12\n\
         RUN echo ü && \\\n    # Comments are taken out.\n\techo\t`id`\n\
         RUN <<END\nfor f in $(ls *.deb); do\n\tdpkg -i \"$f\"\ndone\nEND\n\
         RUN <<-END\n\t# shellcheck disable=SC2045\n\tfor f in $(ls); do echo \"$f\"; done\nEND\n\
         RUN [\"bash\", \"-c\", \"echo \\\"a\\\" \\\\\\n && echo `id`\"]\n\
         HEALTHCHECK CMD test \"`id`\" = x\n\
         # hadolint ignore=SC2006\n\
         RUN test \"`id`\" = x\n",
    ),
    (
        "cloudbuild.yaml",
        "steps:\n  - name: ubuntu\n    entrypoint: bash\n    args: [\"-c\", \"echo \\\"a\\\"\\n\
         echo `id` $_A\"]\n  - name: ubuntu\n    script: |\n      test \"`id`\" = x\n\
         substitutions: {_A: b}\n",
    ),
    ("deploy.sh", "#!/bin/bash\ndocker build -t \"`id`\" .\n"),
    ("api/.shellcheckrc", "disable=SC2006\n"),
    ("api/Dockerfile", "FROM debian:12\nRUN test \"`id`\" = x\n"),
];

#[test]
fn what_it_says_stands_where_it_is_written() {
    if !is_installed() {
        return;
    }
    let root = project(FILES);
    let output = seamlint(root.path(), &path(), &["--format", "concise"]);
    let said: Vec<String> = headings(&output)
        .into_iter()
        .filter(|line| line.contains("[shellcheck]"))
        .map(|line| {
            let (place, rest) = line.split_once(": ").unwrap();
            let level = rest.split('[').next().unwrap();
            let code = rest.rsplit("(SC").next().unwrap().split(')').next().unwrap();
            format!("{place} {level} {code}")
        })
        .collect();
    assert_eq!(
        said,
        [
            "Dockerfile:4:7 warning 2046",
            "Dockerfile:4:7 note 2006",
            "Dockerfile:4:7 note 2005",
            "Dockerfile:6:10 error 2045",
            "Dockerfile:6:15 note 2035",
            "Dockerfile:14:45 warning 2046",
            "Dockerfile:14:45 note 2006",
            "Dockerfile:14:45 note 2005",
            "Dockerfile:15:23 note 2006",
            "cloudbuild.yaml:4:36 warning 2046",
            "cloudbuild.yaml:4:36 note 2006",
            "cloudbuild.yaml:7:13 note 2006",
            "deploy.sh:2:18 note 2006",
        ],
        "{}",
        out(&output) + &err(&output)
    );
    assert!(!err(&output).contains("hint"), "{}", err(&output));
}

#[test]
fn without_the_program_there_is_one_hint() {
    let root = project(FILES);
    let output = seamlint(root.path(), "/nowhere", &["--fix", "--fail-on", "error"]);
    let said = err(&output);
    assert_eq!(status(&output), 0, "{said}");
    assert_eq!(said.matches("which is not installed").count(), 1, "{said}");
    assert!(!out(&output).contains("[shellcheck]"));
    // Nobody asks for it.
    let root = project(&FILES[1..]);
    let output = seamlint(root.path(), "/nowhere", &["--fail-on", "error"]);
    assert!(!err(&output).contains("shellcheck"), "{}", err(&output));
}

#[test]
fn fixes_baselines_and_revisions_go_with_it() {
    if !is_installed() {
        return;
    }
    let root = project(FILES);
    let written = seamlint(root.path(), &path(), &["--write-baseline", "known.json"]);
    assert_eq!(status(&written), 0, "{}", err(&written));
    let known = ["--baseline", "known.json", "--fail-on", "note"];
    let output = seamlint(root.path(), &path(), &known);
    assert_eq!(status(&output), 0, "{}", out(&output));
    // One that is not asked has nothing that is gone.
    let fixed = seamlint(root.path(), &path(), &["--unsafe-fixes", "--fail-on", "never"]);
    assert_eq!(status(&fixed), 0, "{}", err(&fixed));
    commit(root.path());
    let changed = ["--diff-base", "HEAD", "--fail-on", "note"];
    assert_eq!(status(&seamlint(root.path(), &path(), &changed)), 0);
}
