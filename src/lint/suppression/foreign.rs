//! Comments of Dockerfiles by which other tools are told to be silent.
//!
//! Sources (2026-11): the manuals of hadolint ("Inline ignores"), Docker ("Build checks"), tally,
//! Checkov ("Suppressing and skipping policies"), Trivy ("Filtering by inline comments") and
//! ShellCheck ("Directive").

use super::Hidden;
use super::mark::Mark;
use crate::lint::counterparts;
use crate::lint::peers::{number, part};

/// What such a comment says before its list, and whether it speaks of the whole file.
const FORMS: &[(&str, bool)] = &[
    ("hadolint ignore=", false),
    ("hadolint global ignore=", true),
    ("tally ignore=", false),
    ("tally global ignore=", true),
    ("check=", false),
    ("checkov:skip=", true),
    ("trivy:ignore:", false),
    ("shellcheck disable=", false),
];

/// Whether a Dockerfile may hold such a comment.
pub fn may_stand_in(text: &str) -> bool {
    // `check=`, `checkov` and `shellcheck disable` are such, `HEALTHCHECK` and `make check` are not.
    let is_check = |(i, check): (usize, &str)| {
        let after = text[i + check.len()..].trim_start();
        ["=", "ov", "disable"].iter().any(|next| after.starts_with(next))
    };
    ["hadolint", "tally", "trivy"].iter().any(|name| text.contains(name))
        || text.match_indices("check").any(is_check)
}

/// Whether a comment has the form of a parser directive, `name=value`, so that those that follow
/// it can be directives, too.
pub fn is_directive(body: &str) -> bool {
    body.split_once('=').is_some_and(|(name, _)| {
        let name = name.trim();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Reads what a comment says. Among the directives at the top, `check` speaks of the whole file,
/// elsewhere of the next instruction.
pub fn read(body: &str, at_the_top: bool) -> Option<Mark> {
    let start = body.trim_start();
    let is_of = |form: &str| {
        let name = form.split([' ', ':', '=']).next().unwrap_or_default();
        start.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    if !FORMS.iter().any(|(form, _)| is_of(form)) {
        return None;
    }
    let words: Vec<&str> = body.split_whitespace().collect();
    let mut body = words.join(" ");
    for (wide, narrow) in [(" =", "="), ("= ", "="), (" ,", ","), (", ", ",")] {
        body = body.replace(wide, narrow);
    }
    let (form, file) = FORMS.iter().find(|(form, _)| {
        body.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form))
    })?;
    // What follows a blank is the reason.
    let list = body.get(form.len()..)?.split(' ').next()?;
    let list = match *form {
        "check=" => list.split(';').find_map(|option| option.strip_prefix("skip="))?,
        "checkov:skip=" => list.split(':').next()?,
        _ => list.split([';', '#']).next()?,
    };
    let names = || list.split(',');
    let of_name = |name| {
        let rules = counterparts(name).into_iter();
        rules.map(move |rule| Hidden::of(rule.id, part(name)))
    };
    let hidden = names().flat_map(of_name).collect();
    let codes = names().filter_map(number).collect();
    let all = *form == "check=" && names().any(|name| name == "all");
    let file = *file || (at_the_top && *form == "check=");
    Some(Mark::Foreign { hidden: (!all).then_some(hidden), codes, file })
}
