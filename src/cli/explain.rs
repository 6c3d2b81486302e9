//! The pages of the rules.

use super::{Form, Status, complain, print};
use crate::lint::{absent, all, counterparts, ids, peers};
use crate::nearest::nearest;
use crate::rule::Rule;
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

/// Lists the rules, one per line or as JSON.
pub fn list(form: Form) -> io::Result<Status> {
    if form == Form::Json {
        let rules: Vec<serde_json::Value> = all().map(described).collect();
        print(&format!("{:#}\n", serde_json::Value::from(rules)))?;
        return Ok(Status::Clean);
    }
    let width = all().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for rule in all() {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{:width$}  {:7}  {}", rule.id, rule.severity.name(), rule.summary);
        out.push_str(if rule.opt_in { " (opt-in)\n" } else { "\n" });
    }
    print(&out)?;
    Ok(Status::Clean)
}

/// What scripts may want to know of a rule. `also` holds its names in other tools.
fn described(rule: &Rule) -> serde_json::Value {
    serde_json::json!({
        "id": rule.id,
        "summary": rule.summary,
        "severity": rule.severity.name(),
        "opt_in": rule.opt_in,
        "since": rule.since,
        "also": rule.also,
    })
}
