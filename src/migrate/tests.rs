use super::*;
use crate::lint::vocabulary;

fn migrate(path: &'static str, text: &str) -> Migration {
    let migration = Migration::read(&[(path, text.to_owned())]);
    let written = migration.toml();
    let config = Config::parse("seamlint.toml", &written, &vocabulary());
    assert!(config.is_ok(), "{written}\n{config:?}");
    migration
}

fn remarks(migration: &Migration) -> Vec<String> {
    migration.remarks.iter().map(|remark| format!("{}: {}", remark.line, remark.text)).collect()
}

#[test]
fn what_hadolint_is_told_is_written() {
    let migration = migrate(
        ".hadolint.yaml",
        "failure-threshold: error\n\
         ignored:\n  - DL3006\n  - DL3007\n  - DL3005\n\
         override:\n  error: [DL3000]\n  info:\n    - DL3025\n  style: []\n\
         trustedRegistries:\n  - docker.io\n  - \"*.gcr.io\"\n\
         strict-labels: true\n\
         label-schema:\n  maintainer: email\n  org.example.version: semver\n",
    );
    assert_eq!(
        migration.toml(),
        "fail-on = \"error\"\ntrusted-registries = [\"docker.io\", \"*.gcr.io\"]\n\
         strict-labels = true\n\n[label-schema]\nmaintainer = \"email\"\n\
         \"org.example.version\" = \"semver\"\n\n[rules]\n\
         floating-base-image = \"off\" # DL3006, DL3007\nrelative-workdir = \"error\" # DL3000\n\
         shell-form-process = \"note\" # DL3025\n"
    );
    let said = remarks(&migration);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said.iter().all(|text| text.starts_with("5: `DL3005` has no counterpart: hadolint ")));
}

#[test]
fn keys_and_rules_that_people_get_wrong_are_read_as_they_are_meant() {
    for text in [
        "ignore:\n  - DL3000\n",
        "ignore-rules: [DL3000]\n",
        "Ignored:\n- dl3000\n",
        "ignored_rules: DL3000\n",
        "ignored: dl-3000\n",
        "ignored: DL3000,DL9999\n",
        "ignored:\n  - DL3000 why not\n",
        "ignored:\n  - DL3000: it is fine\n",
        "ignored: {DL3000: true}\n",
        "ignored: [3000]\n",
        "override:\n  ignore: [DL3000]\n",
        "overrides:\n  DL3000: off\n",
        "override:\n  - off: [DL3000]\n",
    ] {
        let migration = migrate(".hadolint.yaml", text);
        assert_eq!(migration.toml(), "[rules]\nrelative-workdir = \"off\" # DL3000\n", "{text}");
    }
    for (text, expected) in [
        ("trusted-registries: [docker.io]\n", "trusted-registries = [\"docker.io\"]\n"),
        ("trustedRegistry: https://docker.io/\n", "trusted-registries = [\"docker.io\"]\n"),
        ("trustedRegistries: []\n", ""),
        ("labelSchema: {a: text}\n", "[label-schema]\na = \"text\"\n"),
        ("label_schema: [a]\n", "[label-schema]\na = \"text\"\n"),
        ("failure_threshold: style\n", "fail-on = \"note\"\n"),
        ("failureThreshold: warning\nno_fail: yes\n", "fail-on = \"never\"\n"),
        ("overrides:\n  warn: [DL3000]\n", "[rules]\nrelative-workdir = \"warning\" # DL3000\n"),
    ] {
        assert_eq!(migrate(".hadolint.yml", text).toml(), expected, "{text}");
    }
    let migration = migrate(".hadolint.yaml", "ignore: [dl3000]\n");
    assert_eq!(
        remarks(&migration),
        [
            "1: hadolint has no key `ignore`: it is read as `ignored`",
            "1: hadolint passes `dl3000` over: read as `DL3000`",
        ]
    );
}

#[test]
fn what_has_no_counterpart_is_said() {
    let migration = migrate(
        ".hadolint.yaml",
        "format: gnu\nno-color: true\ndisable-ignore-pragma: true\nfoo: 1\nformt: tty\n\
         failure-threshold: fatal\nignored: [DL9999, SC2016, DL30000]\nlabel-schema: {a: uri}\n",
    );
    let said = remarks(&migration);
    for (line, expected) in [
        (1, "`format: gnu` is no setting here: call seamlint with `--format concise`"),
        (2, "`no-color` has no counterpart"),
        (3, "`disable-ignore-pragma` has no counterpart"),
        (4, "hadolint has no key `foo`, which is left out"),
        (5, "hadolint has no key `formt`, which is left out: did you mean `format`?"),
        (6, "`fatal` is no threshold of hadolint"),
        (7, "hadolint has no rule `DL9999`"),
        (7, "hadolint has no rule `DL30000`: did you mean `DL3000`?"),
        (8, "`uri` is no kind of label, so `a` is read as `text`"),
    ] {
        let start = format!("{line}: {expected}");
        assert!(said.iter().any(|text| text.starts_with(&start)), "{start}\n{said:#?}");
    }
    assert_eq!(migration.toml(), "[label-schema]\na = \"text\"\n");
}

