//! Terraform and OpenTofu, evaluated as far as the files decide.
//!
//! `folder` gathers what the files of a folder declare, `environment` with which variables they
//! are applied, `evaluator` holds a module and those
//! that it calls, `scope` knows what names stand for, `expression`, `template`, `traversal` and
//! `function` evaluate, `types` converts, `body` makes blocks of it, `watch` says which files
//! decide when something runs again.

mod apply;
mod block;
mod body;
mod environment;
mod evaluator;
mod expression;
mod folder;
mod function;
mod scope;
mod template;
mod terragrunt;
mod traversal;
mod types;
mod watch;

pub use apply::Apply;
pub use block::{Attribute, Block, Datum, Evaluated, Key, Reference, Shape};
pub use watch::Watch;

use crate::source::{self, Kind, Source, SourceId, Sources, Span};
use crate::syntax::hcl::Body;
use crate::syntax::{Parsed, SyntaxError, hcl};
use crate::value::{Step, Why};
use body::Repetition;
use environment::Environment;
use evaluator::{Evaluator, Repeated};
use folder::{Declared, File, Folders};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// The types of resources that somebody asks for even if a default switches them off.
const READ_WHEN_OFF: &[&str] = &["google_cloudbuild_trigger"];

/// Everything that the Terraform files of a project declare.
#[derive(Debug, Clone, Default)]
pub struct Terraform {
    /// Each root module, and each module that is called once for each instance of each call; a
    /// folder of which no call is read stands once, with inputs that are not known.
    pub modules: Vec<Arc<Module>>,
    /// What could not be parsed. The rest of such a file is read all the same.
    pub errors: Vec<SyntaxError>,
}

/// The files of one folder, as a module.
#[derive(Debug, Clone)]
pub struct Module {
    /// The folder, from the root of the project.
    pub folder: String,
    /// By what calls it is reached from its root module: `module.api["eu"]`, empty for the root
    /// module itself.
    pub address: String,
    /// The file of variables with which it is evaluated, by its path from the root of the
    /// project, where Terraform must be told which one to read: `envs/prod.tfvars`. A root module
    /// with several such files is there once for each, and once without if every variable has
    /// a value then.
    pub environment: Option<String>,
    /// The folders in which `terraform apply` may run for it: its own, or those of the modules
    /// that call it in the end.
    pub roots: Vec<String>,
    /// `resource` blocks, one for each known instance.
    pub resources: Vec<Resource>,
    /// `data` blocks, likewise.
    pub data: Vec<Resource>,
    /// `resource` blocks of the types that are also read when there is no instance of them, as
    /// long as a variable keeps its default, with the steps that lead to that default.
    pub dormant: Vec<(Resource, Vec<Step>)>,
    /// `module` blocks, likewise: what is called, with which inputs.
    pub calls: Vec<Call>,
    /// Of a module that nothing calls, what it gives to whoever asks for it.
    pub outputs: Vec<(String, Evaluated)>,
}

/// A `resource` or `data` block, or one instance of it.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The type, e.g. `google_secret_manager_secret`.
    pub kind: String,
    /// The name, the second label.
    pub name: String,
    /// Which instance it is, where the block is repeated.
    pub key: Key,
    /// The block's type and labels.
    pub at: Span,
    /// What is inside.
    pub body: Block,
    /// What it watches, if all that it does is to run something.
    pub watch: Option<Watch>,
}

/// A `module` block, or one instance of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// The label.
    pub name: String,
    /// Which instance it is, where the block is repeated.
    pub key: Key,
    /// The block's type and label.
    pub at: Span,
    /// Inputs, `source` included.
    pub body: Block,
}

