"""Measures the language server: language_server.py PATH-TO-LEXGEN [LEXICON-DIRECTORY]

Opens one document of a project with three copies of the documents, edits it 200 times, and prints the
time from each edit to the diagnostics of the document.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

EDITS = 200
COPIES = 3


def renamed(nsid, number):
    head, _, tail = nsid.partition(".")
    return f"{head}.copy{number}-{tail}"


def rewrite(value, known, number):
    """A document or a part of it, with another domain authority in its NSIDs."""
    if isinstance(value, dict):
        return {key: rewrite(item, known, number) for key, item in value.items()}
    if isinstance(value, list):
        return [rewrite(item, known, number) for item in value]
    if isinstance(value, str) and value.partition("#")[0] in known:
        nsid, mark, name = value.partition("#")
        return renamed(nsid, number) + mark + name
    return value


def write_copies(source, target):
    documents = [json.loads(path.read_text()) for path in sorted(source.rglob("*.json"))]
    known = {document["id"] for document in documents}
    for number in range(COPIES):
        for document in documents:
            copy = rewrite(document, known, number)
            path = target / (copy["id"].replace(".", "/") + ".json")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(copy, indent=2))
    return len(documents) * COPIES


class Server:
    def __init__(self, lexgen):
        self.process = subprocess.Popen(
            [lexgen, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def send(self, method, params, identifier=None):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if identifier is not None:
            message["id"] = identifier
        content = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline()) != b"\r\n":
            if line == b"":
                raise EOFError("the server has ended")
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def wait(self, uri, version):
        """Wait for the diagnostics of a version of a document."""
        while True:
            params = self.receive().get("params") or {}
            if params.get("uri") == uri and params.get("version") == version:
                return


def main(lexgen, lexicons=None):
    default = pathlib.Path(__file__).parent / "../../shared/reference/lexicons"
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        count = write_copies(pathlib.Path(lexicons or default), root / "lexicons")
        path = root / "lexicons/app/copy1-bsky/feed/post.json"
        text = path.read_text()
        server = Server(lexgen)
        server.send("initialize", {"capabilities": {}, "rootUri": root.as_uri()}, 1)
        server.send("initialized", {})
        document = {"uri": path.as_uri(), "languageId": "json", "version": 0, "text": text}
        start = time.perf_counter()
        server.send("textDocument/didOpen", {"textDocument": document})
        server.wait(path.as_uri(), 0)
        print(f"{count} documents, first diagnostics after {time.perf_counter() - start:.3f} s")
        line = next(i for i, t in enumerate(text.splitlines()) if '"description"' in t)
        column = text.splitlines()[line].rindex('"')
        position = {"line": line, "character": column}
        times = []
        for version in range(1, EDITS + 1):
            change = {"range": {"start": position, "end": position}, "text": "x"}
            start = time.perf_counter()
            server.send(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": path.as_uri(), "version": version},
                    "contentChanges": [change],
                },
            )
            server.wait(path.as_uri(), version)
            times.append((time.perf_counter() - start) * 1000)
        print(
            f"{EDITS} edits: median {statistics.median(times):.1f} ms, "
            f"maximum {max(times):.1f} ms"
        )
        server.process.stdin.close()
        server.process.wait(10)


main(*sys.argv[1:])
