//! Expressions, against what `terraform console` makes of them.
//!
//! `tests/terraform_console.tsv` holds expressions with the answers that Terraform gave, as
//! JSON. `RECORD=1 cargo test --test terraform_console` asks it again.

#![allow(clippy::expect_used, clippy::panic)]

use seamlint::eval::terraform::{Datum, Evaluated, Shape, Terraform};
use seamlint::source::Sources;
use seamlint::value::{Comparison, Text};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const RECORDED: &str = include_str!("terraform_console.tsv");

/// What expressions can name.
const DECLARED: &str = r#"
variable "region" { default = "europe-west1" }
variable "port" {
  type    = string
  default = 8080
}
variable "names" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "apps" {
  type = map(object({
    port  = number
    image = optional(string)
    env   = optional(map(string), {})
    scale = optional(object({ min = optional(number, 1), max = number }), { max = 3 })
  }))
  default = {
    web = { port = "3000", image = "gcr.io/p/web", extra = true }
    api = { port = 8080, env = { A = 1 }, scale = { max = 9 } }
  }
}
variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}
variable "any" {
  type    = list(any)
  default = ["a", 1, true]
}
variable "nothing" {
  type    = string
  default = null
}
variable "refused" {
  type     = string
  nullable = false
  default  = "kept"
}
locals {
  name  = "api-${local.stage}"
  stage = "prod"
  ports = { web = 3000, api = 8080 }
  list  = ["a", "b", "c"]
  deep  = { a = [{ b = { c = [1, 2, 3] } }] }
  users = [
    { name = "ann", admin = true, tags = ["x", "y"] },
    { name = "bob", admin = false, tags = [] },
    { name = "cid", admin = true, tags = ["z"] },
  ]
}
"#;

/// The files that expressions can read, if they are of a kind that is read at all.
const FILES: [(&str, &str); 6] = [
    ("files/requirements.txt", "Hello, wörld!\n"),
    ("files/cloudbuild.json", "{\"port\": 8080, \"names\": [\"a\", \"b\"], \"n\": null}\n"),
    ("files/users.csv", "name,age\nann,31\n\"b, ob\",42\n"),
    (
        "files/run.sh",
        "#!/bin/sh\n%{ for p in ports ~}\nexpose ${p}\n%{ endfor ~}\n$${HOME} ${name}\n",
    ),
    ("files/plain.sh", "port=${port}%{ if tls },tls%{ else },plain%{ endif }"),
    ("files/deep/requirements-dev.txt", "a"),
];

struct Case<'t> {
    expression: &'t str,
    /// JSON, `error` or `hidden`.
    answer: &'t str,
}

fn cases() -> Vec<Case<'static>> {
    let lines = RECORDED.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (expression, answer) = line.split_once('\t').unwrap_or((line, ""));
            Case { expression, answer }
        })
        .collect()
}

/// Expressions may have several lines.
fn written(expression: &str) -> String {
    expression.replace('⏎', "\n")
}

