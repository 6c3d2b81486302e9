//! Build files, and what becomes of them: `cloudbuild/builds.txt`.
//!
//! Each begins with a line `=== VERDICT LINE:COLUMN | TITLE`. `UPDATE_BUILDS=1` writes the places,
//! to be read before they are committed; the verdicts are those of gcloud and of Cloud Build.
#![allow(clippy::unwrap_used, clippy::panic)]

use seamlint::config::Config;
use seamlint::finding::Severity;
use seamlint::lint;
use seamlint::model::Project;
use seamlint::rules;
use seamlint::source::Sources;

const TABLE: &str = "tests/cloudbuild/builds.txt";

/// The rules that say what Cloud Build says.
const RULES: &[&str] = &[
    "duplicate-step-id",
    "invalid-build-file",
    "invalid-substitution",
    "secret-env-undeclared",
    "secret-env-unused",
    "unknown-step-id",
];

#[test]
fn cloud_build_is_agreed_with() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let table = std::fs::read_to_string(&path).unwrap();
    let mut parts = table.split("\n=== ");
    let mut updated = parts.next().unwrap().to_owned();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for part in parts {
        let (head, text) = part.split_once('\n').unwrap();
        let (verdict, title) = head.split_once(" | ").unwrap();
        let (verdict, place) = verdict.split_once(' ').unwrap_or((verdict, ""));
        count += 1;
        let places = places(text);
        let is_right = match verdict {
            "ok" | "later" => places.is_empty(),
            _ => places.iter().any(|found| found == place),
        };
        if !is_right {
            wrong.push(format!("{head}: reported at {places:?}"));
        }
        let place = places.first().filter(|_| !matches!(verdict, "ok" | "later"));
        let place = place.map(|place| format!(" {place}")).unwrap_or_default();
        updated.push_str(&format!("\n=== {verdict}{place} | {title}\n{text}"));
    }
    if std::env::var_os("UPDATE_BUILDS").is_some() {
        std::fs::write(&path, updated).unwrap();
    }
    assert!(count >= 300, "{count} files");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where something is reported, as `LINE:COLUMN`.
fn places(text: &str) -> Vec<String> {
    let name = if text.starts_with('{') { "cloudbuild.json" } else { "cloudbuild.yaml" };
    let project = Project::read(Sources::of(&[(name, text)]));
    let rules: Vec<_> = rules::ALL.iter().filter(|r| RULES.contains(&r.id)).copied().collect();
    let findings = lint::lint(&project, &rules, &Config::default()).findings;
    let findings = findings.iter().filter(|finding| finding.severity > Severity::Note);
    let place = |finding: &seamlint::finding::Finding| {
        let position = project.sources.position(finding.at.span);
        format!("{}:{}", position.line, position.column)
    };
    findings.map(place).collect()
}
