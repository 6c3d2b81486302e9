//! What expressions amount to, without running anything.

pub mod terraform;
