//! The command as its users call it: arguments, output, exit status.
#![allow(clippy::unwrap_used)]

mod command;

use command::{err, out, project, seamlint, status};
use std::fs;
use std::path::Path;

const DOCKERFILE: &str =
    "FROM python:3.13-slim\nCMD [\"uvicorn\", \"app:app\", \"--port\", \"$PORT\"]\nUSER nobody\n";
const RUN: &str = r#"resource "google_cloud_run_v2_service" "api" {
  name     = "api"
  location = "europe-west1"
  template {
    containers {
      image = "gcr.io/shop/api"
      env {
        name  = "PORT"
        value = "8080"
      }
    }
  }
}
"#;

#[test]
fn the_status_says_whether_something_was_found() {
    let clean = project(&[("Dockerfile", "FROM scratch\n")]);
    let output = seamlint(clean.path(), &[]);
    assert_eq!((status(&output), out(&output)), (0, String::new()));
    assert!(err(&output).starts_with("no findings in 1 file ("), "{}", err(&output));

    let broken = project(&[("Dockerfile", DOCKERFILE)]);
    let output = seamlint(broken.path(), &["--format", "concise"]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).starts_with("Dockerfile:2:39: error[exec-form-variable]: "));
    assert!(err(&output).contains("1 error in 1 file ("));
    for (level, expected) in [("never", 0), ("error", 1), ("warning", 1), ("note", 1)] {
        assert_eq!(status(&seamlint(broken.path(), &["check", "--fail-on", level])), expected);
    }
}

