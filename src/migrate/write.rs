//! The text of a `seamlint.toml`.

use super::Migration;
use std::collections::BTreeSet;
use std::fmt::Write;

impl Migration {
    /// What is to be written. Beside each rule stand the names by which the files ask for it.
    pub fn toml(&self) -> String {
        let mut out = String::new();
        // Writing to a `String` cannot fail.
        if let Some(level) = self.fail_on {
            let _ = writeln!(out, "fail-on = \"{level}\"");
        }
        if let Some(trusted) = &self.trusted {
            let trusted: Vec<String> = trusted.iter().map(|name| quoted(name)).collect();
            let _ = writeln!(out, "trusted-registries = [{}]", trusted.join(", "));
        }
        if self.strict_labels {
            out.push_str("strict-labels = true\n");
        }
        if !self.labels.is_empty() {
            head(&mut out, "label-schema");
            for (label, kind) in &self.labels {
                let _ = writeln!(out, "{} = \"{kind}\"", key(label));
            }
        }
        let off = self.off.iter().map(|(id, names)| (*id, ("off", names)));
        let levels = self.levels.iter().map(|(id, (level, names))| (*id, (level.name(), names)));
        let rules: std::collections::BTreeMap<_, _> = off.chain(levels).collect();
        if !rules.is_empty() {
            head(&mut out, "rules");
            for (id, (level, names)) in rules {
                // A name that stands there itself needs no word about where it comes from.
                let is_plain = names.len() == 1 && names.contains(id);
                let from = if is_plain { String::new() } else { format!(" # {}", listed(names)) };
                let _ = writeln!(out, "{id} = \"{level}\"{from}");
            }
        }
        out
    }
}

fn head(out: &mut String, name: &str) {
    let gap = if out.is_empty() { "" } else { "\n" };
    out.push_str(&format!("{gap}[{name}]\n"));
}

fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A key, in quotes where TOML wants them.
fn key(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let bare = !text.is_empty() && text.chars().all(is_plain);
    if bare { text.to_owned() } else { quoted(text) }
}
