//! Joining what the files say: builds with Dockerfiles, deployments with builds.

use super::build::{Build, BuildId, BuildKind, ImageLink, Prepared, Runner};
use super::context::Found;
use super::copy::{Lookup, context_sources};
use super::deployment::{BuildLink, Deployment, Manager, Platform};
use super::image::{Image, ImageId};
use super::javascript;
use super::lower::cloudbuild::Submission;
use super::lower::dockerfile::Arguments;
use super::lower::{
    Lowered, aws, cloudbuild, compose, dockerfile, files, gitlab, kubernetes, tasks, terraform,
    workflow,
};
use super::lower::{bake, skaffold};
use super::machine::NodePool;
use super::program;
use super::python;
use super::reference::{ImageReference, Sameness};
use super::trees::Trees;
use super::{Project, lower};
use crate::eval::manifest::of_yaml;
use crate::eval::terraform::Terraform;
use crate::source::{Kind, SourceId, Sources, Span, folder};
use crate::value::{Sourced, Step, Text, Value, Why};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The builds of each image that has any.
pub(super) type BuildsByImage<'a> = BTreeMap<ImageId, Vec<(BuildId, &'a Build)>>;

/// What workflows and scripts say, which does not depend on Terraform.
pub fn pipelines(sources: &Sources, trees: &Trees) -> Lowered {
    let workflows: Vec<_> = trees.workflows.values().collect();
    let of_workflows: Vec<Lowered> =
        workflows.par_iter().map(|workflow| workflow::lower(sources, workflow)).collect();
    let mut lowered = Lowered::default();
    of_workflows.into_iter().for_each(|of_file| lowered.append(of_file));
    for (id, pipeline) in &trees.gitlab {
        lowered.append(gitlab::lower(sources, *id, pipeline));
    }
    for (id, bake) in &trees.bakes {
        lowered.builds.extend(bake::lower(sources, *id, bake));
    }
    for (id, skaffold) in &trees.skaffolds {
        lowered.builds.extend(skaffold::lower(sources, *id, skaffold));
    }
    for (id, tasks) in &trees.tasks {
        lowered.append(tasks::lower(sources, *id, tasks));
    }
    let of_scripts = files::lower(sources, &lowered.called);
    lowered.append(of_scripts);
    lowered
}

/// What the manifests of a project mean.
fn manifests(sources: &Sources, trees: &Trees) -> Lowered {
    let files: Vec<_> = trees.manifests.iter().collect();
    let of_files: Vec<Lowered> = files
        .par_iter()
        .map(|(id, manifests)| {
            let mut lowered = Lowered::default();
            for document in manifests.documents.iter().filter(|node| kubernetes::is_read(node)) {
                let object = of_yaml(document, &sources.get(**id).text, manifests.is_open);
                kubernetes::lower(&object, Manager::Manifest, &mut lowered);
            }
            lowered
        })
        .collect();
    let mut lowered = Lowered::default();
    of_files.into_iter().for_each(|of_file| lowered.append(of_file));
    lowered
}

