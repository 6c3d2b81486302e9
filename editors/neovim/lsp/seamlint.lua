-- Neovim 0.11 and later: put this file into `lsp/` of your configuration and call
-- `vim.lsp.enable("seamlint")`.
return {
  cmd = { "seamlint", "lsp" },
  filetypes = {
    "dockerfile", "terraform", "terraform-vars", "hcl", "yaml", "yaml.docker-compose",
    "yaml.gitlab", "helm", "json", "sh", "bash", "make", "just", "python", "javascript",
    "typescript", "toml",
  },
  root_markers = { "seamlint.toml", ".git" },
  -- `scope = "project"` shows all of a project, `otherEnds = false` marks first places only.
  init_options = { scope = "open", otherEnds = true },
}
