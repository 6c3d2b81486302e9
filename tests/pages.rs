//! Runs every example of every page under `rules/`.

fn main() {}
