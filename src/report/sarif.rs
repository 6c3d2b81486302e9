//! SARIF 2.1.0, as code scanning reads it.
//!
//! Every other place of a finding is a related location, and the message links to it, as GitHub
//! shows only those that the message links. A fingerprint that GitHub computes itself is left to
//! it; ours is for other readers.

use super::position::Positions;
use super::{Role, confidence, fingerprints, places, safety};
use crate::finding::{Edit, Finding, Fix};
use crate::lint;
use crate::rule::Rule;
use crate::source::{SourceId, Sources, Span};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A log of one run. `rules` are the rules that were checked.
pub fn findings(sources: &Sources, findings: &[Finding], rules: &[&Rule]) -> String {
    let positions = Positions::in_repository(sources);
    let indices: HashMap<&str, usize> =
        rules.iter().enumerate().map(|(i, rule)| (rule.id, i)).collect();
    let results: Vec<Value> = findings
        .iter()
        .zip(fingerprints(sources, findings))
        .map(|(finding, fingerprint)| {
            let mut result = describe(&positions, finding, &fingerprint);
            if let Some(index) = indices.get(finding.rule) {
                result["ruleIndex"] = (*index).into();
            }
            result
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "seamlint",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.iter().map(|rule| describe_rule(rule)).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "The root of the repository." } },
            },
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// What stands for the root of the project. GitHub takes it for the root of the repository.
const ROOT: &str = "%SRCROOT%";

fn describe_rule(rule: &Rule) -> Value {
    let why = rule.why();
    let mut described = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": why },
        "help": { "text": why, "markdown": rule.page },
        "defaultConfiguration": { "level": rule.severity.name(), "enabled": !rule.opt_in },
    });
    if !rule.also.is_empty() {
        described["properties"] = json!({ "alsoKnownAs": rule.also });
    }
    described
}

fn describe(positions: &Positions, finding: &Finding, fingerprint: &str) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.severity.name(),
        "message": { "text": message(positions, finding) },
        "locations": [location(positions, finding.at.span, &finding.at.text)],
        "partialFingerprints": { "seamlint/v1": fingerprint },
        "properties": { "confidence": confidence(finding.confidence) },
    });
    if finding.part.is_some() {
        result["properties"]["alsoKnownAs"] = json!(lint::names(finding));
    }
    // The first place is the location itself, so that the others count from one.
    let related: Vec<Value> = places(finding)
        .enumerate()
        .skip(1)
        .map(|(id, place)| {
            let mut location = location(positions, place.span, place.text);
            location["id"] = id.into();
            location
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if !finding.fixes.is_empty() {
        let fixes = finding.fixes.iter().map(|fix| describe_fix(positions, fix));
        result["fixes"] = fixes.collect::<Vec<_>>().into();
    }
    result
}

fn message(positions: &Positions, finding: &Finding) -> String {
    let mut message = literal(&finding.message);
    for (id, place) in places(finding).enumerate().skip(1) {
        let because = if matches!(place.role, Role::Because(_)) { "because " } else { "" };
        let text = match place.text {
            "" => positions.display(place.span),
            text => text.to_owned(),
        };
        // Writing to a `String` cannot fail.
        let _ = write!(message, "\n{because}[{}]({id})", link_text(&text));
    }
    if !finding.help.is_empty() {
        let _ = write!(message, "\nhelp: {}", literal(&finding.help));
    }
    message
}

/// Keeps text that looks like a link from being one.
fn literal(text: &str) -> String {
    text.replace("](", "\\](")
}

/// Escapes what would end the text of a link.
fn link_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn location(positions: &Positions, span: Span, text: &str) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact(positions, span.source),
            "region": region(positions, span),
        },
    });
    if !text.is_empty() {
        location["message"] = json!({ "text": literal(text) });
    }
    location
}

fn describe_fix(positions: &Positions, fix: &Fix) -> Value {
    let mut files: Vec<(SourceId, Vec<&Edit>)> = Vec::new();
    for edit in &fix.edits {
        match files.iter_mut().find(|(source, _)| *source == edit.span.source) {
            Some((_, edits)) => edits.push(edit),
            None => files.push((edit.span.source, vec![edit])),
        }
    }
    let replacement = |edit: &Edit| {
        json!({
            "deletedRegion": region(positions, edit.span),
            "insertedContent": { "text": edit.text },
        })
    };
    let change = |(source, edits): (SourceId, Vec<&Edit>)| {
        json!({
            "artifactLocation": artifact(positions, source),
            "replacements": edits.into_iter().map(replacement).collect::<Vec<_>>(),
        })
    };
    json!({
        "description": { "text": fix.title },
        "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>(),
        "properties": { "safety": safety(fix.safety) },
    })
}

