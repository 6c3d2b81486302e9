//! What bake files build.
//!
//! Source: docker/buildx, `docs/bake-reference.md`, read 2026-08: a context is relative to the
//! folder in which bake runs, a Dockerfile to its context.

mod command;

use super::super::build::{Build, BuildKind, MissingName, NameKind, Prepared};
use super::docker::{after, places};
use super::named_context::named_context;
use super::{Lowered, WorkingFolder};
use crate::eval::shell::pattern;
use crate::model::context::copy::usual_contexts;
use crate::model::trees::ById;
use crate::source::{SourceId, Sources, Span, is_remote, join, resolve};
use crate::syntax::bake::{Bake, Target};
use crate::syntax::compose::Compose;
use crate::value::{Piece, Sourced, Step, Text, Value, Why};
pub use command::{Usage, usage};
use std::collections::BTreeSet;

/// Targets inherit from others, and groups hold groups, this deep.
const DEEPEST: usize = 8;

/// The target to which `docker/metadata-action` gives names.
const NAMED_ELSEWHERE: &str = "docker-metadata-action";

/// What a target stands behind, where it is a context.
const TARGET: &str = "target:";

/// What bake files add to the project, read as commands read them.
pub fn lower(
    sources: &Sources,
    files: &ById<Bake>,
    compose: &ById<Compose>,
    usages: &[Usage],
) -> Lowered {
    let mut lowered = Lowered::default();
    let mut read: BTreeSet<SourceId> = BTreeSet::new();
    for usage in usages {
        for folder in &usage.folders {
            let found = usage.read(sources, files, folder);
            let Some(first) = found.files.first() else { continue };
            read.extend(&found.files);
            // A file that is not read, or a word that is not known, may change all of it.
            if !found.is_whole || usage.is_open {
                continue;
            }
            let bake = together(found.files.iter().filter_map(|id| Some(&**files.get(id)?)));
            let services = services_beside(sources, compose, usage, folder);
            lowered.missing_names.extend(missing(sources, *first, &bake, usage, &services));
            lowered
                .missing_names
                .extend(missing_contexts(sources, *first, &bake, usage, &services));
            let targets = selected(&bake, usage).into_iter().flatten();
            let own = targets.filter(|target| !services.contains(target.name.as_str()));
            let folders = std::slice::from_ref(folder);
            lowered.builds.extend(own.filter_map(|t| build_of(sources, &bake, t, usage, folders)));
        }
    }
    for (id, bake) in files.iter().filter(|(id, _)| !read.contains(id)) {
        let above = usual_contexts(&sources.get(*id).path);
        let usage = Usage::by_hand(above.iter().map(|path| WorkingFolder::root(path)).collect());
        let all = whole(bake);
        let builds = all.filter_map(|t| build_of(sources, bake, t, &usage, &usage.folders));
        lowered.builds.extend(builds);
    }
    lowered
}

/// Several files as one: what a later one says counts.
fn together<'a>(files: impl Iterator<Item = &'a Bake>) -> Bake {
    let mut all = Bake::default();
    for file in files {
        for (name, value) in &file.variables {
            all.variables.retain(|(other, _)| other != name);
            all.variables.push((name.clone(), value.clone()));
        }
        for (name, targets) in &file.groups {
            all.groups.retain(|(other, _)| other != name);
            all.groups.push((name.clone(), targets.clone()));
        }
        for target in &file.targets {
            match all.targets.iter_mut().find(|other| other.name == target.name) {
                Some(known) => take(known, target),
                None => all.targets.push(target.clone()),
            }
        }
    }
    all
}

/// The services of compose files that a command reads as well, since they lie beside.
fn services_beside<'a>(
    sources: &Sources,
    compose: &'a ById<Compose>,
    usage: &Usage,
    folder: &WorkingFolder,
) -> BTreeSet<&'a str> {
    let is_beside = |id: &SourceId| crate::source::folder(&sources.get(*id).path) == folder.path;
    let files = compose.iter().filter(|(id, _)| usage.files.is_empty() && is_beside(id));
    files.flat_map(|(_, file)| &file.services).map(|service| service.name.text.as_str()).collect()
}

