//! Parsing every file of a project, in parallel and once.

use super::lower::kubernetes::is_read_kind;
use crate::source::{self, Kind, Source, SourceId, Sources};
use crate::syntax::bake::{self, Bake};
use crate::syntax::circleci::{self, Configuration};
use crate::syntax::clouddeploy::{self, Delivery};
use crate::syntax::compose::{self, Compose};
use crate::syntax::dockerfile::Dockerfile;
use crate::syntax::dockerignore::Dockerignore;
use crate::syntax::gitlab::{self, Pipeline};
use crate::syntax::kubernetes::{self, Manifests};
use crate::syntax::kustomize::{self, Kustomization};
use crate::syntax::lambroll::{self, Function};
use crate::syntax::skaffold::{self, Skaffold};
use crate::syntax::tasks::{self, Task};
use crate::syntax::workflow::{self, Workflow};
use crate::syntax::{Parsed, SyntaxError, cloudbuild, dockerfile, dockerignore, hcl, yaml};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was read of each file of a format.
pub type ById<T> = BTreeMap<SourceId, Arc<T>>;

/// The trees of the files that were read.
#[derive(Debug, Default)]
pub struct Trees {
    pub dockerfiles: ById<Dockerfile>,
    /// By path.
    pub dockerignores: BTreeMap<String, Arc<Dockerignore>>,
    pub builds: ById<cloudbuild::Build>,
    pub workflows: ById<Workflow>,
    pub compose: ById<Compose>,
    pub gitlab: ById<Pipeline>,
    pub circleci: ById<Configuration>,
    pub bakes: ById<Bake>,
    pub skaffolds: ById<Skaffold>,
    pub deliveries: ById<Delivery>,
    pub tasks: ById<Vec<Task>>,
    /// Of lambroll.
    pub functions: Vec<Arc<Function>>,
    /// Of files that can be read as a whole.
    pub manifests: ById<Manifests>,
    pub kustomizations: ById<Kustomization>,
    pub errors: Vec<SyntaxError>,
    /// What only some readers of a format refuse.
    pub oddities: Vec<SyntaxError>,
}

/// What was read of one file.
#[derive(Default)]
struct Read {
    tree: Option<Tree>,
    errors: Vec<SyntaxError>,
    oddities: Vec<SyntaxError>,
}

#[derive(Clone)]
enum Tree {
    Dockerfile(Arc<Dockerfile>),
    Dockerignore(Arc<Dockerignore>),
    Build(Arc<cloudbuild::Build>),
    Workflow(Arc<Workflow>),
    Compose(Arc<Compose>),
    GitLab(Arc<Pipeline>),
    CircleCi(Arc<Configuration>),
    Bake(Arc<Bake>),
    Skaffold(Arc<Skaffold>),
    Delivery(Arc<Delivery>),
    Tasks(Arc<Vec<Task>>),
    Function(Arc<Function>),
    Manifests(Arc<Manifests>),
    Kustomization(Arc<Kustomization>),
}

impl Trees {
    pub fn parse(sources: &Sources) -> Trees {
        let files: Vec<(SourceId, &Source)> = sources.iter().collect();
        let parsed: Vec<Arc<Read>> =
            files.par_iter().map(|(id, source)| source.keep(*id, || read(*id, source))).collect();
        let mut trees = Trees::default();
        for ((id, source), read) in files.into_iter().zip(parsed) {
            trees.errors.extend_from_slice(&read.errors);
            trees.oddities.extend_from_slice(&read.oddities);
            match read.tree.clone() {
                None => {}
                Some(Tree::Dockerfile(tree)) => drop(trees.dockerfiles.insert(id, tree)),
                Some(Tree::Dockerignore(tree)) => {
                    trees.dockerignores.insert(source.path.to_string(), tree);
                }
                Some(Tree::Build(build)) => drop(trees.builds.insert(id, build)),
                Some(Tree::Workflow(workflow)) => drop(trees.workflows.insert(id, workflow)),
                Some(Tree::Compose(compose)) => drop(trees.compose.insert(id, compose)),
                Some(Tree::GitLab(pipeline)) => drop(trees.gitlab.insert(id, pipeline)),
                Some(Tree::CircleCi(read)) => drop(trees.circleci.insert(id, read)),
                Some(Tree::Bake(bake)) => drop(trees.bakes.insert(id, bake)),
                Some(Tree::Skaffold(skaffold)) => drop(trees.skaffolds.insert(id, skaffold)),
                Some(Tree::Delivery(read)) => drop(trees.deliveries.insert(id, read)),
                Some(Tree::Tasks(tasks)) => drop(trees.tasks.insert(id, tasks)),
                Some(Tree::Function(function)) => trees.functions.push(function),
                Some(Tree::Manifests(manifests)) => drop(trees.manifests.insert(id, manifests)),
                Some(Tree::Kustomization(tree)) => drop(trees.kustomizations.insert(id, tree)),
            }
        }
        trees
    }
}

