//! The pages of the rules.

use super::{Status, complain, print};
use crate::lint::{absent, all, counterparts, ids, peers};
use crate::nearest::nearest;
use std::fmt::Write;
use std::io;

/// Shows the page of a rule, by its own name or that of another tool. Of what only others report
/// it says why.
pub fn run(id: &str) -> io::Result<Status> {
    let pages: Vec<&str> = counterparts(id).iter().map(|rule| rule.page).collect();
    if !pages.is_empty() {
        print(&pages.join("\n"))?;
        return Ok(Status::Clean);
    }
    if let Some(why) = absent(id) {
        print(&format!("seamlint has no rule `{id}`: {why}.\n"))?;
        return Ok(Status::Clean);
    }
    let others: Vec<&str> = peers().map(|peer| peer.id).collect();
    let hint = match nearest(id, ids()).or_else(|| nearest(id, others)) {
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