#[test]
fn wrong_calls_say_why() {
    let root = project(&[("seamlint.toml", "minimum-confidense = \"likely\"\n"), ("a/b.tf", "")]);
    for (arguments, said) in [
        (&["--format", "xml"][..], "invalid value 'xml'"),
        (&["nowhere"], "error: nowhere: "),
        (&["a", "a/b.tf"], "one folder, or files of one project"),
        (&["--config", "gone.toml"], "error: gone.toml: "),
        (&["."], "seamlint.toml:1:1: "),
        (&["explain", "port-drft"], "there is no rule `port-drft`: did you mean `port-drift`?"),
    ] {
        let output = seamlint(root.path(), arguments);
        assert_eq!(status(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_configuration_sets_levels() {
    let root = project(&[
        ("Dockerfile", DOCKERFILE),
        ("seamlint.toml", "[rules]\nexec-form-variable = \"off\"\n"),
        ("other.toml", "[rules]\nexec-form-variable = \"note\"\n"),
    ]);
    assert_eq!(out(&seamlint(root.path(), &[])), "");
    let output = seamlint(root.path(), &["--config", "other.toml", "--format", "concise"]);
    assert_eq!(status(&output), 0);
    assert!(out(&output).contains("note[exec-form-variable]"));
}

#[test]
fn a_configuration_chooses_the_environments() {
    let run = RUN.replace("\"PORT\"", "var.name");
    let root = project(&[
        ("run.tf", &format!("variable \"name\" {{}}\n{run}")),
        ("old.tfvars", "name = \"PORT\"\n"),
        ("new.tfvars", "name = \"MODE\"\n"),
        ("new.toml", "environments = [\"new.tfvars\"]\n"),
    ]);
    let output = out(&seamlint(root.path(), &["--format", "concise"]));
    assert!(output.contains("because old.tfvars:1:8: `var.name` is set here"), "{output}");
    let output = seamlint(root.path(), &["--config", "new.toml"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()));
}

#[test]
fn files_show_what_touches_them() {
    let root = project(&[("Dockerfile", DOCKERFILE), ("infra/run.tf", RUN), ("x.tf", "")]);
    fs::create_dir(root.path().join(".git")).unwrap();
    let lines = |files: &[&str]| {
        let arguments = [&["--format", "concise"], files].concat();
        let output = out(&seamlint(root.path(), &arguments));
        output.lines().filter(|line| !line.starts_with(' ')).count()
    };
    assert_eq!(lines(&[]), 2);
    assert_eq!(lines(&["Dockerfile"]), 1);
    assert_eq!(lines(&["infra/run.tf", "Dockerfile"]), 2);
    assert_eq!(lines(&["x.tf"]), 0);
}

#[test]
fn fixes_are_shown_or_made() {
    let root = project(&[("infra/run.tf", RUN), ("Dockerfile", DOCKERFILE)]);
    let output = seamlint(root.path(), &["--diff"]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).starts_with("--- a/infra/run.tf\n+++ b/infra/run.tf\n"));
    assert_eq!(fs::read_to_string(root.path().join("infra/run.tf")).unwrap(), RUN);

    let output = seamlint(root.path(), &["--fix", "--format", "concise"]);
    assert!(err(&output).starts_with("fixed 1 finding in 1 file\n1 error in 2 files ("));
    assert!(!fs::read_to_string(root.path().join("infra/run.tf")).unwrap().contains("PORT"));
    assert_eq!(fs::read_to_string(root.path().join("Dockerfile")).unwrap(), DOCKERFILE);

    let output = seamlint(root.path(), &["--unsafe-fixes"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()));
    assert_eq!(status(&seamlint(root.path(), &["--unsafe-fixes", "--diff"])), 0);
}

#[test]
fn a_report_can_go_to_a_file() {
    let root = project(&[("Dockerfile", DOCKERFILE)]);
    let output = seamlint(root.path(), &["--format", "sarif", "--output", "report.sarif"]);
    assert_eq!(out(&output), "");
    let report = fs::read_to_string(root.path().join("report.sarif")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["runs"][0]["results"][0]["ruleId"], "exec-form-variable");
}

/// What is not read is there all the same.
#[test]
fn what_is_excluded_is_not_missing() {
    let root = project(&[
        ("Dockerfile", "FROM scratch\nCOPY old/main.py lib/x.py api/ gone/ ./\n"),
        ("old/main.py", ""),
        ("lib/x.py", ""),
        ("api/Dockerfile", DOCKERFILE),
        ("seamlint.toml", "exclude = [\"old/\", \"*.py\", \"/api\"]\n"),
    ]);
    let output = out(&seamlint(root.path(), &["--format", "concise"]));
    assert!(output.contains("`gone/` does not exist"), "{output}");
    assert_eq!(output.matches(": error").count(), 1, "{output}");
}

/// GitHub and GitLab show reports beside the files of the repository, whatever part was checked.
#[test]
fn reports_for_repositories_name_paths_from_their_root() {
    let root = project(&[("shop/api/Dockerfile", DOCKERFILE)]);
    fs::create_dir(root.path().join(".git")).unwrap();
    for format in ["github", "gitlab", "sarif", "markdown", "junit", "checkstyle"] {
        let arguments = ["check", "shop", "--format", format];
        let output = out(&seamlint(root.path(), &arguments));
        assert!(output.contains("shop/api/Dockerfile"), "{output}");
        let output = out(&seamlint(&root.path().join("shop/api"), &["--format", format]));
        assert!(output.contains("shop/api/Dockerfile"), "{output}");
    }
    let concise = out(&seamlint(root.path(), &["check", "shop", "--format", "concise"]));
    assert!(concise.starts_with("api/Dockerfile:2:39: "), "{concise}");
}

#[test]
fn what_is_not_known_can_be_listed() {
    let run = RUN.replace("\"gcr.io/shop/api\"", "var.image");
    let root = project(&[("run.tf", &format!("variable \"image\" {{}}\n{run}"))]);
    let output = seamlint(root.path(), &["--unknown"]);
    assert_eq!(out(&output), "run.tf:7:15: `var.image`: a variable without a default\n");
    assert_eq!(err(&output), "1 value could not be read\n");
}

#[test]
fn every_rule_is_listed_and_explained() {
    let root = project(&[]);
    let list = out(&seamlint(root.path(), &["rules"]));
    assert!(list.lines().count() >= 16);
    for line in list.lines() {
        let id = line.split_whitespace().next().unwrap();
        let page = out(&seamlint(root.path(), &["explain", id]));
        assert!(page.starts_with(&format!("# {id}\n")), "{id}");
    }
    let listed = out(&seamlint(root.path(), &["rules", "--format", "json"]));
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    let ids: Vec<_> = listed.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let first = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    assert_eq!(list.lines().map(first).collect::<Vec<_>>(), ids);
    let asked = listed.iter().filter(|rule| rule["opt_in"] == true).count();
    assert_eq!(list.lines().filter(|line| line.ends_with(" (opt-in)")).count(), asked);
}

#[test]
fn shells_and_man_are_told_of_the_command() {
    let root = project(&[]);
    let script = out(&seamlint(root.path(), &["completions", "bash"]));
    assert!(script.contains("seamlint"));
    let page = out(&seamlint(root.path(), &["man"]));
    assert!(page.contains(".TH seamlint 1 ") && page.contains("\\-\\-diff\\-base"), "{page}");
    let page = out(&seamlint(root.path(), &["man", "init"]));
    assert!(page.contains(".TH seamlint-init 1 ") && page.contains("\\-\\-force"), "{page}");
    let output = seamlint(root.path(), &["man", "inti"]);
    assert_eq!((status(&output), out(&output)), (2, String::new()));
    assert!(err(&output).contains("`inti` is no subcommand, it is one of check, "));
}

#[test]
fn the_time_of_every_phase_and_rule_can_be_asked_for() {
    let root = project(&[("Dockerfile", DOCKERFILE)]);
    let plain = out(&seamlint(root.path(), &[]));
    let output = seamlint(root.path(), &["--timings", "."]);
    assert_eq!((status(&output), out(&output)), (1, plain));
    let said = err(&output);
    for line in ["phase by phase:\n  read ", "\n  evaluate Terraform ", "\nthe slowest of "] {
        assert!(said.contains(line), "{said}");
    }
    let said = err(&seamlint(root.path(), &["--timings=json", "--unsafe-fixes"]));
    let json: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    for phase in ["/phases/parse", "/phases/check", "/rules/port-drift", "/seconds"] {
        assert!(json.pointer(phase).unwrap().as_f64().unwrap() >= 0.0, "{phase}");
    }
    // A report that can hold them does.
    let report = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&out(&seamlint(root.path(), arguments))).unwrap()
    };
    let mut timed = report(&["--format", "json", "--timings", "."]);
    let timings = timed.as_object_mut().unwrap().remove("timings").unwrap();
    assert!(timings["phases"]["check"].as_f64().unwrap() <= timings["seconds"].as_f64().unwrap());
    assert!(timings["rules"]["port-drift"].is_number() && timings["threads"].is_u64());
    assert_eq!(timed, report(&["--format", "json"]));
}

/// Substitutions of which each takes in the one before nine times.
fn chained() -> String {
    (1..30).map(|i| format!("  _A{i}: \"{}\"\n", format!("${{_A{}}}", i - 1).repeat(9))).collect()
}

/// Input that is broken costs neither the run nor what is found elsewhere.
#[test]
fn broken_files_do_not_stop_the_run() {
    let bomb: String = (0..30)
        .map(|i| match i {
            0 => "a0: &a0 [x]\n".to_owned(),
            _ => format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", ")),
        })
        .collect();
    let root = project(&[
        ("Dockerfile", DOCKERFILE),
        ("empty/Dockerfile", ""),
        ("half/Dockerfile", "FROM a\nRUN <<EOF\necho"),
        ("bomb/cloudbuild.yaml", &format!("steps:\n- name: a\n{bomb}")),
        ("deep/cloudbuild.yaml", &format!("steps:\n- name: {}", "[".repeat(10_000))),
        (
            "chain/cloudbuild.yaml",
            &format!("steps:\n- name: $_A29\nsubstitutions:\n  _A0: x\n{}", chained()),
        ),
        ("deep/main.tf", &format!("x = {}", "[".repeat(10_000))),
        (
            "long/Dockerfile",
            &format!("FROM a\nRUN true{}\n", " && apt-get install x".repeat(10_000)),
        ),
        ("half/main.tf", "resource \"a\" \"b\" {\n  x = \"${"),
    ]);
    fs::write(root.path().join("half/binary.Dockerfile"), [0, 159, 146, 150]).unwrap();
    let output = seamlint(root.path(), &["--format", "concise"]);
    assert_eq!(status(&output), 1, "{}", err(&output));
    assert!(out(&output).contains("Dockerfile:2:39: error[exec-form-variable]"));
    assert!(err(&output).contains("note: half/binary.Dockerfile: is not UTF-8"));
}

