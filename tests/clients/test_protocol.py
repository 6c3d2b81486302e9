"""What editors ask of the server, for tests/clients/pytest-lsp.sh."""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

PROJECT = pathlib.Path("project").resolve()
EDITORS = ["visual-studio-code", "neovim@v0.7", "neovim@v0.9", "neovim@v0.11", "emacs"]


def uri(path):
    return (PROJECT / path).as_uri()


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[os.environ["SEAMLINT"], "lsp", "--stdio"]),
    params=EDITORS,
)
async def client(request, lsp_client: LanguageClient):
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    capabilities = client_capabilities(request.param)
    # The test pulls where the editor would.
    params = types.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[types.WorkspaceFolder(uri=PROJECT.as_uri(), name="project")],
    )
    result = await lsp_client.initialize_session(params)
    lsp_client.pulls = result.capabilities.diagnostic_provider is not None
    yield
    await lsp_client.shutdown_session()


def open_file(client, path):
    text = (PROJECT / path).read_text()
    item = types.TextDocumentItem(uri=uri(path), language_id="x", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    return text


def place(text, word):
    before = text[: text.index(word)]
    return types.Position(line=before.count("\n"), character=len(before) - before.rfind("\n") - 1)


async def diagnostics(client, path):
    if client.pulls:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri=uri(path)))
        report = await client.text_document_diagnostic_async(params)
        return report.items
    for _ in range(200):
        if uri(path) in client.diagnostics:
            return client.diagnostics[uri(path)]
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was pushed")


@pytest.mark.asyncio
async def test_a_talk(client: LanguageClient):
    text = open_file(client, "cloudbuild.yaml")
    found = await diagnostics(client, "cloudbuild.yaml")
    assert [one.code for one in found] == ["port-drift"]
    assert found[0].code_description is None or "port-drift" in found[0].code_description.href
    document = types.TextDocumentIdentifier(uri=uri("cloudbuild.yaml"))
    at = place(text, "8000")

    hover = await client.text_document_hover_async(types.HoverParams(document, at))
    assert "port-drift" in hover.contents.value

    actions = await client.text_document_code_action_async(
        types.CodeActionParams(document, found[0].range, types.CodeActionContext(found))
    )
    assert "Send requests to port 3000 (unsafe)" in [action.title for action in actions]
    assert all(action.edit is not None for action in actions)

    definition = await client.text_document_definition_async(
        types.DefinitionParams(document, place(text, "api]"))
    )
    assert definition[0].uri == uri("api/Dockerfile")

    links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
    assert links[0].target == uri("api/Dockerfile")

    change = types.TextDocumentContentChangePartial(
        range=types.Range(at, types.Position(at.line, at.character + 4)), text="3000"
    )
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(uri=uri("cloudbuild.yaml"), version=2), [change]
        )
    )
    client.diagnostics.pop(uri("cloudbuild.yaml"), None)
    assert list(await diagnostics(client, "cloudbuild.yaml")) == []
