//! Moving in: from the settings of other linters to a `seamlint.toml`.
//!
//! What a file asks for is taken as it is meant, also where its own tool passes it over: a key that
//! is spelt in another way, a rule in small letters. What has no counterpart is said, with the
//! reason.

mod hadolint;
mod others;
mod write;

use crate::config::Config;
use crate::finding::Severity;
use crate::lint::{absent, all, called, counterparts, part, peer, peers};
use crate::nearest::nearest;
use crate::rule::Rule;
use std::collections::{BTreeMap, BTreeSet};

/// The files that are read, by their names in the root of a project.
pub const FILES: &[&str] = &[
    ".hadolint.yaml",
    ".hadolint.yml",
    "hadolint.yaml",
    "hadolint.yml",
    "droast.toml",
    ".tally.toml",
    "tally.toml",
    ".dockerfilelintrc",
    ".trivyignore",
    ".checkov.yaml",
    ".checkov.yml",
];

/// What some files ask for, and what of it there is no counterpart for.
#[derive(Debug, Default)]
pub struct Migration {
    /// The files that were read.
    pub files: Vec<String>,
    /// What is to be told, in the order of the files and their lines.
    pub remarks: Vec<Remark>,
    /// Whether some of a file cannot be read, so that what it asks for is not all known.
    pub unread: bool,
    /// The rules, and the parts of rules by their names in other tools, that are turned off, and
    /// the names by which the files do so.
    off: BTreeMap<&'static str, BTreeSet<String>>,
    /// Those that are given another level, and the names by which the files do so.
    levels: BTreeMap<&'static str, (Severity, BTreeSet<String>)>,
    fail_on: Option<&'static str>,
    trusted: Option<Vec<String>>,
    labels: BTreeMap<String, &'static str>,
    strict_labels: bool,
}

/// Something that is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The file.
    pub path: String,
    /// The line, counted from one.
    pub line: usize,
    /// A sentence without a full stop.
    pub text: String,
}

impl Migration {
    /// Reads files, given as names and texts.
    pub fn read(files: &[(&str, String)]) -> Migration {
        let mut migration = Migration::default();
        for (path, text) in files {
            migration.files.push((*path).to_owned());
            let file = File { path, text, migration: &mut migration };
            match *path {
                "droast.toml" => others::droast(file),
                ".tally.toml" | "tally.toml" => others::tally(file),
                ".trivyignore" => others::trivy(file),
                ".checkov.yaml" | ".checkov.yml" => others::checkov(file),
                ".dockerfilelintrc" => others::dockerfilelint(file),
                _ => hadolint::read(file),
            }
        }
        migration.settle();
        migration
    }

    /// Leaves out what a configuration says already.
    pub fn without(&mut self, config: &Config) {
        let says = |key: &str, level: Option<Severity>| {
            let part = part(key);
            called(key).all(|rule| match level {
                None => config.is_part_off(rule.id, part, false),
                Some(level) => config.severity(rule.id, part) == Some(level),
            })
        };
        self.off.retain(|key, _| !says(key, None));
        self.levels.retain(|key, (level, _)| !says(key, Some(*level)));
        self.fail_on = self.fail_on.filter(|_| config.fail_on.is_none());
        self.trusted = self.trusted.take().filter(|_| config.policy.trusted_registries.is_none());
        self.labels.retain(|label, _| !config.policy.labels.contains_key(label));
        self.strict_labels &= !config.policy.strict_labels;
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.off.is_empty()
            && self.levels.is_empty()
            && self.fail_on.is_none()
            && self.trusted.is_none()
            && self.labels.is_empty()
            && !self.strict_labels
    }