/// The targets that are more than a part: others inherit from a part, and no group names it.
fn whole(bake: &Bake) -> impl Iterator<Item = &Target> {
    let inherited = |target: &Target| {
        let names = bake.targets.iter().flat_map(|other| &other.inherits);
        names.into_iter().any(|name| name.literal_text().is_none_or(|name| name == target.name))
    };
    let grouped = |target: &Target| {
        let mut names = bake.groups.iter().flat_map(|(_, targets)| targets);
        names.any(|name| name.literal_text() == Some(&*target.name))
    };
    bake.targets.iter().filter(move |target| {
        (grouped(target) || !inherited(target)) && !target.name.starts_with('_')
    })
}

/// The targets that a command builds; nothing if they are not known.
fn selected<'a>(bake: &'a Bake, usage: &Usage) -> Option<Vec<&'a Target>> {
    let names: Option<Vec<&str>> = usage.targets.iter().map(|name| name.value.literal()).collect();
    let mut wanted = names?;
    if wanted.is_empty() {
        wanted.push("default");
    }
    let mut targets = BTreeSet::new();
    for name in wanted {
        gather(bake, name, 0, &mut targets)?;
    }
    Some(bake.targets.iter().filter(|target| targets.contains(target.name.as_str())).collect())
}

/// Adds the targets of a name: those of a group, or the target itself.
fn gather<'a>(
    bake: &'a Bake,
    name: &str,
    depth: usize,
    targets: &mut BTreeSet<&'a str>,
) -> Option<()> {
    if depth >= DEEPEST {
        return None;
    }
    for (group, members) in bake.groups.iter().filter(|(group, _)| fits(group, name)) {
        for member in members {
            // A group may hold a target of its own name.
            match member.literal_text()? {
                own if own == group => {
                    targets.extend(bake.targets.iter().map(|t| &*t.name).filter(|n| *n == own));
                }
                other => gather(bake, other, depth + 1, targets)?,
            }
        }
    }
    if !bake.groups.iter().any(|(group, _)| group == name) {
        targets.extend(bake.targets.iter().map(|t| t.name.as_str()).filter(|t| fits(t, name)));
    }
    Some(())
}

/// Whether a name is one that a pattern speaks of: `api-*`.
fn fits(name: &str, pattern: &str) -> bool {
    name == pattern || pattern::fits(&Text::from(name), &Text::from(pattern), false) == Some(true)
}

/// The names that a command asks for, and that its files surely lack.
fn missing(
    sources: &Sources,
    first: SourceId,
    bake: &Bake,
    usage: &Usage,
    services: &BTreeSet<&str>,
) -> Vec<MissingName> {
    let groups = bake.groups.iter().map(|(name, _)| name.as_str());
    let listed: BTreeSet<&str> = names(bake).chain(groups).collect();
    let lacks = |name: &&Sourced<Text>| {
        name.value
            .literal()
            .is_some_and(|name| !name.contains([':', '/', '*', '?', '[']) && !listed.contains(name))
    };
    let is_listed = has_names(bake, usage, services);
    let names = usage.targets.iter().filter(|_| is_listed).filter(lacks);
    let missing = names.map(|name| MissingName {
        kind: NameKind::Target,
        name: Value::Known(name.clone()),
        file: sources.get(first).path.to_string(),
        listed: listed.iter().map(|name| (*name).to_owned()).collect(),
    });
    missing.collect()
}

/// The targets that stand for contexts, and that the files surely lack.
fn missing_contexts(
    sources: &Sources,
    first: SourceId,
    bake: &Bake,
    usage: &Usage,
    services: &BTreeSet<&str>,
) -> Vec<MissingName> {
    let selected = selected(bake, usage).filter(|_| has_names(bake, usage, services));
    let complete = selected.into_iter().flatten().filter_map(|t| complete(bake, t, 0));
    let written: Vec<(String, Value<Text>)> = complete.flat_map(|t| t.contexts).collect();
    let missing = written.iter().filter_map(|(_, written)| {
        let word = written.known().filter(|word| word.value.literal().is_some())?;
        let name = word.value.literal()?.strip_prefix(TARGET)?;
        (!names(bake).any(|own| own == name)).then(|| MissingName {
            kind: NameKind::Target,
            name: Value::Known(after(word, TARGET.len())),
            file: sources.get(first).path.to_string(),
            listed: names(bake).map(str::to_owned).collect(),
        })
    });
    missing.collect()
}

