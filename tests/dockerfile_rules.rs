//! Short Dockerfiles with a defect each, and the same without it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seamlint::config::Config;
use seamlint::model::Project;
use seamlint::source::Sources;
use seamlint::{lint, rules};
use std::collections::BTreeSet;

/// The rules with the lines on which they report something.
fn found(dockerfile: &str, config: &Config) -> BTreeSet<String> {
    let project = Project::read(Sources::of(&[("Dockerfile", dockerfile)]));
    let findings = lint::lint(&project, rules::ALL, config).findings;
    let line = |span| project.sources.position(span).line;
    findings.iter().map(|finding| format!("{}:{}", finding.rule, line(finding.at.span))).collect()
}

#[test]
fn each_defect_is_found_and_nothing_is_where_it_is_mended() {
    let opt_in = rules::ALL.iter().filter(|rule| rule.opt_in);
    let levels: String = opt_in.map(|rule| format!("{} = \"note\"\n", rule.id)).collect();
    let config = format!("[rules]\n{levels}");
    let config = Config::parse("seamlint.toml", &config, &lint::vocabulary()).unwrap();
    let table = include_str!("dockerfile_rules.txt");
    let cases: Vec<&str> = table.split("\n== ").skip(1).collect();
    let mut wrong = Vec::new();
    for case in &cases {
        let (title, rest) = case.split_once('\n').unwrap();
        let (expected, files) = rest.split_once('\n').unwrap();
        let (defect, mended) = files.split_once("\n--\n").expect(title);
        let (defect, mended) = (found(defect, &config), found(mended.trim_end(), &config));
        let (rule, _) = expected.split_once(':').unwrap();
        if !defect.contains(expected) {
            wrong.push(format!("{title}: {expected} is not in {defect:?}"));
        }
        if mended.iter().any(|finding| finding.split(':').next() == Some(rule)) {
            wrong.push(format!("{title}, mended: {mended:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