impl Terraform {
    /// Evaluates every Terraform file that was read, with the variables that commands set.
    pub fn evaluate(sources: &Sources, applies: &[Apply]) -> Terraform {
        let texts: Vec<_> = sources
            .iter()
            .filter(|(_, source)| source.kind == Kind::Terraform && !folder::is_download(source))
            .collect();
        let parsed: Vec<(File, Arc<Read>)> = texts
            .into_par_iter()
            .map(|(id, source)| {
                let read = source.keep(id, || read(id, source));
                (File { path: &source.path, id, body: read.body.clone() }, read)
            })
            .collect();
        let mut terraform = Terraform::default();
        let mut folders: BTreeMap<&str, Vec<File>> = BTreeMap::new();
        for (file, read) in parsed {
            terraform.errors.extend_from_slice(&read.errors);
            folders.entry(source::folder(file.path)).or_default().push(file);
        }
        let declared: BTreeMap<&str, Declared> = folders
            .iter()
            .map(|(folder, files)| (*folder, Declared::read(&folder::select(files))))
            .filter(|(_, declared)| !declared.is_empty())
            .collect();
        let sets_variables =
            |path: &str| folder::is_variables(path) || terragrunt::is_configuration(path);
        let variables = folders.values().flatten().filter(|file| sets_variables(file.path));
        let files = folders
            .iter()
            .map(|(folder, files)| (*folder, files.iter().map(|file| file.id).collect()));
        let folders = Folders::new(sources, declared, files.collect(), variables, applies);
        terraform.modules = modules(&folders);
        terraform
    }

    /// Every resource of a type that defaults of variables switch off, with the steps by which
    /// they do.
    pub fn dormant<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Resource, &'a [Step])> {
        let all = self.modules.iter().flat_map(|module| &module.dormant);
        all.filter(move |(resource, _)| resource.kind == kind)
            .map(|(resource, steps)| (resource, steps.as_slice()))
    }

    /// Every resource of a type, with its module.
    pub fn resources<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Module, &'a Resource)> {
        self.modules.iter().flat_map(move |module| {
            module.resources.iter().filter(move |r| r.kind == kind).map(move |r| (&**module, r))
        })
    }
}

/// What was read of a file.
struct Read {
    body: Arc<Body>,
    errors: Vec<SyntaxError>,
}

/// Reads a file.
fn read(id: SourceId, source: &Source) -> Read {
    let Parsed { tree, errors } = match source.path.ends_with(".json") {
        true => hcl::parse_json(id, &source.text, folder::is_variables(&source.path)),
        false => hcl::parse(id, &source.text),
    };
    let body = match terragrunt::is_configuration(&source.path) {
        true => terragrunt::inputs(tree),
        false => tree,
    };
    Read { body: body.into(), errors }
}

/// Evaluates all folders, those that are called as often as they are.
fn modules(folders: &Folders) -> Vec<Arc<Module>> {
    let roots: Vec<(&str, Option<&Environment>)> = folders
        .declared
        .keys()
        .filter(|folder| folders.is_root(folder))
        .flat_map(|root| folders.environments(root).into_iter().map(move |e| (*root, e)))
        .collect();
    let trees: Vec<Arc<Evaluation>> = roots
        .into_par_iter()
        .enumerate()
        .filter_map(|(i, (root, environment))| {
            let name = format!("{i} {}", environment.map_or("", |environment| environment.path));
            folders.keep(root, &name, || tree(folders, root, environment))
        })
        .collect();
    let mut modules: Vec<Arc<Module>> = Vec::new();
    let mut cut: BTreeSet<&str> = BTreeSet::new();
    for tree in &trees {
        modules.extend(tree.modules.iter().cloned());
        cut.extend(tree.cut.iter().map(String::as_str));
    }
    let evaluated: BTreeSet<&str> =
        trees.iter().flat_map(|tree| &tree.modules).map(|module| module.folder.as_str()).collect();
    let rest: Vec<&str> = folders
        .declared
        .keys()
        .filter(|folder| cut.contains(**folder) || !evaluated.contains(**folder))
        .copied()
        .collect();
    let rest: Vec<Arc<Option<Arc<Module>>>> = rest
        .into_par_iter()
        .filter_map(|folder| folders.keep(folder, "called", || called(folders, folder)))
        .collect();
    modules.extend(rest.iter().flat_map(|module| Option::clone(module)));
    let place = |module: &Module| (module.folder.clone(), module.roots.clone());
    modules.sort_by_cached_key(|module| {
        (place(module), module.environment.clone(), module.address.clone())
    });
    modules
}