/// Whether the names of all targets are known. A matrix makes others.
fn has_names(bake: &Bake, usage: &Usage, services: &BTreeSet<&str>) -> bool {
    usage.prepared == Prepared::No
        && services.is_empty()
        && !usage.is_named_elsewhere()
        && !bake.targets.iter().any(|target| target.is_special)
}

fn names(bake: &Bake) -> impl Iterator<Item = &str> {
    bake.targets.iter().map(|target| target.name.as_str())
}

/// The build of a target; none if what it inherits, or what makes it, is not known.
fn build_of(
    sources: &Sources,
    bake: &Bake,
    target: &Target,
    usage: &Usage,
    folders: &[WorkingFolder],
) -> Option<Build> {
    let mut target = complete(bake, target, 0)?;
    if usage.is_named_elsewhere() && inherits(bake, &target, NAMED_ELSEWHERE, 0) {
        target.tags.clear();
    }
    set(&mut target, &usage.settings)?;
    let written = !target.context.is_unset() || !target.dockerfile.is_unset();
    (written && !target.is_special).then(|| build(sources, bake, &target, usage, folders))
}

/// Whether a target takes over what another says.
fn inherits(bake: &Bake, target: &Target, name: &str, depth: usize) -> bool {
    let own = bake.targets.iter().find(|other| other.name == target.name);
    let mut parents = own.into_iter().flat_map(|own| &own.inherits);
    depth < DEEPEST
        && parents.any(|parent| {
            let parent = parent.literal_text();
            let known = bake.targets.iter().find(|other| Some(&*other.name) == parent);
            parent == Some(name) || known.is_some_and(|p| inherits(bake, p, name, depth + 1))
        })
}

/// Carries out `--set PATTERN.KEY=VALUE`. Nothing if it is not known what one sets.
fn set(target: &mut Target, settings: &[Sourced<Text>]) -> Option<()> {
    let mut begun: BTreeSet<String> = BTreeSet::new();
    for setting in settings {
        let path = setting.value.split('=').first()?.literal()?.to_owned();
        let one = Value::Known(after(setting, path.len() + 1));
        let (pattern, key) = path.split_once('.')?;
        if !fits(&target.name, pattern) {
            continue;
        }
        let list = match key.trim_end_matches('+') {
            "platform" => target.platforms.get_or_insert_default(),
            "tags" => &mut target.tags,
            "output" => &mut target.output,
            key => {
                if let Some(name) = key.strip_prefix("contexts.") {
                    target.contexts.retain(|(other, _)| other != name);
                    target.contexts.push((name.to_owned(), one.clone()));
                }
                match (key, key.strip_prefix("args.")) {
                    (_, Some(name)) => {
                        target.args.retain(|(other, _)| other != name);
                        target.args.push((name.to_owned(), one));
                    }
                    ("context", _) => target.context = one,
                    ("dockerfile", _) => target.dockerfile = one,
                    ("target", _) => target.target = one,
                    _ => {}
                }
                continue;
            }
        };
        // The first setting of a list stands in its place, the next ones behind it.
        if begun.insert(key.to_owned()) && !key.ends_with('+') {
            list.clear();
        }
        list.push(one);
    }
    Some(())
}

/// A target with what it inherits; nothing if that is not known.
fn complete(bake: &Bake, target: &Target, depth: usize) -> Option<Target> {
    if depth >= DEEPEST {
        return None;
    }
    let mut made = Target {
        inherits: Vec::new(),
        context: Value::Unset,
        dockerfile: Value::Unset,
        target: Value::Unset,
        platforms: None,
        tags: Vec::new(),
        output: Vec::new(),
        args: Vec::new(),
        contexts: Vec::new(),
        is_special: false,
        ..target.clone()
    };
    for name in &target.inherits {
        let name = name.literal_text()?;
        let parent = bake.targets.iter().find(|target| target.name == name)?;
        take(&mut made, &complete(bake, parent, depth + 1)?);
    }
    take(&mut made, target);
    Some(made)
}

