//! Joining what the files say: builds with Dockerfiles, deployments with builds.

mod dockerfiles;
mod elsewhere;
mod images;
mod outputs;

use super::build::built::{Built, Reading};
use super::build::{Build, BuildId, BuildKind, MissingName, Prepared};
use super::contents::program;
use super::contents::python;
use super::contents::{install_script, javascript};
use super::context::copy::Lookup;
use super::context::ignore_file;
use super::context::taken;
use super::deployment::Platform;
use super::image::{Image, ImageId, variant};
use super::lower::cloudbuild::Submission;
use super::lower::dockerfile::Given;
use super::lower::submission::made_before_submission;
use super::lower::{
    Lowered, aws, bake, circleci, cloudbuild, compose, declared, dockerfile, files, gitlab,
    inline_build, kubernetes, lambroll, manifests, skaffold, tasks, terraform, trigger, workflow,
};
use super::policy::Policy;
use super::secret::Secret;
use super::trees::Trees;
use super::{Project, lower};
use crate::eval::terraform::Terraform;
use crate::source::{Kind, Source, SourceId, Sources, folder, name};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The builds of each image that has any.
pub(super) type BuildsByImage<'a> = BTreeMap<ImageId, Vec<(BuildId, &'a Build)>>;

/// What workflows and scripts say, which does not depend on Terraform.
pub fn pipelines(sources: &Sources, trees: &Trees) -> Lowered {
    let workflows: Vec<_> = trees.workflows.iter().collect();
    let of_workflows: Vec<Arc<Lowered>> = workflows
        .par_iter()
        .map(|(id, workflow)| {
            sources.keep_for_later(**id, "workflow", (), || workflow::lower(sources, workflow))
        })
        .collect();
    let mut lowered = Lowered::default();
    of_workflows.into_iter().for_each(|of_file| lowered.append(Arc::unwrap_or_clone(of_file)));
    for steps in trees.actions.values() {
        lowered.job_scripts.extend(lower::job_script::of_action(steps));
    }
    let mut add = |of_file: Arc<Lowered>| lowered.append(Arc::unwrap_or_clone(of_file));
    for (id, pipeline) in &trees.gitlab {
        add(sources.keep_for_later(*id, "gitlab", (), || gitlab::lower(sources, *id, pipeline)));
    }
    for (id, configuration) in &trees.circleci {
        add(sources
            .keep_for_later(*id, "circleci", (), || circleci::lower(sources, *id, configuration)));
    }
    for (id, tasks) in &trees.tasks {
        add(sources.keep_for_later(*id, "tasks", (), || tasks::lower(sources, *id, tasks)));
    }
    for (id, skaffold) in &trees.skaffolds {
        lowered.builds.extend(skaffold::lower(sources, *id, skaffold));
    }
    lowered.deployments.extend(trees.functions.iter().map(|function| lambroll::lower(function)));
    let of_scripts = files::lower(sources, &lowered.called());
    lowered.append(of_scripts);
    lowered
}

