//! What bake files build.
//!
//! Source: docker/buildx, `docs/bake-reference.md`, read 2026-08: a context is relative to the
//! folder in which bake runs, a Dockerfile to its context.

use super::super::build::{Build, BuildKind, Builder, Prepared, Runner};
use super::WorkingFolder;
use super::docker::places;
use crate::model::context::copy::usual_contexts;
use crate::source::{SourceId, Sources, join, resolve};
use crate::syntax::bake::{Bake, Target};
use crate::value::{Piece, Sourced, Step, Text, Value, Why};

/// Targets inherit from others this deep.
const DEEPEST: usize = 8;

/// The builds of a file. A target that others inherit from and no group names is only a part.
pub fn lower(sources: &Sources, id: SourceId, bake: &Bake) -> Vec<Build> {
    let inherited = |target: &Target| {
        let names = bake.targets.iter().flat_map(|other| &other.inherits);
        names.into_iter().any(|name| name.literal_text().is_none_or(|name| name == target.name))
    };
    let is_whole = |target: &&Target| bake.grouped.contains(&target.name) || !inherited(target);
    let targets = bake.targets.iter().filter(is_whole);
    let complete = targets.filter_map(|target| complete(bake, target, 0));
    let own = complete.filter(|target| {
        let written = !target.context.is_unset() || !target.dockerfile.is_unset();
        written && !target.is_special && !target.name.starts_with('_')
    });
    own.map(|target| build(sources, id, bake, &target)).collect()
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
    for (name, value) in &later.args {
        made.args.retain(|(other, _)| other != name);
        made.args.push((name.clone(), value.clone()));
    }
    made.is_special |= later.is_special;
}

fn build(sources: &Sources, id: SourceId, bake: &Bake, target: &Target) -> Build {
    let at = target.at;
    let fill = |value: &Value<Text>| fill(bake, value);
    let context = fill(&target.context).or(Value::literal(Text::from("."), at));
    let dockerfile = fill(&target.dockerfile);
    let above: Vec<WorkingFolder> = usual_contexts(&sources.get(id).path)
        .iter()
        .map(|folder| WorkingFolder::root(folder))
        .collect();
    let find = |folders: &[WorkingFolder]| {
        places(folders, &context, |_, context| match &dockerfile {
            Value::Unset => Some(join(context, "Dockerfile")),
            file => resolve(context, file.literal_text()?),
        })
    };
    let is_elsewhere = |value: &Value<Text>| {
        value
            .literal_text()
            .is_some_and(|path| path.starts_with(['~', '/']) || path.contains("://"))
    };
    let found = match is_elsewhere(&context) || is_elsewhere(&dockerfile) {
        true => Vec::new(),
        false => {
            let own = find(above.get(..1).unwrap_or_default());
            let exists = own.iter().any(|place| sources.has_file(&place.dockerfile));
            if exists { own } else { find(&above) }
        }
    };
    let platform = match target.platforms.as_deref() {
        None | Some([]) => Value::Unset,
        Some(listed) => joined(listed.iter().map(fill), at),
    };
    let pushes = target.output.iter().map(fill).any(|output| {
        output.literal_text().is_some_and(|to| to.contains("registry") || to.contains("push=true"))
    });
    Build {
        at,
        runner: Runner::Person,
        kind: BuildKind::Bake,
        builder: Builder::BuildKit,
        platform,
        tags: target.tags.iter().filter_map(|tag| fill(tag).known().cloned()).collect(),
        arguments: target.args.iter().map(|(name, value)| (name.clone(), fill(value))).collect(),
        target: fill(&target.target),
        dockerfile,
        context,
        places: found,
        refusal: None,
        index: None,
        unloaded: None,
        pushes,
        prepared: Prepared::No,
        dir: None,
        rebuild: None,
        emulated: None,
        image: None,
    }
}

/// A value with the defaults of its variables.
fn fill(bake: &Bake, value: &Value<Text>) -> Value<Text> {
    let Value::Known(known) = value else { return value.clone() };
    let mut made = Sourced { value: Text::default(), at: known.at, via: known.via.clone() };
    for piece in known.value.pieces() {
        let default = match piece {
            Piece::Literal(_) => None,
            Piece::Hole(name) => bake.variables.iter().find(|(other, _)| other == name),
        };
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

fn joined(values: impl Iterator<Item = Value<Text>>, at: crate::source::Span) -> Value<Text> {
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
