//! seamlint finds deploy defects before the deploy does.

pub mod config;
pub mod eval;
pub mod finding;
pub mod lint;
pub mod model;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod source;
pub mod syntax;
pub mod value;