/// Lowers the trees of a project and joins what they say.
pub fn project(
    mut sources: Sources,
    trees: Trees,
    terraform: Terraform,
    mut pipelines: Lowered,
) -> Project {
    sources.expect(pipelines.made.clone());
    let mut triggers = trigger::triggers(&terraform);
    triggers.append(&mut pipelines.triggers);
    let files: Vec<_> = trees.builds.iter().collect();
    let submitting = submitting_scripts(&sources);
    let mut lowered = Lowered::default();
    let of_files: Vec<Arc<Lowered>> = files
        .par_iter()
        .map(|(id, build)| {
            let path = &sources.get(**id).path;
            let triggers = || triggers.iter().filter(|trigger| *trigger.build == **path);
            let bases = match triggers().next() {
                // A trigger starts in the root of the repository.
                Some(_) => vec![String::new()],
                None => cloudbuild::bases(folder(path)),
            };
            let trigger = triggers().next().map(|trigger| trigger.at);
            let overridden: Vec<String> = triggers()
                .flat_map(|trigger| &trigger.substitutions)
                .filter_map(|n| n.literal_text())
                .map(str::to_owned)
                .collect();
            let made = submitting.iter().filter(|(id, _)| submits(&sources, *id, path));
            let prepared = made.map(|(_, made)| *made).max().unwrap_or(Prepared::No);
            let submission = Submission { trigger, bases, overridden, prepared };
            sources.keep_for_later(**id, "build", submission.clone(), || {
                cloudbuild::lower(&sources, build, &submission)
            })
        })
        .collect();
    of_files.into_iter().for_each(|of_file| lowered.append(Arc::unwrap_or_clone(of_file)));
    lowered.append(terraform::lower(&sources, &terraform));
    lowered.append(inline_build::lower(&sources, &terraform));
    let of_manifests = manifests::lower(
        &sources,
        &trees.manifests,
        &trees.kustomizations,
        &pipelines.image_settings,
        &pipelines.releases,
    );
    lowered.append(of_manifests);
    lowered.append(pipelines);
    lowered.append(secrets_of_scripts(&sources));
    triggers.append(&mut lowered.triggers);
    let of_compose = compose::lower(&sources, &trees.compose, &lowered.compose);
    lowered.append(of_compose);
    let of_bake = bake::lower(&sources, &trees.bakes, &trees.compose, &lowered.bakes);
    lowered.append(of_bake);
    outputs::fill_in(&mut lowered, &terraform);
    sources.expect(std::mem::take(&mut lowered.made));
    dockerfiles::take_small_letters(&mut lowered.builds, &sources);

    let names =
        declared::missing(&sources, &trees, &terraform, &lowered.expected, &lowered.delivered);
    lowered.missing_names.extend(names.into_iter().filter(|_| !sources.is_part));

    let given = dockerfiles::given(&lowered.builds);
    let dockerfiles: Vec<_> = trees.dockerfiles.iter().collect();
    let none = Given::default();
    let images: Vec<Arc<Image>> = dockerfiles
        .par_iter()
        .filter_map(|(id, tree)| {
            let given = given.get(&*sources.get(**id).path).unwrap_or(&none);
            let image = sources.keep_for_later(**id, "image", given.clone(), || {
                dockerfile::lower(&sources, **id, tree, given).map(Arc::new)
            });
            Option::clone(&image)
        })
        .collect();

    if !sources.is_part {
        lowered.submissions.iter_mut().for_each(|submission| submission.settle(&sources));
        let uploads = lowered.builds.iter_mut().filter_map(|build| build.upload.as_mut());
        uploads.for_each(|upload| upload.settle(&sources));
    }
    let lookup = Lookup::new(&sources, &trees.dockerignores);
    let by_path: BTreeMap<&str, ImageId> =
        images.iter().enumerate().map(|(i, image)| (&*image.path, ImageId(i))).collect();
    for build in &mut lowered.builds {
        build.image = dockerfiles::image_of(build, &by_path, &images, &lookup);
    }
    images::tag_again(&mut lowered.builds, &lowered.tagged);
    let made = images::made_names(&lowered.builds);
    let local = images::builds_of_services(&lowered.builds);
    for deployment in &mut lowered.deployments {
        match deployment.platform {
            Platform::Compose => images::link_service(deployment, &local),
            _ => images::link_builds(deployment, &made, &sources),
        }
    }
    elsewhere::run_on_nodes(&mut lowered.deployments, &lowered.node_pools);
    elsewhere::roll_out_by_hand(&mut lowered.deployments, &sources);
    elsewhere::forget_ports_of_others(&mut lowered.deployments);

    let builds = dockerfiles::by_image(&lowered.builds);
    let copied = dockerfiles::copied(&lowered.builds, &sources);
    let variants = variant::variants(&sources, &trees.dockerfiles, &images, &builds);
    let readings = Reading::all(&images, &variants, &builds);
    let copy_sources = readings
        .par_iter()
        .flat_map_iter(|reading| {
            let Reading { id, image, builds: own, .. } = reading;
            match builds.get(id) {
                None if copied.contains(name(&image.path)) => Vec::new(),
                None => lookup.of_image(*id, image),
                Some(builds) => {
                    // Of an image that something else builds, Skaffold may know only the name.
                    let by_skaffold = |build: &Build| build.kind == BuildKind::Skaffold;
                    let all = builds.iter().all(|(_, build)| by_skaffold(build));
                    let counts = own.iter().filter(|(_, build)| all || !by_skaffold(build));
                    let found = counts.flat_map(|(b, build)| {
                        let mut lacking = lookup.of_build(*b, build, image);
                        lacking.extend(lookup.of_named_contexts(*b, build, image));
                        lacking
                    });
                    found.collect()
                }
            }
        })
        .collect();
    let built = Built::all(&sources, &readings);
    let by_index = |i: usize| -> Vec<&Build> {
        builds.get(&ImageId(i)).into_iter().flatten().map(|(_, build)| *build).collect()
    };
    let images_with_ids = images.par_iter().enumerate();
    let taken = images_with_ids
        .flat_map_iter(|(i, image)| taken::taken(&lookup, ImageId(i), image, &by_index(i)))
        .collect();
    let ignore_files = ignore_file::ignore_files(&lookup, &images, &lowered.builds, &by_index);
    let mut environments = environments(&terraform, &sources);
    if lowered.bundles.len() > 1 {
        environments.extend(&lowered.bundles);
    }
    let mut errors = trees.errors;
    errors.extend_from_slice(&terraform.errors);
    let mut project = Project {
        images: Vec::new(),
        variants: Vec::new(),
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
        misuses: lowered.misuses,
        policy: Policy::default(),
        services: lowered.services,
        backends: lowered.backends,
        triggers,
        copy_sources,
        taken,
        ignore_files,
        own_packages: python::own_packages(&lookup, &built),
        carried: python::carried::carried(&lookup, &built),
        missing_programs: program::missing_programs(&lookup, &built),
        missing_scripts: install_script::missing_scripts(&lookup, &built, &trees.tasks),
        missing_starts: python::start::missing_starts(&lookup, &built),
        missing_modules: {
            let mut modules = python::missing_modules(&lookup, &built);
            modules.extend(javascript::missing_modules(&lookup, &built));
            modules
        },
        scripts_of_files: super::script::file::of_files(&sources),
        job_scripts: lowered.job_scripts,
        remarks: None,
        missing_names: {
            let is_read = |missing: &MissingName| {
                sources.find(&missing.file).is_none_or(|(id, _)| !trees.in_part.contains(&id))
            };
            lowered.missing_names.into_iter().filter(is_read).collect()
        },
        missing_files: lowered.missing_files,
        named_paths: lowered.named_paths,
        calls: lowered.calls,
        environments,
        terraform,
        by_bundle: Default::default(),
        errors,
        oddities: trees.oddities,
        in_part: trees.in_part,
        sources: Sources::default(),
    };
    project.images = images;
    project.variants = variants;
    project.builds = lowered.builds;
    project.sources = sources;
    project
}

