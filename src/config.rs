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
    /// The id of each rule, and its names in other tools.
    pub rules: Vec<(&'static str, &'static [&'static str])>,
    /// Why no rule has a name that another tool knows.
    pub absent: fn(&str) -> Option<String>,
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
}

/// What a project wants of one rule.
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

    /// Whether a rule must not be run.
    pub fn is_off(&self, rule: &str) -> bool {
        self.rules.get(rule).is_some_and(|rule| rule.level == Some(Level::Off))
    }

    /// Whether a rule that is opt-in is run: it has a level, or is wanted.
    pub fn turns_on(&self, rule: &str) -> bool {
        !self.is_off(rule) && (self.severity(rule).is_some() || self.wants(rule))
    }

    /// Whether the profile, or a key of its own, turns a rule on.
    pub fn wants(&self, rule: &str) -> bool {
        self.profile.contains(&rule) || (self.shellcheck && rule == SHELLCHECK)
    }

    /// The severity of a rule's findings, if the project has chosen one.
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        match self.rules.get(rule)?.level? {
            Level::Off => None,
            Level::At(severity) => Some(severity),
        }
    }

    /// Whether a rule must not report anything in a file, by its path from the root.
    pub fn excludes(&self, rule: &str, path: &str) -> bool {
        // An absolute path is in no project, and the matcher does not take one.
        !path.starts_with('/')
            && self.rules.get(rule).is_some_and(|rule| {
                rule.exclude.matched_path_or_any_parents(path, false).is_ignore()
            })
    }
}