/// Lowers the trees of a project and joins what they say.
pub fn project(
    sources: Sources,
    trees: Trees,
    terraform: Terraform,
    pipelines: Lowered,
) -> Project {
    let mut triggers = terraform::triggers(&terraform);
    let files: Vec<_> = trees.builds.iter().collect();
    let submitting = submitting_scripts(&sources);
    let mut lowered = Lowered::default();
    let of_files: Vec<Lowered> = files
        .par_iter()
        .map(|(id, build)| {
            let path = &sources.get(**id).path;
            let triggers = || triggers.iter().filter(|trigger| *trigger.build == **path);
            let bases = match triggers().next() {
                // A trigger starts in the root of the repository.
                Some(_) => vec![String::new()],
                None => cloudbuild::bases(folder(path)),
            };
            let is_started = triggers().next().is_some();
            let overridden: Vec<String> = triggers()
                .flat_map(|trigger| &trigger.substitutions)
                .filter_map(|n| n.literal_text())
                .map(str::to_owned)
                .collect();
            let made = submitting.iter().filter(|(id, _)| submits(&sources, *id, path));
            let prepared = made.map(|(_, made)| *made).max().unwrap_or(Prepared::No);
            cloudbuild::lower(
                &sources,
                build,
                &Submission { is_started, bases, overridden, prepared },
            )
        })
        .collect();
    of_files.into_iter().for_each(|of_file| lowered.append(of_file));
    lowered.append(terraform::lower(&sources, &terraform));
    lowered.append(manifests(&sources, &trees));
    lowered.append(pipelines);
    lowered.append(secrets_of_scripts(&sources));
    triggers.append(&mut lowered.triggers);
    let of_compose = compose::lower(&sources, &trees.compose, &lowered.compose);
    lowered.append(of_compose);

    let arguments = build_arguments(&lowered.builds);
    let dockerfiles: Vec<_> = trees.dockerfiles.iter().collect();
    let none = Arguments::new();
    let images: Vec<Image> = dockerfiles
        .par_iter()
        .filter_map(|(id, tree)| {
            let arguments = arguments.get(&*sources.get(**id).path).unwrap_or(&none);
            dockerfile::lower(&sources, **id, tree, arguments)
        })
        .collect();

    let lookup = Lookup { sources: &sources, dockerignores: &trees.dockerignores };
    let by_path: BTreeMap<&str, ImageId> =
        images.iter().enumerate().map(|(i, image)| (&*image.path, ImageId(i))).collect();
    for build in &mut lowered.builds {
        build.image = image_of(build, &by_path, &images, &lookup);
    }
    tag_again(&mut lowered.builds, &lowered.tagged);
    let made = made_references(&lowered.builds);
    let local = builds_of_services(&lowered.builds);
    let images_of_builds: Vec<Option<ImageId>> =
        lowered.builds.iter().map(|build| build.image.as_ref().map(|link| link.to)).collect();
    for deployment in &mut lowered.deployments {
        match deployment.platform {
            Platform::Compose => link_service(deployment, &local),
            _ => link_builds(deployment, &made, &images_of_builds, &sources),
        }
    }
    run_on_nodes(&mut lowered.deployments, &lowered.node_pools);
    roll_out_by_hand(&mut lowered.deployments, &sources);
    forget_ports_of_others(&mut lowered.deployments);

    let builds = by_image(&lowered.builds);
    let copy_sources = images
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, image)| {
            let id = ImageId(i);
            match builds.get(&id) {
                None => lookup.of_image(id, image),
                Some(builds) => {
                    // Of an image that something else builds, Skaffold may know only the name.
                    let by_skaffold = |build: &Build| build.kind == BuildKind::Skaffold;
                    let all = builds.iter().all(|(_, build)| by_skaffold(build));
                    let counts = builds.iter().filter(|(_, build)| all || !by_skaffold(build));
                    counts.flat_map(|(b, build)| lookup.of_build(*b, build, image)).collect()
                }
            }
        })
        .collect();
    let environments = environments(&terraform, &sources);
    let mut errors = trees.errors;
    errors.extend(terraform.errors);
    let mut project = Project {
        images: Vec::new(),
        builds: Vec::new(),
        deployments: lowered.deployments,
        secrets: lowered.secrets,
        secret_references: lowered.references,
        build_secrets: lowered.build_secrets,
        repositories: lowered.repositories,
        pushed: lowered.pushed,
        orders: lowered.orders,
        refused_in_builds: lowered.refused_in_builds,
        build_files: lowered.build_files,
        submissions: lowered.submissions,
        gcloud_commands: lowered.gcloud_commands,
        extra_flags: BTreeSet::new(),
        services: lowered.services,
        backends: lowered.backends,
        triggers,
        copy_sources,
        own_packages: python::own_packages(&lookup, &images, &builds),
        carried: python::carried::carried(&lookup, &images, &builds),
        missing_programs: program::missing_programs(&lookup, &images, &builds),
        missing_modules: {
            let mut modules = python::missing_modules(&lookup, &images, &builds);
            modules.extend(javascript::missing_modules(&lookup, &images, &builds));
            modules
        },
        environments,
        errors,
        oddities: trees.oddities,
        sources: Sources::default(),
    };
    project.images = images;
    project.builds = lowered.builds;
    project.sources = sources;
    project
}

/// The files of variables that stand for an environment each.
fn environments(terraform: &Terraform, sources: &Sources) -> BTreeSet<SourceId> {
    let paths = terraform.modules.iter().filter_map(|module| module.environment.as_deref());
    paths.filter_map(|path| Some(sources.find(path)?.0)).collect()
}