/// The files of variables that stand for an environment each.
fn environments(terraform: &Terraform, sources: &Sources) -> BTreeSet<SourceId> {
    let paths = terraform.modules.iter().filter_map(|module| module.environment.as_deref());
    paths.filter_map(|path| Some(sources.find(path)?.0)).collect()
}

/// The scripts that call `gcloud builds submit`, with the files that they may make before.
fn submitting_scripts(sources: &Sources) -> Vec<(SourceId, Prepared)> {
    let scripts = sources
        .iter()
        .filter(|(_, source)| source.kind == Kind::Script && source.text.contains("builds submit"));
    let made =
        |id| sources.keep(id, "before submission", (), || made_before_submission(sources, id));
    scripts.map(|(id, _)| (id, *made(id))).collect()
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
    let mut of_stores: [Vec<Secret>; 3] = Default::default();
    for (id, source) in sources.iter() {
        let created = source.keep(id, || created_in(id, source));
        of_stores.iter_mut().zip(&*created).for_each(|(all, own)| all.extend_from_slice(own));
    }
    Lowered { secrets: of_stores.concat(), ..Lowered::default() }
}

/// The secrets that commands of a file create: those of Kubernetes, of AWS, and of Secret
/// Manager.
fn created_in(id: SourceId, source: &Source) -> [Vec<Secret>; 3] {
    use Kind::{CircleCi, GitLab, Script, Tasks, Workflow, Yaml};
    let text = &source.text;
    let mut created: [Vec<Secret>; 3] = Default::default();
    let [of_kubernetes, of_aws, of_google] = &mut created;
    if text.contains("create secret") {
        of_kubernetes.extend(kubernetes::created_by_commands(id, text));
    }
    if text.contains("aws ") {
        of_aws.extend(aws::created_by_commands(id, text));
    }
    if matches!(source.kind, CircleCi | GitLab | Script | Tasks | Workflow | Yaml)
        && text.contains("secrets create")
    {
        of_google.extend(lower::script::created_secrets(id, text));
    }
    created
}
