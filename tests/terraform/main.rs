//! What Terraform's files amount to.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod body;
mod json;
mod modules;
mod syntax;
mod text;
mod value;

use seamlint::eval::terraform::{Block, Datum, Evaluated, Terraform};
use seamlint::source::Sources;

/// A value as Terraform would write it, with `*` for what is not known.
fn show(value: &Evaluated) -> String {
    let further = |open: &bool| if *open { " ..." } else { "" };
    match &value.datum {
        Datum::Null => "null".to_owned(),
        Datum::Bool(value) => value.to_string(),
        Datum::Number(value) => value.to_string(),
        Datum::Text(text) => format!("{:?}", text.to_string()),
        Datum::List(items, open) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}{}]", items.join(", "), further(open))
        }
        Datum::Map(entries, open) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}={}", show(value))).collect();
            format!("{{{}{}}}", entries.join(", "), further(open))
        }
        Datum::Reference(reference) => format!("<{reference}>"),
        Datum::Unknown(why) => format!("{why:?}"),
    }
}

/// The files of a project; each starts with a line `=== path`. Without one it is `main.tf`.
fn project(text: &str) -> Sources {
    if !text.contains("=== ") {
        return Sources::of(&[("main.tf", text)]);
    }
    let files: Vec<(&str, &str)> = text
        .split("=== ")
        .skip(1)
        .map(|file| file.split_once('\n').expect("a path and a text"))
        .collect();
    Sources::of(&files)
}

fn evaluate(text: &str) -> Terraform {
    Terraform::evaluate(&project(text), &[])
}

/// The attribute `it` of every instance of `resource "x" "y"`.
fn its(text: &str) -> Vec<String> {
    let terraform = evaluate(text);
    if let Some(error) = terraform.errors.first() {
        return vec![error.message.clone()];
    }
    terraform
        .resources("x")
        .filter(|(_, resource)| resource.name == "y")
        .map(|(_, resource)| match resource.body.get("it") {
            Some(value) => show(value),
            None => "unset".to_owned(),
        })
        .collect()
}

fn resource<'t>(terraform: &'t Terraform, kind: &'t str) -> &'t Block {
    &terraform.resources(kind).next().expect("a resource").1.body
}

/// A value without quotes, and without what may be added to it.
fn plain(value: &Evaluated) -> String {
    match &value.datum {
        Datum::Null => "null".to_owned(),
        Datum::Bool(value) => value.to_string(),
        Datum::Number(value) => value.to_string(),
        Datum::Text(text) => text.to_string(),
        Datum::List(items, _) => {
            format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        Datum::Map(entries, _) => {
            let entry = |(key, value): &(_, Evaluated)| format!("{key}={}", plain(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Datum::Reference(reference) => format!("<{reference}>"),
        Datum::Unknown(why) => format!("{why:?}"),
    }
}
