//! What expressions amount to, without running anything.

pub mod chart;
pub mod compose;
pub mod inline_build;
pub mod kustomize;
pub mod manifest;
pub mod shell;
pub mod substitution;
pub mod terraform;
pub mod words;
pub mod workflow;
