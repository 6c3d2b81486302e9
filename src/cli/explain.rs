//! The pages of the rules.

use super::{Status, complain, print};
use crate::lint::all;
use crate::nearest::nearest;
use std::fmt::Write;
use std::io;

/// Shows the page of a rule.
pub fn run(id: &str) -> io::Result<Status> {
    if let Some(rule) = all().find(|rule| rule.id == id) {
        print(rule.page)?;
        return Ok(Status::Clean);
    }
    let ids: Vec<&str> = all().map(|rule| rule.id).collect();
    let hint = match nearest(id, ids) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`seamlint rules` lists them".to_owned(),
    };
    complain(&format!("there is no rule `{id}`: {hint}"));
    Ok(Status::Failed)
}

/// Lists the rules, one per line.
pub fn list() -> io::Result<Status> {
    let width = all().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for rule in all() {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{:width$}  {:7}  {}", rule.id, rule.severity.name(), rule.summary);
    }
    print(&out)?;
    Ok(Status::Clean)
}
