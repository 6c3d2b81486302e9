//! The command.

use std::process::ExitCode;

fn main() -> ExitCode {
    seamlint::cli::main()
}
