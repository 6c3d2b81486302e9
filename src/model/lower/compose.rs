//! What compose files build and run, and the commands that read them.
//!
//! Source: compose-spec/compose-spec, and docs.docker.com about `docker compose`, read 2026-08:
//! the folder of the first file is that of the project, contexts are relative to it and
//! Dockerfiles to their context.

mod command;
mod service;

use super::super::build::{Build, BuildKind, MissingName, NameKind, Prepared, Runner};
use super::docker::places;
use super::named_context::named_context;
use super::{Lowered, WorkingFolder};
use crate::eval::compose::Variables;
use crate::model::context::aside::is_set_aside;
use crate::model::trees::ById;
use crate::source::{Excerpt, Kind, SourceId, Sources, folder, join, name, resolve};
use crate::syntax::compose::{BuildSection, Compose, Service};
use crate::value::{Sourced, Text, Value, Why};
pub use command::{Usage, usage};
use service::deployment;
use std::collections::BTreeSet;

/// The files that `docker compose` reads where none is named, the first that exists.
const DEFAULTS: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// What it reads in addition to those.
const OVERRIDES: &[&str] = &[
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// The files in which commands stand.
const COMMANDS: &[Kind] =
    &[Kind::Script, Kind::Tasks, Kind::Workflow, Kind::GitLab, Kind::CircleCi, Kind::CloudBuild];

/// The commands that copy files to other machines and containers.
const COPIES: &[&str] = &["cp", "scp", "rsync"];

/// The services that commands name and that none of the files has which they read.
fn missing_names(sources: &Sources, files: &ById<Compose>, usages: &[Usage]) -> Vec<MissingName> {
    let mut missing = Vec::new();
    for usage in usages.iter().filter(|u| !u.services.is_empty() && u.prepared == Prepared::No) {
        let projects = Project::of_usage(sources, files, usage);
        let all: Vec<SourceId> = projects.iter().flat_map(|p| p.files.clone()).collect();
        // A file that takes in others, or that is not read, may have any service.
        let is_whole = |id: &SourceId| {
            files.contains_key(id)
                && !sources.get(*id).text.lines().any(|l| l.starts_with("include"))
        };
        // Something else may name other files.
        let is_default = usage.files.is_empty();
        if is_default && sources.iter().any(|(_, source)| source.text.contains("COMPOSE_FILE")) {
            continue;
        }
        let Some(first) = all.first().filter(|_| all.iter().all(is_whole)) else { continue };
        let services: BTreeSet<&str> = all
            .iter()
            .filter_map(|id| files.get(id))
            .flat_map(|file| &file.services)
            .map(|service| service.name.text.as_str())
            .collect();
        let lacks = |name: &&Sourced<Text>| {
            name.value.literal().is_some_and(|name| !services.contains(name))
        };
        missing.extend(usage.services.iter().filter(lacks).map(|name| MissingName {
            kind: NameKind::Service,
            name: Value::Known(name.clone()),
            file: sources.get(*first).path.to_string(),
            listed: services.iter().map(|name| (*name).to_owned()).collect(),
        }));
    }
    missing
}

/// What compose files add to the project, read as commands read them.
pub fn lower(sources: &Sources, files: &ById<Compose>, usages: &[Usage]) -> Lowered {
    let mut projects: Vec<Project> = Vec::new();
    for usage in usages {
        for project in Project::of_usage(sources, files, usage) {
            match projects.iter_mut().find(|other| other.is_same(&project)) {
                Some(other) => other.take_in(&project),
                None => projects.push(project),
            }
        }
    }
    let read: BTreeSet<SourceId> =
        projects.iter().flat_map(|project| project.files.iter().copied()).collect();
    for id in files.keys().filter(|id| !read.contains(id)) {
        projects.extend(Project::of_file(sources, files, *id));
    }
    let missing_names = missing_names(sources, files, usages);
    let mut lowered = Lowered { missing_names, ..Lowered::default() };
    for project in &projects {
        project.lower(sources, files, &mut lowered);
    }
    lowered
}

/// Whether a command copies a file to another machine or into a container, where its contexts may
/// lie: `docker cp compose.yaml monitoring:/srv/`.
fn is_sent(sources: &Sources, path: &str) -> bool {
    let copies = |line: &str| {
        let mut words = line.split_whitespace().skip_while(|word| !COPIES.contains(word)).skip(1);
        words.any(|word| name(word) == name(path)) && words.any(|word| word.contains(':'))
    };
    let mut texts = sources.iter().filter(|(_, source)| COMMANDS.contains(&source.kind));
    texts.any(|(_, source)| source.text.contains(name(path)) && source.text.lines().any(copies))
}

/// A service that another extends.
struct Extended<'a> {
    base: Option<&'a Service>,
    /// The folder to which its context is relative, if that is not the folder of the project.
    folder: Option<String>,
}

