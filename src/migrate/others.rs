//! The settings of droast, tally, dockerfilelint, Trivy and Checkov, as far as they speak of rules.
//! Sources: their manuals, read 2026-11.

use super::{File, severity};
use crate::source::SourceId;
use crate::syntax::yaml;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// `droast.toml`
pub fn droast(mut file: File) {
    let Some(table) = table(&mut file) else { return };
    for (key, value) in table.get_ref() {
        let at = key.span().start;
        match (&**key.get_ref(), value.get_ref()) {
            ("skip", value) => skip(&mut file, "droast", &strings(value)),
            ("no-fail", DeValue::Boolean(true)) => file.migration.fail_on = Some("never"),
            ("min-severity", DeValue::String(level)) => {
                let text = format!(
                    "`min-severity` has no counterpart: findings below `{level}` are shown, and \
                     `fail-on` says which make a run fail"
                );
                file.remark(at, text);
            }
            ("no-fail" | "no-roast" | "format", _) => {}
            (key, _) => file.remark(at, format!("`{key}` has no counterpart")),
        }
    }
}

/// `.tally.toml`: lists of rules, and a table for each rule.
pub fn tally(mut file: File) {
    let Some(table) = table(&mut file) else { return };
    let Some(rules) = get(table.get_ref(), "rules") else { return };
    if let Some(excluded) = rules.get("exclude") {
        let (globs, names): (Vec<_>, Vec<_>) =
            strings(excluded.get_ref()).into_iter().partition(|(_, name)| name.contains('*'));
        for (at, glob) in globs {
            file.remark(at, format!("`{glob}` has no counterpart: name the rules"));
        }
        skip(&mut file, "tally", &names);
    }
    for (space, rules) in
        rules.iter().filter_map(|(key, value)| Some((key, value.get_ref().as_table()?)))
    {
        for (name, rule) in rules {
            let at = name.span().start;
            let name = format!("{}/{}", space.get_ref(), name.get_ref());
            let level = rule.get_ref().as_table().and_then(|rule| rule.get("severity"));
            match level.and_then(|level| severity(level.get_ref().as_str()?)) {
                Some(Some(level)) => file.set_level(at, "tally", &name, level),
                Some(None) => file.turn_off(at, "tally", &name, &[]),
                None => file.remark(at, format!("the options of `{name}` have no counterpart")),
            }
        }
    }
}

/// `.dockerfilelintrc`: rules that are `off`.
pub fn dockerfilelint(mut file: File) {
    let parsed = yaml::parse(SourceId(0), file.text);
    let Some(rules) = parsed.tree.root().and_then(|root| root.get("rules")) else { return };
    for entry in rules.entries() {
        let (at, name) = (entry.key.at.range().start, entry.key.text().unwrap_or_default());
        let is_off = entry.value.boolean() == Some(false) || entry.value.text() == Some("off");
        if is_off {
            file.turn_off(at, "dockerfilelint", name, &[]);
        }
    }
}

/// `.trivyignore`: an id on each line.
pub fn trivy(mut file: File) {
    let mut at = 0;
    let (mut own, mut others) = (Vec::new(), None);
    for line in file.text.split_inclusive('\n') {
        let name = line.split_whitespace().next().unwrap_or_default();
        match name {
            "" => {}
            name if name.starts_with('#') => {}
            name if is_of_dockerfiles(name) => own.push((at, name.to_owned())),
            _ => others = others.or(Some(at)),
        }
        at += line.len();
    }
    if let Some(at) = others {
        let text = "what does not begin with `DS` speaks of no Dockerfile, and stays with Trivy";
        file.remark(at, text);
    }
    skip(&mut file, "Trivy", &own);
}

/// `.checkov.yaml`: `skip-check`, a list or a text with commas.
pub fn checkov(mut file: File) {
    let parsed = yaml::parse(SourceId(0), file.text);
    let Some(list) = parsed.tree.root().and_then(|root| root.get("skip-check")) else { return };
    let (mut own, mut told) = (Vec::new(), false);
    for text in list.strings() {
        let names = text.text.split(',').map(str::trim);
        let (docker, others): (Vec<&str>, Vec<&str>) =
            names.filter(|name| !name.is_empty()).partition(|name| name.contains("_DOCKER_"));
        let at = text.at.range().start;
        own.extend(docker.into_iter().map(|name| (at, name.to_owned())));
        if !others.is_empty() && !std::mem::replace(&mut told, true) {
            file.remark(at, "checks that speak of no Dockerfile stay with Checkov");
        }
    }
    skip(&mut file, "Checkov", &own);
}

fn skip(file: &mut File, tool: &str, names: &[(usize, String)]) {
    let all: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
    for (at, name) in names {
        file.turn_off(*at, tool, name, &all);
    }
}

fn is_of_dockerfiles(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.strip_prefix("AVD-").unwrap_or(&name).starts_with("DS")
}

/// The file as TOML.
fn table<'a>(file: &mut File<'a>) -> Option<Spanned<DeTable<'a>>> {
    match DeTable::parse(file.text) {
        Ok(table) => Some(table),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            file.unreadable(at, error.message());
            None
        }
    }
}

fn get<'a, 'b>(table: &'a DeTable<'b>, key: &str) -> Option<&'a DeTable<'b>> {
    table.get(key)?.get_ref().as_table()
}

/// The strings of a list, with their places.
fn strings(value: &DeValue<'_>) -> Vec<(usize, String)> {
    let items = value.as_array().into_iter().flat_map(|items| items.iter());
    items
        .filter_map(|item| Some((item.span().start, item.get_ref().as_str()?.to_owned())))
        .collect()
}
