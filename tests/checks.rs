//! What BuildKit's own checks say, and what the rules of their names do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seamlint::config::Config;
use seamlint::model::Project;
use seamlint::source::Sources;
use seamlint::{lint, rules};
use std::collections::BTreeSet;

/// The checks of BuildKit 0.26. `InvalidBaseImagePlatform` compares what was pulled with what is
/// built, so it needs the registry, and no rule has its name; `InvalidDefinitionDescription` is an
/// experiment that is off by default.
const CHECKS: &[&str] = &[
    "ConsistentInstructionCasing",
    "CopyIgnoredFile",
    "DuplicateStageName",
    "ExposeInvalidFormat",
    "ExposeProtoCasing",
    "FromAsCasing",
    "FromPlatformFlagConstDisallowed",
    "InvalidDefaultArgInFrom",
    "JSONArgsRecommended",
    "LegacyKeyValueFormat",
    "MaintainerDeprecated",
    "MultipleInstructionsDisallowed",
    "NoEmptyContinuation",
    "RedundantTargetPlatform",
    "ReservedStageName",
    "SecretsUsedInArgOrEnv",
    "StageNameCasing",
    "UndefinedArgInFrom",
    "UndefinedVar",
    "WorkdirRelativePath",
];

struct Case {
    title: String,
    expected: BTreeSet<String>,
    files: Vec<(String, String)>,
}

fn cases() -> Vec<Case> {
    let table = include_str!("buildkit_checks.txt");
    let (_, table) = table.split_once("\n== ").expect("a case");
    table.split("\n== ").map(case).collect()
}

fn case(text: &str) -> Case {
    let mut lines = text.lines().peekable();
    let title = lines.next().expect("a title").to_owned();
    let is_expectation = |line: &&str| {
        CHECKS.iter().any(|check| line.strip_prefix(check).is_some_and(|r| r.starts_with(':')))
    };
    let expected = lines.next_if(is_expectation).unwrap_or_default();
    let expected = expected.split_whitespace().map(str::to_owned).collect();
    let mut files = Vec::new();
    while let Some(line) = lines.next_if(|l| l.starts_with("files: ") || l.starts_with("ignore: "))
    {
        match line.split_once(": ") {
            Some(("files", names)) => {
                files.extend(names.split(' ').map(|name| (name.to_owned(), "a\n".to_owned())));
            }
            Some((_, patterns)) => {
                files.push((".dockerignore".to_owned(), format!("{patterns}\n")))
            }
            None => {}
        }
    }
    let mut dockerfile: String = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
    dockerfile.push('\n');
    files.push(("Dockerfile".to_owned(), dockerfile));
    // Only a build tells in which folder the files are.
    files.push(("build.sh".to_owned(), "docker build .\n".to_owned()));
    Case { title, expected, files }
}

fn found(case: &Case) -> BTreeSet<String> {
    let files: Vec<_> = case.files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let project = Project::read(Sources::of(&files));
    let opt_in = rules::ALL.iter().filter(|rule| rule.opt_in);
    let levels: String = opt_in.map(|rule| format!("{} = \"note\"\n", rule.id)).collect();
    let config =
        Config::parse("seamlint.toml", &format!("[rules]\n{levels}"), &lint::vocabulary()).unwrap();
    let outcome = lint::lint(&project, rules::ALL, &config);
    let mut found = BTreeSet::new();
    for finding in outcome.findings {
        let rule = rules::ALL.iter().find(|rule| rule.id == finding.rule);
        let names = rule.map(|rule| rule.also).unwrap_or_default();
        let line = project.sources.position(finding.at.span).line;
        for name in names.iter().filter(|name| CHECKS.contains(name)) {
            found.insert(format!("{name}:{line}"));
        }
    }
    found
}

#[test]
fn every_check_has_a_rule_of_its_name() {
    for check in CHECKS {
        let named = rules::ALL.iter().any(|rule| rule.also.contains(check));
        assert!(named, "no rule is called {check}");
    }
}

#[test]
fn the_rules_agree_with_the_checks() {
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let found = found(case);
        if found != case.expected {
            wrong.push(format!("{}: {:?}, but {:?}", case.title, case.expected, found));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