/// Files that are read together.
struct Project {
    files: Vec<SourceId>,
    /// The folders to which contexts may be relative.
    folders: Vec<String>,
    env: Vec<(String, Sourced<Text>)>,
    open: bool,
    runner: Runner,
    prepared: Prepared,
    builds: bool,
    pushes: bool,
}

impl Project {
    /// One for each folder in which the command may run and finds its files.
    fn of_usage(sources: &Sources, files: &ById<Compose>, usage: &Usage) -> Vec<Project> {
        let of_folder = |start: &WorkingFolder| {
            let found: Vec<SourceId> = match &usage.files[..] {
                [] => defaults_above(sources, files, &start.path)?,
                names => {
                    let id = |file: &Text| sources.find(&start.resolve(file)?).map(|(id, _)| id);
                    names.iter().map(id).collect::<Option<_>>()?
                }
            };
            let first = found.first().filter(|id| files.contains_key(id))?;
            let own = match &usage.directory {
                Some(directory) => start.resolve(directory)?,
                None => folder(&sources.get(*first).path).to_owned(),
            };
            Some(Project {
                files: found,
                folders: vec![own],
                env: usage.env.clone(),
                open: usage.open,
                runner: usage.runner,
                prepared: usage.prepared,
                builds: usage.builds,
                pushes: usage.pushes,
            })
        };
        usage.folders.iter().filter_map(of_folder).collect()
    }

    /// A file that no command names. One that is called as an addition to another says by
    /// itself only what it says whole.
    fn of_file(sources: &Sources, files: &ById<Compose>, id: SourceId) -> Option<Project> {
        let path = &sources.get(id).path;
        if is_set_aside(path) || OVERRIDES.contains(&name(path)) {
            return None;
        }
        let own = folder(path);
        let is_default = DEFAULTS.contains(&name(path));
        // `--project-directory` may name a folder above, and so may the first of several files.
        let above = crate::model::context::copy::usual_contexts(path);
        Some(Project {
            files: if is_default { defaults(sources, files, own)? } else { vec![id] },
            folders: above,
            env: Vec::new(),
            open: false,
            runner: Runner::Person,
            prepared: if is_sent(sources, path) { Prepared::Anything } else { Prepared::No },
            builds: false,
            pushes: false,
        })
    }

    fn is_same(&self, other: &Project) -> bool {
        self.files == other.files
            && self.folders == other.folders
            && (self.runner == other.runner || !self.builds || !other.builds)
    }

    fn take_in(&mut self, other: &Project) {
        if other.builds && !self.builds {
            self.runner = other.runner;
            self.env.clone_from(&other.env);
        }
        self.builds |= other.builds;
        self.pushes |= other.pushes;
        self.open |= other.open;
        self.prepared = self.prepared.max(other.prepared);
    }