/// What a later target says counts.
fn take(made: &mut Target, later: &Target) {
    for (made, later) in [
        (&mut made.context, &later.context),
        (&mut made.dockerfile, &later.dockerfile),
        (&mut made.target, &later.target),
    ] {
        if !later.is_unset() {
            made.clone_from(later);
        }
    }
    if later.platforms.is_some() {
        made.platforms.clone_from(&later.platforms);
    }
    for (made, later) in [(&mut made.tags, &later.tags), (&mut made.output, &later.output)] {
        if !later.is_empty() {
            made.clone_from(later);
        }
    }
    for (made, later) in [(&mut made.args, &later.args), (&mut made.contexts, &later.contexts)] {
        for (name, value) in later {
            made.retain(|(other, _)| other != name);
            made.push((name.clone(), value.clone()));
        }
    }
    made.is_special |= later.is_special;
}

fn build(
    sources: &Sources,
    bake: &Bake,
    target: &Target,
    usage: &Usage,
    folders: &[WorkingFolder],
) -> Build {
    let at = target.at;
    let fill = |value: &Value<Text>| fill(bake, usage, value);
    let context = fill(&target.context).or(Value::literal(Text::from("."), at));
    let dockerfile = fill(&target.dockerfile);
    let find = |folders: &[WorkingFolder]| {
        places(folders, &context, |_, context| match &dockerfile {
            Value::Unset => Some(join(context, "Dockerfile")),
            file => resolve(context, file.literal_text()?),
        })
    };
    let is_elsewhere = |value: &Value<Text>| {
        value.literal_text().is_some_and(|path| path.starts_with(['~', '/']) || is_remote(path))
    };
    let found = match is_elsewhere(&context) || is_elsewhere(&dockerfile) {
        true => Vec::new(),
        false => {
            let own = find(folders.get(..1).unwrap_or_default());
            let exists = own.iter().any(|place| sources.has_file(&place.dockerfile));
            if exists { own } else { find(folders) }
        }
    };
    let platform = match target.platforms.as_deref() {
        None | Some([]) => Value::Unset,
        Some(listed) => joined(listed.iter().map(fill), at),
    };
    let pushes = target.output.iter().map(fill).any(|output| {
        output.literal_text().is_some_and(|to| to.contains("registry") || to.contains("push=true"))
    });
    let contexts =
        target.contexts.iter().map(|(name, value)| named_context(name, fill(value), folders));
    Build {
        platform,
        contexts: contexts.collect(),
        tags: target.tags.iter().filter_map(|tag| fill(tag).known().cloned()).collect(),
        arguments: target.args.iter().map(|(name, value)| (name.clone(), fill(value))).collect(),
        target: fill(&target.target),
        dockerfile,
        context,
        places: found,
        pushes: usage.pushes || pushes,
        prepared: usage.prepared,
        ..Build::new(at, usage.runner, BuildKind::Bake)
    }
}

/// A value with what its variables are: the environment sets them, or their default counts.
fn fill(bake: &Bake, usage: &Usage, value: &Value<Text>) -> Value<Text> {
    let Value::Known(known) = value else { return value.clone() };
    let mut made = Sourced { value: Text::default(), at: known.at, via: known.via.clone() };
    for piece in known.value.pieces() {
        let default = match piece {
            Piece::Literal(_) => None,
            Piece::Hole(name) => bake.variables.iter().find(|(other, _)| other == name),
        };
        let set = default.and_then(|(name, _)| usage.env.iter().rev().find(|(n, _)| n == name));
        if let Some((_, set)) = set {
            made.via.extend(set.via.iter().cloned());
            made.value.append(set.value.clone());
            continue;
        }
        match default.and_then(|(name, value)| Some((name, value.known()?))) {
            Some((name, default)) if default.value.literal().is_some() => {
                let told = format!("the default of `{name}`, unless the environment sets it");
                made.via.push(Step::default(default.at, told));
                made.value.append(default.value.clone());
            }
            _ => made.value.push(piece.clone()),
        }
    }
    match made.value.is_unknown() {
        true => Value::unknown(made.at, Why::NoDefault),
        false => Value::Known(made),
    }
}

fn joined(values: impl Iterator<Item = Value<Text>>, at: Span) -> Value<Text> {
    let mut all: Option<Sourced<Text>> = None;
    for value in values {
        let Value::Known(value) = value else { return Value::unknown(at, Why::Unread) };
        match &mut all {
            Some(all) => {
                all.value.push_str(",");
                all.value.append(value.value);
                all.via.extend(value.via);
            }
            None => all = Some(value),
        }
    }
    all.map_or(Value::Unset, Value::Known)
}
