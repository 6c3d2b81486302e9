//! What a build file says of its steps and substitutions.

use super::secret::build_secrets;
use crate::eval::substitution::Substitutions;
use crate::model::build::build_file::substitution::NestedName;
use crate::model::build::build_file::{BuildFile, FileStep};
use crate::source::{self, Excerpt, Sources, Span};
use crate::syntax::cloudbuild::{Build, Step};
use crate::syntax::shell::mentions;
use crate::value::{Sourced, Text, Value, Why};
use std::collections::BTreeSet;

/// The steps and the substitutions of a build file.
pub fn build_file(
    sources: &Sources,
    build: &Build,
    substitutions: &Substitutions,
) -> Option<BuildFile> {
    let at = build.steps.first()?.at;
    let name = |(name, at): (&str, Span)| Value::literal(Text::from(name), at);
    let used = build.substituted.iter().flat_map(Substitutions::names).map(name);
    // Defaults refer to others where that is asked for, and always in builds of triggers.
    let nested: Vec<NestedName> = build.substitutions.iter().flat_map(nested_names).collect();
    let in_defaults = nested.iter().map(|nested| &nested.name);
    let in_defaults = in_defaults.filter(|name| name.value.starts_with("_"));
    let mut mentioned = BTreeSet::new();
    let values = build.substitutions.iter().map(|(_, value)| value);
    for text in build.others.iter().chain(values) {
        mentioned.extend(mentions(&text.text).map(|mention| mention.name.to_owned()));
    }
    let is_null = |name: &Excerpt| build.without_value.iter().any(|other| other.at == name.at);
    let declared = build.substitutions.iter().filter(|(name, _)| !is_null(name));
    let one = |field: &Option<Excerpt>| match field {
        Some(field) => known(substitutions.expand(field)),
        None => Value::Unset,
    };
    let step = |step: &Step| FileStep {
        id: match &step.id {
            Some(id) => known(substitutions.expand(id)),
            None => Value::Unset,
        },
        wait_for: step.wait_for.iter().map(|id| known(substitutions.expand(id))).collect(),
        at: step.at,
        image: known(substitutions.expand(&step.name)),
        program: program_words(step, substitutions),
        entrypoint: one(&step.entrypoint),
        arguments: step.args.iter().map(|a| Value::Known(substitutions.expand(a))).collect(),
        has_script: step.script.is_some(),
        script: None,
        environment: environment(build, step, substitutions),
        secrets: build.secret_env.iter().chain(&step.secret_env).map(|s| s.text.clone()).collect(),
        settings: step.env.iter().map(|e| Value::Known(substitutions.expand(e))).collect(),
        maps: step.maps,
        may_fail: step.may_fail,
        timeout: one(&step.timeout),
    };
    Some(BuildFile {
        at,
        path: sources.get(at.source).path.to_string(),
        declared: declared
            .map(|(name, _)| Value::literal(Text::from(&*name.text), name.at))
            .collect(),
        used: used.chain(in_defaults.cloned().map(Value::Known)).collect(),
        operated: build.substituted.iter().flat_map(Substitutions::operations).map(name).collect(),
        mentioned,
        nested,
        operated_in_defaults: build.substitutions.iter().flat_map(operated_names).collect(),
        is_dynamic: build.is_dynamic,
        is_loose: Value::literal(build.is_loose, at),
        maps_all: build.maps_all,
        steps: build.steps.iter().map(step).collect(),
        images: build.images.iter().map(|i| Value::Known(substitutions.expand(i))).collect(),
        chooses_logs: Value::literal(build.chooses_logs, at),
        account: one(&build.service_account),
        region: build.pool.as_ref().map_or(Value::Unset, |pool| region(substitutions.expand(pool))),
        secrets: build_secrets(build, substitutions).available,
        dated: build.dated.clone(),
    })
}

/// The names in the default of a substitution.
fn nested_names((default, value): &(Excerpt, Excerpt)) -> Vec<NestedName> {
    nested(default, Substitutions::names(value))
}

/// Those of which it makes something.
fn operated_names((default, value): &(Excerpt, Excerpt)) -> Vec<NestedName> {
    nested(default, Substitutions::operations(value))
}

fn nested<'n>(default: &Excerpt, names: impl Iterator<Item = (&'n str, Span)>) -> Vec<NestedName> {
    let known = |text: &str, at| Sourced { value: Text::from(text), at, via: Vec::new() };
    let nested = |(name, at)| NestedName {
        default: known(&default.text, default.at),
        name: known(name, at),
    };
    names.map(nested).collect()
}

/// The region of `projects/P/locations/REGION/workerPools/POOL`.
fn region(pool: Sourced<Text>) -> Value<Text> {
    let mut parts = pool.value.split('/').into_iter();
    let is_locations = |part: &Text| part.literal() == Some("locations");
    let region = parts.by_ref().skip(2).take(1).any(|part| is_locations(&part));
    match parts.next().filter(|name| region && name.literal().is_some()) {
        Some(value) => Value::Known(Sourced { value, ..pool }),
        None => Value::unknown(pool.at, Why::Environment),
    }
}

/// The names of the variables that are set for a step.
fn environment(build: &Build, step: &Step, substitutions: &Substitutions) -> BTreeSet<String> {
    let settings = build.env.iter().chain(&step.env).map(|entry| substitutions.expand(entry).value);
    let names = settings.map(|entry| match entry.split('=').first() {
        Some(name) => name.to_string(),
        None => String::new(),
    });
    let secrets = build.secret_env.iter().chain(&step.secret_env).map(|name| name.text.clone());
    names.chain(secrets).collect()
}

/// The program of a step, with the words behind it that are plain: no flag, path or value.
fn program_words(step: &Step, substitutions: &Substitutions) -> Vec<String> {
    let image = substitutions.expand(&step.name).value;
    let image = image.literal().map(source::name).unwrap_or_default();
    let image = image.split([':', '@']).next().unwrap_or_default();
    let program = match (&step.script, &step.entrypoint) {
        (Some(_), _) => "script",
        (None, Some(entrypoint)) => source::name(&entrypoint.text),
        (None, None) => image,
    };
    let is_plain = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let words = step.args.iter().map(|word| word.text.as_str()).take_while(is_plain);
    std::iter::once(program).chain(words.take(3)).map(str::to_owned).collect()
}

fn known(text: Sourced<Text>) -> Value<Text> {
    match text.value.literal() {
        Some(_) => Value::Known(text),
        None => Value::unknown(text.at, Why::Environment),
    }
}
