//! The pages of the rules.

use super::{Status, complain, print};
use crate::lint::{all, called};
use crate::nearest::nearest;
use std::fmt::Write;
use std::io;

/// Shows the page of a rule, by its own name or that of another tool.
pub fn run(id: &str) -> io::Result<Status> {
    let pages: Vec<&str> = called(id).map(|rule| rule.page).collect();
    if !pages.is_empty() {
        print(&pages.join("\n"))?;
        return Ok(Status::Clean);
    }
    let ids: Vec<&str> =
        all().flat_map(|rule| std::iter::once(&rule.id).chain(rule.also)).copied().collect();
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
