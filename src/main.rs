//! The command.

use std::process::ExitCode;

/// A project is many small texts, made on all threads at once.
#[cfg(not(target_env = "musl"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    seamlint::cli::main()
}