/// The builds of each image that has any.
fn by_image(builds: &[Build]) -> BuildsByImage<'_> {
    let mut by_image = BuildsByImage::new();
    for (i, build) in builds.iter().enumerate() {
        if let Some(link) = &build.image {
            by_image.entry(link.to).or_default().push((BuildId(i), build));
        }
    }
    by_image
}

/// The scripts that call `gcloud builds submit`, with the files that they may make before.
fn submitting_scripts(sources: &Sources) -> Vec<(SourceId, Prepared)> {
    let scripts = sources
        .iter()
        .filter(|(_, source)| source.kind == Kind::Script && source.text.contains("builds submit"));
    scripts.map(|(id, _)| (id, lower::submission::made_before_submission(sources, id))).collect()
}

/// Whether a script that submits builds may mean this build file: it lies beside it, or the
/// script names its path.
fn submits(sources: &Sources, script: SourceId, build: &str) -> bool {
    let script = sources.get(script);
    folder(&script.path) == folder(build) || script.text.contains(build)
}

/// Secrets that scripts, Makefiles and workflows create by `gcloud secrets create`, by
/// `kubectl create secret`, or by `aws`.
fn secrets_of_scripts(sources: &Sources) -> Lowered {
    let scripts: Vec<SourceId> = sources
        .iter()
        .filter(|(_, source)| {
            use Kind::{GitLab, Script, Tasks, Workflow, Yaml};
            matches!(source.kind, GitLab | Script | Tasks | Workflow | Yaml)
        })
        .filter(|(_, source)| source.text.contains("secrets create"))
        .map(|(id, _)| id)
        .collect();
    let mut lowered = Lowered::default();
    for (id, source) in sources.iter().filter(|(_, s)| s.text.contains("create secret")) {
        lowered.secrets.extend(kubernetes::created_by_commands(id, &source.text));
    }
    for (id, source) in sources.iter().filter(|(_, source)| source.text.contains("aws ")) {
        lowered.secrets.extend(aws::created_by_commands(id, &source.text));
    }
    for id in scripts {
        lowered.secrets.extend(lower::script::created_secrets(id, &sources.get(id).text));
    }
    lowered
}

/// What all builds of a Dockerfile give its arguments, by the Dockerfile's path.
fn build_arguments(builds: &[Build]) -> BTreeMap<String, Arguments> {
    let mut all: BTreeMap<String, Arguments> = BTreeMap::new();
    let mut count: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    for build in builds {
        let mut paths: Vec<&str> = build.places.iter().map(|place| &*place.dockerfile).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            *total.entry(path.to_owned()).or_default() += 1;
            let arguments = all.entry(path.to_owned()).or_default();
            for (name, value) in &build.arguments {
                *count.entry(path.to_owned()).or_default().entry(name.clone()).or_default() += 1;
                let value = value.known().filter(|v| v.value.literal().is_some()).cloned();
                merge(arguments, name, value);
            }
        }
    }
    // An argument that some builds leave to its default has more than one value.
    for (path, arguments) in &mut all {
        for (name, value) in arguments {
            let given = count.get(path).and_then(|count| count.get(name)).copied().unwrap_or(0);
            if given < total.get(path).copied().unwrap_or(0) {
                *value = None;
            }
        }
    }
    all
}

fn merge(arguments: &mut Arguments, name: &str, value: Option<Sourced<Text>>) {
    match arguments.get_mut(name) {
        None => drop(arguments.insert(name.to_owned(), value)),
        Some(known) => {
            let same = matches!((&*known, &value), (Some(a), Some(b)) if a.value == b.value);
            if !same {
                *known = None;
            }
        }
    }
}

/// The image that a build makes. Of several Dockerfiles, which other starting folders would
/// name, it is the one whose sources are all there.
fn image_of(
    build: &Build,
    by_path: &BTreeMap<&str, ImageId>,
    images: &[Image],
    lookup: &Lookup<'_>,
) -> Option<ImageLink> {
    let mut found: Vec<(ImageId, &str)> = build
        .places
        .iter()
        .filter_map(|place| Some((*by_path.get(&*place.dockerfile)?, &*place.context)))
        .collect();
    found.dedup();
    let several = found.iter().any(|(id, _)| *id != found[0].0);
    if several {
        found.retain(|(id, context)| {
            images.get(id.0).is_some_and(|image| is_complete(image, build, context, lookup))
        });
    }
    let (to, _) = *found.first()?;
    if found.iter().any(|(id, _)| *id != to) {
        return None;
    }
    let at = build.dockerfile.at().unwrap_or(build.at);
    let path = &images.get(to.0)?.path;
    let by = match build.runner {
        Runner::Terraform => "the image is built here from",
        _ => "this build makes the image from",
    };
    Some(ImageLink { to, because: vec![Step::reference(at, format!("{by} `{path}`"))] })
}

