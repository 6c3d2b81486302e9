//! One parser per format. None fails: any bytes give a tree, and errors beside it.

pub mod bake;
pub mod circleci;
pub mod cloudbuild;
pub mod clouddeploy;
pub mod compose;
pub mod dockerfile;
pub mod dockerignore;
pub mod gcloudignore;
pub mod gitlab;
pub mod hcl;
pub mod image_name;
pub mod javascript;
pub mod kubernetes;
pub mod kustomize;
pub mod lambroll;
pub mod python;
pub mod shell;
pub mod skaffold;
pub mod tasks;
pub mod template;
pub mod workflow;
pub mod yaml;

use crate::source::Span;

/// What a parser makes of a text.
#[derive(Debug, Clone)]
pub struct Parsed<T> {
    /// What could be read.
    pub tree: T,
    /// What could not.
    pub errors: Vec<SyntaxError>,
}

/// A place where a text breaks the rules of its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The smallest range that shows it.
    pub at: Span,
    /// The fact: lower case, no full stop, with what was expected.
    pub message: String,
}
