//! Starts the language server in Zed.

use zed_extension_api::{self as zed, LanguageServerId, Worktree};

struct Seamlint;

impl zed::Extension for Seamlint {
    fn new() -> Seamlint {
        Seamlint
    }

    fn language_server_command(
        &mut self,
        _server: &LanguageServerId,
        worktree: &Worktree,
    ) -> zed::Result<zed::Command> {
        let command = worktree
            .which("seamlint")
            .ok_or("seamlint is not on the PATH: install it with `cargo install seamlint`")?;
        Ok(zed::Command { command, args: vec!["lsp".to_owned()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Seamlint);
