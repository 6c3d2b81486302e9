//! Where the time of a run went.

use super::Form;
use crate::timing::Timings;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::time::Duration;

/// So many rules stand in a table; JSON has them all.
const SHOWN: usize = 15;

/// The times as text for standard error, without a line break at its end.
pub fn written(timings: &Timings, all: Duration, form: Form) -> String {
    match form {
        Form::Table => table(timings, all),
        Form::Json => json(timings, all).to_string(),
    }
}

/// The times as JSON, in seconds.
pub fn json(timings: &Timings, all: Duration) -> Value {
    let seconds = |times: Vec<(&str, Duration)>| -> Map<String, Value> {
        let second = |(name, took): (&str, Duration)| (name.into(), took.as_secs_f64().into());
        times.into_iter().map(second).collect()
    };
    json!({
        "seconds": all.as_secs_f64(),
        "threads": rayon::current_num_threads(),
        "phases": seconds(timings.phases()),
        "rules": seconds(timings.rules()),
    })
}

fn table(timings: &Timings, all: Duration) -> String {
    let (phases, rules) = (timings.phases(), timings.rules());
    let shown = rules.iter().take(SHOWN);
    let width = phases.iter().chain(shown.clone()).map(|(name, _)| name.len()).max();
    let width = width.unwrap_or_default();
    let mut out = String::from("phase by phase:");
    let mut line = |name: &str, took: &Duration| {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "\n  {name:width$} {:>9.2} ms", took.as_secs_f64() * 1000.0);
    };
    phases.iter().for_each(|(name, took)| line(name, took));
    line("all", &all);
    let threads = rayon::current_num_threads();
    let _ = write!(out, "\nthe slowest of {} rules, on {threads} threads at once:", rules.len());
    for (name, took) in shown {
        let _ = write!(out, "\n  {name:width$} {:>9.2} ms", took.as_secs_f64() * 1000.0);
    }
    out
}
