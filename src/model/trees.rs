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
use crate::syntax::yaml::{self, Yaml};
use crate::syntax::{Parsed, SyntaxError, cloudbuild, dockerfile, dockerignore, hcl};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
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
    /// The steps of actions that are made of steps.
    pub actions: ById<Vec<workflow::Step>>,
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
    /// The files of which only a part is read, and it is not known which.
    pub in_part: BTreeSet<SourceId>,
}

/// What was read of one file.
#[derive(Default)]
struct Read {
    tree: Option<Tree>,
    errors: Vec<SyntaxError>,
    oddities: Vec<SyntaxError>,
    is_in_part: bool,
}

#[derive(Clone)]
enum Tree {
    Dockerfile(Arc<Dockerfile>),
    Dockerignore(Arc<Dockerignore>),
    Build(Arc<cloudbuild::Build>),
    Workflow(Arc<Workflow>),
    Action(Arc<Vec<workflow::Step>>),
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
            trees.in_part.extend(read.is_in_part.then_some(id));
            match read.tree.clone() {
                None => {}
                Some(Tree::Dockerfile(tree)) => drop(trees.dockerfiles.insert(id, tree)),
                Some(Tree::Dockerignore(tree)) => {
                    trees.dockerignores.insert(source.path.to_string(), tree);
                }
                Some(Tree::Build(build)) => drop(trees.builds.insert(id, build)),
                Some(Tree::Workflow(workflow)) => drop(trees.workflows.insert(id, workflow)),
                Some(Tree::Action(steps)) => drop(trees.actions.insert(id, steps)),
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
    // A Dockerfile and its ignore file lose no more than the lines that cannot be read.
    let lines = |tree: Tree, errors| Read { tree: Some(tree), errors, ..Read::default() };
    let yaml = |read: &dyn Fn(&Yaml) -> Option<Tree>| {
        let Parsed { tree, errors } = yaml::parse(id, text);
        let is_in_part = !errors.is_empty();
        Read { tree: read(&tree), errors, oddities: Vec::new(), is_in_part }
    };
    // What cannot be read is left to the tools that own the file.
    let quiet = |read: &dyn Fn(&Yaml) -> Option<Tree>| Read { errors: Vec::new(), ..yaml(read) };
    match source.kind {
        Kind::Dockerfile => {
            let Parsed { tree, errors } = dockerfile::parse(id, text);
            lines(Tree::Dockerfile(tree.into()), errors)
        }
        Kind::Dockerignore => {
            let Parsed { tree, errors } = dockerignore::parse(id, text);
            lines(Tree::Dockerignore(tree.into()), errors)
        }
        Kind::CloudBuild => build(id, source),
        Kind::Workflow => {
            yaml(&|yaml| workflow::read(yaml).map(|read| Tree::Workflow(read.into())))
        }
        Kind::Compose => yaml(&|yaml| compose::read(yaml).map(|read| Tree::Compose(read.into()))),
        Kind::GitLab => yaml(&|yaml| gitlab::read(yaml).map(|read| Tree::GitLab(read.into()))),
        Kind::CircleCi => {
            yaml(&|yaml| circleci::read(yaml).map(|read| Tree::CircleCi(read.into())))
        }
        Kind::Bake if source.path.ends_with(".json") => {
            quiet(&|yaml| Some(Tree::Bake(bake::of_json(yaml).into())))
        }
        Kind::Bake => {
            let Parsed { tree, errors } = hcl::parse(id, text);
            let is_in_part = !errors.is_empty();
            let tree = Some(Tree::Bake(bake::of_hcl(&tree).into()));
            Read { tree, is_in_part, ..Read::default() }
        }
        Kind::Skaffold => quiet(&|yaml| Some(Tree::Skaffold(skaffold::read(yaml).into()))),
        Kind::Function => {
            let mut read =
                quiet(&|yaml| lambroll::read(yaml).map(|read| Tree::Function(read.into())));
            // jsonnet that is no JSON is not read.
            read.tree = read.tree.filter(|_| !read.is_in_part);
            read
        }
        Kind::Kustomization => {
            quiet(&|yaml| Some(Tree::Kustomization(kustomize::read(yaml).into())))
        }
        Kind::Tasks => match source::name(&source.path).rsplit_once('.') {
            Some((_, "json")) => quiet(&|yaml| Some(Tree::Tasks(tasks::of_package(yaml).into()))),
            Some((_, "yml" | "yaml")) => {
                quiet(&|yaml| Some(Tree::Tasks(tasks::of_taskfile(yaml).into())))
            }
            _ => lines(Tree::Tasks(tasks::of_justfile(id, text).into()), Vec::new()),
        },
        Kind::Yaml if matches!(source::name(&source.path), "action.yml" | "action.yaml") => {
            quiet(&|yaml| workflow::read_action(yaml).map(|steps| Tree::Action(steps.into())))
        }
        Kind::Yaml if text.contains(clouddeploy::API) => {
            quiet(&|yaml| Some(Tree::Delivery(clouddeploy::read(yaml).into())))
        }
        // A template is no YAML, and nothing is said of its errors.
        Kind::Yaml if kubernetes::kinds(text).any(is_read_kind) => {
            let manifests = kubernetes::parse(id, text);
            Read { tree: manifests.map(|read| Tree::Manifests(read.into())), ..Read::default() }
        }
        _ => Read::default(),
    }
}

/// Reads a build file. What stands twice in one that cannot be read may come of the reading.
fn build(id: SourceId, source: &Source) -> Read {
    let Parsed { mut tree, errors } = yaml::parse(id, &source.text);
    let mut oddities = std::mem::take(&mut tree.repeated);
    let is_in_part = !errors.is_empty();
    oddities.retain(|_| !is_in_part);
    let is_called_so = source::name(&source.path).to_ascii_lowercase().contains("cloudbuild");
    let build = cloudbuild::read(id, &tree, is_called_so);
    Read { tree: build.map(|build| Tree::Build(build.into())), errors, oddities, is_in_part }
}
