//! Reads a configuration strictly: nothing that is written is passed over in silence.

use super::{
    CONFIDENCES, Config, FAIL_ON, KEYS, LEVELS, Level, PROFILES, Problem, RULE_KEYS, RuleConfig,
    SHELLCHECK, Vocabulary,
};
use crate::model::policy::{LabelKind, Trusted};
use crate::nearest::nearest;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Key<'a> = Spanned<Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// What is wanted of rules, by their ids.
type ByRule = BTreeMap<String, RuleConfig>;

/// What is wanted of parts of rules.
type ByPart = BTreeMap<(String, &'static str), RuleConfig>;

/// Reads a text, or lists everything that is wrong with it.
pub fn read(text: &str, words: &Vocabulary) -> Result<Config, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { words, problems: Vec::new() };
    let config = reader.config(table.get_ref());
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |range: &Range<usize>| breaks.partition_point(|at| *at < range.start);
    let errors = errors.iter().map(|e| (e.span().unwrap_or_default(), e.message().to_owned()));
    let mut errors: Vec<(Range<usize>, String)> = errors.collect();
    // The others of a line follow from its first; and what was made of a line that is no TOML
    // says nothing about its author's wishes.
    errors.sort_by_key(|(range, _)| range.start);
    errors.dedup_by_key(|(range, _)| line(range));
    let broken: HashSet<usize> = errors.iter().map(|(range, _)| line(range)).collect();
    reader.problems.retain(|(range, _)| !broken.contains(&line(range)));
    reader.problems.extend(errors);
    if reader.problems.is_empty() {
        return Ok(config);
    }
    Err(Problem::locate(text, reader.problems))
}