#[test]
fn every_expression_is_what_terraform_makes_of_it_or_not_known() {
    if std::env::var_os("RECORD").is_some() {
        return record();
    }
    let cases = cases();
    assert!(cases.len() >= 600, "{} expressions", cases.len());
    let terraform = evaluate(DECLARED, &cases);
    let (mut equal, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for (value, case) in values(&terraform, &cases).into_iter().zip(&cases) {
        let ours = value.map_or(Some(Json::Null), json);
        let Case { expression, answer } = case;
        let theirs: Option<Json> = serde_json::from_str(answer).ok();
        match (ours, theirs) {
            (None, None) => equal += 1,
            (Some(ours), Some(theirs)) if same(&ours, &theirs) => equal += 1,
            (None, Some(_)) => unknown.push(format!("{expression}: terraform: {answer}")),
            (Some(ours), _) => wrong.push(format!("{expression}: {ours}, terraform: {answer}")),
        }
    }
    println!("{} expressions: {equal} equal, {} not known", cases.len(), unknown.len());
    println!("{}", unknown.join("\n"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(equal * 100 >= cases.len() * 97, "not known:\n{}", unknown.join("\n"));
}

/// What is known of an expression must stay true, whatever an unknown part of it turns out to
/// be. So some things that expressions name are taken away, and what is still known of each
/// expression is compared with what Terraform knew.
#[test]
fn what_is_known_of_an_expression_with_an_unknown_part_is_true() {
    let cases = cases();
    let mut wrong = Vec::new();
    let mut partly = 0;
    for (taken, with) in [
        ("stage = \"prod\"", "stage = var.unknown"),
        ("stage = \"prod\"", "stage = \"p${var.unknown}\""),
        ("stage = \"prod\"", "stage = \"${var.unknown}d\""),
        ("ports = { web = 3000, api = 8080 }", "ports = var.unknown"),
        ("ports = { web = 3000, api = 8080 }", "ports = { web = var.unknown, api = 8080 }"),
        ("ports = { web = 3000, api = 8080 }", "ports = merge({ web = 3000 }, var.unknown)"),
        ("ports = { web = 3000, api = 8080 }", "ports = { (var.unknown) = 3000, api = 8080 }"),
        ("list  = [\"a\", \"b\", \"c\"]", "list  = var.unknown"),
        ("list  = [\"a\", \"b\", \"c\"]", "list  = [\"a\", var.unknown, \"c\"]"),
        ("list  = [\"a\", \"b\", \"c\"]", "list  = concat([\"a\"], var.unknown)"),
        ("list  = [\"a\", \"b\", \"c\"]", "list  = concat(var.unknown, [\"b\", \"c\"])"),
        ("name = \"ann\", admin = true", "name = var.unknown, admin = var.unknown"),
        ("tags = [\"x\", \"y\"]", "tags = var.unknown"),
        ("tags = [\"x\", \"y\"]", "tags = [var.unknown, \"y\"]"),
        ("tags = []", "tags = var.unknown"),
        ("default = \"europe-west1\"", ""),
        ("default = [\"b\", \"a\", \"b\"]", ""),
        ("default = [1, \"2\"]", ""),
    ] {
        assert!(DECLARED.contains(taken), "{taken}");
        let declared = DECLARED.replacen(taken, with, 1) + "variable \"unknown\" {}\n";
        let terraform = evaluate(&declared, &cases);
        for (value, case) in values(&terraform, &cases).into_iter().zip(&cases) {
            // What is refused is refused for a reason that may be gone.
            let Ok(theirs) = serde_json::from_str::<Json>(case.answer) else { continue };
            let Some(ours) = value else { continue };
            partly += usize::from(json(ours).is_none() && !ours.is_unknown());
            if !may_be(ours, &theirs) {
                let Case { expression, answer } = case;
                let ours: String = format!("{:?}", ours.datum).chars().take(200).collect();
                wrong.push(format!("{expression} with {with}: {ours}, terraform: {answer}"));
            }
        }
    }
    println!("{partly} values are partly known");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whether a value may be another, as far as it is known.
fn may_be(ours: &Evaluated, theirs: &Json) -> bool {
    match (&ours.datum, theirs) {
        (Datum::Unknown(_) | Datum::Reference(_), _) => true,
        (Datum::Text(text), Json::String(theirs)) => {
            text.compare(&Text::from(theirs.as_str())) != Comparison::Different
        }
        // A hole and nothing else may be of any type.
        (Datum::Text(text), _) => text.is_unknown(),
        // Of the items of a set two that are not known may be the same.
        (Datum::List(items, open), Json::Array(theirs)) if ours.shape == Shape::Set => {
            let found = |item: &Evaluated| theirs.iter().any(|theirs| may_be(item, theirs));
            items.iter().all(found) && (*open || theirs.len() <= items.len())
        }
        (Datum::List(items, false), Json::Array(theirs)) => {
            items.len() == theirs.len() && items.iter().zip(theirs).all(|(o, t)| may_be(o, t))
        }
        // Others may stand anywhere between those that are known.
        (Datum::List(items, true), Json::Array(theirs)) => {
            items.iter().all(|item| theirs.iter().any(|theirs| may_be(item, theirs)))
        }
        (Datum::Map(entries, open), Json::Object(theirs)) => {
            let known = entries.iter().all(|(name, value)| match name.literal() {
                Some(name) => theirs.get(name).is_some_and(|theirs| may_be(value, theirs)),
                None => true,
            });
            known && (*open || entries.len() == theirs.len())
        }
        // What is not known may be a string, so that what stands for it elsewhere is one too.
        (Datum::Number(_) | Datum::Bool(_), Json::String(theirs)) => {
            ours.text().literal_text() == Some(theirs)
        }
        _ => json(ours).is_some_and(|ours| same(&ours, theirs)),
    }
}

/// The attribute `it` of a resource for each expression.
fn evaluate(declared: &str, cases: &[Case]) -> Terraform {
    let mut files: Vec<(&str, &str)> = FILES.to_vec();
    let mut main = declared.to_owned();
    for (i, case) in cases.iter().enumerate() {
        let expression = written(case.expression);
        main.push_str(&format!("resource \"x\" \"e{i}\" {{\n  it = {expression}\n}}\n"));
    }
    files.push(("main.tf", &main));
    files.sort();
    let sources = Sources::of(&files);
    let terraform = Terraform::evaluate(&sources, &[]);
    let errors: Vec<String> = terraform
        .errors
        .iter()
        .map(|error| format!("{}: {}", sources.text(error.at), error.message))
        .collect();
    assert_eq!(errors, [""; 0]);
    terraform
}

fn values<'t>(terraform: &'t Terraform, cases: &[Case]) -> Vec<Option<&'t Evaluated>> {
    let by_name: HashMap<&str, &Evaluated> = terraform
        .resources("x")
        .filter_map(|(_, resource)| Some((resource.name.as_str(), resource.body.get("it")?)))
        .collect();
    (0..cases.len()).map(|i| by_name.get(format!("e{i}").as_str()).copied()).collect()
}

/// Whether two values are the same; numbers as far as JSON keeps them.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Number(ours), Json::Number(theirs)) => match (ours.as_f64(), theirs.as_f64()) {
            (Some(ours), Some(theirs)) => (ours - theirs).abs() <= theirs.abs() * 1e-12,
            _ => false,
        },
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(o, t)| same(o, t))
        }
        (Json::Object(ours), Json::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(name, o)| theirs.get(name).is_some_and(|t| same(o, t)))
        }
        _ => ours == theirs,
    }
}