fn artifact(positions: &Positions, source: SourceId) -> Value {
    json!({ "uri": encode(&positions.path(source)), "uriBaseId": ROOT })
}

fn region(positions: &Positions, span: Span) -> Value {
    let (from, to) = (positions.start(span), positions.end(span));
    json!({
        "startLine": from.line,
        "startColumn": from.column,
        "endLine": to.line,
        "endColumn": to.column,
    })
}

/// A path as a URI reference: everything but the unreserved characters of RFC 3986 and `/` is
/// percent-encoded. A colon too, as `a:b` would have a scheme.
fn encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Label, Safety, Severity};
    use crate::report::tests::note;
    use crate::value::Step;

    fn run(sources: &Sources, found: &[Finding], rules: &[&Rule]) -> Value {
        let log: Value = serde_json::from_str(&findings(sources, found, rules)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        log["runs"][0].clone()
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(encode("a b/ü:%#?.tf"), "a%20b/%C3%BC%3A%25%23%3F.tf");
    }

    #[test]
    fn only_links_are_links() {
        assert_eq!(literal("the glob `[a](b)`"), "the glob `[a\\](b)`");
        assert_eq!(link_text("a[0]\\"), "a\\[0\\]\\\\");
    }

    #[test]
    fn every_link_of_a_message_has_its_location() {
        let sources = Sources::of(&[("Dockerfile", "FROM scratch\n")]);
        let mut finding = note(&sources, "scratch");
        let span = finding.at.span;
        finding.against.push(Label::new(span, "this [one]"));
        finding.against.push(Label::new(span, ""));
        finding.because.push(Step::reference(span, "it is so"));
        let run = run(&sources, &[finding], &[]);
        let result = &run["results"][0];
        assert_eq!(
            result["message"]["text"],
            "a message\n[this \\[one\\]](1)\n[Dockerfile:1:6](2)\nbecause [it is so](3)"
        );
        let ids: Vec<_> = result["relatedLocations"].as_array().unwrap().iter().collect();
        assert_eq!(ids.iter().map(|it| &it["id"]).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(ids[1].get("message").is_none(), "a message must not be empty");
    }

    #[test]
    fn a_result_points_to_its_rule() {
        let rule = |id| Rule {
            id,
            summary: "It is so.",
            severity: Severity::Warning,
            since: "0.1.0",
            also: &[],
            opt_in: false,
            page: "# x\n\nIt is so.\n\n## Why\n\nBecause of it.\n\n### Inner\n\n## Reports\n",
            check: |_, _| {},
        };
        let (other, example) = (rule("other"), rule("example"));
        let sources = Sources::of(&[("Dockerfile", "FROM scratch\n")]);
        let finding = note(&sources, "scratch");
        let with = run(&sources, std::slice::from_ref(&finding), &[&other, &example]);
        assert_eq!(with["results"][0]["ruleIndex"], 1);
        let described = &with["tool"]["driver"]["rules"][1];
        assert_eq!(described["id"], with["results"][0]["ruleId"]);
        assert_eq!(described["fullDescription"]["text"], "Because of it.");
        assert_eq!(described["defaultConfiguration"]["level"], "warning");
        let without = run(&sources, &[finding], &[]);
        assert!(without["results"][0].get("ruleIndex").is_none());
    }

    #[test]
    fn a_fix_is_one_change_per_file() {
        let sources = Sources::of(&[("a/Dockerfile", "FROM é\n"), ("b/Dockerfile", "FROM b\n")]);
        let ids: Vec<_> = sources.iter().map(|(id, _)| id).collect();
        let edit = |id, start| Edit::replace(Span::new(id, start..start), "x");
        let fix = Fix {
            title: "Do it".into(),
            safety: Safety::Safe,
            edits: vec![edit(ids[0], 7), edit(ids[1], 0), edit(ids[0], 8)],
        };
        let fix = describe_fix(&Positions::new(&sources), &fix);
        let changes = fix["artifactChanges"].as_array().unwrap();
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[0]["replacements"].as_array().unwrap().len(), 2);
        let first = &changes[0]["replacements"][0]["deletedRegion"];
        assert_eq!((&first["startColumn"], &first["endColumn"]), (&json!(7), &json!(7)));
    }
}
