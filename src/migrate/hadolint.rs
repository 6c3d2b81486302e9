//! `.hadolint.yaml`. Source: the manual of hadolint 2.15 ("Configure"), read 2026-11.

use super::{File, plain, severity};
use crate::finding::Severity;
use crate::lint::peer;
use crate::model::policy::LabelKind;
use crate::nearest::nearest;
use crate::source::SourceId;
use crate::syntax::yaml::{self, Node};

/// The name of the tool in the table of peers.
const TOOL: &str = "hadolint";

/// What the names of its rules begin with, and those of ShellCheck.
const CODES: &[&str] = &["DL", "SC"];

/// The keys that hadolint knows, and what people write in their place, as [`plain`] has it.
const KEYS: &[(&str, &[&str])] = &[
    (
        "ignored",
        &[
            "ignore",
            "ignores",
            "ignorerules",
            "ignorerule",
            "ignoredrules",
            "skip",
            "disable",
            "disabled",
            "exclude",
            "excluded",
        ],
    ),
    ("override", &["overrides", "severity", "severities", "severityoverride", "severityoverrides"]),
    (
        "trustedRegistries",
        &[
            "trustedregistry",
            "trustedregistrys",
            "trusted",
            "registries",
            "allowedregistries",
            "allowregistries",
        ],
    ),
    (
        "label-schema",
        &["labels", "labelsschema", "labelschemas", "requirelabels", "requiredlabels"],
    ),
    ("strict-labels", &["strictlabel", "strict"]),
    (
        "failure-threshold",
        &["threshold", "failthreshold", "failon", "failurelevel", "failureseverity"],
    ),
    ("no-fail", &["nofailure"]),
    ("no-color", &["nocolour", "nocolors"]),
    ("disable-ignore-pragma", &["disableignorepragmas", "noignorepragma"]),
    ("format", &["output", "outputformat"]),
];

/// Reads the file.
pub fn read(mut file: File) {
    let parsed = yaml::parse(SourceId(0), file.text);
    for error in &parsed.errors {
        file.unreadable(error.at.range().start, &error.message);
    }
    let Some(root) = parsed.tree.root() else { return };
    if root.entries().is_empty() && root.text() != Some("") {
        file.remark(0, "nothing is read: the file must be a mapping of keys");
    }
    for entry in root.merged() {
        let at = entry.key.at.range().start;
        let Some(written) = entry.key.text() else { continue };
        let Some(key) = meant(written) else {
            let near = nearest(written, KEYS.iter().map(|(key, _)| *key));
            let near = near.map_or(String::new(), |near| format!(": did you mean `{near}`?"));
            file.remark(at, format!("hadolint has no key `{written}`, which is left out{near}"));
            continue;
        };
        if key != written {
            let text = format!("hadolint has no key `{written}`: it is read as `{key}`");
            file.remark(at, text);
        }
        Reader { file: &mut file, at }.key(key, &entry.value);
    }
}

/// The key that is meant by one.
fn meant(written: &str) -> Option<&'static str> {
    let name = plain(written);
    let is = |(key, others): &&(&str, &[&str])| plain(key) == name || others.contains(&&*name);
    KEYS.iter().find(is).map(|(key, _)| *key)
}

struct Reader<'a, 'b> {
    file: &'a mut File<'b>,
    /// Where the key is.
    at: usize,
}

impl Reader<'_, '_> {
    fn key(&mut self, key: &str, value: &Node) {
        match key {
            "ignored" => {
                let names = self.names(value);
                let all: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
                for (at, name) in &names {
                    self.file.turn_off(*at, TOOL, name, &all);
                }
            }
            "override" => self.overrides(value),
            "trustedRegistries" => {
                let strings = words(value).into_iter().map(|(_, word)| word);
                let bare = |word: String| {
                    let word = word.trim_start_matches("https://").trim_start_matches("http://");
                    word.trim_end_matches('/').to_owned()
                };
                let trusted: Vec<String> = strings.map(bare).collect();
                // To hadolint an empty list trusts all.
                self.file.migration.trusted = (!trusted.is_empty()).then_some(trusted);
            }
            "label-schema" => self.labels(value),
            "strict-labels" => self.file.migration.strict_labels = is_true(value),
            "failure-threshold" => {
                let text = value.text().unwrap_or_default();
                match severity(text) {
                    Some(level) => {
                        // `no-fail` says more.
                        let level = level.map_or("never", Severity::name);
                        self.file.migration.fail_on.get_or_insert(level);
                    }
                    None => self.tell(format!(
                        "`{text}` is no threshold of hadolint: `error`, `warning`, `info`, `style`, \
                         `ignore` and `none` are"
                    )),
                }
            }
            "no-fail" if is_true(value) => self.file.migration.fail_on = Some("never"),
            "no-color" if is_true(value) => {
                self.tell("`no-color` has no counterpart here: set `NO_COLOR`, or `--color never`");
            }
            "format" => self.format(value.text().unwrap_or_default()),
            "disable-ignore-pragma" if is_true(value) => self.tell(
                "`disable-ignore-pragma` has no counterpart: comments that ignore rules are heeded",
            ),
            _ => {}
        }
    }

