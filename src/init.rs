//! A `seamlint.toml` to begin with: every key, commented out, with what the project suggests.

use crate::config::Config;
use crate::lint;
use crate::model::Project;
use crate::rule::Rule;
use crate::rules;
use crate::source::{Kind, name};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What the formats are called, one and many of them.
const FORMATS: &[(Kind, &str, &str)] = &[
    (Kind::Dockerfile, "Dockerfile", "Dockerfiles"),
    (Kind::Dockerignore, "ignore file of Docker", "ignore files of Docker"),
    (Kind::CloudBuild, "build file of Cloud Build", "build files of Cloud Build"),
    (Kind::Workflow, "workflow of GitHub", "workflows of GitHub"),
    (Kind::GitLab, "pipeline of GitLab", "pipelines of GitLab"),
    (Kind::CircleCi, "configuration of CircleCI", "configurations of CircleCI"),
    (Kind::Compose, "compose file", "compose files"),
    (Kind::Bake, "bake file", "bake files"),
    (Kind::Skaffold, "file of Skaffold", "files of Skaffold"),
    (Kind::Kustomization, "kustomization", "kustomizations"),
    (Kind::Yaml, "other YAML file", "other YAML files"),
    (Kind::Terraform, "file of Terraform", "files of Terraform"),
    (Kind::Script, "script or Makefile", "scripts and Makefiles"),
    (Kind::Tasks, "file of tasks", "files of tasks"),
];

/// Folders that often hold what nobody deploys.
const ASIDE: &[&str] = &[
    "archive",
    "deprecated",
    "example",
    "examples",
    "fixtures",
    "testdata",
    "third_party",
    "vendor",
];

/// The text of the file. It changes nothing as it is.
pub fn toml(project: &mut Project) -> String {
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = write(&mut out, project);
    out
}

fn write(out: &mut String, project: &mut Project) -> std::fmt::Result {
    writeln!(out, "# seamlint reads {}.", found(project))?;
    out.push_str(
        "# Nothing is set yet: each setting below is the default, or what this project suggests.\n\
         # Take the `#` away from what you want.\n",
    );
    section(
        out,
        "What rests on a naming convention only is left out; \"possible\" shows it, too.",
        "minimum-confidence = \"likely\"",
    );
    section(
        out,
        "The least severity that makes the exit status 1: \"error\", \"warning\", \"note\", \"never\".",
        "fail-on = \"warning\"",
    );
    section(
        out,
        "What is known today and is not to be reported: `seamlint --write-baseline FILE` takes it \
         down.",
        "baseline = \"seamlint-baseline.json\"",
    );
    section(
        out,
        "A version of every package and image, so that a build of tomorrow is that of today.",
        "profile = \"reproducible\"",
    );
    section(
        out,
        "ShellCheck, if it is installed, on the texts that shells are given.",
        "shellcheck = true",
    );
    let aside = list(&aside(project));
    section(out, "What is not read, as in a .gitignore.", &format!("exclude = {aside}"));
    let environments = environments(project);
    if !environments.is_empty() {
        section(
            out,
            "The files of variables that stand for an environment each. By default all of these do.",
            &format!("environments = {}", list(&environments)),
        );
    }
    let registries = registries(project);
    if !registries.is_empty() {
        section(
            out,
            "Images from elsewhere are errors. These are the registries in use.",
            &format!("trusted-registries = {}", list(&registries)),
        );
    }
    let asked = opt_in(project);
    out.push_str(
        "\n# Levels: \"off\", \"note\", \"warning\", \"error\". `seamlint explain RULE` says why there is a \
         rule.\n[rules]\n",
    );
    if !asked.is_empty() {
        out.push_str("# These are matters of taste, and run only where they are given a level.\n");
    }
    for (rule, places) in asked {
        let times = if places == 1 { "time" } else { "times" };
        let summary = rule.summary.trim_end_matches('.');
        writeln!(
            out,
            "# {} = \"{}\" # {summary}: {places} {times} today.",
            rule.id,
            rule.severity.name()
        )?;
    }
    Ok(())
}

/// A setting that is commented out, below a sentence about it.
fn section(out: &mut String, about: &str, setting: &str) {
    out.push_str(&format!("\n# {about}\n# {setting}\n"));
}

/// The formats, counted.
fn found(project: &Project) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (_, source) in project.sources.iter() {
        *counts.entry(source.kind).or_default() += 1;
    }
    let counted: Vec<String> = FORMATS
        .iter()
        .filter_map(|(kind, one, many)| match counts.get(kind)? {
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        })
        .collect();
    match counted.split_last() {
        None => "nothing here that builds or deploys".to_owned(),
        Some((last, [])) => format!("{last} here"),
        Some((last, others)) => format!("{} and {last} here", others.join(", ")),
    }
}

/// The folders that hold files which are read, and may not be meant.
fn aside(project: &Project) -> BTreeSet<String> {
    let mut aside = BTreeSet::new();
    for (_, source) in project.sources.iter() {
        let ends = source.path.match_indices('/').filter_map(|(end, _)| source.path.get(..end));
        let folder = ends.into_iter().find(|folder| ASIDE.contains(&name(folder)));
        aside.extend(folder.map(|folder| format!("{folder}/")));
    }
    aside
}

/// The files of variables that are environments.
fn environments(project: &Project) -> BTreeSet<String> {
    let paths = project.environments.iter().map(|id| &project.sources.get(*id).path);
    let is_chosen = |path: &str| path.ends_with(".tfvars") || path.ends_with(".tfvars.json");
    paths.filter(|path| is_chosen(path)).map(ToString::to_string).collect()
}

/// The registries from which images come: none is trusted if the list is empty.
fn registries(project: &mut Project) -> BTreeSet<String> {
    let trusted = project.policy.trusted_registries.replace(Vec::new());
    let registries = project.untrusted_images().into_iter().map(|it| it.registry).collect();
    project.policy.trusted_registries = trusted;
    registries
}

/// The rules that run only if they are asked for and have something to say, with how often.
fn opt_in(project: &Project) -> Vec<(&'static Rule, usize)> {
    let asked: Vec<&Rule> = rules::ALL.iter().copied().filter(|rule| rule.opt_in).collect();
    let levels: String = asked.iter().map(|rule| format!("{} = \"note\"\n", rule.id)).collect();
    let levels = format!("[rules]\n{levels}");
    let Ok(config) = Config::parse("", &levels, &lint::vocabulary()) else { return Vec::new() };
    let found = lint::lint(project, &asked, &config).findings;
    let count = |rule: &Rule| found.iter().filter(|finding| finding.rule == rule.id).count();
    asked.iter().map(|rule| (*rule, count(rule))).filter(|(_, count)| *count > 0).collect()
}

/// A list of TOML.
fn list(texts: &BTreeSet<String>) -> String {
    let quoted: Vec<String> =
        texts.iter().map(|text| toml::Value::String(text.clone()).to_string()).collect();
    format!("[{}]", quoted.join(", "))
}
