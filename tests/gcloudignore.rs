//! Patterns of `.gcloudignore`, with what gcloud says of each.
#![allow(clippy::unwrap_used)]

use seamlint::source::Sources;
use seamlint::syntax::gcloudignore::{Line, parse};

#[test]
fn patterns_match_what_gcloud_says() {
    let table = include_str!("gcloudignore.tsv");
    let mut rows = table.lines().filter(|line| !line.starts_with('#'));
    let paths: Vec<String> = serde_json::from_str(rows.next().unwrap()).unwrap();
    let sources = Sources::of(&[(".gcloudignore", "")]);
    let (id, _) = sources.find(".gcloudignore").unwrap();
    let mut asked = 0;
    let mut wrong = Vec::new();
    for row in rows {
        let (pattern, expected) = row.split_once('\t').unwrap();
        let pattern: String = serde_json::from_str(pattern).unwrap();
        let expected: Vec<String> = serde_json::from_str(expected).unwrap();
        let read = parse(id, &pattern);
        let matches = |path: &str, is_folder| {
            read.lines.iter().any(|line| match line {
                Line::Pattern(pattern) => pattern.matches(path, is_folder),
                Line::Include(_) => false,
            })
        };
        for path in &paths {
            for (written, is_folder) in [(path.clone(), false), (format!("{path}/"), true)] {
                let wanted = expected.contains(&written);
                if matches(path, is_folder) != wanted {
                    wrong.push(format!("{pattern:?} and {written:?}: gcloud says {wanted}"));
                }
                asked += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 4000, "{asked}");
}