struct Reader<'a> {
    words: &'a Vocabulary,
    problems: Vec<(Range<usize>, String)>,
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "minimum-confidence" => {
                    if let Some(confidence) = self.choice("confidence", CONFIDENCES, value) {
                        config.minimum_confidence = confidence;
                    }
                }
                "exclude" => config.exclude = self.patterns(value).0,
                "environments" => config.environments = Some(self.patterns(value).1),
                "extra-flags" => config.policy.extra_flags = self.flags(value),
                "baseline" => config.baseline = self.file(value),
                "fail-on" => config.fail_on = self.choice("severity", FAIL_ON, value),
                "trusted-registries" => {
                    config.policy.trusted_registries = Some(self.registries(value));
                }
                "label-schema" => config.policy.labels = self.labels(value),
                "strict-labels" => {
                    config.policy.strict_labels = self.boolean(value).unwrap_or_default();
                }
                SHELLCHECK => config.shellcheck = self.boolean(value).unwrap_or_default(),
                "profile" => {
                    config.profile = self.choice("profile", PROFILES, value).unwrap_or_default();
                }
                "rules" => (config.rules, config.parts) = self.rules(value),
                _ => self.unknown_key(key, KEYS),
            }
        }
        config
    }

    /// What is wanted of each rule, and of parts of rules. By the name of another tool, which may
    /// be that of several, only those are meant that do not stand there themselves; by one that
    /// means a part of a rule, only that part.
    fn rules(&mut self, value: &Value<'_>) -> (ByRule, ByPart) {
        let (mut rules, mut others) = (BTreeMap::new(), BTreeMap::new());
        let mut parts = BTreeMap::new();
        let Some(table) = self.table(value, "a table of rules") else { return (rules, parts) };
        let ids = &self.words.rules;
        for (id, value) in table {
            let name = id.get_ref().as_ref();
            if ids.contains(&name) {
                let rule = self.rule(value);
                rules.insert(name.to_owned(), rule);
                continue;
            }
            let words = self.words;
            let called = (words.named)(name);
            if called.is_empty() {
                match (words.absent)(name) {
                    Some(why) => {
                        let message = format!("there is no rule `{name}`: {why}");
                        self.problems.push((id.span(), message));
                    }
                    None => self.unknown("rule", id, ids, "`seamlint rules` lists them"),
                }
                continue;
            }
            let rule = self.rule(value);
            let called = called.into_iter().map(str::to_owned);
            match (words.part)(name) {
                Some(part) => parts.extend(called.map(|id| ((id, part), rule.clone()))),
                None => others.extend(called.map(|id| (id, rule.clone()))),
            }
        }
        others.extend(rules);
        (others, parts)
    }

    /// The registries that are trusted.
    fn registries(&mut self, value: &Value<'_>) -> Vec<Trusted> {
        let wrong = |registry: &str| {
            let odd = |c: char| c.is_whitespace() || c == ',';
            (registry.is_empty() || registry.contains("://") || registry.contains(odd))
                .then(|| format!("`{registry}` is no registry: `docker.io` and `*.gcr.io` are"))
        };
        let registries = self.strings(value, "registry", "registries", wrong);
        registries.into_iter().map(|pattern| Trusted { pattern }).collect()
    }

    /// The labels that are wanted, with what they hold.
    fn labels(&mut self, value: &Value<'_>) -> BTreeMap<String, LabelKind> {
        let Some(table) = self.table(value, "a table of labels") else { return BTreeMap::new() };
        let kinds: Vec<(&str, LabelKind)> =
            LabelKind::ALL.iter().map(|(name, kind, _)| (*name, *kind)).collect();
        let mut labels = BTreeMap::new();
        for (key, value) in table {
            if let Some(kind) = self.choice("kind of label", &kinds, value) {
                labels.insert(key.get_ref().to_string(), kind);
            }
        }
        labels
    }

    fn file(&mut self, value: &Value<'_>) -> Option<String> {
        let message = match value.get_ref() {
            DeValue::String(path) if !path.is_empty() => return Some(path.to_string()),
            DeValue::String(_) => "expected the path of a file, not an empty string".to_owned(),
            other => format!("expected the path of a file, not {}", kind(other)),
        };
        self.problems.push((value.span(), message));
        None
    }

    fn boolean(&mut self, value: &Value<'_>) -> Option<bool> {
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        let message = format!("expected `true` or `false`, not {}", kind(value.get_ref()));
        self.problems.push((value.span(), message));
        None
    }

    fn rule(&mut self, value: &Value<'_>) -> RuleConfig {
        let mut rule = RuleConfig { level: None, exclude: Gitignore::empty() };
        match value.get_ref() {
            DeValue::String(_) => rule.level = self.level(value),
            DeValue::Table(table) => {
                for (key, value) in table {
                    match key.get_ref().as_ref() {
                        "level" => rule.level = self.level(value),
                        "exclude" => rule.exclude = self.patterns(value).1,
                        _ => self.unknown_key(key, RULE_KEYS),
                    }
                }
            }
            other => {
                let keys = list(RULE_KEYS.iter().copied(), "and");
                let message = format!("expected a level or a table of {keys}, not {}", kind(other));
                self.problems.push((value.span(), message));
            }
        }
        rule
    }

    fn level(&mut self, value: &Value<'_>) -> Option<Level> {
        self.choice("level", LEVELS, value).map(|level| level.map_or(Level::Off, Level::At))
    }

    /// A string that must be one of a few.
    fn choice<T: Copy>(
        &mut self,
        what: &str,
        choices: &[(&str, T)],
        value: &Value<'_>,
    ) -> Option<T> {
        let names = || choices.iter().map(|(name, _)| *name);
        let expected = format!("expected {}", list(names(), "or"));
        let message = match value.get_ref() {
            DeValue::String(text) => {
                if let Some((_, choice)) = choices.iter().find(|(name, _)| name == text) {
                    return Some(*choice);
                }
                let meant = nearest(text, names());
                let meant = meant.map(|name| format!("; did you mean `{name}`?"));
                format!("unknown {what} `{text}`: {expected}{}", meant.unwrap_or_default())
            }
            other => format!("{expected}, not {}", kind(other)),
        };
        self.problems.push((value.span(), message));
        None
    }

    /// A list of patterns, those that are right, and what matches them.
    fn patterns(&mut self, value: &Value<'_>) -> (Vec<String>, Gitignore) {
        let mut builder = GitignoreBuilder::new("");
        let compile = |pattern: &str| wrong(pattern, &mut builder);
        let patterns = self.strings(value, "pattern", "patterns", compile);
        // Each was compiled alone; together they can still be too large.
        let matcher = builder.build().unwrap_or_else(|error| {
            self.problems.push((value.span(), format!("these patterns cannot be used: {error}")));
            Gitignore::empty()
        });
        (patterns, matcher)
    }

    /// A list of flags.
    fn flags(&mut self, value: &Value<'_>) -> BTreeSet<String> {
        let wrong = |flag: &str| {
            let is_flag = flag.len() > 1 && flag.starts_with('-');
            (!is_flag).then(|| format!("`{flag}` is no flag: those begin with `-`"))
        };
        self.strings(value, "flag", "flags", wrong).into_iter().collect()
    }

    /// A list of strings, those that are right.
    fn strings(
        &mut self,
        value: &Value<'_>,
        one: &str,
        many: &str,
        mut wrong: impl FnMut(&str) -> Option<String>,
    ) -> Vec<String> {
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("expected a list of {many}, not {}", kind(value.get_ref()));
            self.problems.push((value.span(), message));
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items {
            let problem = match item.get_ref() {
                DeValue::String(text) => match wrong(text) {
                    Some(problem) => problem,
                    None => {
                        strings.push(text.to_string());
                        continue;
                    }
                },
                other => format!("expected a {one}, not {}", kind(other)),
            };
            self.problems.push((item.span(), problem));
        }
        strings
    }

    fn table<'a, 'b>(&mut self, value: &'a Value<'b>, expected: &str) -> Option<&'a DeTable<'b>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                let message = format!("expected {expected}, not {}", kind(other));
                self.problems.push((value.span(), message));
                None
            }
        }
    }

    fn unknown_key(&mut self, key: &Key<'_>, keys: &[&str]) {
        let expected = format!("expected {}", list(keys.iter().copied(), "or"));
        self.unknown("key", key, keys, &expected);
    }

    fn unknown(&mut self, what: &str, name: &Key<'_>, names: &[&str], otherwise: &str) {
        let text = name.get_ref();
        let help = match nearest(text, names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => otherwise.to_owned(),
        };
        self.problems.push((name.span(), format!("unknown {what} `{text}`: {help}")));
    }
}

/// Adds a pattern, or says what is wrong with it.
fn wrong(pattern: &str, builder: &mut GitignoreBuilder) -> Option<String> {
    if pattern.trim().is_empty() {
        return Some("expected a pattern, not an empty string".to_owned());
    }
    if pattern.starts_with('!') {
        return Some(format!(
            "`{pattern}` would take files in: `exclude` only leaves out, and a name that begins \
             with `!` is written `\\!`"
        ));
    }
    if pattern.starts_with('#') {
        return Some(format!(
            "`{pattern}` is a comment: a name that begins with `#` is written `\\#`"
        ));
    }
    let error = builder.add_line(None, pattern).err()?;
    Some(format!("`{pattern}` is no pattern: {error}"))
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Names in a sentence.
fn list<'a>(names: impl Iterator<Item = &'a str>, last: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}