fn is_complete(image: &Image, build: &Build, context: &str, lookup: &Lookup<'_>) -> bool {
    let Some(target) = image.stage(&build.target) else { return false };
    let context = lookup.context(context, &image.path, Some(build.builder));
    context_sources(image, target)
        .filter_map(|(_, path)| path.value.literal())
        .all(|source| matches!(context.find(source), Found::Present | Found::Generated))
}

/// Gives images the names that `docker tag` gives them, in the file of their build.
fn tag_again(builds: &mut [Build], tagged: &[(Sourced<Text>, Sourced<Text>)]) {
    for (name, other) in tagged {
        let wanted = ImageReference::parse(&name.value);
        let newest = Text::from("latest");
        let is_same = |tag: &Sourced<Text>| {
            let made = ImageReference::parse(&tag.value);
            tag.at.source == name.at.source
                && made.path == wanted.path
                && made.tag.as_ref().unwrap_or(&newest) == wanted.tag.as_ref().unwrap_or(&newest)
        };
        for build in builds.iter_mut().filter(|build| build.tags.iter().any(is_same)) {
            build.tags.push(other.clone());
        }
    }
}

/// The builds of compose files, by the places of their services.
fn builds_of_services(builds: &[Build]) -> BTreeMap<Span, Vec<BuildId>> {
    let mut local: BTreeMap<Span, Vec<BuildId>> = BTreeMap::new();
    for (i, build) in builds.iter().enumerate() {
        if build.kind == BuildKind::Compose {
            local.entry(build.at).or_default().push(BuildId(i));
        }
    }
    local
}

/// Joins a service of a compose file with its own builds.
fn link_service(deployment: &mut Deployment, local: &BTreeMap<Span, Vec<BuildId>>) {
    let builds = local.get(&deployment.at).map(Vec::as_slice).unwrap_or_default();
    for container in &mut deployment.containers {
        let link = |id: &BuildId| BuildLink {
            to: *id,
            because: vec![Step::reference(deployment.at, "the service builds the image itself")],
        };
        container.builds = builds.iter().map(link).collect();
    }
}

/// The names that each build gives its image, where others may come to know it.
fn made_references(builds: &[Build]) -> Vec<Vec<(&Sourced<Text>, ImageReference)>> {
    builds
        .iter()
        .map(|build| {
            let tags = build.tags.iter().filter(|_| !build.stays_local());
            tags.map(|tag| (tag, ImageReference::parse(&tag.value))).collect()
        })
        .collect()
}

/// Joins the containers of a deployment with the builds that make their images, called by
/// their names.
fn link_builds(
    deployment: &mut Deployment,
    made: &[Vec<(&Sourced<Text>, ImageReference)>],
    images: &[Option<ImageId>],
    sources: &Sources,
) {
    for container in &mut deployment.containers {
        let Some(image) = container.image.known() else { continue };
        let wanted = ImageReference::parse(&image.value);
        let mut links: Vec<(Sameness, BuildLink)> = Vec::new();
        let mut exact: BTreeSet<BuildId> = BTreeSet::new();
        for (i, made) in made.iter().enumerate() {
            let has_tag = |made: &ImageReference| made.tag == wanted.tag && made.tag.is_some();
            if made.iter().any(|(_, made)| has_tag(made)) {
                exact.insert(BuildId(i));
            }
            let tags = made.iter().filter_map(|(tag, made)| {
                let same_scope = shares_names(sources, tag.at, image.at);
                let sameness = wanted.same_repository(made, same_scope)?;
                Some((sameness, !tags_differ(&wanted, made), *tag))
            });
            let best = tags.max_by_key(|(sameness, tag, _)| (*sameness == Sameness::Same, *tag));
            let Some((sameness, same_tag, tag)) = best else { continue };
            let mut because = vec![match sameness {
                Sameness::Same => Step::reference(
                    image.at,
                    format!("{} runs this image", deployment.platform.name()),
                ),
                Sameness::SameName => Step::default(
                    image.at,
                    format!("{} runs an image of this name", deployment.platform.name()),
                ),
            }];
            because.extend(image.via.iter().cloned());
            because.push(Step::reference(tag.at, "a build gives the image this name"));
            because.extend(tag.via.iter().cloned());
            if same_tag {
                links.push((sameness, BuildLink { to: BuildId(i), because }));
            }
        }
        // A build of just this repository outdoes those of an image that is only called so.
        if links.iter().any(|(sameness, _)| *sameness == Sameness::Same) {
            links.retain(|(sameness, _)| *sameness == Sameness::Same);
        }
        // So does one of just this tag.
        if links.iter().any(|(_, link)| exact.contains(&link.to)) {
            links.retain(|(_, link)| exact.contains(&link.to));
        }
        // Of several images that only share a repository, nothing tells which it is.
        let known: BTreeSet<_> =
            links.iter().filter_map(|(_, link)| *images.get(link.to.0)?).collect();
        if known.len() > 1 {
            links.clear();
        }
        container.builds = links.into_iter().map(|(_, link)| link).collect();
    }
}