#[test]
fn a_part_of_a_rule_is_turned_off_by_its_own_name() {
    let migration = migrate(".hadolint.yaml", "ignored: [DL3006]\n");
    assert_eq!(remarks(&migration), Vec::<String>::new());
    assert_eq!(migration.toml(), "[rules]\nDL3006 = \"off\"\n");
    let migration = migrate(".hadolint.yaml", "ignored: [DL3006]\noverride: {error: [DL3007]}\n");
    assert_eq!(migration.toml(), "[rules]\nDL3006 = \"off\"\nDL3007 = \"error\"\n");
}

#[test]
fn what_no_finding_tells_apart_turns_off_the_whole_and_says_so() {
    let migration = migrate(".hadolint.yaml", "ignored: [DL1000]\n");
    let said = "1: `DL1000` is a part of `syntax-error`, which is turned off whole: `DL3043`, `DL3061` with it";
    assert_eq!(remarks(&migration), [said]);
}

#[test]
fn what_a_configuration_says_already_is_left_out() {
    let words = crate::lint::vocabulary();
    let config = |text: &str| Config::parse("seamlint.toml", text, &words).unwrap();
    for (known, left) in [
        ("", "[rules]\nDL3006 = \"off\"\n"),
        ("rules.DL3007 = \"off\"", "[rules]\nDL3006 = \"off\"\n"),
        ("rules.DL3006 = \"off\"", ""),
        ("rules.floating-base-image = \"off\"", ""),
        (
            "rules = { floating-base-image = \"off\", DL3006 = \"note\" }",
            "[rules]\nDL3006 = \"off\"\n",
        ),
    ] {
        let mut migration = migrate(".hadolint.yaml", "ignored: [DL3006]\n");
        migration.without(&config(known));
        assert_eq!(migration.toml(), left, "{known}");
    }
}

#[test]
fn other_tools_are_read() {
    for (path, text, expected) in [
        (
            "droast.toml",
            "skip = [\"DF009\"]\nno-fail = true\n",
            "fail-on = \"never\"\n\n[rules]\nrelative-workdir = \"off\" # DF009\n",
        ),
        (
            "tally.toml",
            "[rules]\nexclude = [\"buildkit/WorkdirRelativePath\", \"x/*\"]\n",
            "[rules]\nrelative-workdir = \"off\" # buildkit/WorkdirRelativePath\n",
        ),
        (
            ".tally.toml",
            "[rules.hadolint.DL3000]\nseverity = \"error\"\n",
            "[rules]\nrelative-workdir = \"error\" # hadolint/DL3000\n",
        ),
        (
            ".dockerfilelintrc",
            "rules:\n  invalid_workdir: off\n  latest_tag: on\n",
            "[rules]\nrelative-workdir = \"off\" # invalid_workdir\n",
        ),
        (
            ".trivyignore",
            "# a\nCVE-2020-1\nAVD-DS-0009 exp:2026-01-01\n",
            "[rules]\nrelative-workdir = \"off\" # AVD-DS-0009\n",
        ),
        (
            ".checkov.yaml",
            "skip-check:\n  - CKV_DOCKER_10\n  - CKV_AWS_1\n",
            "[rules]\nrelative-workdir = \"off\" # CKV_DOCKER_10\n",
        ),
        (
            ".checkov.yml",
            "skip-check: CKV_DOCKER_10,CKV_AWS_1\n",
            "[rules]\nrelative-workdir = \"off\" # CKV_DOCKER_10\n",
        ),
    ] {
        assert_eq!(migrate(path, text).toml(), expected, "{path}");
    }
}

#[test]
fn odd_files_are_no_more_than_remarks() {
    let deep = "[".repeat(5000);
    for path in FILES {
        for text in [
            "",
            "\u{0}",
            "a: [",
            "- a\n- b\n",
            "ignored",
            "= ",
            "\u{feff}ignored: []",
            &deep,
            "a: &a [*a]",
            "é: é\noverride: é\nlabel-schema: é",
        ] {
            migrate(path, text);
        }
    }
}
