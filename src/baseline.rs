//! What a project knows of already: findings that are not reported until they are fixed.
//!
//! A finding is known by its file, its rule and its steady message, never by its line; findings
//! that are alike in these are counted. So nothing has to be written again because lines move,
//! and people can read and merge the file.

use crate::finding::Finding;
use crate::report::steady;
use crate::source::{Sources, name};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The version of the file.
const VERSION: u64 = 1;

/// The findings that a project knows of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The version of seamlint that wrote it.
    by: String,
    known: BTreeMap<Known, usize>,
}

/// What findings have in common that count as the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    /// The path of the first place from the root of the project.
    pub path: String,
    /// The id of the rule.
    pub rule: String,
    /// The message, with `*` in the place of files.
    pub message: String,
}

/// Findings, compared with a baseline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Whether each is known, in their order.
    pub known: Vec<bool>,
    /// What is known and was not found, with how often it was.
    pub gone: BTreeMap<Known, usize>,
}

/// The file, as it is written.
#[derive(Deserialize)]
struct Written {
    seamlint: String,
    findings: BTreeMap<String, Vec<WrittenKnown>>,
}

#[derive(Deserialize)]
struct WrittenKnown {
    rule: String,
    message: String,
    #[serde(default = "once")]
    count: usize,
}

fn once() -> usize {
    1
}

impl Baseline {
    /// A baseline that knows all of these.
    pub fn of(sources: &Sources, findings: &[Finding]) -> Baseline {
        let mut known = BTreeMap::new();
        for finding in findings {
            *known.entry(Known::of(sources, finding)).or_default() += 1;
        }
        Baseline { by: env!("CARGO_PKG_VERSION").to_owned(), known }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without a subject: it is broken, or was written by a
    /// newer seamlint.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let broken = |error: serde_json::Error| {
            let merge = text.lines().any(|line| line.starts_with("<<<<<<< "));
            let why = if merge { "; a merge of it is not finished" } else { "" };
            format!("is no baseline: {error}{why}")
        };
        let document: serde_json::Value = serde_json::from_str(text).map_err(broken)?;
        match document.get("version").map(|version| (version, version.as_u64())) {
            Some((_, Some(VERSION))) => {}
            Some((_, Some(newer))) if newer > VERSION => {
                return Err(format!(
                    "is a baseline of version {newer}, and this seamlint reads version {VERSION}: \
                     a newer one wrote it"
                ));
            }
            Some((other, _)) => return Err(format!("is no baseline: it has the version {other}")),
            None => return Err("is no baseline: it has no `version`".to_owned()),
        }
        let written: Written = serde_json::from_str(text).map_err(broken)?;
        let mut known: BTreeMap<Known, usize> = BTreeMap::new();
        for (path, findings) in written.findings {
            for WrittenKnown { rule, message, count } in findings {
                // A merge may have kept the same entry of both sides.
                let counted = known.entry(Known { path: path.clone(), rule, message }).or_insert(1);
                *counted = count.max(*counted);
            }
        }
        Ok(Baseline { by: written.seamlint, known })
    }

    /// The text of the file: a line for each, in an order of their own, so that merges succeed.
    pub fn text(&self) -> String {
        let string = |text: &str| serde_json::Value::from(text).to_string();
        let mut out = String::new();
        // Writing to a `String` cannot fail.
        let _ = write!(
            out,
            "{{\n  \"version\": {VERSION},\n  \"seamlint\": {},\n  \"findings\": {{",
            string(&self.by)
        );
        let mut path = None;
        for (known, count) in &self.known {
            match path {
                Some(last) if last == &known.path => out.push(','),
                Some(_) => out.push_str("\n    ],"),
                None => {}
            }
            if path != Some(&known.path) {
                let _ = write!(out, "\n    {}: [", string(&known.path));
                path = Some(&known.path);
            }
            let (rule, message) = (string(&known.rule), string(&known.message));
            let _ = write!(out, "\n      {{ \"rule\": {rule}, \"message\": {message}");
            if *count > 1 {
                let _ = write!(out, ", \"count\": {count}");
            }
            out.push_str(" }");
        }
        out.push_str(if path.is_some() { "\n    ]\n  }\n}\n" } else { "}\n}\n" });
        out
    }

    /// The part that speaks of a folder, with the paths from there.
    pub fn below(self, folder: &str) -> Baseline {
        let inside = |(known, count): (Known, usize)| {
            let path = known.path.strip_prefix(folder)?.strip_prefix('/')?.to_owned();
            Some((Known { path, ..known }, count))
        };
        Baseline { known: self.known.into_iter().filter_map(inside).collect(), ..self }
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.known.values().sum()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Tells the findings that are known from new ones.
    ///
    /// A file that is not there any more may have been renamed, so what was known in it may be
    /// found elsewhere. If another version of seamlint wrote the baseline, it may have worded a
    /// finding differently: then a file and a rule are enough.
    pub fn compare(&self, sources: &Sources, findings: &[Finding]) -> Compared {
        let found: Vec<Known> = findings.iter().map(|it| Known::of(sources, it)).collect();
        let mut compared = Compared { known: vec![false; found.len()], gone: self.known.clone() };
        compared.take(&found, |_, _| false);
        let is_moved = |known: &Known, finding: &Known| {
            (&known.rule, &known.message) == (&finding.rule, &finding.message)
                && !sources.has_file(&known.path)
        };
        compared.take(&found, |known, finding| {
            name(&known.path) == name(&finding.path) && is_moved(known, finding)
        });
        compared.take(&found, is_moved);
        if self.by != env!("CARGO_PKG_VERSION") {
            let reworded = |known: &Known, finding: &Known| {
                (&known.path, &known.rule) == (&finding.path, &finding.rule)
            };
            compared.take(&found, reworded);
        }
        compared
    }
}