    fn lower(&self, sources: &Sources, files: &ById<Compose>, lowered: &mut Lowered) {
        let variables = self.variables(sources);
        let read: Vec<&Compose> =
            self.files.iter().filter_map(|id| Some(&**files.get(id)?)).collect();
        // A file that is not read may say anything.
        let whole = read.len() == self.files.len();
        let mut services: Vec<Service> = Vec::new();
        for service in read.iter().flat_map(|file| &file.services) {
            match services.iter_mut().find(|s| s.name.text == service.name.text) {
                Some(known) => merge(known, service),
                None => services.push(service.clone()),
            }
        }
        let own = services.clone();
        let stands_alone = |id: &SourceId| DEFAULTS.contains(&name(&sources.get(*id).path));
        let is_addition = self.files.len() == 1 && !self.files.iter().all(stands_alone);
        for service in &mut services {
            let Extended { base, folder } = self.extended(sources, files, &own, service);
            if let Some(base) = base {
                let mut made = Service { name: service.name.clone(), ..base.clone() };
                merge(&mut made, service);
                *service = made;
            }
            let Some(section) = service.build.as_ref().filter(|section| !section.inline) else {
                continue;
            };
            let is_open = service.extends_file.is_some() && base.is_none();
            if !whole || (section.context.is_none() && (is_open || is_addition)) {
                continue;
            }
            let folders = folder.as_slice();
            let folders = if folders.is_empty() { &self.folders } else { folders };
            let build = self.build(sources, service, section, &variables, folders);
            lowered.deployments.extend(deployment(service, &variables));
            lowered.builds.push(build);
        }
    }

    /// The service that another extends, if it is known. One of another file does not extend
    /// a third that is read.
    fn extended<'a>(
        &self,
        sources: &Sources,
        files: &'a ById<Compose>,
        own: &'a [Service],
        service: &Service,
    ) -> Extended<'a> {
        let named =
            |s: &&Service| service.extends.as_ref().is_some_and(|base| base.text == s.name.text);
        let Some(file) = &service.extends_file else {
            let base = own.iter().find(named).filter(|base| base.name.text != service.name.text);
            return Extended { base, folder: None };
        };
        let beside = folder(&sources.get(file.at.source).path);
        let path = resolve(beside, &file.text).filter(|_| !file.text.contains('$'));
        let read = path.and_then(|path| files.get(&sources.find(&path)?.0));
        let services = read.map(|file| &file.services[..]).unwrap_or_default();
        let base = services.iter().find(named).filter(|base| base.extends.is_none());
        let has_context = |service: &Service| {
            service.build.as_ref().is_some_and(|section| section.context.is_some())
        };
        // The paths of the other file are relative to it.
        let other = base.filter(|base| has_context(base) && !has_context(service));
        let folder = other.map(|base| folder(&sources.get(base.name.at.source).path).to_owned());
        Extended { base, folder }
    }

    fn variables(&self, sources: &Sources) -> Variables {
        let mut variables = Variables::default();
        variables.open = self.open;
        let own = self.folders.first().map(String::as_str).unwrap_or_default();
        if let Some((id, file)) = sources.find(&join(own, ".env")) {
            variables.read_env_file(id, &file.text);
        }
        for (name, value) in &self.env {
            variables.set(name, value.clone());
        }
        variables
    }

    fn build(
        &self,
        sources: &Sources,
        service: &Service,
        section: &BuildSection,
        variables: &Variables,
        folders: &[String],
    ) -> Build {
        let at = service.name.at;
        let value = |text: &Option<Excerpt>| match text {
            Some(text) => Value::Known(variables.expand(text)),
            None => Value::Unset,
        };
        let context = match value(&section.context) {
            Value::Unset => Value::Known(Sourced { value: Text::from("."), at, via: Vec::new() }),
            context => context,
        };
        let dockerfile = value(&section.dockerfile);
        let find = |folders: &[String]| {
            let folders: Vec<WorkingFolder> =
                folders.iter().map(|folder| WorkingFolder::root(folder)).collect();
            let of_home = context.literal_text().is_some_and(|path| path.starts_with('~'));
            match of_home {
                true => Vec::new(),
                false => places(&folders, &context, |_, context| match &dockerfile {
                    Value::Unset => Some(join(context, "Dockerfile")),
                    file => resolve(context, file.literal_text()?),
                }),
            }
        };
        // The folder of the file is the usual one; another only counts if that has nothing.
        let mut found = find(folders.get(..1).unwrap_or_default());
        if !found.iter().any(|place| sources.has_file(&place.dockerfile)) {
            found = find(folders);
        }
        let mut tags: Vec<Sourced<Text>> =
            service.image.iter().chain(&section.tags).map(|tag| variables.expand(tag)).collect();
        if tags.is_empty() {
            let mut tag = Text::hole("project");
            tag.push_str(&format!("-{}", service.name.text));
            tags.push(Sourced { value: tag, at, via: Vec::new() });
        }
        let arguments = section.args.iter().filter_map(|(name, value)| {
            let value = match value {
                Some(value) => Value::Known(variables.expand(value)),
                None => Value::unknown(name.at, Why::Environment),
            };
            Some((variables.expand(name).value.literal()?.to_owned(), value))
        });
        let home: Vec<WorkingFolder> =
            folders.iter().map(|folder| WorkingFolder::root(folder)).collect();
        let contexts = section.contexts.iter().filter_map(|(name, written)| {
            Some(named_context(variables.expand(name).value.literal()?, value(written), &home))
        });
        Build {
            platform: self.platform(service, section, variables),
            tags,
            arguments: arguments.collect(),
            contexts: contexts.collect(),
            target: value(&section.target),
            dockerfile,
            context,
            places: found,
            pushes: self.pushes,
            prepared: self.prepared,
            ..Build::new(at, self.runner, BuildKind::Compose)
        }
    }

    fn platform(
        &self,
        service: &Service,
        section: &BuildSection,
        variables: &Variables,
    ) -> Value<Text> {
        let listed = section.platforms.iter().map(|platform| variables.expand(platform));
        let listed = listed.reduce(|mut all, next| {
            all.value.push_str(",");
            all.value.append(next.value);
            all
        });
        let named = listed.or_else(|| service.platform.as_ref().map(|text| variables.expand(text)));
        let of_environment = || {
            let set = self.env.iter().rev().find(|(name, _)| name == "DOCKER_DEFAULT_PLATFORM")?;
            Some(Sourced { at: service.name.at, ..set.1.clone() })
        };
        named.or_else(of_environment).map_or(Value::Unset, Value::Known)
    }
}

