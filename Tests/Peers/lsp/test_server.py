"""`lexgen lsp` with the client of pytest-lsp, which checks every message against the protocol.

The environment variable LEXGEN names the executable.
"""

import asyncio
import os
import pathlib

import pygls.exceptions
import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import (
    ClientServerConfig,
    LanguageClient,
    client_capabilities,
    make_test_lsp_client,
)

DEFS = """{
  "lexicon": 1,
  "id": "com.example.defs",
  "defs": {
    "item": {
      "type": "object",
      "description": "An item.",
      "properties": { "at": { "type": "string", "format": "datetime" } }
    },
    "list": { "type": "token", "description": "A token." }
  }
}
"""
NOTE = """{
  "lexicon": 1,
  "id": "com.example.note",
  "defs": {
    "main": {
      "type": "object",
      "description": "A note.",
      "required": ["item"],
      "properties": {
        "item": { "type": "ref", "ref": "com.example.defs#item" }
      }
    }
  }
}
"""
REF = next(i for i, line in enumerate(NOTE.splitlines()) if "com.example.defs" in line)
COLUMN = NOTE.splitlines()[REF].index("com.example")


class Project:
    """A workspace on disk, and the client that has it open."""

    def __init__(self, client: LanguageClient, root: pathlib.Path):
        self.client = client
        self.root = root

    def uri(self, name):
        return (self.root / "lexicons/com/example" / name).as_uri()

    def document(self, name):
        return types.TextDocumentIdentifier(uri=self.uri(name))

    def open(self, name, text):
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                text_document=types.TextDocumentItem(
                    uri=self.uri(name), language_id="json", version=1, text=text
                )
            )
        )

    async def codes(self, name, expected):
        """Wait until the diagnostics of a document have these codes."""
        for _ in range(500):
            found = [d.code for d in self.client.diagnostics.get(self.uri(name), [])]
            if found == expected:
                return self.client.diagnostics.get(self.uri(name), [])
            await asyncio.sleep(0.02)
        raise AssertionError(f"{found} != {expected}")


def make_client():
    """The client of pytest-lsp does not know the request that registers watchers."""
    client = make_test_lsp_client()

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        client.registrations = params.registrations

    return client


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "lexicons/com/example"
    folder.mkdir(parents=True)
    (folder / "defs.json").write_text(DEFS)
    (folder / "note.json").write_text(NOTE)
    return tmp_path


@pytest_lsp.fixture(
    params=["visual-studio-code", "neovim", "emacs"],
    config=ClientServerConfig(
        server_command=[os.environ["LEXGEN"], "lsp"], client_factory=make_client
    ),
)
async def client(lsp_client: LanguageClient, request, root):
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name="project")],
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def project(client, root):
    return Project(client, root)


@pytest.mark.asyncio
async def test_diagnostics_follow_edits(project: Project):
    project.open("note.json", NOTE)
    await project.codes("note.json", [])
    start = types.Position(line=REF, character=COLUMN)
    end = types.Position(line=REF, character=COLUMN + len("com.example.defs#item"))
    project.client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(
                uri=project.uri("note.json"), version=2
            ),
            content_changes=[
                types.TextDocumentContentChangePartial(
                    range=types.Range(start=start, end=end), text="com.example.defs#itme"
                )
            ],
        )
    )
    (found,) = await project.codes("note.json", ["unresolved-reference"])
    assert found.source == "lexgen"
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.range.start == types.Position(line=REF, character=COLUMN - 1)
    assert found.range.end == types.Position(line=REF, character=COLUMN + 22)
    actions = await project.client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=project.document("note.json"),
            range=found.range,
            context=types.CodeActionContext(diagnostics=[found]),
        )
    )
    assert [action.kind for action in actions] == [types.CodeActionKind.QuickFix]
    project.client.text_document_did_close(
        types.DidCloseTextDocumentParams(text_document=project.document("note.json"))
    )
    await project.codes("note.json", [])


@pytest.mark.asyncio
async def test_names_lead_to_definitions_and_back(project: Project):
    client = project.client
    position = types.Position(line=REF, character=COLUMN + 3)
    place = await client.text_document_definition_async(
        types.DefinitionParams(text_document=project.document("note.json"), position=position)
    )
    assert (place.uri, place.range.start.line) == (project.uri("defs.json"), 4)
    references = await client.text_document_references_async(
        types.ReferenceParams(
            text_document=project.document("defs.json"),
            position=types.Position(line=4, character=6),
            context=types.ReferenceContext(include_declaration=False),
        )
    )
    assert [r.uri for r in references] == [project.uri("note.json")]
    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=project.document("note.json"), position=position)
    )
    assert "An item." in hover.contents.value
    symbols = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(text_document=project.document("defs.json"))
    )
    assert [s.name for s in symbols] == ["item", "list"]


@pytest.mark.asyncio
async def test_references_are_completed(project: Project):
    text = NOTE.replace("com.example.defs#item", "com.")
    project.open("note.json", text)
    found = await project.client.text_document_completion_async(
        types.CompletionParams(
            text_document=project.document("note.json"),
            position=types.Position(line=REF, character=COLUMN + 4),
        )
    )
    labels = [item.label for item in found.items]
    assert "com.example.defs#item" in labels
    assert "com.example.defs#list" not in labels


@pytest.mark.asyncio
async def test_definitions_are_renamed(project: Project):
    edit = await project.client.text_document_rename_async(
        types.RenameParams(
            text_document=project.document("defs.json"),
            position=types.Position(line=4, character=6),
            new_name="entry",
        )
    )
    if edit.document_changes is not None:
        files = {change.text_document.uri for change in edit.document_changes}
    else:
        files = set(edit.changes)
    assert files == {project.uri("defs.json"), project.uri("note.json")}
    with pytest.raises(pygls.exceptions.JsonRpcInvalidParams):
        await project.client.text_document_rename_async(
            types.RenameParams(
                text_document=project.document("note.json"),
                position=types.Position(line=4, character=6),
                new_name="entry",
            )
        )


@pytest.mark.asyncio
async def test_documents_are_formatted(project: Project):
    options = types.FormattingOptions(tab_size=8, insert_spaces=False)
    params = types.DocumentFormattingParams(
        text_document=project.document("note.json"), options=options
    )
    assert not await project.client.text_document_formatting_async(params)
    project.open("note.json", NOTE.replace('"lexicon": 1', '"lexicon":    1'))
    (edit,) = await project.client.text_document_formatting_async(params)
    assert edit.range.start.line == 1


@pytest.mark.asyncio
async def test_events_about_files_count(project: Project):
    await project.codes("note.json", [])
    (project.root / "lexicons/com/example/defs.json").unlink()
    project.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams(
            changes=[
                types.FileEvent(uri=project.uri("defs.json"), type=types.FileChangeType.Deleted)
            ]
        )
    )
    await project.codes("note.json", ["unresolved-reference"])