/// Reads one file.
fn read(id: SourceId, source: &Source) -> Read {
    let text = &source.text;
    let yaml = || yaml::parse(id, text);
    let whole = |tree: Option<Tree>, errors| Read { tree, errors, oddities: Vec::new() };
    let quiet = |tree: Option<Tree>| whole(tree, Vec::new());
    match source.kind {
        Kind::Dockerfile => {
            let Parsed { tree, errors } = dockerfile::parse(id, text);
            whole(Some(Tree::Dockerfile(tree.into())), errors)
        }
        Kind::Dockerignore => {
            let Parsed { tree, errors } = dockerignore::parse(id, text);
            whole(Some(Tree::Dockerignore(tree.into())), errors)
        }
        Kind::CloudBuild => {
            let Parsed { mut tree, errors } = yaml();
            let oddities = std::mem::take(&mut tree.repeated);
            let is_called_so =
                source::name(&source.path).to_ascii_lowercase().contains("cloudbuild");
            let build = cloudbuild::read(id, &tree, is_called_so);
            let tree = build.map(|build| Tree::Build(build.into()));
            Read { tree, errors, oddities }
        }
        Kind::Workflow => {
            let Parsed { tree, errors } = yaml();
            whole(workflow::read(&tree).map(|read| Tree::Workflow(read.into())), errors)
        }
        Kind::Compose => {
            let Parsed { tree, errors } = yaml();
            whole(compose::read(&tree).map(|read| Tree::Compose(read.into())), errors)
        }
        Kind::GitLab => {
            let Parsed { tree, errors } = yaml();
            whole(gitlab::read(&tree).map(|read| Tree::GitLab(read.into())), errors)
        }
        Kind::CircleCi => {
            let Parsed { tree, errors } = yaml();
            whole(circleci::read(&tree).map(|read| Tree::CircleCi(read.into())), errors)
        }
        Kind::Bake => quiet(Some(Tree::Bake(bake_of(id, source).into()))),
        Kind::Skaffold => quiet(Some(Tree::Skaffold(skaffold::read(&yaml().tree).into()))),
        Kind::Function => {
            let Parsed { tree, errors } = yaml();
            // jsonnet that is no JSON is not read.
            let function = lambroll::read(&tree).filter(|_| errors.is_empty());
            quiet(function.map(|function| Tree::Function(function.into())))
        }
        Kind::Kustomization => {
            quiet(Some(Tree::Kustomization(kustomize::read(&yaml().tree).into())))
        }
        Kind::Tasks => quiet(Some(Tree::Tasks(tasks_of(id, source).into()))),
        Kind::Yaml if text.contains(clouddeploy::API) => {
            quiet(Some(Tree::Delivery(clouddeploy::read(&yaml().tree).into())))
        }
        // A template is no YAML, and nothing is said of its errors.
        Kind::Yaml if kubernetes::kinds(text).any(is_read_kind) => {
            quiet(kubernetes::parse(id, text).map(|read| Tree::Manifests(read.into())))
        }
        _ => Read::default(),
    }
}

/// The targets of a bake file. What cannot be read of it is left to bake.
fn bake_of(id: SourceId, source: &Source) -> Bake {
    match source.path.ends_with(".json") {
        true => bake::of_json(&yaml::parse(id, &source.text).tree),
        false => bake::of_hcl(&hcl::parse(id, &source.text).tree),
    }
}

/// The tasks of a file. What cannot be read of it is left to the tools that own it.
fn tasks_of(id: SourceId, source: &Source) -> Vec<Task> {
    let text = &source.text;
    match source::name(&source.path).rsplit_once('.') {
        Some((_, "json")) => tasks::of_package(&yaml::parse(id, text).tree),
        Some((_, "yml" | "yaml")) => tasks::of_taskfile(&yaml::parse(id, text).tree),
        _ => tasks::of_justfile(id, text),
    }
}
