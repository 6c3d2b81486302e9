//! What expressions amount to, without running anything.

pub mod substitution;
pub mod terraform;
pub mod words;
