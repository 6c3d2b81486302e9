-- Drives seamlint in Neovim, for tests/clients/neovim.sh. It ends with a line for each thing done.
local function die(message)
  io.stderr:write(message .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, is)
  if not vim.wait(20000, is, 20) then die("not seen: " .. what) end
end

local function find(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then return number, column - 1 end
  end
  die("no " .. text)
end

local function go(text)
  vim.api.nvim_win_set_cursor(0, { find(text) })
end

local function ask(method, more)
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  local params = vim.tbl_extend("force", vim.lsp.util.make_position_params(0, client.offset_encoding), more or {})
  local answer = client:request_sync(method, params, 20000, 0)
  if not answer or answer.err then die(method .. ": " .. vim.inspect(answer)) end
  return answer.result
end

local function act(title)
  local here = vim.api.nvim_win_get_cursor(0)
  local at = { line = here[1] - 1, character = here[2] }
  local actions = ask("textDocument/codeAction", { range = { start = at, ["end"] = at }, context = { diagnostics = {} } })
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  for _, action in ipairs(actions) do
    if action.title == title then
      return vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
    end
  end
  die("no action " .. title .. ": " .. vim.inspect(vim.tbl_map(function(action) return action.title end, actions)))
end

vim.cmd("edit api/Dockerfile")
wait("a diagnostic", function() return #vim.diagnostic.get(0) > 0 end)
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
local seen = vim.diagnostic.get(nil)
print("DIAGNOSTICS " .. #seen .. " by " .. client.name .. " in " .. client.offset_encoding)
go("3000")
if not vim.inspect(ask("textDocument/hover")):find("port%-drift") then die("no hover") end
print("HOVER port-drift")
act("Send requests to port 3000 (unsafe)")
wait("no diagnostic", function() return #vim.diagnostic.get(nil) == 0 end)
vim.cmd("wall")
print("FIXED")
vim.cmd("edit cloudbuild.yaml")
go("api]")
local places = ask("textDocument/definition")
if not vim.inspect(places):find("Dockerfile") then die("no definition: " .. vim.inspect(places)) end
print("DEFINITION api/Dockerfile")
go("3000")
local line = find("3000")
vim.api.nvim_buf_set_text(0, line - 1, 0, line - 1, -1, { "      - --port=8000" })
wait("a diagnostic of what is typed", function() return #vim.diagnostic.get(0) == 1 end)
go("8000")
act("Ignore port-drift here, with a reason")
wait("a finding that is hidden", function() return #vim.diagnostic.get(0) == 0 end)
print("HIDDEN " .. vim.api.nvim_buf_get_lines(0, line - 1, line, false)[1])
vim.cmd("wall")
vim.cmd("qall!")