    /// A rule that answers to several names of a tool is turned off as a whole, unless one of the
    /// others is given a level. One of which all parts are turned off is, too.
    fn settle(&mut self) {
        let levels = &self.levels;
        self.off.retain(|id, _| !levels.contains_key(id));
        for rule in all() {
            let parts: BTreeSet<&str> = rule.also.iter().filter_map(|name| part(name)).collect();
            let is_own = |key: &str| rule.is_called(key) && called(key).count() == 1;
            let keys: Vec<&str> = self.off.keys().copied().filter(|key| is_own(key)).collect();
            let off: BTreeSet<&str> = keys.iter().filter_map(|key| part(key)).collect();
            if !parts.is_empty() && parts == off {
                let names = keys.iter().filter_map(|key| self.off.remove(key)).flatten().collect();
                self.off.insert(rule.id, names);
            }
        }
    }
}

/// One of the files.
struct File<'a> {
    path: &'a str,
    text: &'a str,
    migration: &'a mut Migration,
}

impl File<'_> {
    /// Tells something of the line that holds a byte of the file.
    fn remark(&mut self, at: usize, text: impl Into<String>) {
        let before = self.text.as_bytes().iter().take(at);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        let (path, text) = (self.path.to_owned(), text.into());
        let remark = Remark { path, line, text };
        if !self.migration.remarks.contains(&remark) {
            self.migration.remarks.push(remark);
        }
    }

    /// Tells that what stands at an offset cannot be read.
    fn unreadable(&mut self, at: usize, why: &str) {
        self.migration.unread = true;
        self.remark(at, format!("cannot be read: {why}"));
    }

    /// The rules that a name of another tool means; what has none is told.
    fn rules(&mut self, at: usize, tool: &str, name: &str) -> Vec<&'static Rule> {
        let rules = counterparts(name);
        if !rules.is_empty() {
            return rules;
        }
        let text = match absent(name) {
            Some(why) => format!("`{name}` has no counterpart: {why}"),
            None => {
                let own = peers().filter(|peer| peer.tool == tool).map(|peer| peer.id);
                match nearest(name, own.collect::<Vec<_>>()) {
                    Some(meant) => {
                        format!("{tool} has no rule `{name}`: did you mean `{meant}`?")
                    }
                    None => format!("{tool} has no rule `{name}`"),
                }
            }
        };
        self.remark(at, text);
        rules
    }

    /// Turns off what a name of another tool means. `all` are the names that are turned off.
    fn turn_off(&mut self, at: usize, tool: &str, name: &str, all: &[String]) {
        for rule in self.rules(at, tool, name) {
            if let Some(known) = peer(name).filter(|peer| peer.part.is_some()) {
                self.migration.off.entry(known.id).or_default().insert(name.to_owned());
                continue;
            }
            let is_kept = |other: &&&str| {
                peer(other).is_some_and(|peer| peer.tool == tool)
                    && !all.iter().any(|off| off.eq_ignore_ascii_case(other))
            };
            let kept: Vec<String> =
                rule.also.iter().filter(is_kept).map(|name| format!("`{name}`")).collect();
            if !kept.is_empty() {
                let text = format!(
                    "`{name}` is a part of `{}`, which is turned off whole: {} with it",
                    rule.id,
                    kept.join(", ")
                );
                self.remark(at, text);
            }
            self.migration.off.entry(rule.id).or_default().insert(name.to_owned());
        }
    }

    /// Gives a level to what a name of another tool means; of several the loudest counts.
    fn set_level(&mut self, at: usize, tool: &str, name: &str, level: Severity) {
        for rule in self.rules(at, tool, name) {
            let levels = &mut self.migration.levels;
            let part = peer(name).filter(|peer| peer.part.is_some());
            let key = part.map_or(rule.id, |peer| peer.id);
            let (known, names) = levels.entry(key).or_insert((level, BTreeSet::new()));
            *known = level.max(*known);
            names.insert(name.to_owned());
        }
    }
}

/// A severity by the names that these tools have for it; none turns a rule off.
fn severity(name: &str) -> Option<Option<Severity>> {
    Some(match name.trim().to_ascii_lowercase().as_str() {
        "error" | "errors" | "critical" => Some(Severity::Error),
        "warning" | "warnings" | "warn" => Some(Severity::Warning),
        "info" | "style" | "note" => Some(Severity::Note),
        "ignore" | "ignored" | "none" | "off" => None,
        _ => return None,
    })
}

/// A name without the marks by which people write it in different ways.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
