#![doc = include_str!("README.md")]

pub mod baseline;
pub mod changed;
pub mod cli;
pub mod config;
pub mod eval;
pub mod finding;
pub mod fix;
pub mod git;
pub mod graph;
pub mod init;
pub mod lint;
pub mod lsp;
pub mod migrate;
pub mod model;
mod nearest;
pub mod report;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod shellcheck;
pub mod source;
pub mod syntax;
mod table;
pub mod timing;
pub mod value;
