"""What the scripts here share with those of the PDS, and a development network as a process."""

import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../PDSTests/Peers"))

from checks import Checks  # noqa: E402, F401
from served import Process  # noqa: E402


class Network:
    """`atproto network serve --dev` with its first accounts."""

    def __init__(self, program, *options):
        self._folder = tempfile.TemporaryDirectory(prefix="appview-peer-")
        self._process = Process(
            [program, "network", "serve", "--dev", "--stop-at-end-of-input", *options],
            os.path.join(self._folder.name, "log"),
        )
        self.line = self._process.first
        self.accounts = {
            account["handle"].split(".")[0]: account for account in self.line["accounts"]
        }

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.status = self._process.stop()
        self._folder.cleanup()

    @property
    def log(self):
        with open(os.path.join(self._folder.name, "log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    @property
    def app_view(self):
        return self.line["appview"]["address"]

    @property
    def socket(self):
        return self.app_view.replace("http://", "ws://")

    def get(self, nsid, query="", address=None):
        """A call without credentials, of the app view unless another address is given."""
        return fetch(f"{address or self.app_view}/xrpc/{nsid}{query}")


def fetch(url, body=None, headers=None):
    """The JSON of a response; raises an error with the body of a refusal."""
    data = None if body is None else json.dumps(body).encode()
    fields = {**(headers or {}), **({} if body is None else {"Content-Type": "application/json"})}
    request = urllib.request.Request(url, data, fields)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{url} -> {error.code}: {error.read()[:500]}") from error


def until(condition, seconds=30):
    """Waits for a condition, and returns its value. An error counts as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        failure = None
        try:
            value = condition()
            if value:
                return value
        except Exception as error:
            failure = error
        if time.monotonic() > deadline:
            raise RuntimeError(f"the condition has not come about: {failure}")
        time.sleep(0.02)
