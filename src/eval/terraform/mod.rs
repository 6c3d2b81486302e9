//! Terraform and OpenTofu, evaluated as far as the files decide.

mod block;

pub use block::{Attribute, Block, Datum, Evaluated, Key, Reference};

use crate::source::{Sources, Span};
use crate::syntax::SyntaxError;

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
        let _ = sources;
        Terraform::default()
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