#[test]
fn the_settings_of_other_linters_become_ours() {
    let root = project(&[
        (".hadolint.yaml", "ignore:\n  - DL3000\n  - DL3005\n"),
        ("Dockerfile", "FROM scratch\nWORKDIR app\n"),
    ]);
    assert_eq!(status(&seamlint(root.path(), &["--fail-on", "note"])), 1);

    let output = seamlint(root.path(), &["migrate", "--diff"]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).starts_with("--- /dev/null\n+++ b/seamlint.toml\n@@ -0,0 +1,4 @@\n+#"));
    assert!(!root.path().join("seamlint.toml").exists());

    let output = seamlint(root.path(), &["migrate"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let said = err(&output);
    assert!(said.contains(".hadolint.yaml:1: hadolint has no key `ignore`: it is read as"));
    assert!(said.contains(".hadolint.yaml:3: `DL3005` has no counterpart: hadolint reports"));
    let written = fs::read_to_string(root.path().join("seamlint.toml")).unwrap();
    assert!(written.ends_with("\n[rules]\nrelative-workdir = \"off\" # DL3000\n"), "{written}");
    assert_eq!(status(&seamlint(root.path(), &["--fail-on", "note"])), 0);

    // What is there already is neither said again nor written over.
    let output = seamlint(root.path(), &["migrate"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()));
    fs::write(root.path().join("seamlint.toml"), "exclude = [\"a/\"]\n").unwrap();
    let output = seamlint(root.path(), &["migrate"]);
    assert_eq!(status(&output), 1);
    assert_eq!(out(&output), "[rules]\nrelative-workdir = \"off\" # DL3000\n");
    let kept = fs::read_to_string(root.path().join("seamlint.toml")).unwrap();
    assert_eq!(kept, "exclude = [\"a/\"]\n");

    let empty = project(&[]);
    let output = seamlint(empty.path(), &["migrate"]);
    assert_eq!(status(&output), 0);
    assert!(err(&output).starts_with("nothing to move: . has none of .hadolint.yaml, "));
}

#[test]
fn the_readme_shows_what_is_said_of_its_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, shown) = readme.split_once("```text\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let said = out(&seamlint(root, &["check", "fixtures/port-and-secrets"]));
    assert!(said.contains(shown), "{said}");
}

