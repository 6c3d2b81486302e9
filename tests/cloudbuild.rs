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
    assert!(count >= 600, "{count} files");
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

/// What a build may have most of, and that one more is refused.
#[test]
fn limits_are_those_of_cloud_build() {
    let step = "steps:\n- name: bash\n  args: [-c, date]\n";
    let list = |count: usize, item: &str| {
        let items: Vec<String> = (0..count).map(|i| item.replace('#', &i.to_string())).collect();
        items.join("")
    };
    type Build<'b> = Box<dyn Fn(usize) -> String + 'b>;
    let limits: Vec<(&str, usize, Build<'_>)> = vec![
        ("steps", 300, Box::new(|n| format!("steps:\n{}", list(n, "- {name: bash, args: [a]}\n")))),
        (
            "args",
            100,
            Box::new(|n| format!("steps:\n- name: bash\n  args:\n{}", list(n, "  - a\n"))),
        ),
        ("argument", 10_000, Box::new(|n| step.replace("date", &"a".repeat(n)))),
        ("image of a step", 1_000, Box::new(|n| step.replace("bash", &"a".repeat(n)))),
        ("folder", 1_000, Box::new(|n| format!("{step}  dir: {}\n", "a".repeat(n)))),
        ("images", 100, Box::new(|n| format!("{step}images:\n{}", list(n, "- gcr.io/p/a#\n")))),
        ("image", 1_000, Box::new(|n| format!("{step}images: [a/{}]\n", "a".repeat(n - 2)))),
        ("tags", 64, Box::new(|n| format!("{step}tags:\n{}", list(n, "- a#\n")))),
        ("tag", 128, Box::new(|n| format!("{step}tags: [{}]\n", "a".repeat(n)))),
        ("names", 200, Box::new(|n| format!("{step}substitutions:\n{}", list(n, "  _A#: a\n")))),
        (
            "name",
            100,
            Box::new(|n| format!("{step}substitutions: {{_{}: a}}\n", "A".repeat(n - 1))),
        ),
        ("value", 4_000, Box::new(|n| format!("{step}substitutions: {{_A: {}}}\n", "a".repeat(n)))),
        ("exit code", 255, Box::new(|n| format!("{step}  allowExitCodes: [{n}]\n"))),
        ("disk", 4_000, Box::new(|n| format!("{step}options: {{diskSizeGb: {n}}}\n"))),
        ("time", 86_400, Box::new(|n| format!("{step}timeout: {n}s\n"))),
        (
            "paths",
            100,
            Box::new(|n| {
                let objects = "artifacts:\n  objects:\n    location: gs://b\n    paths:\n";
                format!("{step}{objects}{}", list(n, "    - a#\n"))
            }),
        ),
    ];
    for (what, most, build) in limits {
        assert_eq!(places(&build(most)), Vec::<String>::new(), "{what}: {most}");
        assert_eq!(places(&build(most + 1)).len(), 1, "{what}: {most} and one");
    }
}