/// A folder of which no call is read.
fn called(folders: &Folders, folder: &str) -> Option<Arc<Module>> {
    let (folder, _) = folders.declared.get_key_value(folder)?;
    let roots = folders.roots(folder);
    let root = match &roots[..] {
        [root] => folders.declared.get_key_value(root.as_str()).map(|(root, _)| *root),
        _ => None,
    };
    let module = module(&*Evaluator::called(folders, folder, root)?);
    Some(Module { roots, ..module }.into())
}

/// A root module and all that it calls.
#[derive(Default)]
struct Evaluation {
    modules: Vec<Arc<Module>>,
    /// The folders that were not gone down to for every call.
    cut: BTreeSet<String>,
}

fn tree<'a>(
    folders: &'a Folders<'a>,
    root: &'a str,
    environment: Option<&'a Environment<'a>>,
) -> Evaluation {
    let Some(evaluator) = Evaluator::root(folders, root, environment) else {
        return Evaluation::default();
    };
    let mut modules = Vec::new();
    let mut open = VecDeque::from([evaluator.clone()]);
    while let Some(evaluator) = open.pop_front() {
        let module = module(&evaluator);
        let environment = environment.map(|environment| environment.path.to_owned());
        let module = Module { roots: vec![root.to_owned()], environment, ..module };
        modules.push(Arc::new(module));
        open.extend(evaluator.children());
    }
    let cut = evaluator.cut().into_iter().map(str::to_owned).collect();
    Evaluation { modules, cut }
}

/// Evaluates a module.
fn module(evaluator: &Evaluator) -> Module {
    let Evaluator { declared, folder, address, .. } = evaluator;
    let scope = evaluator.scope();
    let (mut resources, mut data, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let mut dormant = Vec::new();
    for (i, declaration) in declared.resources.iter().enumerate() {
        let (kind, into) = match declaration.kind.strip_prefix("data.") {
            Some(kind) if declaration.view.block.kind == "data" => (kind, &mut data),
            _ => (declaration.kind.as_str(), &mut resources),
        };
        let repetition = match declared.find(&declaration.kind, declaration.name) {
            Some(first) if first == i => evaluator.repetition(Repeated::Resource(i)),
            // Declared twice: an error in Terraform.
            _ => scope.repetition(&declaration.view).into(),
        };
        let make = |key, body, watch| Resource {
            kind: kind.to_owned(),
            name: declaration.name.to_owned(),
            key,
            at: declaration.view.block.at,
            body,
            watch,
        };
        scope.instances(declaration, &repetition, |scope, key, body| {
            into.push(make(key, body, scope.watch(declaration)));
        });
        if repetition.instances.is_empty()
            && declaration.view.block.kind == "resource"
            && READ_WHEN_OFF.contains(&kind)
            && let Some(steps) = scope.switched_off_by_default(&declaration.view)
        {
            let unknown = Repetition::unknown(Why::NoDefault);
            scope.instances(declaration, &unknown, |scope, key, body| {
                dormant.push((make(key, body, scope.watch(declaration)), steps.clone()));
            });
        }
    }
    for (i, declaration) in declared.calls.iter().enumerate() {
        let repetition = evaluator.repetition(Repeated::Call(i));
        scope.instances(declaration, &repetition, |_, key, body| {
            let (name, at) = (declaration.name.to_owned(), declaration.view.block.at);
            calls.push(Call { name, key, at, body });
        });
    }
    let outputs = if address.is_empty() { scope.outputs() } else { Vec::new() };
    let (folder, address) = ((*folder).to_owned(), address.clone());
    let (roots, environment) = (Vec::new(), None);
    Module { folder, address, roots, environment, resources, data, dormant, calls, outputs }
}
