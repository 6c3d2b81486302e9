"""Reads the template as LSP4IJ does, and starts what it names, for tests/clients/jetbrains.sh.

Source of the keys: github.com/redhat-developer/lsp4ij, `LanguageServerTemplateManager`,
`ServerTemplateJsonDeserializer` and `workspaceFolders.schema.json`, read 2026-11.
"""

import fnmatch
import json
import pathlib
import shlex
import sys

from speak import Server

folder = pathlib.Path(sys.argv[1])
read = {
    "template.json", "initializationOptions.json", "settings.json", "settings.schema.json",
    "clientSettings.json", "experimental.json", "installer.json", "workspaceFolderSettings.json",
    "README.md",
}
files = {path.name: path for path in folder.iterdir()}
assert files.keys() <= read, f"LSP4IJ does not read {files.keys() - read}"
template, options, workspace = (
    json.loads(files[name].read_text())
    for name in ["template.json", "initializationOptions.json", "workspaceFolderSettings.json"]
)

assert template.keys() <= {
    "id", "name", "url", "dev", "programArgs", "workingDir", "env", "expandConfiguration",
    "disablePromotionFor", "fileTypeMappings", "languageMappings",
}
assert isinstance(template["id"], str) and isinstance(template["name"], str)
assert template["programArgs"].keys() <= {"default", "windows", "mac", "unix"}
patterns = []
for mapping in template["fileTypeMappings"]:
    assert mapping.keys() == {"fileType", "languageId"}
    assert mapping["fileType"].keys() <= {"name", "patterns"}
    patterns += mapping["fileType"]["patterns"]
assert workspace.keys() <= {"rootType", "lazy", "markers"}
assert options.keys() <= {"scope", "otherEnds"}
for name in [
    "Dockerfile", "prod.Dockerfile", "Dockerfile.dev", "main.tf", "prod.tfvars", "cloudbuild.yaml",
    "deploy.sh", "Makefile", "seamlint.toml", ".dockerignore", "docker-bake.hcl", "justfile",
]:
    assert any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns), name

# With markers, folders are told when a file of them is opened.
server = Server(
    shlex.split(template["programArgs"]["default"]),
    "project",
    initializationOptions=options,
    workspaceFolders=[],
)
added = {"event": {"added": [server.folder], "removed": []}}
server.tell("workspace/didChangeWorkspaceFolders", added)
server.open("cloudbuild.yaml", "yaml")
server.open("api/Dockerfile", "dockerfile")
server.hears("cloudbuild.yaml", "port-drift")
server.hears("api/Dockerfile", "port-drift")
server.end()