/// What a later file says of a service counts.
fn merge(known: &mut Service, later: &Service) {
    fn take<T: Clone>(known: &mut Option<T>, later: &Option<T>) {
        if later.is_some() {
            known.clone_from(later);
        }
    }
    take(&mut known.image, &later.image);
    take(&mut known.platform, &later.platform);
    take(&mut known.env_file, &later.env_file);
    take(&mut known.extends, &later.extends);
    known.ports.extend(later.ports.iter().cloned());
    known.environment.extend(later.environment.iter().cloned());
    known.has_entrypoint |= later.has_entrypoint;
    known.has_command |= later.has_command;
    if !later.health_test.is_empty() {
        known.health_test.clone_from(&later.health_test);
    }
    take(&mut known.extends_file, &later.extends_file);
    match (&mut known.build, &later.build) {
        (Some(known), Some(later)) => {
            take(&mut known.context, &later.context);
            take(&mut known.dockerfile, &later.dockerfile);
            take(&mut known.target, &later.target);
            known.inline |= later.inline;
            known.args.extend(later.args.iter().cloned());
            for (name, value) in &later.contexts {
                known.contexts.retain(|(other, _)| other.text != name.text);
                known.contexts.push((name.clone(), value.clone()));
            }
            known.tags.extend(later.tags.iter().cloned());
            if !later.platforms.is_empty() {
                known.platforms.clone_from(&later.platforms);
            }
        }
        (known @ None, Some(later)) => *known = Some(later.clone()),
        _ => {}
    }
}

/// What `docker compose` reads in a folder, or in the nearest one above that has a file.
fn defaults_above(sources: &Sources, files: &ById<Compose>, start: &str) -> Option<Vec<SourceId>> {
    let mut place = start;
    loop {
        if let Some(found) = defaults(sources, files, place) {
            return Some(found);
        }
        if place.is_empty() {
            return None;
        }
        place = folder(place);
    }
}

fn defaults(sources: &Sources, files: &ById<Compose>, place: &str) -> Option<Vec<SourceId>> {
    let find =
        |name: &&str| Some(sources.find(&join(place, name))?.0).filter(|id| files.contains_key(id));
    let first = DEFAULTS.iter().find_map(find)?;
    Some(std::iter::once(first).chain(OVERRIDES.iter().find_map(find)).collect())
}
