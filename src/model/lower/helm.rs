//! Commands of Helm that make releases. Source: helm.sh/docs/helm/helm_upgrade for 3.16, read
//! 2026-11.

use super::Invocation;
use super::docker::after;
use crate::eval::chart::Release;
use crate::value::{Sourced, Text, Value};

/// Flags that take a value, beside those that are read.
const VALUE_FLAGS: &[&str] = &[
    "--burst-limit",
    "--ca-file",
    "--cert-file",
    "--description",
    "--history-max",
    "--key-file",
    "--keyring",
    "--kube-apiserver",
    "--kube-context",
    "--kube-token",
    "--kubeconfig",
    "--labels",
    "--output",
    "--output-dir",
    "--password",
    "--post-renderer",
    "--registry-config",
    "--repo",
    "--repository-config",
    "--show-only",
    "--timeout",
    "--username",
    "--version",
    "-l",
    "-o",
    "-s",
];

/// The release of `helm upgrade`, `helm install` or `helm template`, if its chart is a folder.
pub fn release(invocation: &Invocation) -> Option<Release> {
    if !matches!(invocation.argument(1)?, "upgrade" | "install" | "template") {
        return None;
    }
    let mut release = Release {
        charts: Vec::new(),
        name: Value::Unset,
        namespace: Value::Unset,
        files: Some(Vec::new()),
        sets: Vec::new(),
        is_open: false,
    };
    let mut words: Vec<&Sourced<Text>> = Vec::new();
    let mut rest = invocation.words.get(2..)?.iter();
    while let Some(word) = rest.next() {
        if !word.value.starts_with("-") {
            // A word that is not known may be any flag.
            release.is_open |= word.value.is_unknown();
            words.push(word);
            continue;
        }
        let name = word.value.split('=').into_iter().next().unwrap_or_default();
        let Some(name) = name.literal() else {
            release.is_open = true;
            continue;
        };
        let is_joined = word.value.starts_with(&format!("{name}="));
        let joined = is_joined.then(|| after(word, name.len() + 1));
        let mut value = || joined.clone().or_else(|| rest.next().cloned());
        match name {
            "-f" | "--values" => {
                let file = value()?;
                let paths: Vec<String> =
                    invocation.folders.iter().filter_map(|f| f.resolve(&file.value)).collect();
                match &mut release.files {
                    Some(files) if !paths.is_empty() => files.push(paths),
                    files => *files = None,
                }
            }
            "--set" | "--set-string" => {
                let value = value()?;
                release.is_open |= !add(&value, name == "--set-string", &mut release.sets);
            }
            "--set-file" | "--set-json" | "--set-literal" => {
                let value = value()?;
                let path = value.value.split('=').into_iter().next().unwrap_or_default();
                match path.literal() {
                    Some(path) => {
                        let unknown = Sourced { value: Text::hole(name), ..value.clone() };
                        release.sets.push((path.to_owned(), unknown, true));
                    }
                    None => release.is_open = true,
                }
            }
            "-n" | "--namespace" => release.namespace = Value::Known(value()?),
            name if VALUE_FLAGS.contains(&name) => drop(value()),
            "--reuse-values" | "--reset-then-reuse-values" => release.is_open = true,
            _ => {}
        }
    }
    let chart = match &words[..] {
        [name, chart, ..] => {
            release.name = Value::Known((*name).clone());
            chart
        }
        [chart] => chart,
        [] => return None,
    };
    release.charts = invocation.folders.iter().filter_map(|f| f.resolve(&chart.value)).collect();
    release.charts.iter_mut().for_each(|chart| chart.truncate(chart.trim_end_matches('/').len()));
    Some(release)
}

/// Adds `a.b=c,d=e`. False if it is not known what is set.
fn add(
    written: &Sourced<Text>,
    is_text: bool,
    sets: &mut Vec<(String, Sourced<Text>, bool)>,
) -> bool {
    let parts = written.value.split('=');
    let Some(path) = parts.first().and_then(Text::literal).filter(|_| parts.len() > 1) else {
        return false;
    };
    let value = after(written, path.len() + 1);
    let literal = value.value.literal();
    // Several at once, lists, and escapes are not read.
    if path.contains(['\\', ','])
        || value.value.split(',').len() > 1
        || literal.is_some_and(|v| v.starts_with('{'))
    {
        return false;
    }
    sets.push((path.to_owned(), value, is_text));
    true
}
