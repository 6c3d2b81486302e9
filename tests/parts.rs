//! Names of other tools that mean a part of a rule: comments and settings by them leave the rest.
#![allow(clippy::unwrap_used)]

use seamlint::config::Config;
use seamlint::lint::{self, peers};
use seamlint::model::Project;
use seamlint::rules;
use seamlint::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

const DOCKERFILE: &str = "\
FROM debian AS base
RUN apt-get install -y curl
RUN apk add curl
RUN pip install flask && npm install -g serve
FROM alpine:latest
CMD a
CMD [\"b\"]
ENTRYPOINT a
ENTRYPOINT [\"b\"]
COPY --from=base / /
";

/// What is reported of a file, by rule and part.
fn found(dockerfile: &str, config: &str) -> BTreeSet<String> {
    let project = Project::read(Sources::of(&[("Dockerfile", dockerfile)]));
    let config = Config::parse("seamlint.toml", config, &lint::vocabulary()).unwrap();
    let findings = lint::lint(&project, rules::ALL, &config).findings;
    let of_parts = findings.iter().filter_map(|f| Some(format!("{}:{}", f.rule, f.part?)));
    of_parts.collect()
}

fn set(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_comment_by_the_name_of_a_part_hides_that_part() {
    let all = "profile = \"reproducible\"";
    let plain = found(DOCKERFILE, all);
    let hidden = |before: &str, comment: &str| {
        let text = DOCKERFILE.replace(before, &format!("{comment}\n{before}"));
        let left = found(&text, all);
        assert!(left.is_subset(&plain));
        plain.difference(&left).cloned().collect::<BTreeSet<String>>()
    };
    for (before, comment, expected) in [
        ("RUN pip", "# hadolint ignore=DL3013", "unpinned-language-package:pip"),
        ("RUN pip", "# seamlint: ignore[DL3016] ours", "unpinned-language-package:npm"),
        ("RUN apk", "# hadolint global ignore=DL3008", "unpinned-system-package:apt"),
        ("RUN apk", "# hadolint global ignore=DF052", "unpinned-system-package:apk"),
        ("CMD a", "# tally ignore=hadolint/DL4003", "repeated-instruction:CMD"),
    ] {
        assert_eq!(hidden(before, comment), set(&[expected]), "{comment}");
    }
    let whole = "# seamlint: ignore[unpinned-language-package] ours";
    assert_eq!(hidden("RUN pip", whole).len(), 2);
    assert_eq!(hidden("RUN pip", "# hadolint ignore=DL3008"), set(&[]));
}

#[test]
fn a_comment_for_a_part_that_is_not_reported_hides_nothing() {
    let text = "FROM debian:13\n# seamlint: ignore[DL3018] ours\nRUN apt-get install -y curl\n";
    let project = Project::read(Sources::of(&[("Dockerfile", text)]));
    let words = lint::vocabulary();
    let config = Config::parse("seamlint.toml", "profile = \"reproducible\"", &words).unwrap();
    let findings = lint::lint(&project, rules::ALL, &config).findings;
    let ids: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    assert!(ids.contains(&"unused-suppression") && ids.contains(&"unpinned-system-package"));
}

#[test]
fn a_setting_by_the_name_of_a_part_is_for_that_part() {
    let of = |rule: &str, config: &str| -> BTreeSet<String> {
        let all = found(DOCKERFILE, config).into_iter();
        all.filter_map(|it| Some(it.strip_prefix(rule)?.strip_prefix(':')?.to_owned())).collect()
    };
    let bases = |config: &str| of("floating-base-image", config);
    assert_eq!(bases(""), set(&["latest", "untagged"]));
    assert_eq!(bases("rules.DL3006 = \"off\""), set(&["latest"]));
    assert_eq!(
        bases("rules = { floating-base-image = \"off\", DL3006 = \"note\" }"),
        set(&["untagged"])
    );
    assert_eq!(bases("rules.DL3006.exclude = [\"Dockerfile\"]"), set(&["latest"]));
    // One that runs only where it is asked for.
    let packages = |config: &str| of("unpinned-system-package", config);
    assert_eq!(packages(""), set(&[]));
    assert_eq!(packages("rules.DL3008 = \"note\""), set(&["apt"]));
    assert_eq!(packages("profile = \"reproducible\"\nrules.DL3008 = \"off\""), set(&["apk"]));
    assert_eq!(
        packages("rules = { unpinned-system-package = \"note\", DL3018 = \"off\" }"),
        set(&["apt"])
    );
}

#[test]
fn names_of_one_tool_that_share_a_rule_mean_different_parts() {
    let mut parts: BTreeMap<(&str, &str), BTreeSet<Option<&str>>> = BTreeMap::new();
    let mut names: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for rule in lint::all() {
        for peer in peers().filter(|peer| rule.also.contains(&peer.id)) {
            let key = (rule.id, peer.tool);
            parts.entry(key).or_default().insert(peer.part);
            *names.entry(key).or_default() += 1;
        }
    }
    // Of these no finding is told from the others, or they mean the same.
    let known = ["syntax-error", "copy-from-later-stage"];
    let mixed = names.iter().filter(|(key, count)| {
        key.1 == "hadolint" && **count > 1 && parts[*key].len() < **count && !known.contains(&key.0)
    });
    assert_eq!(mixed.collect::<Vec<_>>(), []);
}

#[test]
fn a_finding_knows_the_names_that_fit_it() {
    let project = Project::read(Sources::of(&[("Dockerfile", DOCKERFILE)]));
    let words = lint::vocabulary();
    let config = Config::parse("seamlint.toml", "profile = \"reproducible\"", &words).unwrap();
    let findings = lint::lint(&project, rules::ALL, &config).findings;
    let of = |rule: &str, part| {
        let is_it = |f: &&seamlint::finding::Finding| f.rule == rule && f.part == part;
        findings.iter().find(is_it).map(lint::names).unwrap_or_default()
    };
    assert_eq!(of("unpinned-system-package", Some("apk")), ["DL3018", "DF052"]);
    assert_eq!(of("unpinned-system-package", Some("apt")), ["DL3008", "DF005"]);
    assert!(of("floating-base-image", Some("latest")).contains(&"CKV_DOCKER_7"));
    assert!(of("no-user", None).contains(&"CKV_DOCKER_3"));
}