    /// Levels with their rules or, as some write it, rules with their levels.
    fn overrides(&mut self, value: &Node) {
        let lists = value.items().iter().flat_map(Node::entries);
        for entry in value.entries().iter().chain(lists) {
            let key = entry.key.text().unwrap_or_default();
            self.at = entry.key.at.range().start;
            match (severity(key), severity(entry.value.text().unwrap_or_default())) {
                (Some(level), _) => {
                    let names = self.names(&entry.value);
                    let all: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
                    for (at, name) in names {
                        match level {
                            Some(level) => self.file.set_level(at, TOOL, &name, level),
                            None => self.file.turn_off(at, TOOL, &name, &all),
                        }
                    }
                }
                (None, Some(level)) if peer(key).is_some() => {
                    self.tell(format!(
                        "hadolint wants the level first: `{key}` is read all the same"
                    ));
                    match level {
                        Some(level) => self.file.set_level(self.at, TOOL, key, level),
                        None => self.file.turn_off(self.at, TOOL, key, &[]),
                    }
                }
                _ => self.tell(format!(
                    "`{key}` is no level of hadolint: `error`, `warning`, `info` and `style` are"
                )),
            }
        }
    }

    fn labels(&mut self, value: &Node) {
        let names = LabelKind::ALL.iter().map(|(name, ..)| *name);
        for entry in value.entries() {
            self.at = entry.key.at.range().start;
            let (Some(label), text) = (entry.key.text(), entry.value.text().unwrap_or_default())
            else {
                continue;
            };
            let text = text.trim().to_ascii_lowercase();
            let kind = match text.as_str() {
                "" | "rawtext" | "string" => Some("text"),
                text => names.clone().find(|name| *name == text),
            };
            if kind.is_none() {
                let kinds: Vec<&str> = names.clone().collect();
                self.tell(format!(
                    "`{text}` is no kind of label, so `{label}` is read as `text`: the kinds are {}",
                    kinds.join(", ")
                ));
            }
            self.file.migration.labels.insert(label.to_owned(), kind.unwrap_or("text"));
        }
        for (_, label) in words(value).into_iter().filter(|_| value.entries().is_empty()) {
            self.file.migration.labels.insert(label, "text");
        }
    }

    fn format(&mut self, format: &str) {
        let like = match format {
            "tty" => return,
            "json" => "`--format json`, which has other fields",
            "sarif" => "`--format sarif`",
            "gnu" => "`--format concise`",
            "checkstyle" | "codeclimate" | "gitlab_codeclimate" | "codacy" | "sonarqube"
            | "junit" => "`--format sarif`, which most services read",
            _ => "`--format`",
        };
        self.tell(format!("`format: {format}` is no setting here: call seamlint with {like}"));
    }

    fn tell(&mut self, text: impl Into<String>) {
        self.file.remark(self.at, text);
    }

    /// The rules of a list, as hadolint writes them.
    fn names(&mut self, node: &Node) -> Vec<(usize, String)> {
        let mut names = Vec::new();
        for (at, word) in words(node) {
            let bare = word.rsplit('/').next().unwrap_or(&word);
            let letters: String = bare.chars().filter(char::is_ascii_alphanumeric).collect();
            let name = match letters.chars().all(|c| c.is_ascii_digit()) {
                true => format!("DL{letters}"),
                false => letters.to_ascii_uppercase(),
            };
            if name != word && peer(&name).is_some() {
                self.file.remark(at, format!("hadolint passes `{word}` over: read as `{name}`"));
                names.push((at, name));
            } else {
                names.push((at, word));
            }
        }
        names
    }
}

/// The words of a list, of a text with commas or of the keys of a mapping, with their places.
fn words(node: &Node) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let keys =
        |node: &Node| node.entries().iter().map(|entry| entry.key.clone()).collect::<Vec<_>>();
    let items = node.items().iter().flat_map(|item| match item.entries() {
        [] => vec![item.clone()],
        _ => keys(item),
    });
    let nodes = items.chain(keys(node)).chain([node.clone()]);
    for node in nodes {
        let at = node.at.range().start;
        let text = node.text().unwrap_or_default();
        let words = text.split(|c: char| c == ',' || c.is_whitespace());
        let words = words.filter(|word| !word.is_empty());
        // What follows a rule may be its reason.
        let is_code = |word: &str| word.get(..2).is_some_and(|start| CODES.contains(&start));
        let is_reason = |word: &&str| is_code(text) && !is_code(word);
        found.extend(
            words
                .map(|word| word.trim_end_matches([':', ';']))
                .filter(|word| !is_reason(word))
                .map(|word| (at, word.to_owned())),
        );
    }
    found
}

fn is_true(node: &Node) -> bool {
    let text = node.text().unwrap_or_default().to_ascii_lowercase();
    matches!(text.as_str(), "true" | "yes" | "on" | "1")
}
