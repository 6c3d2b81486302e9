//! What is said of gcloud's commands, against what gcloud says: `gcloud.tsv`.
#![allow(clippy::unwrap_used, clippy::panic)]

use seamlint::model::Project;
use seamlint::rules;
use seamlint::source::Sources;

#[test]
fn gcloud_is_agreed_with() {
    let lines = include_str!("gcloud.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in lines {
        let (verdict, command) = line.split_once('\t').unwrap();
        count += 1;
        let (verdict, left_alone) = match verdict.strip_suffix('?') {
            Some(verdict) => (verdict, true),
            None => (verdict, false),
        };
        let said = said(command);
        let expected = if left_alone { "ok" } else { verdict };
        if said != expected {
            wrong.push(format!("{expected}, but {said}: {command}"));
        }
    }
    assert!(count >= 150, "{count} commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the rules say of a command in a script.
fn said(command: &str) -> &'static str {
    let script = format!("#!/bin/bash\n{command}\n");
    let project = Project::read(Sources::of(&[("deploy.sh", &script)]));
    let rules = [
        ("unknown-gcloud-flag", "unknown"),
        ("gcloud-flag-value", "refused"),
        ("gcloud-argument-count", "refused"),
    ];
    for (id, said) in rules {
        let rule = rules::ALL.iter().find(|rule| rule.id == id).unwrap();
        let mut findings = Vec::new();
        (rule.check)(&project, &mut findings);
        if !findings.is_empty() {
            return said;
        }
    }
    "ok"
}