/// Whether a name of what is not known stands for the same value in two places: in one file, or
/// in the files of one module.
fn shares_names(sources: &Sources, a: Span, b: Span) -> bool {
    let (one, other) = (sources.get(a.source), sources.get(b.source));
    let is_terraform = one.kind == Kind::Terraform && other.kind == Kind::Terraform;
    a.source == b.source || (is_terraform && folder(&one.path) == folder(&other.path))
}

/// A deploy command that names no port keeps that which Terraform, or another command, gives
/// to the service.
fn forget_ports_of_others(deployments: &mut [Deployment]) {
    let names_a_port = |d: &Deployment| {
        let explicit = |port: &Value<u16>| port.at().is_some_and(|at| at != d.at);
        d.manager == Manager::Terraform || d.containers.iter().any(|c| explicit(&c.port))
    };
    let services = deployments.iter().filter(|d| d.platform == Platform::CloudRunService);
    let declared: Vec<(Span, Value<Text>)> =
        services.filter(|d| names_a_port(d)).map(|d| (d.at, d.name.clone())).collect();
    for deployment in deployments.iter_mut().filter(|d| d.manager.is_pipeline()) {
        let may_be_declared =
            declared.iter().any(|(at, name)| *at != deployment.at && name.may_be(&deployment.name));
        for container in deployment.containers.iter_mut().filter(|_| may_be_declared) {
            if container.port.known().is_some_and(|port| port.at == deployment.at) {
                container.port = Value::unknown(deployment.at, Why::Computed);
            }
        }
    }
}

/// Where something says that pods are to be restarted, be it in a text for people, a change of
/// their image is not left to Terraform.
fn roll_out_by_hand(deployments: &mut [Deployment], sources: &Sources) {
    let mut on_kubernetes =
        deployments.iter_mut().filter(|d| d.platform == Platform::Kubernetes).peekable();
    let tells = |text: &str| text.contains("rollout restart");
    if on_kubernetes.peek().is_some() && sources.iter().any(|(_, source)| tells(&source.text)) {
        on_kubernetes.for_each(|deployment| deployment.changes_otherwise = true);
    }
}

/// Pods that ask for no architecture run on whatever nodes there are: if all are alike, on these.
fn run_on_nodes(deployments: &mut [Deployment], pools: &[NodePool]) {
    let known: Option<Vec<_>> = pools.iter().map(|pool| pool.architecture.known()).collect();
    let Some(known) = known else { return };
    let Some(first) = known.first().filter(|first| known.iter().all(|k| k.value == first.value))
    else {
        return;
    };
    let on_kubernetes = deployments.iter_mut().filter(|d| d.platform == Platform::Kubernetes);
    for deployment in on_kubernetes.filter(|d| d.architecture.is_unset()) {
        let told = format!("every node of a cluster that the project creates is {}", first.value);
        let mut via = vec![Step::default(first.at, told)];
        via.extend(first.via.iter().cloned());
        let at = deployment.at;
        deployment.architecture = Value::Known(Sourced { value: first.value, at, via });
    }
}

/// Whether two references name different images of one repository: `app:web` and `app:api`.
/// What changes from build to build, as a version does, tells nothing.
fn tags_differ(a: &ImageReference, b: &ImageReference) -> bool {
    match (a.variant(), b.variant()) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}