impl Compared {
    /// Finds what is left of the known among the findings that are left: what equals one, or
    /// else what `is_same`.
    fn take(&mut self, found: &[Known], is_same: impl Fn(&Known, &Known) -> bool) {
        for (finding, known) in found.iter().zip(&mut self.known) {
            if *known || self.gone.is_empty() {
                continue;
            }
            let same = match self.gone.contains_key(finding) {
                true => Some(finding),
                false => self.gone.keys().find(|known| is_same(known, finding)),
            };
            let Some(same) = same.cloned() else { continue };
            *known = true;
            if let Some(count) = self.gone.get_mut(&same) {
                *count -= 1;
                if *count == 0 {
                    self.gone.remove(&same);
                }
            }
        }
    }
}

impl Known {
    fn of(sources: &Sources, finding: &Finding) -> Known {
        Known {
            path: sources.get(finding.at.span.source).path.to_string(),
            rule: finding.rule.to_owned(),
            message: steady(sources, finding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::note;

    /// A project with a finding for each pair of a path and a message.
    fn found(found: &[(&str, &str)]) -> (Sources, Vec<Finding>) {
        let mut files: Vec<(&str, &str)> =
            found.iter().map(|(path, _)| (*path, "FROM a")).collect();
        files.dedup();
        let sources = Sources::of(&files);
        let finding = |(path, message): &(&str, &str)| {
            let mut finding = note(&sources, "a");
            if let Some((id, _)) = sources.find(path) {
                finding.at.span.source = id;
            }
            Finding { message: (*message).into(), ..finding }
        };
        let findings = found.iter().map(finding).collect();
        (sources, findings)
    }

    fn baseline(known: &[(&str, &str)]) -> Baseline {
        let (sources, findings) = found(known);
        Baseline::of(&sources, &findings)
    }

    /// Which findings are known, and how many of the known are gone.
    fn compared(baseline: &Baseline, now: &[(&str, &str)]) -> (Vec<bool>, usize) {
        let (sources, findings) = found(now);
        let Compared { known, gone } = baseline.compare(&sources, &findings);
        (known, gone.values().sum())
    }

    const A: &str = "a/Dockerfile";
    const B: &str = "b/Dockerfile";

    #[test]
    fn equal_findings_are_counted() {
        let two = baseline(&[(A, "x"), (A, "x")]);
        assert_eq!(compared(&two, &[(A, "x"), (A, "x"), (A, "x")]), (vec![true, true, false], 0));
        assert_eq!(compared(&two, &[(A, "x")]), (vec![true], 1));
        assert_eq!(compared(&two, &[(A, "y")]), (vec![false], 2));
    }

    #[test]
    fn a_renamed_file_takes_its_findings_along() {
        let known = baseline(&[(A, "x"), ("b/c.tf", "x")]);
        assert_eq!(compared(&known, &[(B, "x"), ("b/c.tf", "x")]), (vec![true, true], 0));
        assert_eq!(
            compared(&known, &[(A, "y"), (B, "x"), ("b/c.tf", "x")]).0,
            [false, false, true]
        );
        assert_eq!(compared(&known, &[(B, "x"), ("d.tf", "x")]), (vec![true, true], 0));
    }

    #[test]
    fn another_version_may_word_things_differently() {
        let mut known = baseline(&[(A, "x"), (A, "y"), (B, "z")]);
        assert_eq!(compared(&known, &[(A, "the x"), (B, "z")]), (vec![false, true], 2));
        known.by = "0.0.1".into();
        assert_eq!(compared(&known, &[(A, "the x"), (B, "z")]), (vec![true, true], 1));
        assert_eq!(compared(&known, &[(A, "y"), (A, "1"), (A, "2")]).0, [true, true, false]);
    }

    #[test]
    fn what_is_written_is_read() {
        for known in
            [&[][..], &[(A, "x")], &[(A, "\"`\n"), (A, "\"`\n"), (A, "y"), (B, "x"), (B, "z")]]
        {
            let known = baseline(known);
            let text = known.text();
            assert_eq!(Baseline::parse(&text), Ok(known), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        }
        let text = baseline(&[(A, "x"), (A, "x"), (B, "y")]).text();
        let text = text.replace(env!("CARGO_PKG_VERSION"), "0.1.0");
        assert_eq!(
            text,
            "{\n  \"version\": 1,\n  \"seamlint\": \"0.1.0\",\n  \"findings\": {\n    \
             \"a/Dockerfile\": [\n      \
             { \"rule\": \"example\", \"message\": \"x\", \"count\": 2 }\n    ],\n    \
             \"b/Dockerfile\": [\n      \
             { \"rule\": \"example\", \"message\": \"y\" }\n    ]\n  }\n}\n"
        );
    }

    #[test]
    fn a_part_of_a_project_has_a_part_of_its_baseline() {
        let known = baseline(&[(A, "x"), (B, "x"), ("ab/Dockerfile", "x")]);
        assert_eq!(known.below("a"), baseline(&[("Dockerfile", "x")]));
    }

    #[test]
    fn what_is_no_baseline_says_why() {
        for (text, said) in [
            ("", "is no baseline: EOF while parsing a value at line 1 column 0"),
            ("{}", "is no baseline: it has no `version`"),
            ("{\"version\": 2}", "a newer one wrote it"),
            ("{\"version\": \"1\"}", "is no baseline: it has the version \"1\""),
            ("{\"version\": 0}", "is no baseline: it has the version 0"),
            ("{\"version\": 1}", "missing field `seamlint`"),
            ("{\"version\": 1, \"seamlint\": \"0\", \"findings\": []}", "invalid type: sequence"),
            ("{\n<<<<<<< HEAD\n", "at line 2 column 1; a merge of it is not finished"),
        ] {
            let error = Baseline::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        let zero = "{\"version\": 1, \"seamlint\": \"0\", \"findings\": {\"a\": [\
                    {\"rule\": \"r\", \"message\": \"m\", \"count\": 0}]}}";
        assert_eq!(Baseline::parse(zero).map(|known| known.len()), Ok(1));
    }
}