/// A value as JSON; none if any part of it is not known.
fn json(value: &Evaluated) -> Option<Json> {
    Some(match &value.datum {
        Datum::Null => Json::Null,
        Datum::Bool(value) => (*value).into(),
        Datum::Number(value) => (*value).into(),
        Datum::Text(text) => text.literal()?.into(),
        Datum::List(items, false) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        Datum::Map(entries, false) => {
            let entry = |(name, value): &(Text, Evaluated)| {
                Some((name.literal()?.to_owned(), json(value)?))
            };
            Json::Object(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        Datum::List(..) | Datum::Map(..) | Datum::Reference(_) | Datum::Unknown(_) => return None,
    })
}

/// Asks Terraform, and writes its answers down.
fn record() {
    let Ok(version) = Command::new("terraform").args(["version", "-json"]).output() else {
        eprintln!("SKIPPED: terraform is not installed, so nothing was recorded");
        return;
    };
    let version: Json = serde_json::from_slice(&version.stdout).expect("a version");
    let cases = cases();
    let folder = std::env::temp_dir().join(format!("seamlint-console-{}", std::process::id()));
    let mut main = DECLARED.to_owned();
    for (i, case) in cases.iter().enumerate() {
        let expression = written(case.expression);
        main.push_str(&format!(
            "locals {{\n  e{i} = try({{ is = jsonencode(\n{expression}\n) }}, {{ error = true }})\n}}\n"
        ));
    }
    for (path, text) in FILES.iter().copied().chain([("main.tf", main.as_str())]) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let mut refused = BTreeSet::new();
    let mut answers: Vec<String> = Vec::new();
    let mut size = 256;
    // A line of the console has an end, and where one expression is refused before it is
    // evaluated, it stops.
    while answers.len() < cases.len() {
        let question = |i| match refused.contains(&i) {
            true => "\"error\"".to_owned(),
            false => format!("try(local.e{i}.is, \"error\")"),
        };
        let questions = (answers.len()..cases.len()).take(size).map(question);
        let questions: Vec<String> = questions.collect();
        match ask(&folder, &format!("jsonencode([{}])\n", questions.join(", "))) {
            Ok(Some(more)) => {
                answers.extend(more);
                size = 256;
            }
            // One that is not known or sensitive makes all so.
            Ok(None) if size == 1 => {
                answers.push("hidden".to_owned());
                size = 256;
            }
            Ok(None) => size /= 2,
            Err(errors) => {
                let name = errors.split("the name \"e").nth(1).and_then(|t| t.split('"').next());
                let i = name.and_then(|name| name.parse().ok());
                let i: usize = i.unwrap_or_else(|| panic!("{errors}"));
                assert!(refused.insert(i), "{errors}");
            }
        }
    }
    std::fs::remove_dir_all(&folder).expect("no folder");
    assert_eq!(answers.len(), cases.len(), "{}", answers.join("\n"));
    let version = version["terraform_version"].as_str().expect("a version");
    let date = Command::new("date").arg("+%F").output().expect("a date").stdout;
    let mut recorded = String::new();
    for line in RECORDED.lines() {
        if line.starts_with("# Answers") {
            let date = String::from_utf8_lossy(&date);
            recorded += &format!("# Answers of terraform {version}, {}.\n", date.trim());
        } else if line.starts_with('#') || line.is_empty() {
            recorded += &format!("{line}\n");
        } else {
            let done = recorded.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).count();
            let expression = line.split('\t').next().unwrap_or(line);
            recorded += &format!("{expression}\t{}\n", answers[done]);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform_console.tsv");
    std::fs::write(path, recorded).expect("the answers");
}

/// The list of strings that `terraform console` answers with, none if one of them is not
/// shown, or why it does not answer.
fn ask(folder: &Path, question: &str) -> Result<Option<Vec<String>>, String> {
    let mut console = Command::new("terraform")
        .args(["console"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("terraform starts");
    let mut input = console.stdin.take().expect("a pipe");
    let question = question.to_owned();
    let writer = std::thread::spawn(move || input.write_all(question.as_bytes()));
    let output = console.wait_with_output().expect("terraform ends");
    // It stops to read where it stops to answer.
    let _ = writer.join().expect("a writer");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    if answer.starts_with("(known after") || answer.starts_with("(sensitive") {
        return Ok(None);
    }
    let line = answer.lines().find(|line| line.starts_with('"'));
    let text: String = line.and_then(|line| serde_json::from_str(line).ok()).expect(&answer);
    // The console escapes what HCL would read as a template.
    let text = text.replace("$${", "${").replace("%%{", "%{");
    Ok(Some(serde_json::from_str(&text).expect("a list")))
}
