//! Parsing every file of a project, in parallel and once.

use super::lower::kubernetes::is_read_kind;
use crate::source::{self, Kind, Source, SourceId, Sources};
use crate::syntax::bake::{self, Bake};
use crate::syntax::circleci::{self, Configuration};
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
use crate::syntax::yaml::Yaml;
use crate::syntax::{Parsed, SyntaxError, cloudbuild, dockerfile, dockerignore, hcl, yaml};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The trees of the files that were read.
#[derive(Debug, Default)]
pub struct Trees {
    pub dockerfiles: BTreeMap<SourceId, Dockerfile>,
    /// By path.
    pub dockerignores: BTreeMap<String, Dockerignore>,
    pub builds: BTreeMap<SourceId, cloudbuild::Build>,
    pub workflows: BTreeMap<SourceId, Workflow>,
    pub compose: BTreeMap<SourceId, Compose>,
    pub gitlab: BTreeMap<SourceId, Pipeline>,
    pub circleci: BTreeMap<SourceId, Configuration>,
    pub bakes: BTreeMap<SourceId, Bake>,
    pub skaffolds: BTreeMap<SourceId, Skaffold>,
    pub tasks: BTreeMap<SourceId, Vec<Task>>,
    /// Of lambroll.
    pub functions: Vec<Function>,
    /// Of files that can be read as a whole.
    pub manifests: BTreeMap<SourceId, Manifests>,
    pub kustomizations: BTreeMap<SourceId, Kustomization>,
    pub errors: Vec<SyntaxError>,
    /// What only some readers of a format refuse.
    pub oddities: Vec<SyntaxError>,
}

enum Tree {
    Dockerfile(Dockerfile),
    Dockerignore(Dockerignore),
    Yaml(Yaml),
    Workflow(Yaml),
    Compose(Yaml),
    GitLab(Yaml),
    CircleCi(Yaml),
    Bake(Bake),
    Skaffold(Skaffold),
    Tasks(Vec<Task>),
    Function(Function),
    Manifests(Manifests),
    Kustomization(Box<Kustomization>),
}

impl Trees {
    pub fn parse(sources: &Sources) -> Trees {
        let files: Vec<SourceId> = sources.iter().map(|(id, _)| id).collect();
        let parsed: Vec<_> = files
            .par_iter()
            .filter_map(|id| {
                let source = sources.get(*id);
                let text = &source.text;
                let parsed = match source.kind {
                    Kind::Dockerfile => wrap(dockerfile::parse(*id, text), Tree::Dockerfile),
                    Kind::Dockerignore => wrap(dockerignore::parse(*id, text), Tree::Dockerignore),
                    Kind::CloudBuild => wrap(yaml::parse(*id, text), Tree::Yaml),
                    Kind::Workflow => wrap(yaml::parse(*id, text), Tree::Workflow),
                    Kind::Bake => (Tree::Bake(bake_of(*id, source)), Vec::new()),
                    Kind::Skaffold => {
                        let read = skaffold::read(&yaml::parse(*id, text).tree);
                        (Tree::Skaffold(read), Vec::new())
                    }
                    Kind::Function => {
                        let parsed = yaml::parse(*id, text);
                        // jsonnet that is no JSON is not read.
                        let is_whole = parsed.errors.is_empty();
                        let read = lambroll::read(&parsed.tree).filter(|_| is_whole)?;
                        (Tree::Function(read), Vec::new())
                    }
                    Kind::Kustomization => {
                        let read = kustomize::read(&yaml::parse(*id, text).tree);
                        (Tree::Kustomization(Box::new(read)), Vec::new())
                    }
                    Kind::GitLab => wrap(yaml::parse(*id, text), Tree::GitLab),
                    Kind::CircleCi => wrap(yaml::parse(*id, text), Tree::CircleCi),
                    Kind::Tasks => (Tree::Tasks(tasks_of(*id, source)), Vec::new()),
                    Kind::Compose => wrap(yaml::parse(*id, text), Tree::Compose),
                    // A template is no YAML, and nothing is said of its errors.
                    Kind::Yaml if kubernetes::kinds(text).any(is_read_kind) => {
                        (Tree::Manifests(kubernetes::parse(*id, text)?), Vec::new())
                    }
                    _ => return None,
                };
                Some((*id, parsed))
            })
            .collect();
        let mut trees = Trees::default();
        for (id, (tree, mut errors)) in parsed {
            trees.errors.append(&mut errors);
            match tree {
                Tree::Dockerfile(tree) => drop(trees.dockerfiles.insert(id, tree)),
                Tree::Dockerignore(tree) => {
                    trees.dockerignores.insert(sources.get(id).path.to_string(), tree);
                }
                Tree::Kustomization(tree) => drop(trees.kustomizations.insert(id, *tree)),
                Tree::Manifests(manifests) => drop(trees.manifests.insert(id, manifests)),
                Tree::Workflow(tree) => {
                    if let Some(workflow) = workflow::read(&tree) {
                        trees.workflows.insert(id, workflow);
                    }
                }
                Tree::CircleCi(tree) => {
                    if let Some(configuration) = circleci::read(&tree) {
                        trees.circleci.insert(id, configuration);
                    }
                }
                Tree::GitLab(tree) => {
                    if let Some(pipeline) = gitlab::read(&tree) {
                        trees.gitlab.insert(id, pipeline);
                    }
                }
                Tree::Bake(bake) => drop(trees.bakes.insert(id, bake)),
                Tree::Skaffold(skaffold) => drop(trees.skaffolds.insert(id, skaffold)),
                Tree::Function(function) => trees.functions.push(function),
                Tree::Tasks(tasks) => drop(trees.tasks.insert(id, tasks)),
                Tree::Compose(tree) => {
                    if let Some(compose) = compose::read(&tree) {
                        trees.compose.insert(id, compose);
                    }
                }
                Tree::Yaml(mut tree) => {
                    trees.oddities.append(&mut tree.repeated);
                    if let Some(build) = cloudbuild::read(&tree) {
                        trees.builds.insert(id, build);
                    }
                }
            }
        }
        trees
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

fn wrap<T>(parsed: Parsed<T>, tree: fn(T) -> Tree) -> (Tree, Vec<SyntaxError>) {
    (tree(parsed.tree), parsed.errors)
}