#[test]
fn settings_that_cannot_be_read_are_not_moved_by_half() {
    let root = project(&[(".hadolint.yaml", "ignored:\n  - DL3000\noverride: [\n")]);
    let output = seamlint(root.path(), &["migrate"]);
    assert_eq!(status(&output), 2, "{}", err(&output));
    assert!(err(&output).contains(".hadolint.yaml:3: cannot be read: "), "{}", err(&output));
    assert!(!root.path().join("seamlint.toml").exists());
}

#[test]
fn rules_of_other_linters_are_explained() {
    let root = project(&[]);
    let output = seamlint(root.path(), &["explain", "DL3007"]);
    assert!(out(&output).starts_with("# floating-base-image\n"));
    let output = seamlint(root.path(), &["explain", "DL3005"]);
    assert_eq!(status(&output), 0);
    let start = "seamlint has no rule `DL3005`: hadolint reports `apt-get upgrade`";
    assert!(out(&output).starts_with(start), "{}", out(&output));
    let output = seamlint(root.path(), &["explain", "DL3O07"]);
    assert_eq!((status(&output), out(&output)), (2, String::new()));
    assert!(err(&output).contains("did you mean `DL3007`?"), "{}", err(&output));
}

#[test]
fn the_help_says_how_much_a_copy_takes_in() {
    let files = [
        ("Dockerfile", "FROM debian:12\nCOPY . /app\nUSER nobody\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/objects/pack/a.pack", "0123456789"),
    ];
    let root = project(&files);
    let output = seamlint(root.path(), &["--format", "concise"]);
    let help = "  help: write `.git` into `.dockerignore`: here `.git` has 31 bytes in 2 files\n";
    assert!(out(&output).contains(help), "{}", out(&output));
}
