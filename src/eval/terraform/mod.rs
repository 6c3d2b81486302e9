//! Terraform and OpenTofu, evaluated as far as the files decide.
//!
//! `folder` gathers what the files of a folder declare, `scope` knows what names stand for,
//! `expression`, `template`, `traversal` and `function` evaluate, `body` makes blocks of it.

mod block;
mod body;
mod expression;
mod folder;
mod function;
mod scope;
mod template;
mod traversal;
mod types;

pub use block::{Attribute, Block, Datum, Evaluated, Key, Reference, Shape};

use crate::source::{Kind, Sources, Span};
use crate::syntax::{Parsed, SyntaxError, hcl};
use folder::{Callers, Declared, File};
use rayon::prelude::*;
use scope::Evaluator;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that the Terraform files of a project declare.
#[derive(Debug, Clone, Default)]
pub struct Terraform {
    /// One per folder with Terraform files; a folder is evaluated on its own.
    pub modules: Vec<Module>,
    /// What could not be parsed. The rest of such a file is read all the same.
    pub errors: Vec<SyntaxError>,
}

/// The files of one folder.
#[derive(Debug, Clone)]
pub struct Module {
    /// The folder, from the root of the project.
    pub folder: String,
    /// The folders in which `terraform apply` may run for it: its own, or those of the modules
    /// that call it in the end.
    pub roots: Vec<String>,
    /// `resource` blocks, one for each known instance.
    pub resources: Vec<Resource>,
    /// `data` blocks, likewise.
    pub data: Vec<Resource>,
    /// `module` blocks, likewise: what is called, with which inputs.
    pub calls: Vec<Call>,
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
    /// Evaluates every Terraform file that was read.
    pub fn evaluate(sources: &Sources) -> Terraform {
        let texts: Vec<_> = sources
            .iter()
            .filter(|(_, source)| source.kind == Kind::Terraform && !folder::is_download(source))
            // JSON is not read yet.
            .filter(|(_, source)| !source.path.ends_with(".json"))
            .collect();
        let parsed: Vec<(File, Vec<SyntaxError>)> = texts
            .into_par_iter()
            .map(|(id, source)| {
                let Parsed { tree, errors } = hcl::parse(id, &source.text);
                (File { path: &source.path, body: tree }, errors)
            })
            .collect();
        let mut terraform = Terraform::default();
        let mut folders: BTreeMap<&str, Vec<File>> = BTreeMap::new();
        for (file, errors) in parsed {
            terraform.errors.extend(errors);
            folders.entry(folder::folder(file.path)).or_default().push(file);
        }
        let declared: Vec<(&str, Declared)> = folders
            .iter()
            .map(|(folder, files)| (*folder, Declared::read(&folder::select(files))))
            .filter(|(_, declared)| !declared.is_empty())
            .collect();
        let callers = callers(&declared);
        terraform.modules = declared
            .par_iter()
            .map(|(folder, declared)| {
                let module = module(sources, folder, declared, callers.get(*folder));
                Module { roots: roots(folder, &callers), ..module }
            })
            .collect();
        terraform
    }

    /// Every resource of a type, with its module.
    pub fn resources<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Module, &'a Resource)> {
        self.modules.iter().flat_map(move |module| {
            module.resources.iter().filter(move |r| r.kind == kind).map(move |r| (module, r))
        })
    }
}

/// What the calls in all folders pass to the folders of the project that they name.
fn callers(declared: &[(&str, Declared)]) -> BTreeMap<String, Callers> {
    let mut callers: BTreeMap<String, Callers> = BTreeMap::new();
    for (folder, declared) in declared {
        for call in &declared.calls {
            let source = call.view.get("source").and_then(|source| source.value.as_str());
            let Some(target) = source.and_then(|s| folder::local_source(folder, s)) else {
                continue;
            };
            let callers = callers.entry(target).or_default();
            callers.folders.insert((*folder).to_owned());
            let inputs = &mut callers.inputs;
            inputs.extend(call.view.attributes.iter().map(|attribute| attribute.name.clone()));
        }
    }
    callers
}

/// The folders in which `terraform apply` may run for a folder: those of the modules that call
/// it in the end, or its own if none does.
fn roots(folder: &str, callers: &BTreeMap<String, Callers>) -> Vec<String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![folder.to_owned()]);
    let mut roots = BTreeSet::new();
    while let Some(folder) = open.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        match callers.get(&folder) {
            Some(callers) => open.extend(callers.folders.iter().cloned()),
            None => drop(roots.insert(folder)),
        }
    }
    roots.into_iter().collect()
}

/// Evaluates a folder.
fn module(
    sources: &Sources,
    folder: &str,
    declared: &Declared,
    callers: Option<&Callers>,
) -> Module {
    let evaluator = Evaluator::new(sources, folder, declared, callers);
    let scope = evaluator.scope();
    let (mut resources, mut data, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    for (i, declaration) in declared.resources.iter().enumerate() {
        let (kind, into) = match declaration.kind.strip_prefix("data.") {
            Some(kind) if declaration.view.block.kind == "data" => (kind, &mut data),
            _ => (declaration.kind.as_str(), &mut resources),
        };
        let repetition = match declared.find(&declaration.kind, declaration.name) {
            Some(first) if first == i => evaluator.repetition(i),
            // Declared twice: an error in Terraform.
            _ => scope.repetition(&declaration.view).into(),
        };
        scope.instances(declaration, &repetition, |key, body| {
            into.push(Resource {
                kind: kind.to_owned(),
                name: declaration.name.to_owned(),
                key,
                at: declaration.view.block.at,
                body,
            });
        });
    }
    for declaration in &declared.calls {
        let repetition = scope.repetition(&declaration.view);
        scope.instances(declaration, &repetition, |key, body| {
            let (name, at) = (declaration.name.to_owned(), declaration.view.block.at);
            calls.push(Call { name, key, at, body });
        });
    }
    Module { folder: folder.to_owned(), roots: Vec::new(), resources, data, calls }
}
