//! `.dockerignore` as Moby's patternmatcher reads it: `tests/dockerignore.tsv` holds what it says.
#![allow(clippy::unwrap_used)]

use seamlint::source::{Kind, Sources};
use seamlint::syntax::dockerignore;

#[test]
fn every_path_is_in_the_context_or_left_out_as_by_the_builder() {
    let mut wrong = Vec::new();
    let lines = include_str!("dockerignore.tsv").lines().filter(|line| !line.starts_with("# "));
    for line in lines.clone() {
        let mut fields = line.split('\t');
        let (verdict, path) = (fields.next().unwrap(), fields.next().unwrap());
        let text = fields.collect::<Vec<_>>().join("\n");
        let sources = Sources::of(&[(".dockerignore", &text)]);
        let (id, source) = sources.iter().next().unwrap();
        assert_eq!(source.kind, Kind::Dockerignore);
        let parsed = dockerignore::parse(id, &source.text);
        let said = match (parsed.errors.is_empty(), parsed.tree.leaves_out(path)) {
            (false, _) => "refused",
            (true, Some(_)) => "out",
            (true, None) => "in",
        };
        if said != verdict {
            wrong.push(format!("{line}: we say {said}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), lines.count(), wrong.join("\n"));
}
