"""What the scripts here share with those of the PDS, and `atproto labeler serve` as a process."""

import base64
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../PDSTests/Peers"))

from checks import Checks  # noqa: E402, F401
from served import Process, Server  # noqa: E402, F401


class Labeler:
    """A development labeler that uses the PLC directory of a PDS."""

    def __init__(self, program, plc, *settings):
        self._folder = tempfile.TemporaryDirectory(prefix="labeler-peer-")
        self._process = Process(
            [
                program, "labeler", "serve", "--dev", "--port", "0", "--plc-url", plc,
                "--log-level", "warning", "--stop-at-end-of-input", *settings,
            ],
            os.path.join(self._folder.name, "log"),
        )
        first = self._process.first
        self.url = first["address"]
        self.did = first["did"]
        self.key = first["signingKey"]
        self.password = first["adminPassword"]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.stop()
        self._folder.cleanup()

    @property
    def socket(self):
        return self.url.replace("http://", "ws://")

    @property
    def basic(self):
        return "Basic " + base64.b64encode(f"admin:{self.password}".encode()).decode()

    def call(self, nsid, body=None, query=""):
        """A call as the administrator."""
        headers = {"Authorization": self.basic}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self.url}/xrpc/{nsid}{query}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{nsid} -> {error.code}: {error.read()[:500]}") from error

    def labels(self, pattern="*"):
        return self.call("com.atproto.label.queryLabels", query=f"?uriPatterns={pattern}")["labels"]


def post(server, account, text):
    """A post of an account: its URI and its CID."""
    record = {
        "$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-30T12:00:00.000Z",
    }
    made = server.call(
        "com.atproto.repo.createRecord",
        {"repo": account["did"], "collection": "app.bsky.feed.post", "record": record},
        token=account["accessJwt"],
    )
    return {"uri": made["uri"], "cid": made["cid"]}


def report(server, account, labeler, subject, reason="Spam", text=None):
    """Reports a record through the account's server, as apps do."""
    body = {
        "reasonType": f"com.atproto.moderation.defs#reason{reason}",
        "subject": {"$type": "com.atproto.repo.strongRef", **subject},
    }
    if text:
        body["reason"] = text
    request = urllib.request.Request(
        f"{server.socket}/xrpc/com.atproto.moderation.createReport",
        json.dumps(body).encode(),
        {
            "Authorization": f"Bearer {account['accessJwt']}",
            "Content-Type": "application/json",
            "atproto-proxy": f"{labeler.did}#atproto_labeler",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read())


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("the condition has not come about")
        time.sleep(0.02)
