//! What a project wants: the file `seamlint.toml`.

mod problem;
mod read;

pub use problem::{ConfigError, Problem};

use crate::finding::Severity;
use crate::model::policy::Policy;
use crate::value::Confidence;
use ignore::gitignore::Gitignore;
use std::collections::BTreeMap;

/// The name of the file, at the root of a project.
pub const FILE: &str = "seamlint.toml";

/// The keys of the file.
pub const KEYS: &[&str] = &[
    "minimum-confidence",
    "fail-on",
    "baseline",
    "exclude",
    "environments",
    "extra-flags",
    "trusted-registries",
    "label-schema",
    "strict-labels",
    "shellcheck",
    "profile",
    "rules",
];

/// The key that has ShellCheck asked, and the rule that says what it says.
pub const SHELLCHECK: &str = "shellcheck";

/// The keys of the table of one rule.
pub const RULE_KEYS: &[&str] = &["level", "exclude"];

/// What `minimum-confidence` can be, by the names that users write.
pub const CONFIDENCES: &[(&str, Confidence)] = &[
    ("possible", Confidence::Possible),
    ("likely", Confidence::Likely),
    ("certain", Confidence::Certain),
];

/// What `fail-on` can be, by the names that users write; with none nothing fails.
pub const FAIL_ON: &[(&str, Option<Severity>)] = &[
    ("never", None),
    ("note", Some(Severity::Note)),
    ("warning", Some(Severity::Warning)),
    ("error", Some(Severity::Error)),
];

/// What the level of a rule can be, by the names that users write; none turns it off.
pub const LEVELS: &[(&str, Option<Severity>)] = &[
    ("off", None),
    ("note", Some(Severity::Note)),
    ("warning", Some(Severity::Warning)),
    ("error", Some(Severity::Error)),
];

/// What `profile` can be, with the rules that it turns on.
pub const PROFILES: &[(&str, &[&str])] =
    &[("reproducible", &["unpinned-language-package", "unpinned-system-package"])];

/// The names that a configuration can have for rules.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The id of each rule.
    pub rules: Vec<&'static str>,
    /// Why no rule has a name that another tool knows.
    pub absent: fn(&str) -> Option<String>,
    /// The ids of the rules that such a name means.
    pub named: fn(&str) -> Vec<&'static str>,
    /// The part of its rules that such a name means, if it does not mean all of them.
    pub part: fn(&str) -> Option<&'static str>,
}

/// What a project wants.
#[derive(Debug, Clone)]
pub struct Config {
    /// Findings that are less certain are not shown.
    pub minimum_confidence: Confidence,
    /// The files that are not read, as patterns of `.gitignore`, none with a `!`.
    pub exclude: Vec<String>,
    /// The least severity that makes a run fail, if that is said.
    pub fail_on: Option<Option<Severity>>,
    /// The file with the findings that are known, from the folder of the configuration.
    pub baseline: Option<String>,
    /// What the rules are told.
    pub policy: Policy,
    environments: Option<Gitignore>,
    /// Whether ShellCheck is asked.
    shellcheck: bool,
    /// The rules that the profile turns on.
    profile: &'static [&'static str],
    rules: BTreeMap<String, RuleConfig>,
    /// What is wanted of parts of rules, by rule and part.
    parts: BTreeMap<(String, &'static str), RuleConfig>,
}

/// What a project wants of one rule, or of a part of one.
#[derive(Debug, Clone)]
struct RuleConfig {
    level: Option<Level>,
    exclude: Gitignore,
}

/// How loud a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Off,
    At(Severity),
}

impl Default for Config {
    fn default() -> Config {
        Config {
            minimum_confidence: Confidence::Likely,
            exclude: Vec::new(),
            fail_on: None,
            baseline: None,
            policy: Policy::default(),
            environments: None,
            shellcheck: false,
            profile: &[],
            rules: BTreeMap::new(),
            parts: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads the text of a file. The path is what errors name, and the vocabulary is what the
    /// file can call rules.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in the order of its lines. A file with an
    /// error configures nothing.
    pub fn parse(path: &str, text: &str, words: &Vocabulary) -> Result<Config, ConfigError> {
        read::read(text, words).map_err(|problems| ConfigError { path: path.to_owned(), problems })
    }

    /// Whether a file of Terraform variables that is not loaded by itself stands for an
    /// environment. All do unless the project lists them.
    pub fn is_environment(&self, path: &str) -> bool {
        let listed = |list: &Gitignore| list.matched_path_or_any_parents(path, false).is_ignore();
        self.environments.as_ref().is_none_or(listed)
    }

    /// Whether ShellCheck is to be asked: the key says so, or its rule has a level.
    pub fn asks_shellcheck(&self) -> bool {
        self.turns_on(SHELLCHECK)
    }

    /// Whether a rule must not be run: it is off, and no part of it is on.
    pub fn is_off(&self, rule: &str) -> bool {
        self.level(rule, None) == Some(Level::Off) && !self.has_part_on(rule)
    }

    /// Whether a rule that is opt-in is run: it or a part of it has a level, or it is wanted.
    pub fn turns_on(&self, rule: &str) -> bool {
        !self.is_off(rule)
            && (self.severity(rule, None).is_some() || self.has_part_on(rule) || self.wants(rule))
    }

    /// Whether nothing is to be reported of a part of a rule: that is off, or the rule is, or it is
    /// opt-in and only other parts are on.
    pub fn is_part_off(&self, rule: &str, part: Option<&'static str>, opt_in: bool) -> bool {
        match self.level(rule, part) {
            Some(level) => level == Level::Off,
            None => opt_in && !self.wants(rule),
        }
    }

    /// Whether a part of a rule has a level of its own.
    pub fn has_parts(&self, rule: &str) -> bool {
        self.parts_of(rule).next().is_some()
    }

    fn has_part_on(&self, rule: &str) -> bool {
        self.parts_of(rule).any(|part| matches!(part.level, Some(Level::At(_))))
    }

    fn parts_of(&self, rule: &str) -> impl Iterator<Item = &RuleConfig> {
        self.parts.iter().filter(move |((id, _), _)| id == rule).map(|(_, part)| part)
    }

    /// What is wanted of a part of a rule, or of the rule where the part is not spoken of.
    fn of(&self, rule: &str, part: Option<&'static str>) -> Option<&RuleConfig> {
        let own = part.filter(|_| !self.parts.is_empty());
        let own = own.and_then(|part| self.parts.get(&(rule.to_owned(), part)));
        own.or_else(|| self.rules.get(rule))
    }

    fn level(&self, rule: &str, part: Option<&'static str>) -> Option<Level> {
        self.of(rule, part)?.level
    }

    /// Whether the profile, or a key of its own, turns a rule on.
    pub fn wants(&self, rule: &str) -> bool {
        self.profile.contains(&rule) || (self.shellcheck && rule == SHELLCHECK)
    }

    /// The severity of the findings of a rule, or of a part of it, if the project has chosen one.
    pub fn severity(&self, rule: &str, part: Option<&'static str>) -> Option<Severity> {
        match self.level(rule, part)? {
            Level::Off => None,
            Level::At(severity) => Some(severity),
        }
    }

    /// Whether a rule, or a part of it, must not report anything in a file, by its path from the
    /// root.
    pub fn excludes(&self, rule: &str, part: Option<&'static str>, path: &str) -> bool {
        // An absolute path is in no project, and the matcher does not take one.
        !path.starts_with('/')
            && self.of(rule, part).is_some_and(|rule| {
                rule.exclude.matched_path_or_any_parents(path, false).is_ignore()
            })
    }
}
